import { must } from "./measure.ts";
import { PEERS } from "./contenders.ts";
import { SUBJECT } from "./results.ts";
import type { Trial, Workload } from "./workload.ts";

/** Runs that take milliseconds: more of them, so that the median holds still. */
const RUNS = 15;

/** How long it takes until a program has said something of use. */
export function startWorkload(binary: string, isHere: (peer: string) => boolean): Workload {
  const present = (trials: Trial[]) =>
    trials.filter(({ contender }) => contender === SUBJECT || isHere(contender));
  return {
    id: "start",
    name: "start",
    runsAtLeast: RUNS,
    prepare: (work) => prepare(work, { binary, isHere }),
    steps: [
      { name: "--version", trials: () => present(versions(binary)) },
      { name: "list one snapshot", trials: (work) => present(lists(binary, work)) },
    ],
  };
}

async function prepare(
  work: string,
  { binary, isHere }: { binary: string; isHere: (peer: string) => boolean },
): Promise<void> {
  const source = `${work}/source`;
  await must("mkdir", source, `${work}/root`);
  Deno.writeTextFileSync(`${source}/letter.txt`, "Dear reader\n");
  const options = ["--name", "bench", "--quiet"];
  await must("env", "PHLB_CONFIG=", binary, "backup", source, `${work}/root`, ...options);
  if (isHere(PEERS.restic)) {
    const repo = ["-q", "-r", `${work}/restic`, "--no-cache"];
    await must("env", "RESTIC_PASSWORD=bench", "restic", ...repo, "init");
    await must("env", "RESTIC_PASSWORD=bench", "restic", ...repo, "backup", source);
  }
  if (isHere(PEERS.borg)) {
    const env = borgEnv(work);
    await must("env", ...env, "borg", "init", "-e", "none", `${work}/borg`);
    await must("env", ...env, "borg", "create", `${work}/borg::1`, source);
  }
}

function borgEnv(work: string): string[] {
  return [`BORG_BASE_DIR=${work}`, "BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK=yes"];
}

function versions(binary: string): Trial[] {
  return [
    { contender: SUBJECT, command: [binary, "--version"] },
    { contender: PEERS.rsync, command: ["rsync", "--version"] },
    { contender: PEERS.restic, command: ["restic", "version"] },
    { contender: PEERS.borg, command: ["borg", "--version"] },
  ];
}

function lists(binary: string, work: string): Trial[] {
  return [
    {
      contender: SUBJECT,
      command: [binary, "snapshots", `${work}/root`],
      env: { PHLB_CONFIG: "" },
    },
    {
      contender: PEERS.restic,
      command: ["restic", "-q", "-r", `${work}/restic`, "--no-cache", "snapshots"],
      env: { RESTIC_PASSWORD: "bench" },
    },
    { contender: PEERS.borg, command: ["env", ...borgEnv(work), "borg", "list", `${work}/borg`] },
  ];
}

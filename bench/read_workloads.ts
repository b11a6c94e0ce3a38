/**
 * Reading what was backed up: verify beside `sha256sum -c`, restore beside `cp -a`, and searching
 * beside the time that `zcat` takes for the very manifests that are read.
 *
 * @module
 */
import { hashCommand, PEERS } from "./contenders.ts";
import { must } from "./measure.ts";
import { SUBJECT } from "./results.ts";
import type { Sources } from "./sources.ts";
import { changeFiles } from "./trees.ts";
import type { Step, Trial, Workload } from "./workload.ts";

/** Everything below one root with two snapshots; `binary` is the compiled executable. */
export function readWorkloads(sources: Sources, binary: string): Workload[] {
  const { small, large } = sources;
  return [
    {
      id: "read-small",
      name: `reading ${small.tree.files} files of 1–8 KiB`,
      prepare: async (work) => {
        changeFiles(small.path, small.tree, { every: 100, seed: 1 });
        await backUp(binary, { source: small.path, work });
        changeFiles(small.path, small.tree, { every: 100, seed: 2 });
        await backUp(binary, { source: small.path, work });
      },
      steps: [...verifyAndRestore(binary), ...searches(binary)],
    },
    {
      id: "read-large",
      name: `reading ${large.tree.files} files of 1 MiB`,
      prepare: async (work) => await backUp(binary, { source: large.path, work }),
      steps: verifyAndRestore(binary),
    },
  ];
}

async function backUp(
  binary: string,
  { source, work }: { source: string; work: string },
): Promise<void> {
  await must("mkdir", "-p", `${work}/root`);
  await must(binary, "backup", source, `${work}/root`, "--name", "bench", "--quiet");
  // Snapshots are named by the second.
  await must("sleep", "1.1");
}

const ENV = { PHLB_CONFIG: "" };

function phlb(binary: string, work: string, ...args: string[]): Trial {
  const command = [binary, ...args, "--root", `${work}/root`, "--no-progress"];
  return { contender: SUBJECT, command, env: ENV };
}

function shell(contender: string, script: string): Trial {
  return { contender, command: ["sh", "-ec", script] };
}

/** The newest snapshot's directory. */
function newest(work: string): string {
  const root = `${work}/root/bench`;
  const times = [...Deno.readDirSync(root)].map(({ name }) => name);
  return `${root}/${times.filter((name) => /^2[0-9-]+$/.test(name)).sort().at(-1) ?? ""}`;
}

/** The same for a shell. */
const latest = (work: string) => `"$(ls -d ${work}/root/bench/2*[0-9] | tail -n 1)"`;
/** Its manifest; the one before it. */
const manifest = (work: string, back = 1) =>
  `"$(ls ${work}/root/bench/*-manifest.mtree.gz | tail -n ${back} | head -n 1)"`;

function verifyAndRestore(binary: string): Step[] {
  const target = (work: string) => `${work}/restored`;
  const after = (work: string) => async () => await must("rm", "-rf", target(work));
  return [
    {
      name: "verify",
      trials: (work) => [
        phlb(binary, work, "verify", "latest"),
        {
          contender: PEERS.hash,
          command: hashCommand(newest(work)),
          tellsSeconds: true,
        },
        shell(
          "sha256sum -c",
          `cd ${latest(work)}; find . -name SHA256SUMS -execdir sha256sum -c --quiet {} ';'`,
        ),
        shell(
          "sha256sum at once",
          `cd ${latest(work)}; find . -type f -print0 | xargs -0 sha256sum >/dev/null`,
        ),
      ],
    },
    {
      name: "restore",
      trials: (work) => [
        { ...phlb(binary, work, "restore", "latest", target(work)), after: after(work) },
        { ...shell("cp", `cp -a ${latest(work)} ${target(work)}`), after: after(work) },
        { ...shell("rsync", `rsync -a ${latest(work)}/ ${target(work)}/`), after: after(work) },
      ],
    },
  ];
}

function searches(binary: string): Step[] {
  const name = "file-4242.dat";
  return [
    {
      name: "find a name in one snapshot",
      trials: (work) => [
        phlb(binary, work, "find", name, "--snapshot", "latest"),
        shell("zcat", `zcat ${manifest(work)} >/dev/null`),
      ],
    },
    {
      name: "ls of one directory",
      trials: (work) => [
        phlb(binary, work, "ls", "latest:d0/d42"),
        shell("zcat", `zcat ${manifest(work)} >/dev/null`),
      ],
    },
    {
      name: "diff of two snapshots",
      trials: (work) => [
        phlb(binary, work, "diff", "latest~1", "latest"),
        shell("zcat", `zcat ${manifest(work, 2)} ${manifest(work)} >/dev/null`),
      ],
    },
  ];
}

/**
 * The programs that are measured: each backs up one source several times into a place of its own.
 *
 * @module
 */
import { isInstalled, must } from "./measure.ts";
import { SUBJECT } from "./results.ts";

/** Where a contender works; a fresh directory for each repetition. */
export interface Place {
  /** The tree to back up. */
  readonly source: string;
  /** Empty at the start. */
  readonly work: string;
}

/** A program with its way to make the n-th backup of a source. */
export interface Contender {
  readonly name: string;
  /** The program to look for. */
  readonly program: string;
  readonly env?: Readonly<Record<string, string>>;
  /** See {@link MeasureOptions.tellsSeconds}. */
  readonly tellsSeconds?: boolean;
  /** Preparations that are not measured, before the first backup. */
  readonly prepare?: (place: Place) => Promise<void>;
  /** The command of backup `n`, from 1. */
  readonly command: (place: Place, n: number) => string[];
}

/** Names that goals speak of. */
export const PEERS = {
  cp: "cp",
  durableCp: "cp; sync -f",
  rsync: "rsync --link-dest",
  restic: "restic",
  borg: "borg",
  hash: "SHA-256, one thread",
} as const;

/**
 * `cp` copies first and makes hard links after: the least that a snapshot can cost. What it wrote
 * is still in memory when it ends.
 */
const CP: Contender = { name: PEERS.cp, program: "cp", command: copyOrLink };

/** The same until it is on the disk, as phlb, restic and borg leave theirs. */
const DURABLE_CP: Contender = {
  name: PEERS.durableCp,
  program: "cp",
  command: (place, n) => [
    "sh",
    "-ec",
    '"$@"; sync -f "$0"',
    place.work,
    ...copyOrLink(place, n),
  ],
};

function copyOrLink({ source, work }: Place, n: number): string[] {
  if (n === 1) return ["cp", "-a", source, `${work}/1`];
  return ["cp", "-al", `${work}/${n - 1}`, `${work}/${n}`];
}

const RSYNC: Contender = {
  name: PEERS.rsync,
  program: "rsync",
  command: ({ source, work }, n) => [
    "rsync",
    "-a",
    ...(n === 1 ? [] : [`--link-dest=${work}/${n - 1}`]),
    `${source}/`,
    `${work}/${n}/`,
  ],
};

const RESTIC: Contender = {
  name: PEERS.restic,
  program: "restic",
  env: { RESTIC_PASSWORD: "bench" },
  prepare: async ({ work }) => {
    await must("sh", "-c", `RESTIC_PASSWORD=bench restic -q -r "${work}/repo" init`);
  },
  command: ({ source, work }) => [
    "restic",
    "-q",
    "-r",
    `${work}/repo`,
    "--no-cache",
    "--compression=off",
    "backup",
    source,
  ],
};

const BORG: Contender = {
  name: PEERS.borg,
  program: "borg",
  env: {
    BORG_UNKNOWN_UNENCRYPTED_REPO_ACCESS_IS_OK: "yes",
    BORG_RELOCATED_REPO_ACCESS_IS_OK: "yes",
  },
  prepare: async ({ work }) => {
    await must("sh", "-c", `BORG_BASE_DIR="${work}" borg init -e none "${work}/repo"`);
  },
  command: ({ source, work }, n) => [
    "env",
    `BORG_BASE_DIR=${work}`,
    "borg",
    "create",
    "-C",
    "none",
    `${work}/repo::${n}`,
    source,
  ],
};

/** The contender that all is about; `binary` is the compiled executable. */
function phlb(binary: string): Contender {
  return {
    name: SUBJECT,
    program: binary,
    env: { PHLB_CONFIG: "" },
    prepare: async ({ work }) => await must("mkdir", "-p", `${work}/root`),
    command: ({ source, work }) => [
      binary,
      "backup",
      source,
      `${work}/root`,
      "--name",
      "bench",
      "--no-progress",
      "--quiet",
    ],
  };
}

/** Reads and hashes the files below `dir`, each inode once, in one thread: no proof is cheaper. */
export function hashCommand(dir: string): string[] {
  const program = new URL("hash_speed.ts", import.meta.url).pathname;
  return [Deno.execPath(), "run", "-q", "--no-config", "--allow-read", program, dir];
}

/** {@link hashCommand} of the source: the least that a copy which is known by its digest can cost. */
export const HASH: Contender = {
  name: PEERS.hash,
  program: Deno.execPath(),
  tellsSeconds: true,
  command: ({ source }) => hashCommand(source),
};

/** The contenders that are installed here, phlb first, and the names of those that are not. */
export async function contenders(
  binary: string,
): Promise<{ here: Contender[]; missing: string[] }> {
  const here: Contender[] = [];
  const missing: string[] = [];
  for (const contender of [phlb(binary), CP, DURABLE_CP, RSYNC, RESTIC, BORG]) {
    if (await isInstalled(contender.program)) here.push(contender);
    else missing.push(contender.name);
  }
  return { here, missing };
}

/**
 * How phlb grows with the number of files: time, memory, and what manifest, index and tree take.
 *
 * @module
 */
import { PEERS } from "./contenders.ts";
import { measure, must, outputOf, type Run } from "./measure.ts";
import { SUBJECT } from "./results.ts";
import { make } from "./sources.ts";
import { type Spread, spread } from "./spread.ts";
import { makeSmallTree, type SmallTree } from "./trees.ts";

/** Files in a directory, and their sizes in bytes: tiny, so that files are what counts. */
const TREE = { filesPerDir: 50, minBytes: 100, maxBytes: 1000 } as const;

/** One command at one number of files. */
export interface ScaleStep {
  readonly step: string;
  readonly contender: string;
  readonly seconds: Spread;
  readonly peakMib: number | undefined;
  /** Inodes that it took, of the first run; undefined where the file system does not count them. */
  readonly inodes: number | undefined;
}

/** What was measured at one number of files. */
export interface ScalePoint {
  readonly files: number;
  readonly dirs: number;
  readonly steps: readonly ScaleStep[];
  readonly manifestBytes: number;
  readonly indexBytes: number;
}

/** Whether an unchanged run grows in proportion, and stays small. */
export interface Growth {
  /** Seconds of the largest to those of the smallest; `files` in the same way. */
  readonly seconds: number;
  readonly files: number;
  /** At most 1.1 × the growth of files. */
  readonly isLinear: boolean;
  readonly peakMib: number | undefined;
  /** At most 300 MiB at the largest. */
  readonly isSmall: boolean | undefined;
}

/** Room above exact proportion. Source: 1,000,000 files may take 11 × the time of 100,000. */
const LINEAR_WITHIN = 1.1;
const SMALL_MIB = 300;

/** How to measure. */
export interface ScaleOptions {
  readonly base: string;
  readonly binary: string;
  readonly runs: number;
  readonly signal: AbortSignal;
}

/** Measures a first and an unchanged backup of that many files, beside `cp -al` of the snapshot. */
export async function measureScale(files: number, options: ScaleOptions): Promise<ScalePoint> {
  const { base, runs, signal } = options;
  const dirs = Math.ceil(files / TREE.filesPerDir);
  const tree: SmallTree = { files, dirs, minBytes: TREE.minBytes, maxBytes: TREE.maxBytes };
  const source = `${base}/scale-${files}`;
  make(source, (path) => makeSmallTree(path, tree));
  const work = `${base}/work`;
  const found = new Map<string, { run: Run; inodes: number | undefined }[]>();
  let sizes = { manifestBytes: 0, indexBytes: 0 };
  for (let n = 0; n < runs; n++) {
    await must("rm", "-rf", work);
    await must("mkdir", "-p", `${work}/root`);
    for (const { name, command } of commands(source, work, options.binary)) {
      signal.throwIfAborted();
      await must("sync", "-f", base);
      const before = await usedInodes(base);
      const run = await measure(command, { env: { PHLB_CONFIG: "" } });
      const after = await usedInodes(base);
      const inodes = before === undefined || after === undefined ? undefined : after - before;
      found.set(name, [...found.get(name) ?? [], { run, inodes }]);
      // Snapshots are named by the second.
      await must("sleep", "1.1");
    }
    sizes = sizesIn(`${work}/root`);
  }
  await must("rm", "-rf", work);
  return { files, dirs, steps: [...found].map(([name, list]) => stepOf(name, list)), ...sizes };
}

function commands(source: string, work: string, binary: string) {
  const backup = [binary, "backup", source, `${work}/root`, "--name", "bench", "--quiet"];
  const newest = `"$(ls -d ${work}/root/bench/2*[0-9] | tail -n 1)"`;
  return [
    { name: `first\0${SUBJECT}`, command: backup },
    { name: `unchanged\0${SUBJECT}`, command: backup },
    {
      name: `unchanged\0${PEERS.cp}`,
      command: ["sh", "-ec", `exec cp -al ${newest} ${work}/linked`],
    },
  ];
}

function stepOf(name: string, list: { run: Run; inodes: number | undefined }[]): ScaleStep {
  const [step = "", contender = ""] = name.split("\0");
  const peaks = list.flatMap(({ run }) => run.peakMib ?? []);
  return {
    step,
    contender,
    seconds: spread(list.map(({ run }) => run.seconds)),
    peakMib: peaks.length === 0 ? undefined : Math.max(...peaks),
    inodes: list[0]?.inodes,
  };
}

/** `df` counts them on ext4 and xfs; btrfs has 0. */
async function usedInodes(path: string): Promise<number | undefined> {
  const used = Number((await outputOf(["df", "--output=iused", path])).split("\n")[1]);
  return used > 0 ? used : undefined;
}

/** Of the newest manifest, and of the index, which is the larger the more snapshots there are. */
function sizesIn(root: string): { manifestBytes: number; indexBytes: number } {
  const names = [...Deno.readDirSync(`${root}/bench`)].map(({ name }) => name);
  const manifest = names.filter((name) => name.endsWith(".mtree.gz")).sort().at(-1);
  return {
    manifestBytes: Deno.statSync(`${root}/bench/${manifest}`).size,
    indexBytes: Deno.statSync(`${root}/.phlb/index.sqlite3`).size,
  };
}

/** The growth of unchanged runs from the smallest to the largest; undefined when there is one. */
export function growthOf(points: readonly ScalePoint[]): Growth | undefined {
  const sorted = points.toSorted((a, b) => a.files - b.files);
  const [smallest, largest] = [sorted[0], sorted.at(-1)];
  const [from, to] = [smallest, largest].map((point) =>
    point?.steps.find(({ step, contender }) => step === "unchanged" && contender === SUBJECT)
  );
  if (smallest === largest || !smallest || !largest || !from || !to) return undefined;
  const seconds = to.seconds.median / from.seconds.median;
  const files = largest.files / smallest.files;
  const { peakMib } = to;
  const isSmall = peakMib === undefined ? undefined : peakMib <= SMALL_MIB;
  return { seconds, files, isLinear: seconds <= files * LINEAR_WITHIN, peakMib, isSmall };
}

/** The points as JSON, each number of bytes also for one file. */
export function scaleValue(points: readonly ScalePoint[]) {
  const growth = growthOf(points);
  return {
    points: points.map(({ files, dirs, steps, manifestBytes, indexBytes }) => ({
      files,
      dirs,
      steps: steps.map(({ step, contender, seconds, peakMib, inodes }) => ({
        step,
        contender,
        seconds,
        microseconds_per_file: seconds.median / files * 1e6,
        peak_mib: peakMib ?? null,
        inodes: inodes ?? null,
      })),
      manifest_bytes: manifestBytes,
      manifest_bytes_per_file: manifestBytes / files,
      index_bytes: indexBytes,
      index_bytes_per_file: indexBytes / files,
    })),
    goal: growth === undefined ? null : {
      growth_of_files: growth.files,
      growth_of_seconds: growth.seconds,
      is_linear: growth.isLinear,
      peak_mib: growth.peakMib ?? null,
      is_small: growth.isSmall ?? null,
    },
  };
}

import type { Around, Ended } from "../support/inline_thread.ts";
import { readQuick } from "../support/quick_tree.ts";
import { run } from "../support/run.ts";
import type { TreeEntry, TreeOnDisk } from "../support/tree.ts";

/**
 * A command on a root of some history. `dir` holds `source`, which no run changes, `start`, what
 * each run begins with, and `work`, a copy of that: `root`, for some also `target`.
 */
export interface Scenario {
  readonly name: string;
  /** Makes `source` and `start` in an empty directory. */
  prepare(dir: string): Promise<void>;
  /** Runs the command on `work`. */
  run(dir: string, around?: Around): Promise<Ended>;
  /** Fails unless nothing is lost, and nothing that is half-done looks done. */
  assertSound(dir: string, context: SoundContext): Promise<void>;
  /** Fails unless all is as it is to be after a run without faults. */
  assertDone(dir: string, before: TreeOnDisk, copied?: Copied): Promise<void>;
}

/** Whether `work` was written anew since, so that its inodes are others. */
export interface Copied {
  readonly isCopy?: boolean;
}

/** Fields of what must stay as it was that may differ all the same. */
export function mayDiffer({ isCopy }: Copied): (keyof TreeEntry)[] {
  return ["nlink", "allocatedBytes", ...(isCopy === true ? ["inode"] as const : [])];
}

/** What {@link Scenario.assertSound} is told. */
export interface SoundContext extends Copied {
  /** `work` before the run. */
  readonly before: TreeOnDisk;
  /** How it ended; undefined for one that was killed. */
  readonly ended: Ended | undefined;
}

/** Makes `work` anew and reads what it holds. */
export async function beginAnew(dir: string): Promise<TreeOnDisk> {
  await run("sh", ["-c", 'rm -rf "$1/work" && cp -a "$1/start" "$1/work"', "sh", dir]);
  return readQuick(`${dir}/work`);
}

/** Where suites work that start thousands of runs: in memory, if there is such a place. */
export async function makeProofDir(): Promise<AsyncDisposable & { readonly path: string }> {
  const memory = "/dev/shm";
  const inMemory = await Deno.stat(memory).then(({ isDirectory }) => isDirectory, () => false);
  const path = await Deno.makeTempDir({
    prefix: "phlb-proof-",
    ...(inMemory ? { dir: memory } : {}),
  });
  return {
    path,
    [Symbol.asyncDispose]: async () => void await run("rm", ["-rf", "--", path]),
  };
}

/** The part of a tree that a pattern matches. */
export function only(tree: TreeOnDisk, wanted: (path: string) => boolean): TreeOnDisk {
  return Object.fromEntries(Object.entries(tree).filter(([path]) => wanted(path)));
}

/** The part of a tree below a directory, by the paths below it. */
export function below(tree: TreeOnDisk, dir: string): TreeOnDisk {
  const inside = Object.entries(tree).filter(([path]) =>
    path === dir || path.startsWith(`${dir}/`)
  );
  return Object.fromEntries(
    inside.map(([path, entry]) => [path === dir ? "." : path.slice(dir.length + 1), entry]),
  );
}

/** Names of the snapshots in a root's only directory of them. */
export function snapshotTimes(tree: TreeOnDisk, name = "root/source"): string[] {
  const pattern = new RegExp(`^${name}/(\\d{4}-[\\d-]+)$`);
  return Object.entries(tree).flatMap(([path, { type }]) =>
    type === "dir" ? pattern.exec(path)?.[1] ?? [] : []
  );
}

import type { Around, Ended } from "../support/inline_thread.ts";
import { readQuick } from "../support/quick_tree.ts";
import type { TreeEntry, TreeOnDisk } from "../support/tree.ts";
import { type DiskNode, nodesBelow, writeDisk } from "./disk_node.ts";

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

/** What `start` holds, by `dir`: it is read once, and does not change. */
const starts = new Map<string, DiskNode>();

/** Makes `work` anew, with the inodes shared as in `start`, and reads what it holds. */
export function beginAnew(dir: string): TreeOnDisk {
  const [work, start] = [`${dir}/work`, starts.get(dir) ?? nodesBelow(`${dir}/start`)];
  starts.set(dir, start);
  makeEmpty(work);
  writeDisk(work, { root: start, stateOf: (node) => ({ ...node.now, names: node.names }) });
  return readQuick(work);
}

/** Removes what is there, if anything is, and makes a directory in its place. */
export function makeEmpty(path: string): void {
  try {
    Deno.removeSync(path, { recursive: true });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  Deno.mkdirSync(path);
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

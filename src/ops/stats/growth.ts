import { compareNames } from "../../base/path_bytes.ts";

/** A directory with what came into it and below it. */
export interface GrowthPlace {
  /** Relative to the snapshot; `""` stands for the files directly in it. */
  readonly relPath: string;
  readonly addedBytes: number;
}

/** Where a snapshot holds what older ones did not. */
export interface Growth {
  /** Most first; no place lies in another. */
  readonly places: readonly GrowthPlace[];
  /** What came in elsewhere. */
  readonly elsewhereBytes: number;
}

/** A directory below this share of the whole is not worth a line of its own. */
const LEAST_SHARE = 0.05;

/** A directory gives way to its largest subdirectories when these have this share of it. */
const SPLIT_SHARE = 0.8;

/**
 * The deepest directories that hold most of the growth, at most `limit` of them. `added` has the
 * bytes that came into each directory itself, by path.
 */
export function largestGrowth(
  added: ReadonlyMap<string, number>,
  { limit }: { limit: number },
): Growth {
  const tree = sumUp(added);
  const whole = tree.bytes.get("") ?? 0;
  const top = (tree.children.get("") ?? []).flatMap((path) => deepest(tree, path, whole));
  const own = { relPath: "", addedBytes: added.get("") ?? 0 };
  const places = [own, ...top].filter(({ addedBytes }) => addedBytes > 0)
    .sort((a, b) => b.addedBytes - a.addedBytes || compareNames(a.relPath, b.relPath))
    .slice(0, limit);
  const named = places.reduce((sum, { addedBytes }) => sum + addedBytes, 0);
  return { places, elsewhereBytes: whole - named };
}

interface SummedTree {
  /** With all that is below. */
  readonly bytes: Map<string, number>;
  readonly children: Map<string, string[]>;
}

function sumUp(added: ReadonlyMap<string, number>): SummedTree {
  const bytes = new Map<string, number>();
  const children = new Map<string, string[]>();
  for (const [relPath, own] of added) {
    for (let path = relPath;; path = parentOf(path)) {
      const known = bytes.get(path);
      bytes.set(path, (known ?? 0) + own);
      if (path === "") break;
      if (known !== undefined) continue;
      const siblings = children.get(parentOf(path));
      if (siblings === undefined) children.set(parentOf(path), [path]);
      else siblings.push(path);
    }
  }
  return { bytes, children };
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function deepest(tree: SummedTree, path: string, whole: number): GrowthPlace[] {
  const addedBytes = tree.bytes.get(path) ?? 0;
  const heavy = (tree.children.get(path) ?? []).filter((child) =>
    (tree.bytes.get(child) ?? 0) >= whole * LEAST_SHARE
  );
  const inHeavy = heavy.reduce((sum, child) => sum + (tree.bytes.get(child) ?? 0), 0);
  if (heavy.length === 0 || inHeavy < addedBytes * SPLIT_SHARE) {
    return [{ relPath: path, addedBytes }];
  }
  return heavy.flatMap((child) => deepest(tree, child, whole));
}

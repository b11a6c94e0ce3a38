import { exists } from "./place.ts";
import { type LargeTree, makeLargeTree, makeSmallTree, type SmallTree } from "./trees.ts";

/** The trees that are worked on. */
export interface Sources {
  readonly small: { readonly path: string; readonly tree: SmallTree };
  readonly large: { readonly path: string; readonly tree: LargeTree };
  readonly one: { readonly path: string; readonly tree: LargeTree };
  /** Directories of this machine, as they are. */
  readonly real: readonly { readonly id: string; readonly path: string }[];
}

/** Which trees there are, full or quick; nothing is made yet. */
export function planSources(base: string, { quick }: { quick: boolean }): Sources {
  const path = `${base}/sources-${quick ? "quick" : "full"}`;
  return {
    small: {
      path: `${path}/small`,
      tree: {
        files: quick ? 5000 : 100_000,
        dirs: quick ? 100 : 2000,
        minBytes: 1024,
        maxBytes: 8192,
      },
    },
    large: {
      path: `${path}/large`,
      tree: { files: quick ? 100 : 2000, fileBytes: 1 << 20, duplicates: 0.3 },
    },
    one: {
      path: `${path}/one`,
      tree: { files: 1, fileBytes: (quick ? 128 : 4096) * (1 << 20), duplicates: 0 },
    },
    real: [quick ? { id: "usr-doc", path: "/usr/share/doc" } : { id: "usr", path: "/usr" }],
  };
}

/** Makes the trees that workloads of these ids need and that are not there yet. */
export function makeSources({ small, large, one }: Sources, ids: readonly string[]): void {
  const isWanted = (word: string) => ids.some((id) => id.endsWith(word));
  if (isWanted("small")) make(small.path, (path) => makeSmallTree(path, small.tree));
  if (isWanted("large")) make(large.path, (path) => makeLargeTree(path, large.tree));
  if (isWanted("one")) make(one.path, (path) => makeLargeTree(path, one.tree, 9));
}

/** Under another name until it is complete: a bench that was stopped leaves no half tree behind. */
export function make(path: string, maker: (path: string) => void): void {
  if (exists(path)) return;
  const making = `${path}.making`;
  if (exists(making)) Deno.removeSync(making, { recursive: true });
  Deno.mkdirSync(making, { recursive: true });
  maker(making);
  Deno.renameSync(making, path);
}

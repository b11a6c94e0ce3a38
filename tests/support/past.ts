import { type BackupPlace } from "./backup_place.ts";
import { assertSameTree } from "./same_tree.ts";
import { readTree, type TreeEntry, type TreeOnDisk } from "./tree.ts";

/** The published snapshots of a place at one moment, with the files that stand beside them. */
export interface Past {
  /** Fails unless each of them still has the same content, attributes and inodes. */
  assertKept(): Promise<void>;
  /** The same, but for inodes: files may have been written anew. */
  assertSame(): Promise<void>;
}

/** Remembers all published snapshots of a place, to be compared with what they are later. */
export async function rememberPast(place: BackupPlace): Promise<Past> {
  const times = place.snapshots().map((path) => path.split("/").at(-1) ?? "");
  const isPast = (path: string) => times.some((time) => path.startsWith(time));
  const before = await readPast(place, isPast);
  return {
    assertSame: async () => {
      assertSameTree(await readPast(place, isPast), before);
    },
    assertKept: async () => {
      // A link from a newer snapshot changes nothing but the number of links.
      assertSameTree(await readPast(place, isPast), before, { ignore: ["nlink"] });
    },
  };
}

async function readPast(
  { root, source }: BackupPlace,
  isPast: (path: string) => boolean,
): Promise<TreeOnDisk> {
  const all = await readTree(`${root}/${source.split("/").at(-1)}`);
  // A file system that was mounted again may have another number.
  const numberOf = ({ inode }: TreeEntry) => inode.split(":").at(-1) ?? "";
  return Object.fromEntries(
    Object.entries(all).filter(([path]) => isPast(path))
      .map(([path, entry]) => [path, { ...entry, inode: numberOf(entry) }]),
  );
}

import type { SnapshotRef } from "../../store/snapshots.ts";
import { type CountAnswer, DIR, DIR_FIELDS, ROW, ROW_FIELDS } from "./count_batch.ts";
import type { HolderPlan } from "./holders.ts";
import { HELD, type Holder, type InodeTable, SEEN } from "./inode_table.ts";

/** Bytes and inodes, of contents and of everything else. */
interface Sums {
  contentBytes: number;
  otherBytes: number;
  inodes: number;
}

/** Counts what one holder holds; see `root_stats.ts` for what the figures mean. */
export class HolderCount<Ref extends SnapshotRef = SnapshotRef> implements Holder {
  readonly number: number;
  readonly plan: HolderPlan<Ref>;
  readonly isChosen: boolean;
  files = 0;
  directories = 0;
  others = 0;
  apparentBytes = 0;
  readonly stored = noSums();
  readonly added = noSums();
  readonly unique = noSums();
  /** Inodes with one name. */
  readonly lone = { bytes: 0, inodes: 0 };
  /** Added contents by directory below the snapshot; undefined when nobody asked. */
  readonly growth: Map<string, number> | undefined;
  readonly #prefix: string;

  constructor(
    plan: HolderPlan<Ref>,
    { number, isChosen, prefix }: { number: number; isChosen: boolean; prefix: string | undefined },
  ) {
    this.plan = plan;
    this.number = number;
    this.isChosen = isChosen;
    this.#prefix = prefix ?? "";
    this.growth = prefix === undefined ? undefined : new Map();
  }

  /** Takes in what was counted for it; names go to `table`. */
  take(
    { paths, dirs, rows }: Pick<CountAnswer, "paths" | "dirs" | "rows">,
    table: InodeTable,
  ): void {
    let row = 0;
    for (const [i, path] of paths.entries()) {
      const at = i * DIR_FIELDS;
      const before = this.added.contentBytes;
      this.#takeDir(dirs, at);
      for (const end = row + (dirs[at + DIR.rows] ?? 0); row < end; row++) {
        const bytes = rows[row * ROW_FIELDS + ROW.allocatedBytes] ?? 0;
        this.#takeName(table.add(rows, row, this), bytes);
      }
      this.#grow(path, this.added.contentBytes - before);
    }
  }

  /** Takes in an inode whose first holder it is, once all names are counted. */
  settle(held: number, bytes: number): void {
    if ((held & HELD.byOne) !== 0) addInode(this.unique, bytes, held & HELD.content);
  }

  #takeDir(dirs: Float64Array, at: number): void {
    const of = (column: number) => dirs[at + column] ?? 0;
    this.files += of(DIR.files);
    this.apparentBytes += of(DIR.apparentBytes);
    this.directories += of(DIR.directories);
    this.others += of(DIR.others);
    for (const sums of [this.stored, this.added, this.unique]) {
      sums.contentBytes += of(DIR.loneContentBytes);
      sums.otherBytes += of(DIR.loneOtherBytes);
      sums.inodes += of(DIR.loneContents) + of(DIR.loneOthers);
    }
    this.lone.bytes += of(DIR.loneContentBytes) + of(DIR.loneOtherBytes);
    this.lone.inodes += of(DIR.loneContents) + of(DIR.loneOthers);
  }

  #takeName(seen: number, bytes: number): void {
    const content = seen & SEEN.content;
    if ((seen & SEEN.firstInHolder) !== 0) addInode(this.stored, bytes, content);
    if ((seen & SEEN.first) !== 0) addInode(this.added, bytes, content);
  }

  #grow(path: string, bytes: number): void {
    if (this.growth === undefined || bytes === 0 || !path.startsWith(this.#prefix)) return;
    // Its own path is the prefix alone.
    const relPath = path.slice(this.#prefix.length + 1);
    this.growth.set(relPath, (this.growth.get(relPath) ?? 0) + bytes);
  }
}

/** Contents and everything else. */
export function bytesOf({ contentBytes, otherBytes }: Readonly<Sums>): number {
  return contentBytes + otherBytes;
}

function noSums(): Sums {
  return { contentBytes: 0, otherBytes: 0, inodes: 0 };
}

/** `content` is 0 for an inode that holds none. */
function addInode(sums: Sums, bytes: number, content: number): void {
  if (content !== 0) sums.contentBytes += bytes;
  else sums.otherBytes += bytes;
  sums.inodes++;
}

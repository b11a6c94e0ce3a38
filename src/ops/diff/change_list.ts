import type { EntryType } from "../../fs/stat_table.ts";
import { STAT } from "../../fs/stat_table.ts";
import type { Change } from "./change.ts";
import { pathOf, type TreeEntry } from "./entry_cursor.ts";
import { pairRenames, type RenameCandidate } from "./pair_renames.ts";

/** Changes that are held back at most, to find renames among them; some 100 MB. */
export const MAX_HELD = 200_000;

/** How a {@link ChangeList} works. */
export interface ChangeListOptions {
  /** Whether what is gone and new is looked at for renames. */
  readonly renames: boolean;
  readonly limit: number;
  /** Gets the changes, in the order of a walk. */
  readonly emit: (change: Change) => void;
  /** Called once, when there are too many to find renames. */
  readonly onOverflow: () => void;
}

interface Lone extends RenameCandidate {
  readonly modifier: "+" | "-";
  /** Path in the part of the tree that is compared. */
  readonly inside: string;
}

/** Holds changes back until it is known which of them are renames, or one change of type. */
export class ChangeList {
  readonly #options: ChangeListOptions;
  #held: (Change | Lone)[] = [];
  #overflowed = false;

  constructor(options: ChangeListOptions) {
    this.#options = options;
  }

  /** Takes a change of an entry that both have. */
  add(change: Change): void {
    this.#hold(change);
  }

  /** Takes an entry that one of them has. */
  addLone(modifier: "+" | "-", entry: TreeEntry): void {
    const { relPath, stats, row, record, isStored } = entry;
    const hasInode = stats.get(row, STAT.inoLow) !== 0 || stats.get(row, STAT.inoHigh) !== 0;
    const inode = hasInode ? stats.inodeKey(row) : undefined;
    this.#hold({
      modifier,
      relPath,
      inside: pathOf(entry.place),
      type: stats.type(row),
      sizeBytes: fileSize(entry),
      // The inode of a stored file says what it contains, not which file of the source it was.
      digest: record?.digest ?? (isStored ? inode : undefined),
      inode: isStored ? undefined : inode,
      mtime: `${stats.get(row, STAT.mtimeSec)}.${stats.get(row, STAT.mtimeNsec)}`,
    });
  }

  /** Hands out all that is held. */
  finish(): void {
    const held = this.#held;
    this.#held = [];
    const gone = held.filter(isGone);
    const added = held.filter(isAdded);
    const { types, rest } = pairTypes(gone, added);
    const renames = this.#options.renames
      ? pairRenames(rest.gone, rest.added)
      : new Map<Lone, Lone>();
    const paired = new Set([...types.values(), ...renames.values()]);
    for (const item of held) {
      if (!isLone(item)) this.#options.emit(item);
      else if (!paired.has(item)) this.#options.emit(settled(item, { types, renames }));
    }
  }

  #hold(item: Change | Lone): void {
    if (this.#overflowed) {
      this.#options.emit(isLone(item) ? plain(item) : item);
      return;
    }
    this.#held.push(item);
    if (this.#held.length <= this.#options.limit) return;
    this.#overflowed = true;
    this.#options.onOverflow();
    for (const held of this.#held.splice(0)) this.#options.emit(isLone(held) ? plain(held) : held);
  }
}

function isLone(item: Change | Lone): item is Lone {
  return "mtime" in item;
}

function isGone(item: Change | Lone): item is Lone {
  return isLone(item) && item.modifier === "-";
}

function isAdded(item: Change | Lone): item is Lone {
  return isLone(item) && item.modifier === "+";
}

interface Rest {
  readonly gone: Lone[];
  readonly added: Lone[];
}

/** A directory stands elsewhere in the order than a file of the same path. */
function pairTypes(gone: Lone[], added: Lone[]): { types: Map<Lone, Lone>; rest: Rest } {
  const byPath = new Map(gone.map((item) => [item.inside, item]));
  const types = new Map<Lone, Lone>();
  for (const item of added) {
    const before = byPath.get(item.inside);
    if (before !== undefined) types.set(item, before);
  }
  const paired = new Set(types.values());
  return {
    types,
    rest: {
      gone: gone.filter((item) => !paired.has(item)),
      added: added.filter((item) => !types.has(item)),
    },
  };
}

function settled(
  item: Lone,
  { types, renames }: { types: Map<Lone, Lone>; renames: Map<Lone, Lone> },
): Change {
  const otherType = types.get(item);
  if (otherType !== undefined) return { ...plain(item), modifier: "T", before: ofLone(otherType) };
  const renamed = renames.get(item);
  return renamed === undefined
    ? plain(item)
    : { ...plain(item), modifier: "R", before: ofLone(renamed) };
}

function plain(item: Lone): Change {
  return { modifier: item.modifier, ...ofLone(item) };
}

function ofLone(
  { relPath, type, sizeBytes }: Lone,
): { relPath: string; type: EntryType; sizeBytes: number } {
  return { relPath, type, sizeBytes };
}

/** Bytes of content; 0 for what is no regular file. */
export function fileSize({ stats, row }: TreeEntry): number {
  return stats.type(row) === "file" ? stats.sizeBytes(row) : 0;
}

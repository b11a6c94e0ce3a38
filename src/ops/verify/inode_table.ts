import { STAT, type StatTable } from "../../fs/stat_table.ts";

/** What is noted of an inode, bits of {@link InodeTable.flags}. */
export const INODE = {
  /** An entry that names it has its mode, or nobody can say what mode it should have. */
  modeKnown: 1,
  /** Its content is not what it should be, or could not be read. */
  damaged: 2,
} as const;

/** Bits for {@link INODE}; the others count names. */
const FLAG_BITS = 2;
const MAX_NAMES = 2 ** (32 - FLAG_BITS) - 1;

/** Inodes in a block of columns: one block is added after the other, so that nothing is copied. */
const BLOCK_BITS = 16;
const BLOCK_INODES = 1 << BLOCK_BITS;

/** Columns of a block, 4 bytes each. */
const COLUMNS = 4;
const LOW = 0; // lower half of the inode number
const GROUP = 1;
const NAMES = 2; // and the flags
const TAG = 3;

/**
 * A set of inodes with a few facts about each, in 16 bytes each and 4 to 11 more to find them by: ten
 * million take about 220 MB. Inodes are numbered from 0 in the order in which they were added.
 */
export class InodeTable {
  readonly #blocks: Uint32Array[] = [];
  /** Number by `<device>/<upper half>`: there are few, as a rule one. */
  readonly #groups = new Map<string, number>();
  /** Number of an inode plus 1 at the place its hash leads to, or at the next free one; 0: free. */
  #slots = new Uint32Array(1024);
  #size = 0;
  #lastGroup = { high: -1, minor: -1, major: -1, group: 0 };

  /** How many there are. */
  get size(): number {
    return this.#size;
  }

  /** Counts one more name of the inode in row `row` and returns the inode's number. */
  add(stats: StatTable, row: number): number {
    const low = stats.get(row, STAT.inoLow);
    const group = this.#group(stats, row);
    const slot = this.#find(low, group);
    const known = this.#slots[slot] ?? 0;
    if (known === 0) return this.#append({ low, group, slot });
    const inode = known - 1;
    const count = this.#get(inode, NAMES);
    if (count >>> FLAG_BITS < MAX_NAMES) this.#set(inode, NAMES, count + (1 << FLAG_BITS));
    return inode;
  }

  /** The number of an inode that was added, else undefined. */
  find(stats: StatTable, row: number): number | undefined {
    const group = this.#groups.get(groupKey(stats, row));
    if (group === undefined) return undefined;
    const known = this.#slots[this.#find(stats.get(row, STAT.inoLow), group)] ?? 0;
    return known === 0 ? undefined : known - 1;
  }

  /** Names that were added of it. */
  names(inode: number): number {
    return this.#get(inode, NAMES) >>> FLAG_BITS;
  }

  /** Bits of {@link INODE}. */
  flags(inode: number): number {
    return this.#get(inode, NAMES) & (2 ** FLAG_BITS - 1);
  }

  setFlag(inode: number, flag: number): void {
    this.#set(inode, NAMES, this.#get(inode, NAMES) | flag);
  }

  /** A number of 32 bits that the caller may give to an inode; 0 at first. */
  tag(inode: number): number {
    return this.#get(inode, TAG);
  }

  setTag(inode: number, tag: number): void {
    this.#set(inode, TAG, tag);
  }

  #get(inode: number, column: number): number {
    const at = (inode & (BLOCK_INODES - 1)) * COLUMNS + column;
    return this.#blocks[inode >>> BLOCK_BITS]?.[at] ?? 0;
  }

  #set(inode: number, column: number, value: number): void {
    const block = this.#blocks[inode >>> BLOCK_BITS];
    if (block === undefined) throw new RangeError(`There is no inode ${inode}`);
    block[(inode & (BLOCK_INODES - 1)) * COLUMNS + column] = value;
  }

  #append({ low, group, slot }: { low: number; group: number; slot: number }): number {
    const inode = this.#size++;
    if (inode % BLOCK_INODES === 0) this.#blocks.push(new Uint32Array(BLOCK_INODES * COLUMNS));
    this.#set(inode, LOW, low);
    this.#set(inode, GROUP, group);
    this.#set(inode, NAMES, 1 << FLAG_BITS);
    this.#slots[slot] = inode + 1;
    if (this.#size * 4 > this.#slots.length * 3) this.#grow();
    return inode;
  }

  /** Number of device and upper half; as a rule it is the one of the inode before. */
  #group(stats: StatTable, row: number): number {
    const last = this.#lastGroup;
    const isLast = last.high === stats.get(row, STAT.inoHigh) &&
      last.minor === stats.get(row, STAT.devMinor) && last.major === stats.get(row, STAT.devMajor);
    if (isLast) return last.group;
    const key = groupKey(stats, row);
    const group = this.#groups.get(key) ?? this.#groups.size;
    this.#groups.set(key, group);
    this.#lastGroup = {
      high: stats.get(row, STAT.inoHigh),
      minor: stats.get(row, STAT.devMinor),
      major: stats.get(row, STAT.devMajor),
      group,
    };
    return group;
  }

  /** The slot that has the inode, or that would. */
  #find(low: number, group: number): number {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = mixed(low, group) & mask;; slot = (slot + 1) & mask) {
      const known = slots[slot] ?? 0;
      if (known === 0) return slot;
      if (this.#get(known - 1, LOW) === low && this.#get(known - 1, GROUP) === group) return slot;
    }
  }

  #grow(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let inode = 0; inode < this.#size; inode++) {
      this.#slots[this.#find(this.#get(inode, LOW), this.#get(inode, GROUP))] = inode + 1;
    }
  }
}

function groupKey(stats: StatTable, row: number): string {
  const device = `${stats.get(row, STAT.devMajor)}:${stats.get(row, STAT.devMinor)}`;
  return `${device}/${stats.get(row, STAT.inoHigh)}`;
}

/** Spreads neighbouring numbers; the constants are those of MurmurHash3's last step. */
function mixed(low: number, group: number): number {
  let hash = low ^ Math.imul(group, 0x9e3779b1);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

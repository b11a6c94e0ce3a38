import { ROW, ROW_FIELDS } from "./count_batch.ts";

/** What {@link InodeTable.add} found out, as bits. */
export const SEEN = {
  /** Nobody had this inode before. */
  first: 1,
  /** The holder had no name of it before. */
  firstInHolder: 2,
  /** It holds the content of a backed-up file, as the first name that was met said. */
  content: 4,
  /** The file system knows of no other names than those that were counted. */
  last: 8,
} as const;

/** What is known of an inode when all names were counted, as bits. */
export const HELD = {
  /** All its names belong to one holder, and the file system knows of no others. */
  byOne: 1,
  /** All its names belong to holders that were chosen. */
  byChosen: 2,
  content: 4,
} as const;

/** Whom a name belongs to. */
export interface Holder {
  readonly number: number;
  /** See {@link HELD}. */
  readonly isChosen: boolean;
}

/** Records in a block of memory: large enough to be cheap, small enough not to waste. */
const BLOCK_BITS = 16;
const BLOCK = 1 << BLOCK_BITS;
const LEAST_SLOTS = 1 << 12;

/** Bits of a mark; the number of the device stands above them. */
const CONTENT = 1;
const NOT_CHOSEN = 2;
const DEVICE_SHIFT = 2;

interface Records {
  /** Inode number in two halves. */
  readonly ino: Uint32Array;
  readonly marks: Uint16Array;
  readonly firstHolder: Uint32Array;
  readonly lastHolder: Uint32Array;
  /** Names that the file system knows and that were not counted. */
  readonly missing: Int32Array;
  readonly bytes: Float64Array;
}

/**
 * Counts the names of each inode by holder. Made for many: an inode takes 30 bytes and its place in
 * the hash table another 5 to 11, so that 10 million take less than 400 MB. The names of one
 * holder must come together, all of them before those of the next.
 */
export class InodeTable {
  /** Number of a record and 1; 0 is an empty slot. Linear probing, at most three quarters full. */
  #slots = new Int32Array(LEAST_SLOTS);
  #size = 0;
  readonly #blocks: Records[] = [];
  readonly #devices = new Map<number, number>();

  /** How many different inodes there are. */
  get size(): number {
    return this.#size;
  }

  /** Counts the name in row `row` of `rows` (see {@link ROW}); returns bits of {@link SEEN}. */
  add(rows: Float64Array, row: number, { number, isChosen }: Holder): number {
    const at = row * ROW_FIELDS;
    const slot = this.#find(rows, at);
    const known = this.#slots[slot] ?? 0;
    const isNew = known === 0;
    const record = isNew ? this.#insert(rows, at, slot) : known - 1;
    const block = this.#blockOf(record);
    const i = record & (BLOCK - 1);
    const isNewHere = isNew || block.lastHolder[i] !== number;
    if (isNew) block.firstHolder[i] = number;
    block.lastHolder[i] = number;
    block.missing[i] = (block.missing[i] ?? 0) - 1;
    const marks = (block.marks[i] ?? 0) | (isChosen ? 0 : NOT_CHOSEN);
    block.marks[i] = marks;
    return (isNew ? SEEN.first : 0) | (isNewHere ? SEEN.firstInHolder : 0) |
      ((marks & CONTENT) === 0 ? 0 : SEEN.content) |
      (block.missing[i] === 0 ? SEEN.last : 0);
  }

  /** Tells of each inode: its first holder, bits of {@link HELD}, and its allocated bytes. */
  forEach(visit: (firstHolder: number, held: number, bytes: number) => void): void {
    for (let record = 0; record < this.#size; record++) {
      const block = this.#blockOf(record);
      const i = record & (BLOCK - 1);
      const marks = block.marks[i] ?? 0;
      const firstHolder = block.firstHolder[i] ?? 0;
      const isWhole = block.missing[i] === 0;
      const held = (isWhole && block.lastHolder[i] === firstHolder ? HELD.byOne : 0) |
        (isWhole && (marks & NOT_CHOSEN) === 0 ? HELD.byChosen : 0) |
        ((marks & CONTENT) === 0 ? 0 : HELD.content);
      visit(firstHolder, held, block.bytes[i] ?? 0);
    }
  }

  /** The slot that has the inode, or the empty one where it belongs. */
  #find(rows: Float64Array, at: number): number {
    const low = rows[at + ROW.inoLow] ?? 0;
    const high = rows[at + ROW.inoHigh] ?? 0;
    const device = this.#deviceNumber(rows[at + ROW.device] ?? 0);
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(low, high, device) & mask;; slot = (slot + 1) & mask) {
      const known = this.#slots[slot] ?? 0;
      if (known === 0) return slot;
      const { ino, marks } = this.#blockOf(known - 1);
      const i = (known - 1) & (BLOCK - 1);
      const isSame = ino[2 * i] === low && ino[2 * i + 1] === high &&
        (marks[i] ?? 0) >> DEVICE_SHIFT === device;
      if (isSame) return slot;
    }
  }

  #insert(rows: Float64Array, at: number, slot: number): number {
    const record = this.#size++;
    if (record >> BLOCK_BITS === this.#blocks.length) this.#blocks.push(makeRecords());
    const block = this.#blockOf(record);
    const i = record & (BLOCK - 1);
    const device = this.#deviceNumber(rows[at + ROW.device] ?? 0);
    block.ino[2 * i] = rows[at + ROW.inoLow] ?? 0;
    block.ino[2 * i + 1] = rows[at + ROW.inoHigh] ?? 0;
    block.marks[i] = (device << DEVICE_SHIFT) | (rows[at + ROW.isContent] === 1 ? CONTENT : 0);
    block.missing[i] = rows[at + ROW.links] ?? 0;
    block.bytes[i] = rows[at + ROW.allocatedBytes] ?? 0;
    this.#slots[slot] = record + 1;
    if (this.#size * 4 > this.#slots.length * 3) this.#widen();
    return record;
  }

  #widen(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let record = 0; record < this.#size; record++) {
      const { ino, marks } = this.#blockOf(record);
      const i = record & (BLOCK - 1);
      const device = (marks[i] ?? 0) >> DEVICE_SHIFT;
      let slot = hashOf(ino[2 * i] ?? 0, ino[2 * i + 1] ?? 0, device) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = record + 1;
    }
    this.#slots = slots;
  }

  #deviceNumber(device: number): number {
    const known = this.#devices.get(device);
    if (known !== undefined) return known;
    this.#devices.set(device, this.#devices.size);
    return this.#devices.size - 1;
  }

  #blockOf(record: number): Records {
    const block = this.#blocks[record >> BLOCK_BITS];
    if (block === undefined) throw new Error(`There is no record ${record}`);
    return block;
  }
}

function makeRecords(): Records {
  return {
    ino: new Uint32Array(2 * BLOCK),
    marks: new Uint16Array(BLOCK),
    firstHolder: new Uint32Array(BLOCK),
    lastHolder: new Uint32Array(BLOCK),
    missing: new Int32Array(BLOCK),
    bytes: new Float64Array(BLOCK),
  };
}

/** Source: the finalizer of MurmurHash3, which spreads numbers that follow one another. */
function hashOf(low: number, high: number, device: number): number {
  let hash = low ^ Math.imul(high, 0x9e3779b1) ^ Math.imul(device, 0x85ebca77);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

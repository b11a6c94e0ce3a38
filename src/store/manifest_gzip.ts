/**
 * A manifest is a gzip file of many members, each compressed by itself and holding whole lines: a
 * file that was cut off or damaged is readable up to its last whole member. `zcat` reads it as one.
 *
 * Each member says in its header how long it is (an extra field, RFC 1952 section 2.3.1.1), so that
 * it can be cut out, checked as a whole, and only then be believed.
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { Readable } from "node:stream";
import { constants, createGunzip, gunzipSync, gzipSync } from "node:zlib";

/** Plain bytes in a member: enough to compress well, few enough to read in a blink. */
export const MEMBER_BYTES = 1024 * 1024;

/** A member that is larger when it is unpacked is refused: one member plus the longest line. */
const MAX_MEMBER_BYTES = 32 * 1024 * 1024;

const GZIP_MAGIC = 0x8b1f;
const FLAG_EXTRA = 4;
/** Bytes of a gzip header without optional fields. */
const BASE_HEADER = 10;
/** Extra field: its length (2), our mark (2), length of the value (2), the value (4). */
const EXTRA_BYTES = 10;
const VALUE_BYTES = 4;
/** "PB", marks the extra field that holds the size of the whole member. */
const MARK = 0x4250;
/** Bytes of a member of ours up to its compressed data. */
export const MEMBER_HEADER = BASE_HEADER + EXTRA_BYTES;

/** Compresses whole lines as one member; `level` 1 (fast) to 9 (small). */
export function packMember(plain: Uint8Array<ArrayBuffer>, level: number): Uint8Array<ArrayBuffer> {
  const packed = gzipSync(plain, { level });
  const member = new Uint8Array(packed.length + EXTRA_BYTES);
  member.set(packed.subarray(0, BASE_HEADER));
  member.set(packed.subarray(BASE_HEADER), MEMBER_HEADER);
  const view = new DataView(member.buffer);
  view.setUint8(3, FLAG_EXTRA);
  view.setUint16(BASE_HEADER, EXTRA_BYTES - 2, true);
  view.setUint16(BASE_HEADER + 2, MARK, true);
  view.setUint16(BASE_HEADER + 4, VALUE_BYTES, true);
  view.setUint32(BASE_HEADER + 6, member.length, true);
  return member;
}

/** The compressed bytes are damaged or end too early. */
export class UnpackError extends Error {}

/** Bytes of a file from its start, in pieces of any size. */
export type Chunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** A member as it lies in its file. */
export interface PackedMember {
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Size of what it holds. */
  readonly plainBytes: number;
}

/** Some plain bytes of a manifest. */
export interface UnpackedPiece {
  readonly plain: Uint8Array;
  /** The member whose whole content it is; undefined when it is none of ours. */
  readonly packed?: PackedMember;
}

/**
 * The plain bytes of a manifest, in pieces of any size: of members of ours, of any other gzip file,
 * or of one that is not compressed.
 *
 * @throws {UnpackError} after everything before the damage has been yielded
 */
export async function* unpack(chunks: Chunks): AsyncGenerator<Uint8Array> {
  for await (const { plain } of unpackPieces(chunks)) yield plain;
}

/** The same as {@link unpack}, with the members that the pieces come from. */
export async function* unpackPieces(chunks: Chunks): AsyncGenerator<UnpackedPiece> {
  const input = new Input(chunks);
  try {
    await input.fill(MEMBER_HEADER);
    if (input.uint16(0) !== GZIP_MAGIC) {
      for await (const plain of input.rest()) yield { plain };
    } else if (memberBytes(input) === undefined) {
      for await (const plain of gunzip(input)) yield { plain };
    } else yield* members(input);
  } finally {
    await input.close();
  }
}

async function* members(input: Input): AsyncGenerator<UnpackedPiece> {
  while (await input.fill(MEMBER_HEADER) > 0) {
    const length = memberBytes(input);
    if (length === undefined) throw new UnpackError("the compressed data is damaged");
    if (await input.fill(length) < length) throw new UnpackError("the file ends too early");
    const bytes = input.take(length).slice();
    const plain = gunzipMember(bytes);
    yield { plain, packed: { bytes, plainBytes: plain.length } };
  }
}

/** Size of the member that `input` begins with, undefined when it is none of ours. */
export function memberBytes(input: Pick<Input, "uint16">): number | undefined {
  const ours = input.uint16(0) === GZIP_MAGIC && input.uint16(BASE_HEADER) === EXTRA_BYTES - 2 &&
    (input.uint16(2) >> 8) === FLAG_EXTRA && input.uint16(BASE_HEADER + 2) === MARK &&
    input.uint16(BASE_HEADER + 4) === VALUE_BYTES;
  if (!ours) return undefined;
  const length = input.uint16(BASE_HEADER + 6) + input.uint16(BASE_HEADER + 8) * 0x10000;
  return length > MEMBER_HEADER && length <= MAX_MEMBER_BYTES ? length : undefined;
}

/**
 * The plain bytes of a member.
 *
 * @throws {UnpackError}
 */
export function gunzipMember(member: Uint8Array): Uint8Array {
  try {
    return gunzipSync(member, { maxOutputLength: MAX_MEMBER_BYTES, chunkSize: roomFor(member) });
  } catch (error) {
    throw new UnpackError("the compressed data is damaged", { cause: error });
  }
}

/** Room for all of a member at once saves putting pieces together; not more than one should have. */
function roomFor(member: Uint8Array): number {
  const view = new DataView(member.buffer, member.byteOffset, member.length);
  const stated = view.getUint32(member.length - 4, true);
  return Math.min(stated, 2 * MEMBER_BYTES) + LEAST_CHUNK;
}

/** Source: node:zlib, `Z_MIN_CHUNK`. */
const LEAST_CHUNK = 64;

/** What the first bytes of a member hold, as far as it goes; nothing of it was checked. */
export function gunzipStart(packed: Uint8Array): Uint8Array {
  try {
    return gunzipSync(packed, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    throw new UnpackError("the compressed data is damaged", { cause: error });
  }
}

async function* gunzip(input: Input): AsyncGenerator<Uint8Array> {
  const gunzip = createGunzip();
  // A stream's failure does not go down a pipe by itself.
  const source = Readable.from(input.rest()).on("error", (error) => gunzip.destroy(error));
  source.pipe(gunzip);
  try {
    for await (const piece of gunzip) {
      if (piece instanceof Uint8Array) yield piece;
    }
  } catch (error) {
    throw new UnpackError("the compressed data is damaged", { cause: error });
  } finally {
    source.destroy();
    gunzip.destroy();
  }
}

/** Bytes that were read and not yet used. */
class Input {
  readonly #iterator: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(chunks: Chunks) {
    this.#iterator = Symbol.asyncIterator in chunks
      ? chunks[Symbol.asyncIterator]()
      : chunks[Symbol.iterator]();
  }

  /** Reads on until `count` bytes are at hand; returns how many there are, fewer at the end only. */
  async fill(count: number): Promise<number> {
    if (this.#bytes.length >= count) return this.#bytes.length;
    const pieces = [this.#bytes];
    let total = this.#bytes.length;
    while (total < count) {
      const { value, done } = await this.#iterator.next();
      if (done === true) break;
      pieces.push(value);
      total += value.length;
    }
    this.#bytes = Buffer.concat(pieces);
    return total;
  }

  uint16(at: number): number {
    return (this.#bytes[at] ?? 0) | ((this.#bytes[at + 1] ?? 0) << 8);
  }

  take(count: number): Uint8Array {
    const taken = this.#bytes.subarray(0, count);
    this.#bytes = this.#bytes.subarray(count);
    return taken;
  }

  /** Ends reading early. */
  async close(): Promise<void> {
    await this.#iterator.return?.();
  }

  async *rest(): AsyncGenerator<Uint8Array> {
    if (this.#bytes.length > 0) yield this.#bytes;
    for (;;) {
      const { value, done } = await this.#iterator.next();
      if (done === true) return;
      yield value;
    }
  }
}

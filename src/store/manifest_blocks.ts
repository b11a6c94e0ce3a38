/**
 * Reads a manifest of ours directory by directory, as text: most directories are as they were, and
 * that can be told from the text alone, without taking it apart.
 *
 * @module
 */
import { comparePaths } from "../base/path_bytes.ts";
import { decodeAscii } from "./ascii.ts";
import { type Chunks, type PackedMember, unpackPieces } from "./manifest_gzip.ts";
import { EXTRAS, HeaderReader, MANIFEST_VERSION } from "./manifest_header.ts";
import { LineError } from "./manifest_line.ts";
import { ManifestParser } from "./manifest_parser.ts";
import type { ManifestSection } from "./section.ts";
import { unvis } from "./vis.ts";

/** Whole lines as they stand in a manifest. */
export interface ManifestText {
  readonly text: string;
  /** How many entries they describe. */
  readonly entries: number;
  /** Where they come from; undefined when they do not lie in one member. */
  readonly origin: TextOrigin | undefined;
}

/** The place of a text in a manifest. */
export interface TextOrigin {
  readonly packed: PackedMember;
  /** Offset in what the member holds. */
  readonly start: number;
}

/** The lines of a directory, or of a part of a large one. */
export interface ManifestBlock {
  readonly relPath: string;
  /** True when this goes on with the directory of the block before: its own line is not in it. */
  readonly continues: boolean;
  /** True when no more of the directory follows. */
  readonly ends: boolean;
  readonly text: string;
  readonly origin: TextOrigin | undefined;
}

/** A directory's text is handed out in parts of about this size. */
const PART_CHARS = 1024 * 1024;

/** Only in the line of a directory: blanks in names and values are encoded. */
const DIRECTORY_WORD = " type=dir ";

const END_LINE = /(?:^|\n)(# phlb end [0-9]+\n)$/;
/** More than the end line takes. */
const END_CHARS = 40;

/**
 * The blocks of a manifest, in its order, which is checked.
 *
 * @throws {LineError} {UnpackError} when it is not ours, or damaged, after everything before that
 */
export async function* manifestBlocks(chunks: Chunks): AsyncGenerator<ManifestBlock> {
  const cutter = new BlockCutter();
  let rest = "";
  for await (const { plain, packed } of unpackPieces(chunks)) {
    const text = asciiText(plain);
    const end = text.lastIndexOf("\n") + 1;
    yield* cutter.take(rest + text.slice(0, end), rest === "" ? packed : undefined);
    rest = text.slice(end);
  }
  yield* cutter.finish();
}

/**
 * What a block says, entry by entry.
 *
 * @throws {LineError}
 */
export function parseBlock(block: ManifestBlock): ManifestSection[] {
  const parser = ManifestParser.forDirectory(block);
  parser.feed(block.text);
  parser.cut();
  return parser.completed();
}

function asciiText(plain: Uint8Array): string {
  const text = decodeAscii(plain);
  if (text === undefined) throw new LineError("the text is not ASCII");
  return text;
}

class BlockCutter {
  /** What is not known to be complete yet. */
  #open: ManifestBlock | undefined;
  #ended = false;
  #begun = false;

  *take(whole: string, packed: PackedMember | undefined): Generator<ManifestBlock> {
    if (this.#ended && whole !== "") throw new LineError("something follows the end");
    const text = this.#withoutEnd(whole);
    let at = this.#begun ? 0 : this.#header(text);
    for (let search = at; search < text.length;) {
      const word = text.indexOf(DIRECTORY_WORD, search);
      if (word < 0) break;
      const line = text.lastIndexOf("\n", word) + 1;
      const start = text.lastIndexOf("\n", Math.max(0, line - 2)) + 1;
      if (start >= line || start < at || !text.startsWith(EXTRAS, start)) {
        throw new LineError("the comment above a directory is missing");
      }
      yield* this.#close(text.slice(at, start));
      this.#begin(text.slice(line, word), packed === undefined ? undefined : { packed, start });
      at = start;
      search = word + DIRECTORY_WORD.length;
    }
    yield* this.#append(text.slice(at));
  }

  *finish(): Generator<ManifestBlock> {
    yield* this.#close("");
    if (!this.#ended) throw new LineError("the manifest ends too early");
  }

  #withoutEnd(text: string): string {
    const end = END_LINE.exec(text.slice(-END_CHARS))?.[1];
    if (end === undefined) return text;
    this.#ended = true;
    return text.slice(0, -end.length);
  }

  /** Checks the comments at the top; returns where they end. */
  #header(text: string): number {
    const end = text.startsWith(EXTRAS) ? 0 : text.indexOf(`\n${EXTRAS}`) + 1;
    const reader = new HeaderReader();
    for (const line of text.slice(0, end).split("\n")) reader.add(line);
    const version = reader.header?.formatVersion;
    if (version === undefined) throw new LineError("it is not of phlb's format");
    if (version > MANIFEST_VERSION) {
      throw new LineError(`format ${version} is newer than ${MANIFEST_VERSION} of this program`);
    }
    this.#begun = true;
    return end;
  }

  #begin(path: string, origin: TextOrigin | undefined): void {
    const relPath = path === "." ? "" : unvis(path.slice(2));
    const before = this.#open?.relPath;
    if (before !== undefined && comparePaths(before, relPath) >= 0) {
      throw new LineError("the directories are not in order");
    }
    this.#open = { relPath, continues: false, ends: false, text: "", origin };
  }

  /** Adds to the block at hand, and hands out a part when it has become large. */
  *#append(text: string): Generator<ManifestBlock> {
    const open = this.#open;
    if (text === "") return;
    if (open === undefined) throw new LineError("there is no directory above an entry");
    const grown = this.#grown(open, text);
    if (grown.text.length < PART_CHARS) {
      this.#open = grown;
      return;
    }
    yield grown;
    this.#open = { ...grown, continues: true, text: "", origin: undefined };
  }

  *#close(text: string): Generator<ManifestBlock> {
    const open = this.#open;
    if (open === undefined) {
      if (text !== "") throw new LineError("there is no directory above an entry");
      return;
    }
    yield { ...this.#grown(open, text), ends: true };
  }

  #grown(open: ManifestBlock, text: string): ManifestBlock {
    if (text === "") return open;
    // What lies in two members cannot be copied from one.
    const origin = open.text === "" ? open.origin : undefined;
    return { ...open, text: open.text + text, origin };
  }
}

/**
 * Reads a manifest as a stream of sections, in constant memory: one of ours quickly and strictly,
 * another program's mtree(5) file (with `/set`, relative names and `..`) leniently.
 *
 * @module
 */
import { FsError } from "../fs/file_system.ts";
import { type Chunks, UnpackError } from "./manifest_gzip.ts";
import { HeaderReader, type ManifestHeader } from "./manifest_header.ts";
import { LineError } from "./manifest_line.ts";
import { ManifestParser } from "./manifest_parser.ts";
import { manifestText } from "./manifest_text.ts";
import type { ManifestSection } from "./section.ts";

/** A manifest cannot be read (on). All sections before the damage have been handed out. */
export class ManifestError extends Error {
  /** Line of the unpacked manifest, from 1. */
  readonly line: number;

  constructor(reason: string, { line, cause }: { line: number; cause?: unknown }) {
    super(`Cannot read the manifest: line ${line}: ${reason}`, { cause });
    this.name = "ManifestError";
    this.line = line;
  }
}

/**
 * The sections of a manifest, of at most 1000 names each. Those of one that phlb
 * wrote come in the order that `Section` describes, which is checked; those of another program come
 * as they stand there, and a directory that is met again comes as a slice that continues.
 *
 * Sizes of directories, access times and allocated bytes are not in a manifest: 0.
 *
 * @throws {ManifestError} after everything before the damage
 */
export async function* readManifest(chunks: Chunks): AsyncGenerator<ManifestSection> {
  const parser = new ManifestParser();
  try {
    for await (const lines of manifestText(chunks)) {
      parser.feed(lines);
      yield* parser.completed();
    }
    parser.end();
    yield* parser.completed();
  } catch (error) {
    parser.cut();
    yield* parser.completed();
    throw manifestError(error, parser.line);
  }
}

/**
 * What a manifest says of itself; undefined when phlb did not write it. Reads no further than that.
 *
 * @throws {ManifestError}
 */
export async function readManifestHeader(chunks: Chunks): Promise<ManifestHeader | undefined> {
  const header = new HeaderReader();
  try {
    for await (const text of manifestText(chunks)) {
      for (const line of text.split("\n")) {
        if (line !== "" && !line.startsWith("#")) return header.header;
        header.add(line);
      }
    }
  } catch (error) {
    throw manifestError(error, 1);
  }
  return header.header;
}

function manifestError(error: unknown, line: number): unknown {
  const known = error instanceof LineError || error instanceof UnpackError ||
    error instanceof FsError;
  return known ? new ManifestError(error.message, { line, cause: error }) : error;
}

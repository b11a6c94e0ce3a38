/**
 * Writes a manifest anew with nothing changed but what it says of inodes that are shared now, and of
 * the manifest before it. As text: names of owners, times and whatever else it says stay as they are.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type Chunks, MEMBER_BYTES, packMember } from "../../store/manifest_gzip.ts";
import { EXTRAS } from "../../store/manifest_header.ts";
import { manifestText } from "../../store/manifest_text.ts";
import { unvis } from "../../store/vis.ts";

/** A modification time. */
export interface Mtime {
  readonly sec: number;
  readonly nsec: number;
}

/** What {@link rewriteManifest} needs. */
export interface RewriteOptions {
  readonly chunks: Chunks;
  /** Takes the new file's bytes in order. */
  readonly sink: (bytes: Uint8Array<ArrayBuffer>) => void;
  /** gzip level. */
  readonly level: number;
  /** mtime of the inode that holds the entry's content; undefined: what is recorded is right. */
  readonly storedMtime: (relPath: string) => Mtime | undefined;
  /** Digest of the manifest before, in place of the recorded one; undefined: that is right. */
  readonly previousSha256: string | undefined;
  /** Awaited every now and then. */
  readonly onTurn: () => Promise<void>;
}

/** Writes the manifest anew and returns the SHA-256 of the new file. */
export async function rewriteManifest(options: RewriteOptions): Promise<string> {
  const { chunks, sink, level, onTurn } = options;
  const digest = createHash("sha256");
  let text = "";
  let extras = "";
  const flush = () => {
    const member = packMember(new TextEncoder().encode(text), level);
    digest.update(member);
    sink(member);
    text = "";
  };
  for await (const piece of manifestText(chunks)) {
    for (const line of piece.split("\n")) {
      if (line === "") continue;
      if (line.startsWith(EXTRAS)) {
        extras = line;
        continue;
      }
      text += changedLine({ line, extras }, options);
      extras = "";
      if (text.length >= MEMBER_BYTES) flush();
    }
    await onTurn();
  }
  if (text !== "") flush();
  return digest.digest("hex");
}

const PREVIOUS = "# phlb previous ";

function changedLine(
  { line, extras }: { line: string; extras: string },
  { storedMtime, previousSha256 }: RewriteOptions,
): string {
  if (extras === "") {
    if (previousSha256 === undefined || !line.startsWith(PREVIOUS)) return `${line}\n`;
    return `${line.replace(/[^ ]*$/, previousSha256)}\n`;
  }
  const space = line.indexOf(" ");
  const path = space < 0 ? line : line.slice(0, space);
  const stored = path.startsWith("./") ? storedMtime(unvis(path.slice(2))) : undefined;
  if (stored === undefined) return `${extras}\n${line}\n`;
  const own = / time=(\S+)/.exec(line)?.[1];
  return `${withStored(extras, stored, own)}\n${line}\n`;
}

const NSEC_DIGITS = 1_000_000_000;

/** The comment above an entry whose content lies in an inode of that mtime. */
export function withStored(extras: string, { sec, nsec }: Mtime, own: string | undefined): string {
  const rest = extras.replace(/ stored=\S+/, "");
  const text = `${sec}.${String(NSEC_DIGITS + nsec).slice(1)}`;
  if (text === own) return rest;
  return rest.replace(/^# ctime=\S+(?: ino=\S+)?(?: dev=\S+)?(?: nlink=\S+)?/, `$& stored=${text}`);
}

/**
 * Writes a manifest anew with nothing changed but what it says of inodes that are shared now, and the
 * digest of what it replaces added. As text: names of owners, times and whatever else it says stay as they are.
 *
 * @module
 */
import { type Chunks, MEMBER_BYTES, packMember } from "../../store/manifest_gzip.ts";
import { EXTRAS, REWRITTEN } from "../../store/manifest_header.ts";
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
  /** Digest of the file that the new one takes the place of. */
  readonly replacedSha256: string;
  /** Awaited every now and then. */
  readonly onTurn: () => Promise<void>;
}

/** Writes the manifest anew. */
export async function rewriteManifest(options: RewriteOptions): Promise<void> {
  const { chunks, sink, level, replacedSha256, onTurn } = options;
  let text = "";
  let extras = "";
  let isTold = false;
  const flush = () => {
    sink(packMember(new TextEncoder().encode(text), level));
    text = "";
  };
  for await (const piece of manifestText(chunks)) {
    for (const line of piece.split("\n")) {
      if (line === "") continue;
      if (!isTold && line.startsWith(REWRITTEN)) {
        text += `${line} ${replacedSha256}\n`;
        isTold = true;
        continue;
      }
      if (!isTold && (line.startsWith(EXTRAS) || !line.startsWith("#"))) {
        text += `${REWRITTEN}${replacedSha256}\n`;
        isTold = true;
      }
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
}

function changedLine(
  { line, extras }: { line: string; extras: string },
  { storedMtime }: RewriteOptions,
): string {
  if (extras === "") return `${line}\n`;
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

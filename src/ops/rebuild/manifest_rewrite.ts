/**
 * Writes a manifest anew with nothing changed but what it says of inodes that are shared now, entries
 * that are taken out, and the digest of what it replaces added. As text: names of owners, times and
 * whatever else it says stay as they are. The stamps of directories go: a later run reads their lines.
 *
 * @module
 */
import { type Chunks, MEMBER_BYTES, packMember } from "../../store/manifest_gzip.ts";
import { STAMP_WORD } from "../../store/entry_text.ts";
import type { ForgottenPath } from "../../store/forgotten.ts";
import { END, EXTRAS, forgottenLines, formatEnd, REWRITTEN } from "../../store/manifest_header.ts";
import { manifestText } from "../../store/manifest_text.ts";
import { decodePath } from "../../store/raw_entry.ts";

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
  /** Whether an entry is left out. */
  readonly isForgotten?: (relPath: string) => boolean;
  /** What the header is to say of them. */
  readonly forgotten?: readonly ForgottenPath[];
  /** Awaited every now and then. */
  readonly onTurn: () => Promise<void>;
}

/** Writes the manifest anew. */
export async function rewriteManifest(options: RewriteOptions): Promise<void> {
  const { chunks, sink, level, onTurn } = options;
  const rewriter = new LineRewriter(options);
  let text = "";
  const flush = () => {
    sink(packMember(new TextEncoder().encode(text), level));
    text = "";
  };
  for await (const piece of manifestText(chunks)) {
    for (const line of piece.split("\n")) {
      if (line === "") continue;
      text += rewriter.take(line);
      if (text.length >= MEMBER_BYTES) flush();
    }
    await onTurn();
  }
  if (text !== "") flush();
}

/** Changes one line after the other. */
class LineRewriter {
  readonly #options: RewriteOptions;
  #isRewrittenTold = false;
  #isHeader = true;
  /** The comment above the entry that comes next. */
  #extras = "";
  /** Entries that are left out. */
  #dropped = 0;

  constructor(options: RewriteOptions) {
    this.#options = options;
  }

  /** What stands in its place, ended by a newline unless it is nothing. */
  take(line: string): string {
    if (line.startsWith(EXTRAS)) {
      this.#extras = line;
      return this.#endHeader();
    }
    if (!line.startsWith("#")) return this.#endHeader() + this.#entry(line);
    if (line.startsWith(END)) return this.#endHeader() + formatEnd(this.#ended(line));
    if (!this.#isHeader || this.#isRewrittenTold || !line.startsWith(REWRITTEN)) return `${line}\n`;
    this.#isRewrittenTold = true;
    return `${line} ${this.#options.replacedSha256}\n`;
  }

  #endHeader(): string {
    if (!this.#isHeader) return "";
    this.#isHeader = false;
    const { replacedSha256, forgotten = [] } = this.#options;
    const rewritten = this.#isRewrittenTold ? "" : `${REWRITTEN}${replacedSha256}\n`;
    return rewritten + forgottenLines(forgotten);
  }

  #entry(line: string): string {
    const { isForgotten, storedMtime } = this.#options;
    const extras = this.#extras.replace(STAMP, "");
    this.#extras = "";
    const relPath = decodePath(line.slice(0, line.indexOf(" ")));
    if (isForgotten?.(relPath) === true) {
      this.#dropped++;
      return "";
    }
    if (extras === "") return `${line}\n`;
    const stored = relPath === "" ? undefined : storedMtime(relPath);
    if (stored === undefined) return `${extras}\n${line}\n`;
    const own = / time=(\S+)/.exec(line)?.[1];
    return `${withStored(extras, stored, own)}\n${line}\n`;
  }

  #ended(line: string): number {
    return Number(line.slice(END.length)) - this.#dropped;
  }
}

/** What a later run would take a directory's lines over by, unread. */
const STAMP = new RegExp(`${STAMP_WORD}\\S+$`);

const NSEC_DIGITS = 1_000_000_000;

/** The comment above an entry whose content lies in an inode of that mtime. */
export function withStored(extras: string, { sec, nsec }: Mtime, own: string | undefined): string {
  const rest = extras.replace(/ stored=\S+/, "");
  const text = `${sec}.${String(NSEC_DIGITS + nsec).slice(1)}`;
  if (text === own) return rest;
  return rest.replace(/^# ctime=\S+(?: ino=\S+)?(?: dev=\S+)?(?: nlink=\S+)?/, `$& stored=${text}`);
}

/**
 * What the walker hands on: sections with all that was read of the source without opening a file.
 * Plain data, so that it can pass from thread to thread.
 *
 * @module
 */
import type { Problem } from "../../base/problem.ts";
import type { Xattrs } from "../../fs/file_system.ts";
import { StatTable } from "../../fs/stat_table.ts";
import type { Section } from "../../store/section.ts";
import type { RuleOrigin } from "../select/select.ts";
import type { DirStamp } from "./dir_stamp.ts";

/** An entry that a rule left out. */
export interface Skipped {
  readonly relPath: string;
  readonly isDir: boolean;
  readonly by: RuleOrigin;
}

/** A section of the source as it was found. */
export interface WalkedSection extends Section {
  /** Row to text, for symlinks. */
  readonly linkTargets: ReadonlyMap<number, string>;
  /** Row to attributes, for everything but regular files (those are read when they are opened). */
  readonly xattrs: ReadonlyMap<number, Xattrs>;
  readonly skipped: readonly Skipped[];
  readonly problems: readonly Problem[];
  /** True when no further section of this directory follows. */
  readonly ends: boolean;
  /** Names that the walker met for this section, whatever became of them; subdirectories too. */
  readonly seen: number;
  /** All names in the directory that begin like a checksum file, subdirectories included. */
  readonly reservedNames: readonly string[];
  /** Of a whole directory of files and symlinks, where it was asked for. */
  readonly stamp?: DirStamp | undefined;
}

/** Sections that travel together, so that a small directory costs no message of its own. */
export interface WalkedBatch {
  readonly sections: readonly WalkedSection[];
}

/** A {@link WalkedSection} on its way between threads. */
export type WalkedMessage = Omit<WalkedSection, "stats"> & {
  readonly stats: Float64Array<ArrayBuffer>;
};

/** For `postMessage`; the buffers can be transferred. */
export function toMessage(section: WalkedSection): WalkedMessage {
  return { ...section, stats: section.stats.data };
}

/** The inverse of {@link toMessage}. */
export function fromMessage(message: WalkedMessage): WalkedSection {
  return { ...message, stats: new StatTable(message.stats) };
}

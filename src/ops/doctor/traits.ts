/**
 * What a file system can do, as it was tried. The names are those of `.phlb/root.json`; FORMAT.md
 * says what each means. `null` is what could not be tried.
 *
 * @module
 */
import type { TraitValue } from "../../store/root_file.ts";

/** Links, renames and locks. */
export type LinkTraits = {
  readonly hard_links: "yes" | "copies" | "no";
  /** Names of one file; null when more than were tried and nobody knows. */
  readonly link_limit: number | null;
  readonly link_limit_per_directory: boolean;
  readonly exclusive_create: boolean;
  readonly rename_keeps: boolean;
  readonly rename_replaces: boolean;
  readonly locks: boolean;
  readonly durable: boolean;
};

/** Names. */
export type NameTraits = {
  readonly case_sensitive: boolean;
  readonly unicode_as_is: boolean;
  readonly byte_names: boolean;
  /** Which of the tried names were refused or changed. */
  readonly refused_names: readonly string[];
  readonly longest_name_bytes: number;
};

/** What stands in an inode. */
export type MetadataTraits = {
  readonly symlinks: boolean;
  readonly fifos: boolean;
  readonly device_nodes: boolean | null;
  readonly modes: boolean;
  readonly setuid: boolean;
  readonly owners: boolean | null;
  readonly xattrs: boolean;
  readonly acls: boolean;
  /** Whether files can be made immutable (chattr +i). */
  readonly immutable: boolean | null;
  /** Step of modification times; 0 when none can be set. */
  readonly time_step_ns: number;
  readonly times_before_1970: boolean;
  readonly times_after_2038: boolean;
};

/** Content of files. */
export type ContentTraits = {
  readonly holes: boolean;
  readonly finds_holes: boolean;
  readonly reflinks: boolean;
  /** Null when it is beyond what was tried. */
  readonly largest_file_bytes: number | null;
};

/** All of them. */
export type RootTraits = LinkTraits & NameTraits & MetadataTraits & ContentTraits;

/** Traits as they are stored; a compile-time check that all of them can be. */
export function storedTraits(traits: RootTraits): Readonly<Record<string, TraitValue>> {
  return { ...traits };
}

/** A root that does everything; where nothing could be tried, nothing is said against it. */
export const FLAWLESS: RootTraits = {
  hard_links: "yes",
  link_limit: null,
  link_limit_per_directory: false,
  exclusive_create: true,
  rename_keeps: true,
  rename_replaces: true,
  locks: true,
  durable: true,
  case_sensitive: true,
  unicode_as_is: true,
  byte_names: true,
  refused_names: [],
  longest_name_bytes: 255,
  symlinks: true,
  fifos: true,
  device_nodes: true,
  modes: true,
  setuid: true,
  owners: true,
  xattrs: true,
  acls: true,
  immutable: true,
  time_step_ns: 1,
  times_before_1970: true,
  times_after_2038: true,
  holes: true,
  finds_holes: true,
  reflinks: true,
  largest_file_bytes: null,
};

import { HOOKS_SCHEMA } from "./hooks_schema.ts";
import { NOTIFY_SCHEMA } from "./notify_schema.ts";
import { RETENTION_SCHEMA } from "./retention_schema.ts";
import { SCHEDULE_SCHEMA } from "./schedule_schema.ts";
import type { Spec, ValueOf } from "./setting_spec.ts";
import { SNAPSHOT_SCHEMA } from "./snapshot_schema.ts";
import { UPDATE_SCHEMA } from "./update_schema.ts";

const KIB = 1024;
const MIB = 1024 * KIB;

/**
 * Every configuration key there is: the one source of validation, defaults, `config.example.toml`,
 * the table in the docs and the JSON Schema. The order is that of the example file, keys without a
 * table first.
 */
export const SCHEMA = {
  "source": {
    type: "path",
    description: "Directory to back up. The current directory when it is not set.",
    example: "~/Documents",
    flag: "SOURCE",
  },
  "destination": {
    type: "path",
    description: "Backup root: the directory that holds the snapshots.",
    example: "/mnt/backup",
    flag: "DESTINATION",
    predecessor: "BACKUP_PATH",
  },
  "name": {
    type: "string",
    rule: "name",
    description: "Directory below the backup root that the snapshots go to. " +
      "The last part of the source's path when it is not set.",
    example: "documents",
    flag: "--name",
  },
  "replicas": {
    type: "paths",
    default: [],
    description: "Other backup roots that hold copies of the snapshots. phlb repair takes from " +
      "them what is damaged here.",
    example: ["/mnt/second"],
  },
  "tags": {
    type: "strings",
    default: [],
    description: "Words kept with each snapshot, to find it by.",
    example: ["weekly", "laptop"],
    flag: "--tag",
  },
  "note": {
    type: "string",
    description: "Free text kept with each snapshot.",
    example: "before the upgrade",
    flag: "--note",
  },
  "locale": {
    type: "string",
    default: "",
    description: "Language tag for dates and numbers on screen. " +
      "Empty: taken from the environment.",
    example: "de-DE",
    predecessor: "LANGUAGE_CODE",
  },
  "backup.one_file_system": {
    type: "boolean",
    default: true,
    description: "Stay on the source's file system: other file systems mounted below it are " +
      "left out, and reported.",
    example: false,
    flag: "--one-file-system",
  },
  "backup.order": {
    type: "choice",
    choices: ["tree", "newest-first"],
    default: "tree",
    description: 'Which files are stored first: "tree" goes directory by directory, ' +
      '"newest-first" by modification time.',
    example: "newest-first",
  },
  "backup.checksum": {
    type: "boolean",
    default: false,
    description: "Read every file, also when size and times say that it has not changed.",
    example: true,
    flag: "--checksum",
  },
  "backup.sample": {
    type: "size",
    default: "4MiB",
    min: 0,
    max: 1024 * MIB,
    description: "Read up to that much of unchanged files in each run, chosen at random, to find " +
      "those whose content changed although size and times did not. 0: none.",
    example: "64MiB",
  },
  "backup.ignore_ctime": {
    type: "boolean",
    default: false,
    description: "Take a file for unchanged although its change time differs. " +
      "For sources that were moved to another disk or restored. " +
      "Extended attributes and ACLs that changed without the content go unnoticed then.",
    example: true,
  },
  "backup.ignore_inode": {
    type: "boolean",
    default: false,
    description: "Take a file for unchanged although its inode number differs. " +
      "For network file systems that do not keep inode numbers.",
    example: true,
  },
  "backup.allow_empty": {
    type: "boolean",
    default: false,
    description: "Accept an empty source when the snapshot before was not empty. " +
      "Otherwise this is an error, since the usual reason is a disk that is not mounted.",
    example: true,
    flag: "--allow-empty",
  },
  "backup.lock_wait": {
    type: "duration",
    default: "0s",
    description: "How long to wait for another run on the same backup root to end.",
    example: "30m",
    flag: "--lock-wait",
  },
  "exclude.dirs": {
    type: "names",
    default: ["__pycache__", ".cache", ".temp", ".tmp", ".tox", ".nox"],
    description: "Names of directories that are left out with everything in them, at any depth.",
    example: ["node_modules", ".cache"],
    flag: "--excludes",
    predecessor: "SKIP_DIRS",
  },
  "exclude.patterns": {
    type: "strings",
    default: [],
    description: "Patterns in gitignore syntax for what else is left out, relative to the source.",
    example: ["*.pyc", "/build/", "!keep.pyc"],
    flag: "--exclude",
    predecessor: "SKIP_PATTERNS",
  },
  "exclude.from": {
    type: "paths",
    default: [],
    description: "Files to read further patterns from, one in each line.",
    example: ["~/.config/phlb/exclude"],
    flag: "--exclude-from",
  },
  "exclude.if_present": {
    type: "names",
    default: [],
    description: "A directory that holds a file of one of these names is left out.",
    example: [".nobackup"],
    flag: "--exclude-if-present",
  },
  "exclude.caches": {
    type: "boolean",
    default: false,
    description: "Leave out directories that hold a valid CACHEDIR.TAG file.",
    example: true,
    flag: "--exclude-caches",
  },
  "exclude.larger_than": {
    type: "size",
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    description: "Leave out files that are larger than this.",
    example: "4GiB",
    flag: "--exclude-larger-than",
  },
  "exclude.ignore_files": {
    type: "names",
    default: [".phlbignore"],
    description: "Names of files in the source that hold patterns in gitignore syntax for the " +
      "directory they lie in.",
    example: [".phlbignore", ".gitignore"],
  },
  ...SNAPSHOT_SCHEMA,
  "dedup.hash": {
    type: "choice",
    choices: ["sha256"],
    default: "sha256",
    because: "the SHA256SUMS files of every snapshot need it",
    description: "Digest that content is recognised by.",
    example: "sha256",
    predecessor: "HASH_NAME",
  },
  "dedup.min_size": {
    type: "size",
    default: 1,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    description: "Files of at least this size share content with any equal file. " +
      "Smaller ones are linked only when unchanged at the same path.",
    example: 1000,
  },
  "dedup.metadata": {
    type: "choice",
    choices: ["manifest", "inode"],
    default: "manifest",
    description: 'Files of equal content but different mode, owner or mtime: "manifest" lets ' +
      'them share content and records the metadata in the manifest, "inode" stores them apart.',
    example: "inode",
  },
  "dedup.max_links": {
    type: "integer",
    default: 0,
    min: 0,
    max: 1_000_000_000,
    description: "How many names phlb backup gives one stored file before it stores the content " +
      "again; 0: as many as the file system allows. 1023 is what NTFS takes.",
    example: 1023,
  },
  "dedup.heal": {
    type: "boolean",
    default: true,
    description: "When a stored file turns out to be damaged, put the newly stored copy in its " +
      "place in older snapshots as well.",
    example: false,
  },
  ...RETENTION_SCHEMA,
  ...HOOKS_SCHEMA,
  ...NOTIFY_SCHEMA,
  ...SCHEDULE_SCHEMA,
  "index.path": {
    type: "path",
    description: "Where the index is kept. Inside the backup root when it is not set.",
    example: "~/.cache/phlb/index.sqlite3",
    predecessor: "DATABASE_NAME",
  },
  "performance.buffer": {
    type: "size",
    default: "256KiB",
    min: 4 * KIB,
    max: 64 * MIB,
    description: "How much of a file is read at a time.",
    example: "1MiB",
    predecessor: "MIN_CHUNK_SIZE",
  },
  "performance.hashers": {
    type: "integer",
    default: "auto",
    zero: "auto",
    min: 0,
    max: 64,
    description: 'How many files are read at once. "auto" (or 0): one for each core, and more ' +
      "while they wait for the disk; on a rotating disk one, and more while it is not waited for.",
    example: 1,
  },
  "performance.in_memory": {
    type: "size",
    default: "4MiB",
    min: 0,
    max: 256 * MIB,
    description: "Files up to this size are read whole before anything is written.",
    example: "1MiB",
  },
  "performance.nice": {
    type: "integer",
    min: -20,
    max: 19,
    description: "Niceness of backup, verify and restore: 19 leaves the processor to all others. " +
      "Below that of the shell it needs root. What phlb was started with when it is not set.",
    example: 10,
    flag: "--nice",
  },
  "performance.ionice": {
    type: "string",
    rule: "io-priority",
    description: 'Priority on the disk, as ionice has it: "idle" reads and writes only when ' +
      'nobody else does, "best-effort:7" goes behind others. Not every scheduler of the kernel ' +
      "looks at it (bfq does). What phlb was started with when it is not set.",
    example: "idle",
    flag: "--ionice",
  },
  "performance.bwlimit": {
    type: "size",
    default: 0,
    min: 0,
    max: Number.MAX_SAFE_INTEGER,
    description: "Bytes that all threads together read in a second at most: from the source in a " +
      "backup, from the backup root in verify and restore. What they write cannot be faster. " +
      "0: no limit. A plain number is bytes.",
    example: "20MiB",
    flag: "--bwlimit",
  },
  "performance.file_system": {
    type: "choice",
    choices: ["auto", "posix", "portable"],
    default: "auto",
    description: 'How files are accessed: "posix" through the C library, with names as bytes ' +
      'and full metadata, "portable" through the runtime, "auto" the first where it works.',
    example: "posix",
  },
  "performance.fence": {
    type: "choice",
    choices: ["auto", "required", "off"],
    default: "auto",
    description: "Landlock: the kernel keeps each worker away from files that are none of its " +
      'business. "auto" goes on with a warning where the kernel has no Landlock.',
    example: "required",
  },
  "log.console_level": {
    type: "choice",
    choices: ["debug", "info", "warning", "error"],
    default: "warning",
    description: "Least severe messages shown on screen.",
    example: "info",
    flag: "--verbosity",
    predecessor: "LOGGING_CONSOLE_LEVEL",
  },
  "log.file_level": {
    type: "choice",
    choices: ["debug", "info", "warning", "error"],
    default: "info",
    description: "Least severe messages written to the log file beside the snapshot.",
    example: "debug",
    flag: "--log-file-level",
    predecessor: "LOGGING_FILE_LEVEL",
  },
  "log.progress": {
    type: "boolean",
    default: true,
    description: "Show the progress display when there is a terminal.",
    example: false,
    flag: "--no-progress",
  },
  "log.progress_interval": {
    type: "duration",
    default: "0.5s",
    description: "Least time between two updates of the progress display.",
    example: "2s",
    predecessor: "PRINT_UPDATE_INTERVAL",
  },
  "web.auto_login": {
    type: "boolean",
    default: true,
    description: "Reserved for the browser view: accepted, without effect yet.",
    example: false,
    predecessor: "ENABLE_AUTO_LOGIN",
  },
  ...UPDATE_SCHEMA,
} as const satisfies Record<string, Spec>;

/** A dotted configuration key. */
export type Key = keyof typeof SCHEMA;

/**
 * One value for every key, converted: sizes in bytes, durations in milliseconds, modes as bits,
 * paths absolute.
 */
export type Settings = { readonly [K in Key]: ValueOf<(typeof SCHEMA)[K]> };

/** The keys whose value is a list. */
export type ListKey = {
  [K in Key]: Settings[K] extends readonly string[] ? K : never;
}[Key];

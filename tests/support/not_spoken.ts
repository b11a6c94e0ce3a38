/** Files whose texts are descriptions of keys, written in English, or what is printed into files. */
export const NOT_SPOKEN_FILES: readonly RegExp[] = [
  /\/config\/\w*schema\.ts$/,
  /\/config\/render_\w+\.ts$/,
  /\/config\/key_facts\.ts$/,
  /_help\.ts$/,
];

/** Files of commands that hold nothing but help. */
export const HELP_FILES: readonly RegExp[] = [
  /\/commands\/pace_options\.ts$/,
  /\/commands\/(?:completion|help|man)\//,
  /\/commands\/value_kind\.ts$/,
  /_help\.ts$/,
];

/** Texts for people that have no German yet. */
export const NO_GERMAN_YET: readonly string[] = [
  "Wrote {} pages to {}\n",
];

/** Texts that nobody is told, or that are part of one which is translated as a whole. */
export const NOT_SPOKEN: readonly string[] = [
  // Put together to a text that is translated as a whole
  'The backup root does not keep the attribute "{}" of at least one entry',
  "{}; the manifest has it",
  "{}a whole number from {} to {}",
  'Cannot set "job.id" to {}: {}',
  "Unknown table [{}]{}",
  "; the nearest one is [{}]",
  '{}; this setting is called "{}" now',
  '{}; the nearest one is "{}"',
  "Cannot use the configuration: {}",
  ": it is already set on line {}",
  'Duplicate key "{}"{}',
  "Looking for",
  "Would heal",
  'Cannot repair "{}": {}{}',
  ", and {} more",
  'Cannot restore to "{}": in the way are {}{}',
  "run it again with --overwrite if-changed: what is restored already is not written again",
  "Make room there (or choose a file system with more inodes), then {}",
  "Make room there, because the quota is used up, then {}",
  '".{}" was appended to the names of {} files, with other contents,',
  "{} of {} changed files that were looked at became unreadable noise",
  "{} of {} files ({} %) were changed or lost",
  " (and {} more)",
  "its newest snapshot is not what was stored: {}{}",
  'The partial "{}"',
  "{} went away while it was counted, and is left out; what it shared with others may look as if it still did",
  " (a directory with {})",
  ' of the name "{}"',
  'Cannot verify "{}": it holds no complete snapshot{}',
  'Cannot find "{}" in the snapshot "{}"{}',
  " (up to {})",
  "thread reads",
  "threads read",
  "the newest of each of n {}",
  "the newest of each {} of this time",

  'Did you mean "{}"? ',
  '{}"phlb help" lists commands and topics, "phlb help configuration" the keys',

  // Help
  "done, nothing to report",
  "failed, nothing was published",
  "wrong command line or configuration",
  "done with problems: files that could not be read, damage or differences found",
  "no backup root",
  "another run holds the backup root",
  "whoever read the output did not read it to its end, as with head",
  "without a manifest",
  "the shell",
  "trash empty",
  "trash restore",

  // What the TOML parser says, which is told in words of ours
  "Defining a key multiple times is invalid",
  "Unspecified values are invalid",
  "The key, equals sign, and value must be on the same line",
  "Unexpected character",
  "Unexpected token",
  "Must be a newline",
  "Expected equal (=) token",
  "Unterminated string constant",
  "Unterminated array",
  "Leading zeros are not allowed",

  // Words of --json, files, SQL and other programs
  "read a file of the source",
  "list the source",
  "create a file in the backup root",
  "make a hard link in the backup root",
  "create a file in the source",
  "make a directory in the source",
  "make a symlink in the source",
  "make a hard link in the source",
  "link a source file into the root",
  "link a stored file into the source",
  "rename a file of the source",
  "move a source file to the root",
  "delete a file of the source",
  "delete a directory of the source",
  "list the root of all file systems",
  "list what lies beside the source",
  "phlb rescue kit ",
  "digest, size, mtime_sec, mtime_nsec, snapshot, path",
  "digest, dev, size{}",
  ", mode, uid, gid, mtime_sec, mtime_nsec",
  "No principal matched.",
];

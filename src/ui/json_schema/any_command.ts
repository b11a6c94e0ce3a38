import {
  type Fields,
  flag,
  list,
  number,
  object,
  orNull,
  record,
  text,
  time,
  whole,
  word,
} from "./fields.ts";

/** The messages of a command, by `message_type`: one form, or several. */
export type CommandMessages = Readonly<Record<string, Fields | readonly Fields[]>>;

/** What every command may write: it could not do its work, or it has something to say. */
export const ANY_COMMAND: CommandMessages = {
  exit_error: {
    code: whole,
    message: text,
    error_code: word,
    "hint?": text,
    "stack?": text,
    "job?": text,
  },
  log: { level: word, message: text, "job?": text },
};

/** What a command may write that goes through a source or a backup root. */
export const AT_WORK: CommandMessages = {
  ...ANY_COMMAND,
  status: {
    seconds_elapsed: whole,
    "seconds_remaining?": whole,
    percent_done: number,
    "total_files?": whole,
    "total_bytes?": whole,
    files_done: whole,
    bytes_done: whole,
    error_count: whole,
    current_files: list(text),
    "job?": text,
  },
  error: {
    error: object({ message: text }),
    during: word,
    item: text,
    code: word,
    stored: flag,
    path: text,
    "snapshot_id?": text,
    "hint?": text,
    "job?": text,
  },
};

/** Entries of one run, see `src/store/FORMAT.md`. */
export const COUNTS = object({
  walked: whole,
  linked: whole,
  copied: whole,
  directories: whole,
  symlinks: whole,
  specials: whole,
  recorded: whole,
  excluded: whole,
  failed: whole,
  problems: whole,
  new: whole,
  changed: whole,
  unchanged: whole,
  damaged: whole,
  healed: whole,
});

/** Content of one run, see `src/store/FORMAT.md`. */
export const BYTES = object({ processed: whole, linked: whole, copied: whole, saved: whole });

/** What was taken out of a snapshot by `phlb forget-path`. */
export const FORGOTTEN = object({ path: text, at: text, by: text, entries: whole, bytes: whole });

/** An entry of a snapshot. */
export const ENTRY: Fields = {
  name: text,
  type: word,
  path: text,
  uid: whole,
  gid: whole,
  "user?": text,
  "group?": text,
  "size?": whole,
  mode: whole,
  permissions: word,
  mtime: word,
  "ctime?": word,
  "inode?": whole,
  "links?": whole,
  "digest?": word,
  "sha512?": word,
  "linktarget?": text,
  "device?": list(whole),
  "state?": word,
};

/** The summary of a run, as `-summary.json` has it, but for its problems. */
export const RUN: Fields = {
  format_version: whole,
  phlb_version: word,
  name: text,
  snapshot_id: text,
  source: text,
  hostname: text,
  started_at: time,
  finished_at: time,
  duration_seconds: number,
  complete: flag,
  interrupted: flag,
  counts: COUNTS,
  bytes: BYTES,
  excluded_by: list(object({ rule: text, layer: text, count: whole })),
  previous: orNull(object({ time: text, duration_seconds: orNull(number) })),
  tags: list(text),
  note: orNull(text),
  stage_seconds: record(number),
  threads: record(object({
    count: whole,
    busy_seconds: orNull(number),
    cpu_seconds: orNull(number),
    call_seconds: record(number),
  })),
};

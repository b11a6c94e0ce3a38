import { ANY_COMMAND, type CommandMessages } from "./any_command.ts";
import { NOTIFICATION } from "./backup.ts";
import { choice, flag, list, number, object, orNull, text, time, whole, word } from "./fields.ts";

/** `phlb status`. */
export const STATUS: CommandMessages = {
  ...ANY_COMMAND,
  job_status: {
    job: orNull(text),
    source: text,
    root: text,
    name: text,
    every: orNull(text),
    last_good: orNull(time),
    last_try: orNull(object({
      started_at: time,
      finished_at: time,
      exit_code: whole,
      error_code: orNull(word),
      message: orNull(text),
      snapshot_id: orNull(text),
      scheduled: flag,
    })),
    last_skip: orNull(object({ at: time, code: word, reason: text })),
    next: orNull(time),
    overdue: flag,
    overdue_since: orNull(time),
    snapshots: orNull(whole),
    pinned: orNull(whole),
    partial: orNull(whole),
    newest_snapshot_id: orNull(text),
    problems: orNull(whole),
    size_bytes: orNull(whole),
    stored_bytes: orNull(whole),
  },
  root_status: {
    path: text,
    available: flag,
    fault: orNull(text),
    free_bytes: orNull(whole),
    free_inodes: orNull(whole),
    bytes_per_snapshot: orNull(number),
    fits: orNull(whole),
    trash: orNull(whole),
    known_bytes: orNull(whole),
    verified: orNull(list(object({ days: whole, bytes: whole }))),
    damaged: orNull(whole),
  },
  notification: { ...NOTIFICATION, "job?": text },
};

/** `phlb helper`. */
export const HELPER: CommandMessages = {
  ...ANY_COMMAND,
  helper_file: { path: text, fate: choice("written", "replaced", "unchanged") },
};

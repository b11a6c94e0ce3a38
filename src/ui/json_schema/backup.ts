import {
  ANY_COMMAND,
  AT_WORK,
  type CommandMessages,
  ENTRY,
  FORGOTTEN,
  RUN,
} from "./any_command.ts";
import {
  choice,
  type Fields,
  flag,
  list,
  number,
  object,
  orNull,
  record,
  text,
  whole,
  word,
} from "./fields.ts";

/** What became of a notification. */
export const NOTIFICATION: Fields = { channel: word, kind: word, sent: flag, "error?": text };

/** `phlb notify test`. */
export const NOTIFY_TEST: CommandMessages = { ...ANY_COMMAND, notification: NOTIFICATION };

/** `phlb backup`. */
export const BACKUP: CommandMessages = {
  ...AT_WORK,
  summary: {
    published: flag,
    dry_run: flag,
    files_new: whole,
    files_changed: whole,
    files_unmodified: whole,
    data_added: whole,
    total_files_processed: whole,
    total_bytes_processed: whole,
    total_duration: number,
    snapshot_path: text,
    ...RUN,
    "job?": text,
  },
  hook: {
    hook: word,
    command: list(text),
    ok: flag,
    "error?": text,
    exit_code: orNull(whole),
    duration: number,
    stdout: text,
    stderr: text,
    "job?": text,
  },
  notification: { ...NOTIFICATION, "job?": text },
};

/** `phlb restore`. */
export const RESTORE: CommandMessages = {
  ...AT_WORK,
  plan: { action: word, "type?": word, "size?": whole, path: text },
  summary: {
    snapshot_id: text,
    inside: text,
    dry_run: flag,
    seconds_elapsed: whole,
    total_duration: number,
    total_files: whole,
    files_restored: whole,
    files_skipped: whole,
    files_failed: whole,
    files_deleted: whole,
    total_bytes: whole,
    bytes_restored: whole,
    bytes_skipped: whole,
    hard_links: whole,
    files_unchecked: whole,
    owners_not_given: whole,
    attributes_not_kept: list(text),
    "verified_files?": whole,
    "verified_bytes?": whole,
    "verify_problems?": whole,
    path: text,
  },
};

/** `phlb verify`. */
export const VERIFY: CommandMessages = {
  ...AT_WORK,
  verified_snapshot: {
    snapshot_id: text,
    inside: text,
    num_errors: whole,
    has_manifest: flag,
    chain: orNull(choice("first", "follows", "rewritten", "rebuilt", "gap", "broken")),
    previous_snapshot: orNull(text),
    signed_by: orNull(text),
    forgotten: list(FORGOTTEN),
    finished: flag,
    removed: flag,
    total_entries: whole,
    total_files: whole,
    total_bytes: whole,
    files_without_digest: whole,
    files_read: whole,
    bytes_read: whole,
    duration: number,
  },
  summary: {
    num_errors: whole,
    errors_by_code: record(whole),
    finished: flag,
    num_snapshots: whole,
    total_files: whole,
    unique_files: whole,
    unique_bytes: whole,
    files_read: whole,
    bytes_read: whole,
    files_read_before: whole,
    bytes_read_before: whole,
    files_without_digest: whole,
    modes_unjudged: whole,
    total_duration: number,
  },
};

/** `phlb repair`. */
export const REPAIR: CommandMessages = {
  ...AT_WORK,
  healed: {
    action: word,
    snapshot_id: text,
    path: text,
    names: whole,
    from: orNull(text),
    bytes: whole,
  },
  summary: {
    dry_run: flag,
    roots: list(text),
    found: whole,
    healed: whole,
    names: whole,
    bytes_written: whole,
    remaining: whole,
    total_duration: number,
  },
};

/** `phlb rebuild`, and `phlb add` but for what it could adopt. */
export const REBUILD: CommandMessages = {
  ...AT_WORK,
  plan: [
    { action: choice("adopt"), path: text, to: text },
    { action: choice("link"), files: whole, bytes: whole },
    {
      action: choice("rebuild"),
      snapshot_id: text,
      manifest: choice("keep", "write", "replace"),
      sums_files: whole,
    },
  ],
  summary: {
    dry_run: flag,
    root: text,
    snapshots: whole,
    manifests_written: whole,
    sums_written: whole,
    files: whole,
    files_hashed: whole,
    bytes_hashed: whole,
    damaged: whole,
    error_count: whole,
    linked: whole,
    bytes_saved: whole,
    adopted: whole,
    contents: whole,
    total_duration: number,
  },
};

/** `phlb add`. */
export const ADD: CommandMessages = { ...REBUILD, adoptable: { path: text, to: orNull(text) } };

/** `phlb explain`. */
export const EXPLAIN: CommandMessages = {
  ...AT_WORK,
  explanation: {
    source: text,
    path: text,
    job_id: orNull(text),
    kept: flag,
    type: orNull(word),
    rule: orNull(text),
    layer: orNull(text),
    rule_about: text,
    notes: list(text),
    root: orNull(text),
    snapshots: orNull(whole),
    snapshots_having_it: orNull(whole),
  },
  stored_version: {
    ...ENTRY,
    snapshot_ids: list(text),
    stored_path: text,
    stored_inode: orNull(whole),
    stored_links: orNull(whole),
    read: flag,
    damaged: flag,
    differences: list(object({ code: word, reason: text })),
  },
};

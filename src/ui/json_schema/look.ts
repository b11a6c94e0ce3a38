import {
  ANY_COMMAND,
  AT_WORK,
  BYTES,
  type CommandMessages,
  COUNTS,
  ENTRY,
  FORGOTTEN,
} from "./any_command.ts";
import {
  choice,
  type Fields,
  flag,
  list,
  number,
  object,
  orNull,
  text,
  time,
  whole,
  word,
} from "./fields.ts";

const KIND = choice("phlb", "bare", "partial");

/** `phlb snapshots`. */
export const SNAPSHOTS: CommandMessages = {
  ...ANY_COMMAND,
  snapshot: {
    snapshot_id: text,
    name: text,
    time: text,
    kind: KIND,
    path: text,
    complete: orNull(flag),
    source: orNull(text),
    started_at: orNull(time),
    duration_seconds: orNull(number),
    counts: orNull(COUNTS),
    bytes: orNull(BYTES),
    pinned: flag,
    tags: list(text),
    note: orNull(text),
  },
};

/** `phlb path`. */
export const PATH: CommandMessages = {
  ...ANY_COMMAND,
  path: { snapshot_id: text, inside: text, path: text },
};

/** `phlb ls`. */
export const LS: CommandMessages = {
  ...AT_WORK,
  snapshot: {
    id: text,
    snapshot_id: text,
    name: text,
    time: text,
    kind: KIND,
    snapshot_path: text,
    started_at: orNull(time),
    hostname: orNull(text),
    paths: list(text),
    tags: list(text),
    inside: text,
  },
  node: ENTRY,
};

/** `phlb find`. */
export const FIND: CommandMessages = {
  ...AT_WORK,
  match: {
    snapshot_id: text,
    snapshot_name: text,
    since: text,
    until: text,
    snapshots: whole,
    ...ENTRY,
  },
  summary: { snapshots_searched: whole, paths: whole, versions: whole },
};

const EVENT: Fields = {
  snapshot_id: text,
  snapshot_name: text,
  event: choice("first", "created", "changed", "deleted", "forgotten", "returned"),
  until: text,
  snapshots: whole,
  fields: list(word),
  "below?": object({ added: whole, removed: whole, changed: whole }),
  renamed_from: orNull(text),
  renamed_to: orNull(text),
  "forgotten?": FORGOTTEN,
};

/** `phlb history`. */
export const HISTORY: CommandMessages = {
  ...AT_WORK,
  history: [{ ...EVENT, ...ENTRY }, { ...EVENT, path: text }],
};

const ENTRIES = object({ files: whole, dirs: whole, others: whole, bytes: whole });

/** `phlb diff`. */
export const DIFF: CommandMessages = {
  ...AT_WORK,
  change: {
    path: text,
    modifier: choice("+", "-", "M", "M?", "T", "U", "R"),
    type: word,
    "size?": whole,
    "old_path?": text,
    "old_type?": word,
    "old_size?": whole,
    "metadata?": list(word),
  },
  statistics: {
    source_snapshot: text,
    target_snapshot: text,
    changed_files: whole,
    added: ENTRIES,
    removed: ENTRIES,
    renamed: ENTRIES,
    suspect_files: whole,
    changed_others: whole,
    changed_types: whole,
    changed_metadata: orNull(whole),
    source_path: text,
    target_path: text,
  },
};

/** `phlb compare`. */
export const COMPARE: CommandMessages = {
  ...AT_WORK,
  difference: {
    path: text,
    kind: choice("new", "missing", "type", "size", "content", "target", "metadata"),
    type: word,
    "size?": whole,
    "stored_type?": word,
    "stored_size?": whole,
    "suspect?": flag,
    "fields?": list(word),
  },
  summary: {
    source: text,
    snapshot_id: text,
    snapshot_path: text,
    inside: text,
    entries: whole,
    files: whole,
    dirs: whole,
    bytes: whole,
    equal: whole,
    differences: object({
      new: whole,
      missing: whole,
      type: whole,
      size: whole,
      content: whole,
      target: whole,
      metadata: whole,
    }),
    metadata_compared: flag,
    suspect_files: whole,
    failed: whole,
    excluded: whole,
    damaged: whole,
    files_read: whole,
    bytes_read: whole,
  },
};

import { ANY_COMMAND, AT_WORK, type CommandMessages } from "./any_command.ts";
import { choice, flag, list, number, object, orNull, text, time, whole, word } from "./fields.ts";

/** `phlb prune`. */
export const PRUNE: CommandMessages = {
  ...AT_WORK,
  prune_snapshot: {
    snapshot_id: text,
    name: text,
    time: text,
    path: text,
    action: choice("keep", "remove", "hold"),
    reasons: list(text),
    freed_bytes: orNull(whole),
    freed_inodes: orNull(whole),
  },
  prune: {
    path: text,
    dry_run: flag,
    kept: whole,
    removed: whole,
    held: whole,
    freed_bytes: whole,
    freed_inodes: whole,
    trash_deleted: list(text),
    wanted_free_bytes: orNull(whole),
    free_bytes: orNull(whole),
    refused: list(object({ name: text, reason: text, hint: text, can_force: flag })),
  },
};

/** `phlb remove`. */
export const REMOVE: CommandMessages = {
  ...AT_WORK,
  removed: { snapshot_id: text, dry_run: flag, freed_bytes: whole, freed_inodes: whole },
};

/** `phlb forget-path`. */
export const FORGET_PATH: CommandMessages = {
  ...AT_WORK,
  forgotten: {
    snapshot_id: text,
    path: text,
    entries: orNull(whole),
    bytes: orNull(whole),
    dry_run: flag,
    was_cut_off: flag,
  },
  staying: { snapshot_id: text, path: text },
  forgotten_before: {},
  summary: {
    root: text,
    dry_run: flag,
    num_snapshots: whole,
    entries: whole,
    bytes: whole,
    staying: whole,
    leftovers: list(text),
    source_path: orNull(text),
  },
};

/** `phlb trash list`. */
export const TRASH_LIST: CommandMessages = {
  ...AT_WORK,
  trash_summary: { root: text, entries: whole },
  trash: {
    trash_id: text,
    snapshot_id: text,
    name: text,
    time: text,
    removed_at: time,
    command: text,
    freed_bytes: whole,
    freed_inodes: whole,
  },
};

/** `phlb trash restore`. */
export const TRASH_RESTORE: CommandMessages = {
  ...AT_WORK,
  trash_restored: { snapshot_id: text },
};

/** `phlb trash empty`. */
export const TRASH_EMPTY: CommandMessages = {
  ...AT_WORK,
  trash_emptied: {
    path: text,
    snapshot_ids: list(text),
    names_deleted: whole,
    complete: flag,
    dry_run: flag,
  },
};

/** `phlb pin`, `phlb unpin`, `phlb tag` and `phlb note`. */
export const MARKS: CommandMessages = {
  ...ANY_COMMAND,
  marked: {
    snapshot_id: text,
    pinned: flag,
    tags: list(text),
    note: orNull(text),
    changed: flag,
  },
};

const AMOUNT = { inodes: whole, bytes: whole };

/** `phlb stats`. */
export const STATS: CommandMessages = {
  ...AT_WORK,
  snapshot_stats: {
    snapshot_id: text,
    name: text,
    time: text,
    kind: choice("phlb", "bare", "partial"),
    path: text,
    is_first: flag,
    files: orNull(whole),
    directories: orNull(whole),
    others: orNull(whole),
    apparent_bytes: orNull(whole),
    new_bytes: orNull(whole),
    problems: orNull(whole),
    stored_bytes: orNull(whole),
    unique_bytes: orNull(whole),
    shared_bytes: orNull(whole),
    overhead_bytes: orNull(whole),
    freed_bytes: orNull(whole),
    freed_inodes: orNull(whole),
    added_bytes: orNull(whole),
    added_inodes: orNull(whole),
    growth: orNull(list(object({ path: text, added_bytes: whole }))),
    growth_elsewhere_bytes: orNull(whole),
  },
  stats: {
    path: text,
    exact: flag,
    snapshots: whole,
    files: orNull(whole),
    apparent_bytes: orNull(whole),
    total_bytes: orNull(whole),
    total_inodes: orNull(whole),
    snapshot_bytes: orNull(whole),
    unique_bytes: orNull(whole),
    shared_bytes: orNull(whole),
    overhead_bytes: orNull(whole),
    other_bytes: orNull(whole),
    dedup_ratio: orNull(number),
    others: orNull(list(object({
      kind: choice("partial", "trash", "private", "rest"),
      snapshot_id: orNull(text),
      stored_bytes: whole,
      freed_bytes: whole,
      freed_inodes: whole,
    }))),
    together: orNull(object({ freed_bytes: whole, freed_inodes: whole })),
    link_limit: orNull(object({ links: whole, per_directory: flag })),
    near_link_limit: orNull(whole),
    near_link_limit_files: orNull(list(object({ path: text, links: whole }))),
    verified: orNull(object({
      known: object(AMOUNT),
      within: list(object({ days: whole, ...AMOUNT })),
      never_read: object(AMOUNT),
      damaged: object(AMOUNT),
      oldest_read_at: orNull(time),
      newest_read_at: orNull(time),
    })),
    free_bytes: orNull(whole),
    free_inodes: orNull(whole),
    bytes_per_snapshot: orNull(number),
    inodes_per_snapshot: orNull(number),
    means_over: whole,
    fits_snapshots: orNull(number),
  },
};

/** `phlb rescue-kit`. */
export const RESCUE_KIT: CommandMessages = {
  ...ANY_COMMAND,
  rescue_file: { path: text, fate: word },
};

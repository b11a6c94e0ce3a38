import { ANY_COMMAND, AT_WORK, type CommandMessages } from "./any_command.ts";
import {
  anyObject,
  choice,
  either,
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

const MOUNT: Fields = {
  file_system: orNull(word),
  device: orNull(text),
  mount_point: orNull(text),
  read_only: orNull(flag),
};

const TRAITS = object({
  hard_links: choice("yes", "copies", "no"),
  link_limit: orNull(whole),
  link_limit_per_directory: flag,
  exclusive_create: flag,
  rename_keeps: flag,
  rename_replaces: flag,
  locks: flag,
  durable: flag,
  case_sensitive: flag,
  unicode_as_is: flag,
  byte_names: flag,
  refused_names: list(text),
  longest_name_bytes: whole,
  symlinks: flag,
  fifos: flag,
  device_nodes: orNull(flag),
  modes: flag,
  setuid: flag,
  owners: orNull(flag),
  xattrs: flag,
  acls: flag,
  immutable: orNull(flag),
  time_step_ns: whole,
  times_before_1970: flag,
  times_after_2038: flag,
  holes: flag,
  finds_holes: flag,
  reflinks: flag,
  largest_file_bytes: orNull(whole),
});

/** `phlb doctor`. */
export const DOCTOR: CommandMessages = {
  ...AT_WORK,
  examined_root: {
    path: text,
    id: orNull(word),
    stored: flag,
    not_stored_because: orNull(text),
    ...MOUNT,
    type_id: number,
    free_bytes: orNull(whole),
    free_inodes: orNull(whole),
    traits: orNull(TRAITS),
    protect: list(object({ name: text, protect: choice("none", "readonly", "immutable") })),
    fence: orNull(object({
      wanted: word,
      raised: flag,
      holds: flag,
      landlock_abi: orNull(number),
      reason: orNull(text),
      attempts: list(object({ action: word, may_pass: flag, outcome: word })),
    })),
  },
  examined_source: {
    path: text,
    ...MOUNT,
    finished: flag,
    total_entries: whole,
    total_files: whole,
    total_directories: whole,
    total_symlinks: whole,
    total_others: whole,
    total_bytes: whole,
    hard_linked: whole,
    excluded: whole,
    unreadable: whole,
    properties: record(whole),
    duration: number,
  },
  finding: {
    concern: word,
    severity: choice("stops", "lost", "manifest", "note"),
    message: text,
    hint: orNull(text),
    entries: orNull(whole),
    "path?": text,
  },
  measurement: {
    what: choice("hash", "scan", "link", "create", "write"),
    buffer_bytes: orNull(whole),
    amount: whole,
    unit: choice("bytes", "entries", "links", "files"),
    seconds: number,
    ended_early: flag,
  },
  summary: { preserves_all: flag, stops: whole, lost: whole, manifest: whole, notes: whole },
};

const CHECKED: Fields = { ok: flag, files: list(text), warnings: list(text) };

/** `phlb config`, once the editor has ended. */
export const CONFIG: CommandMessages = {
  ...ANY_COMMAND,
  config_created: { path: text },
  config_check: CHECKED,
};

/** `phlb config show`. */
export const CONFIG_SHOW: CommandMessages = {
  ...ANY_COMMAND,
  config: {
    "job?": text,
    settings: record({ ...either(text, number, flag, list(text)), bytes: "text" }),
    origins: record(text),
  },
};

/** `phlb config path`. */
export const CONFIG_PATH: CommandMessages = {
  ...ANY_COMMAND,
  config_path: { path: text, found: flag },
};

/** `phlb config check`. */
export const CONFIG_CHECK: CommandMessages = { ...ANY_COMMAND, config_check: CHECKED };

/** `phlb config init`. */
export const CONFIG_INIT: CommandMessages = { ...ANY_COMMAND, config_created: { path: text } };

/** `phlb config schema` and `phlb json-schema`. */
export const SCHEMA: CommandMessages = { ...ANY_COMMAND, schema: { schema: anyObject } };

/** `phlb version`. */
export const VERSION: CommandMessages = {
  ...ANY_COMMAND,
  version: { version: word, runtime: word },
  version_check: { version: word, newest: word, is_newest: flag, url: word },
};

/** `phlb completion`. */
export const COMPLETION: CommandMessages = {
  ...ANY_COMMAND,
  completion: { shell: choice("bash", "zsh", "fish", "powershell"), script: text },
};

/** `phlb complete`, which no help shows. */
export const COMPLETE: CommandMessages = {
  ...ANY_COMMAND,
  candidate: { value: text, note: text, open: flag },
};

/** `phlb man`. */
export const MAN: CommandMessages = {
  ...ANY_COMMAND,
  man_page: { name: word, section: whole, path: orNull(text), text: orNull(text) },
};

/** `phlb help`. */
export const HELP: CommandMessages = { ...ANY_COMMAND, help: { topic: text, text } };

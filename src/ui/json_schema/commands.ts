import { ADD, BACKUP, EXPLAIN, REBUILD, REPAIR, RESTORE, VERIFY } from "./backup.ts";
import type { CommandMessages } from "./any_command.ts";
import {
  FORGET_PATH,
  MARKS,
  PRUNE,
  REMOVE,
  RESCUE_KIT,
  STATS,
  TRASH_EMPTY,
  TRASH_LIST,
  TRASH_RESTORE,
} from "./keep.ts";
import { COMPARE, DIFF, FIND, HISTORY, LS, PATH, SNAPSHOTS } from "./look.ts";
import {
  COMPLETE,
  COMPLETION,
  CONFIG,
  CONFIG_CHECK,
  CONFIG_INIT,
  CONFIG_PATH,
  CONFIG_SHOW,
  DOCTOR,
  HELP,
  MAN,
  SCHEMA,
  VERSION,
} from "./setup.ts";

/**
 * What each command writes with `--json`. A new command, message or field goes here and into
 * docs/json.md; `tests/unit/ui/json_schema/every_command_test.ts` runs every command and fails for what is missing.
 */
export const JSON_COMMANDS: Readonly<Record<string, CommandMessages>> = {
  "backup": BACKUP,
  "snapshots": SNAPSHOTS,
  "ls": LS,
  "find": FIND,
  "history": HISTORY,
  "explain": EXPLAIN,
  "diff": DIFF,
  "compare": COMPARE,
  "path": PATH,
  "stats": STATS,
  "verify": VERIFY,
  "repair": REPAIR,
  "restore": RESTORE,
  "prune": PRUNE,
  "remove": REMOVE,
  "forget-path": FORGET_PATH,
  "trash list": TRASH_LIST,
  "trash restore": TRASH_RESTORE,
  "trash empty": TRASH_EMPTY,
  "pin": MARKS,
  "unpin": MARKS,
  "tag": MARKS,
  "note": MARKS,
  "rebuild": REBUILD,
  "add": ADD,
  "doctor": DOCTOR,
  "rescue-kit": RESCUE_KIT,
  "config": CONFIG,
  "config show": CONFIG_SHOW,
  "config path": CONFIG_PATH,
  "config check": CONFIG_CHECK,
  "config init": CONFIG_INIT,
  "config schema": SCHEMA,
  "json-schema": SCHEMA,
  "completion": COMPLETION,
  "complete": COMPLETE,
  "man": MAN,
  "version": VERSION,
  "help": HELP,
};

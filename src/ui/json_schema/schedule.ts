import { ANY_COMMAND, type CommandMessages } from "./any_command.ts";
import { BACKUP } from "./backup.ts";
import { choice, type Fields, flag, list, orNull, text, time, word } from "./fields.ts";

const KIND: Fields = {
  unit: text,
  backend: choice("systemd", "cron", "launchd", "windows"),
  scope: choice("system", "user"),
};

/** `phlb schedule install`. */
export const SCHEDULE_INSTALL: CommandMessages = {
  ...ANY_COMMAND,
  schedule_file: { path: text, text },
  schedule_installed: KIND,
};

/** `phlb schedule remove`. */
export const SCHEDULE_REMOVE: CommandMessages = { ...ANY_COMMAND, schedule_removed: KIND };

/** `phlb schedule list`. */
export const SCHEDULE_LIST: CommandMessages = {
  ...ANY_COMMAND,
  schedule: {
    job: orNull(text),
    unit: text,
    every: orNull(text),
    next: orNull(time),
    installed: flag,
    configured: flag,
    backend: word,
  },
};

/** `phlb schedule show`. */
export const SCHEDULE_SHOW: CommandMessages = {
  ...ANY_COMMAND,
  calendar: {
    job: orNull(text),
    every: text,
    on_calendar: list(word),
    cron: list(orNull(word)),
    next: list(time),
  },
};

/** `phlb schedule run`. */
export const SCHEDULE_RUN: CommandMessages = BACKUP;

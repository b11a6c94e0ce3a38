import { paragraph, type Prose } from "../../base/prose.ts";
import { CONFIG_VARIABLE } from "../../config/config_files.ts";

/** The environment variables that phlb looks at, but for those that set a key. */
export const ENVIRONMENT: readonly (readonly [name: string, meaning: string])[] = [
  [CONFIG_VARIABLE, "The one configuration file to read, as --config."],
  [
    "PHLB_<TABLE>_<KEY>",
    "Sets a key of the configuration: PHLB_BACKUP_CHECKSUM=true, PHLB_DESTINATION=/mnt/backup.",
  ],
  ["XDG_CONFIG_HOME", "Where phlb/config.toml is looked for instead of ~/.config."],
  [
    "XDG_STATE_HOME, LOCALAPPDATA",
    "Where phlb keeps what it remembers of this machine, instead of ~/.local/state/phlb or, for " +
    "root, /var/lib/phlb.",
  ],
  ["HOME, USERPROFILE", "The home directory, ~ in the configuration."],
  ["VISUAL, EDITOR", "The editor that phlb config opens."],
  ["NO_COLOR", "Anything but an empty value turns colours off."],
  ["CLICOLOR", "0 turns colours off."],
  [
    "CLICOLOR_FORCE",
    "Anything but 0 turns colours on where there is no terminal, unless NO_COLOR is set.",
  ],
  ["TERM", "A terminal called dumb gets no colours and no progress display."],
  ["COLUMNS", "The width of the screen, where it is narrower than the terminal or there is none."],
  [
    "LC_ALL, LC_CTYPE, LANG",
    "The language of dates and numbers, unless the key locale is set, and whether bars may be " +
    "drawn in characters beyond ASCII.",
  ],
  ["TZ", "The time zone that snapshots are named by."],
  ["SOURCE_DATE_EPOCH", "The date on the pages that phlb man writes."],
];

/** The topic `environment`. */
export const ENVIRONMENT_HELP: Prose = [
  { kind: "list", items: ENVIRONMENT },
  paragraph("phlb help KEY tells the variable of a key of the configuration."),
];

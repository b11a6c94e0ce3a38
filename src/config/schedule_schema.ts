import type { Spec } from "./setting_spec.ts";

/** The keys of the `[schedule]` table, see `SCHEMA`. */
export const SCHEDULE_SCHEMA = {
  "schedule.every": {
    type: "string",
    rule: "calendar",
    description: "When phlb schedule has a backup run: in words, in systemd's OnCalendar, or in " +
      'the five fields of a crontab. Several with ";" between them.',
    example: "daily 02:30",
  },
  "schedule.catch_up": {
    type: "boolean",
    default: true,
    description: "Look each hour whether a run was missed: the computer was off or asleep, the " +
      "backup root not mounted or in use, the network away. The run is made up for then.",
    example: false,
  },
  "schedule.on_battery": {
    type: "boolean",
    default: true,
    description: "Whether a scheduled run starts while the computer runs on its battery.",
    example: false,
  },
  "schedule.network": {
    type: "boolean",
    default: false,
    description:
      "Whether a scheduled run waits for a network, for a source or a backup root that " +
      "is reached through one.",
    example: true,
  },
  "schedule.randomized_delay": {
    type: "duration",
    default: "0s",
    description: "Start up to that much later, so that not all computers start at once.",
    example: "15m",
  },
  "schedule.nice": {
    type: "integer",
    min: -20,
    max: 19,
    description: "Niceness of scheduled runs. That of performance.nice when it is not set.",
    example: 15,
  },
  "schedule.ionice": {
    type: "string",
    rule: "io-priority",
    description: "Disk priority of scheduled runs. That of performance.ionice when it is not set.",
    example: "idle",
  },
  "schedule.timeout": {
    type: "duration",
    default: "0s",
    description: "End a scheduled run that takes longer; what it stored serves the next one. 0: " +
      "never.",
    example: "8h",
  },
  "schedule.hardened": {
    type: "boolean",
    default: true,
    description: "Whether a system service of systemd may write nowhere but to the backup root, " +
      "its state and schedule.writable. A user's own service cannot be fenced in that way.",
    example: false,
  },
  "schedule.writable": {
    type: "paths",
    default: [],
    description: "Directories that a hardened service may write to besides, for hooks.",
    example: ["/var/lib/dumps"],
  },
} as const satisfies Record<string, Spec>;

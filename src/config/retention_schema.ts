import type { Spec } from "./setting_spec.ts";

/** The keys of the `[retention]` table, see `SCHEMA`. */
export const RETENTION_SCHEMA = {
  "retention.keep_last": {
    type: "integer",
    default: 0,
    min: -1,
    max: 1_000_000,
    description:
      "Which snapshots phlb prune keeps: so many of the newest ones of each name; -1: all.",
    example: 10,
    flag: "--keep-last",
  },
  "retention.keep_hourly": {
    type: "integer",
    default: 0,
    min: -1,
    max: 1_000_000,
    description: "And the newest of each of that many hours that have one; -1: of all.",
    example: 24,
    flag: "--keep-hourly",
  },
  "retention.keep_daily": {
    type: "integer",
    default: 0,
    min: -1,
    max: 1_000_000,
    description: "And the newest of each of that many days that have one; -1: of all.",
    example: 14,
    flag: "--keep-daily",
  },
  "retention.keep_weekly": {
    type: "integer",
    default: 0,
    min: -1,
    max: 1_000_000,
    description:
      "And the newest of each of that many weeks, from Monday to Sunday, that have one; -1: of all.",
    example: 8,
    flag: "--keep-weekly",
  },
  "retention.keep_monthly": {
    type: "integer",
    default: 0,
    min: -1,
    max: 1_000_000,
    description: "And the newest of each of that many months that have one; -1: of all.",
    example: 24,
    flag: "--keep-monthly",
  },
  "retention.keep_yearly": {
    type: "integer",
    default: 0,
    min: -1,
    max: 1_000_000,
    description: "And the newest of each of that many years that have one; -1: of all.",
    example: 10,
    flag: "--keep-yearly",
  },
  "retention.keep_within": {
    type: "duration",
    default: "0s",
    description: "And all that are at most this much older than the newest one.",
    example: "7d",
    flag: "--keep-within",
  },
  "retention.keep_within_hourly": {
    type: "duration",
    default: "0s",
    description: "And the newest of each hour within this time before the newest one.",
    example: "2d",
    flag: "--keep-within-hourly",
  },
  "retention.keep_within_daily": {
    type: "duration",
    default: "0s",
    description: "And the newest of each day within this time before the newest one.",
    example: "30d",
    flag: "--keep-within-daily",
  },
  "retention.keep_within_weekly": {
    type: "duration",
    default: "0s",
    description: "And the newest of each week within this time before the newest one.",
    example: "90d",
    flag: "--keep-within-weekly",
  },
  "retention.keep_within_monthly": {
    type: "duration",
    default: "0s",
    description: "And the newest of each month within this time before the newest one.",
    example: "365d",
    flag: "--keep-within-monthly",
  },
  "retention.keep_within_yearly": {
    type: "duration",
    default: "0s",
    description: "And the newest of each year within this time before the newest one.",
    example: "3650d",
    flag: "--keep-within-yearly",
  },
  "retention.keep_tags": {
    type: "strings",
    default: [],
    description: "And all with one of these tags. Pinned ones (phlb pin) stay in any case.",
    example: ["release"],
    flag: "--keep-tag",
  },
  "retention.max_loss_percent": {
    type: "integer",
    default: 50,
    min: 1,
    max: 100,
    description: "No snapshot goes while a newer one has lost more than this share of the files " +
      "of the one before it, changed or gone, until phlb prune --force says that this is right. " +
      "100 turns it off.",
    example: 80,
  },
  "retention.auto": {
    type: "boolean",
    default: false,
    description:
      "Whether phlb backup prunes the snapshots of its name by these rules when it is done.",
    example: true,
  },
  "retention.trash_days": {
    type: "integer",
    default: 30,
    min: 0,
    max: 36_500,
    description: "For how many days removed snapshots stay in the trash. phlb backup deletes " +
      "older ones when it is done.",
    example: 7,
  },
  "retention.sweep_time": {
    type: "duration",
    default: "1m",
    description: "For how long phlb backup deletes from the trash at most; the next one goes on. " +
      "0: it leaves the trash alone.",
    example: "10m",
  },
} as const satisfies Record<string, Spec>;

import type { Settings } from "../../config/schema.ts";

/** Lengths of time of which a policy keeps the newest snapshot each. */
export const PERIODS = ["hourly", "daily", "weekly", "monthly", "yearly"] as const;

/** One of {@link PERIODS}. */
export type Period = (typeof PERIODS)[number];

/** Which snapshots of a name stay: whoever a rule keeps stays, whatever the others say. */
export interface Policy {
  /** The newest ones; -1: all. */
  readonly last: number;
  /** The newest of each of that many periods that have one; -1: of all. */
  readonly counts: Readonly<Record<Period, number>>;
  /** Milliseconds before the newest snapshot in which all stay; 0: none. */
  readonly withinMs: number;
  /** The same, in which the newest of each period stays. */
  readonly withinMsOf: Readonly<Record<Period, number>>;
  /** Snapshots with any of these tags stay. */
  readonly tags: readonly string[];
}

/** The policy that is configured. */
export function policyOf(settings: Settings): Policy {
  return {
    last: settings["retention.keep_last"],
    counts: {
      hourly: settings["retention.keep_hourly"],
      daily: settings["retention.keep_daily"],
      weekly: settings["retention.keep_weekly"],
      monthly: settings["retention.keep_monthly"],
      yearly: settings["retention.keep_yearly"],
    },
    withinMs: settings["retention.keep_within"],
    withinMsOf: {
      hourly: settings["retention.keep_within_hourly"],
      daily: settings["retention.keep_within_daily"],
      weekly: settings["retention.keep_within_weekly"],
      monthly: settings["retention.keep_within_monthly"],
      yearly: settings["retention.keep_within_yearly"],
    },
    tags: settings["retention.keep_tags"],
  };
}

/** Whether no rule keeps anything. */
export function isEmptyPolicy({ last, counts, withinMs, withinMsOf, tags }: Policy): boolean {
  return last === 0 && withinMs === 0 && tags.length === 0 &&
    PERIODS.every((period) => counts[period] === 0 && withinMsOf[period] === 0);
}

import { paragraph, type Prose } from "../../base/prose.ts";
import { keyItems } from "../../config/key_items.ts";
import { SCHEDULE_SCHEMA } from "../../config/schedule_schema.ts";

/** Ways to say when, each with what it means. A test reads them all. */
export const SCHEDULE_EXAMPLES: readonly (readonly [text: string, meaning: string])[] = [
  ["daily 02:30", "every day at half past two"],
  ["weekdays 18:00", "from Monday to Friday at six in the evening"],
  ["every 6h", "four times a day"],
  ["monthly last 04:00", "on the last day of each month"],
  ["Mon,Thu *-*-* 03:00", "as systemd writes it (OnCalendar)"],
  ["30 2 * * *", "as cron writes it"],
];

/** Backups that run by themselves. */
export const SCHEDULE_HELP: Prose = [
  paragraph(
    "phlb schedule install has each job with schedule.every run by itself: by a timer of systemd, by " +
      "lines in the crontab, by launchd or by the Task Scheduler. phlb schedule install --print shows " +
      "what would be written, phlb schedule remove takes exactly that away.",
  ),
  { kind: "list", items: SCHEDULE_EXAMPLES },
  paragraph(
    "What these start is phlb schedule run, which runs a job when its last good run is older than its " +
      "last time. phlb status tells how the jobs stand and ends with 3 when one is overdue.",
  ),
  keyItems(SCHEDULE_SCHEMA),
];

/**
 * When a snapshot was taken: the moment, and what clock and calendar showed where it was taken.
 * Nothing depends on the time zone of whoever asks.
 *
 * @module
 */
import { isoTime } from "../../backup/snapshot/iso_time.ts";
import type { ListedSnapshot } from "../list_snapshots.ts";
import type { Period } from "./policy.ts";

/** See the module text. */
export interface TakenAt {
  /** Milliseconds since 1970. */
  readonly ms: number;
  /** `2026-01-07`, as the calendar there showed. */
  readonly day: string;
  /** `08+01:00`: the hour there with the offset, because one hour comes twice when summer ends. */
  readonly hour: string;
  /** Whether its run wrote it down; else it is the time in the name, taken for local time. */
  readonly isRecorded: boolean;
}

const ISO = /^(\d{4}-\d\d-\d\d)T(\d\d):\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)$/;

/** A time in ISO 8601 with an offset; undefined when it is not one. */
export function parseTakenAt(iso: string): TakenAt | undefined {
  const [, day, hour, offset] = ISO.exec(iso) ?? [];
  const ms = Date.parse(iso);
  if (day === undefined || Number.isNaN(ms)) return undefined;
  return { ms, day, hour: `${hour}${offset}`, isRecorded: true };
}

/** From the summary, else from the name; undefined when neither tells. */
export function takenAtOf({ summary, date }: ListedSnapshot): TakenAt | undefined {
  const recorded = summary === undefined ? undefined : parseTakenAt(summary.started_at);
  if (recorded !== undefined || date === undefined) return recorded;
  const told = parseTakenAt(isoTime(date));
  return told === undefined ? undefined : { ...told, isRecorded: false };
}

/** Names the period that a snapshot falls in; equal for all snapshots of one period. */
export function periodOf({ day, hour }: TakenAt, period: Period): string {
  switch (period) {
    case "hourly":
      return `${day} ${hour}`;
    case "daily":
      return day;
    case "weekly":
      return weekOf(day);
    case "monthly":
      return day.slice(0, 7);
    case "yearly":
      return day.slice(0, 4);
  }
}

const DAY_MS = 86_400_000;

/** The Thursday of the week from Monday to Sunday: ISO 8601 counts a week to its Thursday's year. */
function weekOf(day: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  const sinceMonday = (date.getUTCDay() + 6) % 7;
  return new Date(date.getTime() + (3 - sinceMonday) * DAY_MS).toISOString().slice(0, 10);
}

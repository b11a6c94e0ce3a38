/**
 * What this machine has told of a job, and when: what is found anew every hour is not to be told
 * every hour. Losing it makes somebody hear the same once more.
 *
 * @module
 */
import { isoTime } from "../../backup/snapshot/iso_time.ts";
import type { StateTexts } from "../../base/state_texts.ts";
import { fieldsOf, isTime, type JobKey, parseObject, stateName } from "./job_record.ts";

/** What is found anew every hour: a job is overdue, or cannot begin. */
export type Lasting = "overdue" | "failure";

/** See the module text. */
export interface ToldRecord {
  /** When it was first seen; undefined when nobody has written that down. */
  readonly seenAt: Date | undefined;
  /** When it was told, by channel. */
  readonly toldAt: ReadonlyMap<string, Date>;
}

/** What a record is about. */
export interface ToldKey {
  readonly key: JobKey;
  readonly about: Lasting;
}

/** What is remembered; nothing when that cannot be read. */
export function readTold(state: StateTexts | undefined, told: ToldKey): ToldRecord {
  const fields = parseObject(state?.read(fileOf(told)) ?? "") ?? {};
  const channels = Object.entries(fieldsOf(fields["told"]) ?? {});
  return {
    seenAt: dateOf(fields["seen_at"]),
    toldAt: new Map(channels.flatMap(([channel, time]) => {
      const date = dateOf(time);
      return date === undefined ? [] : [[channel, date] as const];
    })),
  };
}

/** Remembers it; returns why it could not, undefined when it did. */
export function writeTold(
  state: StateTexts,
  told: ToldKey,
  { seenAt, toldAt }: ToldRecord,
): string | undefined {
  const { id, source } = told.key;
  const fields = {
    format_version: 1,
    job: id ?? null,
    source,
    seen_at: seenAt === undefined ? null : isoTime(seenAt),
    told: Object.fromEntries([...toldAt].map(([channel, time]) => [channel, isoTime(time)])),
  };
  try {
    state.write(fileOf(told), `${JSON.stringify(fields, null, 2)}\n`);
    return undefined;
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}

function fileOf({ key, about }: ToldKey): string {
  return stateName(`told/${about}`, key);
}

function dateOf(value: unknown): Date | undefined {
  return isTime(value) ? new Date(value) : undefined;
}

/**
 * What this machine remembers of a job: its last try, its last good run, and why one did not begin.
 * A run that fails before it can write into its backup root is known from here alone.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { type ExitCode, isExitCode } from "../../base/app_error.ts";
import { encodeName } from "../../base/path_bytes.ts";
import type { StateTexts } from "../../base/state_texts.ts";
import type { Settings } from "../../config/schema.ts";

/** A run, however it ended. Times are ISO 8601 with the offset from UTC. */
export interface RunRecord {
  readonly started_at: string;
  readonly finished_at: string;
  readonly exit_code: ExitCode;
  /** Of what ended it early, else null. */
  readonly error_code: string | null;
  readonly message: string | null;
  /** Of the snapshot that was published, else null. */
  readonly snapshot_id: string | null;
  /** Whether nobody started it by hand. */
  readonly scheduled: boolean;
}

/** Why a run that was due did not begin. */
export interface SkipRecord {
  readonly at: string;
  /** `BATTERY`, `NETWORK`, or the code of an error. */
  readonly code: string;
  readonly reason: string;
}

/** See the module text. */
export interface JobRecord {
  readonly job: string | null;
  readonly source: string;
  readonly destination: string;
  readonly last_try: RunRecord | null;
  readonly last_good: RunRecord | null;
  /** Since the last try; null when none. */
  readonly last_skip: SkipRecord | null;
}

/** Which job is meant; its id may change, what it does may not. */
export interface JobKey {
  readonly id: string | undefined;
  readonly source: string;
  readonly settings: Pick<Settings, "destination" | "name">;
}

/** What is remembered of a job; all null when nothing is. */
export function readJobRecord(state: StateTexts | undefined, key: JobKey): JobRecord {
  const fields = parseObject(state?.read(fileOf(key)) ?? "") ?? {};
  return {
    job: key.id ?? null,
    source: key.source,
    destination: key.settings.destination ?? "",
    last_try: runOf(fields["last_try"]),
    last_good: runOf(fields["last_good"]),
    last_skip: skipOf(fields["last_skip"]),
  };
}

/** Remembers how a run ended; returns why it could not, undefined when it did. */
export function recordRun(
  state: StateTexts,
  key: JobKey,
  run: RunRecord,
): string | undefined {
  const before = readJobRecord(state, key);
  const isGood = run.snapshot_id !== null;
  return write(state, key, {
    ...before,
    last_try: run,
    last_good: isGood ? run : before.last_good,
    last_skip: null,
  });
}

/** Remembers why a run did not begin; returns why it could not, undefined when it did. */
export function recordSkip(
  state: StateTexts,
  key: JobKey,
  skip: SkipRecord,
): string | undefined {
  return write(state, key, { ...readJobRecord(state, key), last_skip: skip });
}

function write(state: StateTexts, key: JobKey, record: JobRecord): string | undefined {
  try {
    state.write(fileOf(key), `${JSON.stringify({ format_version: 1, ...record }, null, 2)}\n`);
    return undefined;
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}

function fileOf(key: JobKey): string {
  return stateName("jobs", key);
}

/** The name of a text about a job, in `dir`. */
export function stateName(dir: string, { source, settings }: JobKey): string {
  const what = JSON.stringify([source, settings.destination ?? null, settings.name ?? null]);
  const digest = createHash("sha256").update(encodeName(what)).digest("hex");
  return `${dir}/${digest.slice(0, 32)}.json`;
}

/** A JSON object of which nothing is known yet. */
export type Fields = Readonly<Record<string, unknown>>;

/** The JSON object that a text is; undefined when it is none. */
export function parseObject(text: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The value when it is an object; undefined when not. */
export function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

function runOf(value: unknown): RunRecord | null {
  const { started_at, finished_at, exit_code, error_code, message, snapshot_id, scheduled } =
    fieldsOf(value) ?? {};
  if (!isTime(started_at) || !isTime(finished_at) || !isExitCode(exit_code)) return null;
  return {
    started_at,
    finished_at,
    exit_code,
    error_code: textOf(error_code),
    message: textOf(message),
    snapshot_id: textOf(snapshot_id),
    scheduled: scheduled === true,
  };
}

function skipOf(value: unknown): SkipRecord | null {
  const { at, code, reason } = fieldsOf(value) ?? {};
  if (!isTime(at) || typeof code !== "string" || typeof reason !== "string") return null;
  return { at, code, reason };
}

/** Whether it is a time that can be read. */
export function isTime(value: unknown): value is string {
  return typeof value === "string" && !Number.isNaN(Date.parse(value));
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

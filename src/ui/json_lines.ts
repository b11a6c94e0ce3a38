/**
 * `--json`: one JSON object in each line, its kind in `message_type`, named as restic names them so
 * that programs which read restic's output read this. Results go to the output, errors and log
 * messages to the error stream.
 *
 * Source: restic 0.18, "Scripting", section "JSON output".
 *
 * @module
 */
import { Buffer } from "node:buffer";
import type { BackupEvent, HookEvent, NotificationEvent } from "../backup/events.ts";
import type { WorkEvent } from "../ops/ops_deps.ts";
import type { Clock } from "../base/clock.ts";
import { encodeName } from "../base/path_bytes.ts";
import type { ProgressState } from "./progress_layout.ts";
import { ProgressMeter } from "./progress_meter.ts";
import {
  isLoudEnough,
  type Loudness,
  problemLevel,
  type Reporter,
  type Result,
} from "./reporter.ts";
import type { Terminal } from "./terminal.ts";

/** A message; `message_type` says which. */
export type JsonMessage = Readonly<Record<string, unknown>> & { readonly message_type: string };

/**
 * Version of the messages, in each of them: fields may be added within a version. `phlb json-schema`
 * describes it.
 */
export const JSON_SCHEMA_VERSION = 1;

const END = `,"schema_version":${JSON_SCHEMA_VERSION}}\n`;

/**
 * The line for a message. Bytes of names that are not UTF-8 stand as U+FFFD; beside a text or a list
 * of texts that has some, a field of its name with `_b64` has the exact bytes in base64.
 */
export function jsonLine(message: JsonMessage): string {
  const line = JSON.stringify(message);
  // A look at each single value takes six times as long, and hardly ever changes anything.
  const text = ESCAPED_SURROGATE.test(line) ? JSON.stringify(withBytes(message)) : line;
  return withoutControls(text.slice(0, -1)) + END;
}

/** What JSON lets pass but a terminal obeys, escaped as JSON has it. */
function withoutControls(line: string): string {
  return line.replace(
    TERMINAL_CONTROL,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

const TERMINAL_CONTROL = /[\x7f-\x9f\u2028-\u202e\u2066-\u2069]/g;

/** How JSON writes a surrogate that stands alone. */
const ESCAPED_SURROGATE = /\\ud[89a-f]/;

/** `value` in valid Unicode, with the bytes of what was not. */
function withBytes(value: unknown): unknown {
  if (typeof value === "string") return value.toWellFormed();
  if (Array.isArray(value)) return value.map(withBytes);
  if (typeof value !== "object" || value === null) return value;
  const fields = Object.entries(value).flatMap(([key, item]) => {
    const name = key.toWellFormed();
    const bytes = bytesOf(item);
    const field: [string, unknown] = [name, withBytes(item)];
    return bytes === undefined ? [field] : [field, [`${name}_b64`, bytes]];
  });
  return Object.fromEntries(fields);
}

/** Of a text or a list of texts; undefined when they are valid Unicode. */
function bytesOf(value: unknown): string | (string | null)[] | undefined {
  if (typeof value === "string") return value.isWellFormed() ? undefined : base64(value);
  if (!Array.isArray(value)) return undefined;
  const items = value.map((item) => bytesOf(item) ?? null);
  return items.some((item) => typeof item === "string")
    ? items.map((item) => typeof item === "string" ? item : null)
    : undefined;
}

function base64(text: string): string {
  return Buffer.from(encodeName(text)).toString("base64");
}

/** `path`, and its bytes in base64 as `path_b64` when they are not UTF-8. */
export function pathFields(path: string): Readonly<Record<string, string>> {
  if (path.isWellFormed()) return { path };
  return { path, path_b64: base64(path) };
}

/** What a {@link JsonReporter} writes with. */
export interface JsonReporterOptions {
  readonly terminal: Terminal;
  readonly clock: Pick<Clock, "monotonicMs">;
  readonly loudness: Loudness;
  /** Whether to write `status` messages. */
  readonly progress: boolean;
}

/** Writes what runs tell as JSON lines. */
export class JsonReporter implements Reporter {
  readonly #options: JsonReporterOptions;
  #meter: ProgressMeter;
  #jobId: string | undefined;

  constructor(options: JsonReporterOptions) {
    this.#options = options;
    this.#meter = new ProgressMeter(options.clock.monotonicMs());
  }

  handle(event: BackupEvent | WorkEvent): void {
    const { terminal, clock, progress, loudness } = this.#options;
    const { out, err } = terminal;
    switch (event.kind) {
      case "start":
        this.#meter = new ProgressMeter(clock.monotonicMs(), event.expected);
        this.#jobId = event.jobId;
        return;
      case "begin":
        this.#meter = new ProgressMeter(clock.monotonicMs(), event.expected);
        return;
      case "progress":
        if (!progress) return;
        return out.write(
          jsonLine(this.#ofJob(statusMessage(this.#meter.update(event, clock.monotonicMs())))),
        );
      case "problem":
        if (!isLoudEnough(problemLevel(event.problem), loudness.level)) return;
        return err.write(jsonLine(this.#ofJob(problemMessage(event))));
      case "log":
        if (!isLoudEnough(event.level, loudness.level)) return;
        return err.write(
          jsonLine(
            this.#ofJob({ message_type: "log", level: event.level, message: event.message }),
          ),
        );
      case "hook":
        this.#jobId = event.jobId;
        return out.write(jsonLine(this.#ofJob(hookMessage(event))));
      case "notification":
        this.#jobId = event.jobId;
        return out.write(jsonLine(this.#ofJob(notificationMessage(event))));
      case "summary":
        return out.write(jsonLine(this.#ofJob(summaryMessage(event))));
    }
  }

  result({ json }: Result): void {
    this.#options.terminal.out.write(jsonLine(this.#ofJob(json)));
  }

  close(): void {}

  #ofJob(message: JsonMessage): JsonMessage {
    return this.#jobId === undefined ? message : { ...message, job: this.#jobId };
  }
}

function statusMessage(state: ProgressState): JsonMessage {
  const { total, secondsLeft, currentPath, largeFile } = state;
  const current = largeFile?.path ?? currentPath;
  return {
    message_type: "status",
    seconds_elapsed: Math.floor(state.elapsedSeconds),
    ...(secondsLeft === undefined ? {} : { seconds_remaining: Math.round(secondsLeft) }),
    percent_done: state.fraction ?? 0,
    ...(total === undefined ? {} : { total_files: total.entries, total_bytes: total.bytes }),
    files_done: state.entriesDone,
    bytes_done: state.bytesDone,
    error_count: state.problems,
    current_files: current === "" ? [] : [current],
  };
}

function problemMessage({ problem }: Extract<BackupEvent, { kind: "problem" }>): JsonMessage {
  const { relPath, step, code, message, stored, snapshotId, hint } = problem;
  return {
    message_type: "error",
    error: { message },
    during: step,
    item: relPath,
    code,
    stored,
    ...pathFields(relPath),
    ...(snapshotId === undefined ? {} : { snapshot_id: snapshotId }),
    ...(hint === undefined ? {} : { hint }),
  };
}

function hookMessage(event: HookEvent): JsonMessage {
  const { hook, args, failure, exitCode, seconds, stdout, stderr } = event;
  return {
    message_type: "hook",
    hook,
    command: args,
    ok: failure === undefined,
    ...(failure === undefined ? {} : { error: failure }),
    exit_code: exitCode ?? null,
    duration: seconds,
    stdout,
    stderr,
  };
}

function notificationMessage({ channel, about, failure }: NotificationEvent): JsonMessage {
  return {
    message_type: "notification",
    channel,
    kind: about,
    sent: failure === undefined,
    ...(failure === undefined ? {} : { error: failure }),
  };
}

function summaryMessage(event: Extract<BackupEvent, { kind: "summary" }>): JsonMessage {
  const { summary, published, dryRun, snapshotPath } = event;
  const { problems: _listedAsErrors, ...rest } = summary;
  return {
    message_type: "summary",
    published,
    dry_run: dryRun,
    files_new: summary.counts.new,
    files_changed: summary.counts.changed,
    files_unmodified: summary.counts.unchanged,
    data_added: summary.bytes.copied,
    total_files_processed: summary.counts.walked - summary.counts.excluded,
    total_bytes_processed: summary.bytes.processed,
    total_duration: summary.duration_seconds,
    snapshot_path: snapshotPath,
    ...rest,
  };
}

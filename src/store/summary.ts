/**
 * `<time>-summary.json`: what one run did, for programs. The types have the very names of the file;
 * FORMAT.md says what each means.
 *
 * @module
 */

import { parseProtection, type RealProtection } from "./protection.ts";

/** Version of the file that this program writes. */
export const SUMMARY_VERSION = 1;

/** Entries of one run. All from `linked` to `failed` add up to `walked`. */
export interface SummaryCounts {
  readonly walked: number;
  /** Regular files that are hard links to content the root held. */
  readonly linked: number;
  /** Regular files whose content was stored by this run. */
  readonly copied: number;
  readonly directories: number;
  readonly symlinks: number;
  /** Fifos, sockets and device nodes that were made. */
  readonly specials: number;
  /** Entries that stand in the manifest alone. */
  readonly recorded: number;
  readonly excluded: number;
  /** Entries that are not in the snapshot because of a problem. */
  readonly failed: number;
  /** Problems of all kinds, also those of entries that were stored. */
  readonly problems: number;
  /** Entries other than directories that the previous snapshot did not have. */
  readonly new: number;
  /** Content, mode, owner or times differ. */
  readonly changed: number;
  readonly unchanged: number;
  /** Stored files found to differ from their record. */
  readonly damaged: number;
  /** Names in older snapshots that were given a good copy in place of a damaged file. */
  readonly healed: number;
}

/** Content of regular files, in bytes. */
export interface SummaryBytes {
  readonly processed: number;
  readonly linked: number;
  readonly copied: number;
  /** What was not stored again. */
  readonly saved: number;
}

/** How many entries a rule left out. */
export interface SummaryExclusion {
  readonly rule: string;
  /** Where the rule comes from: `default`, a flag, a file and line. */
  readonly layer: string;
  readonly count: number;
}

/** See `Problem`; the words are stable. */
export interface SummaryProblem {
  /** Relative to the source, `""` for the source itself. */
  readonly path: string;
  readonly step: string;
  readonly code: string;
  readonly message: string;
  readonly stored: boolean;
}

/** A path that was taken out of the snapshot later; counts and bytes of the run are as they were. */
export interface SummaryForgotten {
  /** Below the snapshot. */
  readonly path: string;
  /** ISO 8601 with the offset from UTC. */
  readonly at: string;
  /** `<user>@<computer>`. */
  readonly by: string;
  readonly entries: number;
  readonly bytes: number;
}

/** See the module text. */
export interface Summary {
  readonly format_version: number;
  readonly phlb_version: string;
  readonly name: string;
  /** `<name>/<time>`. */
  readonly snapshot_id: string;
  /** Absolute path. */
  readonly source: string;
  readonly hostname: string;
  /** ISO 8601 with the offset from UTC, as is `finished_at`. */
  readonly started_at: string;
  readonly finished_at: string;
  readonly duration_seconds: number;
  /** Whether the snapshot was published. */
  readonly complete: boolean;
  readonly interrupted: boolean;
  readonly counts: SummaryCounts;
  readonly bytes: SummaryBytes;
  readonly excluded_by: readonly SummaryExclusion[];
  /** The first 1000; `counts.problems` counts all. */
  readonly problems: readonly SummaryProblem[];
  /** The run before this one of the same name. */
  readonly previous: { readonly time: string; readonly duration_seconds: number | null } | null;
  readonly tags: readonly string[];
  readonly note: string | null;
  /** Seconds that each stage took, by its name. */
  readonly stage_seconds: Readonly<Record<string, number>>;
  /** What the threads did, by their role; empty where nobody told. */
  readonly threads: SummaryThreads;
  /** How stored files are kept from being changed; absent: not at all. */
  readonly protect?: RealProtection;
  /** Absent when nothing was. */
  readonly forgotten?: readonly SummaryForgotten[];
}

/** What the snapshot of a summary holds now: entries, and bytes of regular files. */
export function heldBy(
  { counts, bytes, forgotten = [] }: Pick<Summary, "counts" | "bytes" | "forgotten">,
): { entries: number; bytes: number } {
  const held = {
    entries: counts.walked - counts.excluded - counts.failed,
    bytes: bytes.processed,
  };
  for (const gone of forgotten) {
    held.entries -= gone.entries;
    held.bytes -= gone.bytes;
  }
  return { entries: Math.max(0, held.entries), bytes: Math.max(0, held.bytes) };
}

/** By role: `main`, `walker`, `hasher`, `linker`. */
export type SummaryThreads = Readonly<Record<string, SummaryThread>>;

/** What the threads of one role did, all of them together. */
export interface SummaryThread {
  /** How many there were. */
  readonly count: number;
  /** In calls, by the clock; null for main, which has none. */
  readonly busy_seconds: number | null;
  /** Processor time; null when nobody can tell. The rest of `busy_seconds` was waited for a disk. */
  readonly cpu_seconds: number | null;
  /** `busy_seconds` by the kind of call. */
  readonly call_seconds: Readonly<Record<string, number>>;
}

/** The file's text. Bytes of names that are not UTF-8 stand as `\udc80`–`\udcff`. */
export function formatSummaryJson(summary: Summary): string {
  return `${JSON.stringify(summary, null, 2)}\n`;
}

/** Reads a summary; undefined when it is not one. Unknown fields are dropped. Never throws. */
export function parseSummary(text: string): Summary | undefined {
  try {
    return readSummary(recordOf(JSON.parse(text)));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof NotASummary) return undefined;
    throw error;
  }
}

/** A value of another type than the format says. */
class NotASummary extends Error {}

type Fields = Readonly<Record<string, unknown>>;

function readSummary(fields: Fields): Summary {
  return {
    format_version: numberOf(fields["format_version"]),
    phlb_version: stringOf(fields["phlb_version"]),
    name: stringOf(fields["name"]),
    snapshot_id: stringOf(fields["snapshot_id"]),
    source: stringOf(fields["source"]),
    hostname: stringOf(fields["hostname"]),
    started_at: stringOf(fields["started_at"]),
    finished_at: stringOf(fields["finished_at"]),
    duration_seconds: numberOf(fields["duration_seconds"]),
    complete: booleanOf(fields["complete"]),
    interrupted: booleanOf(fields["interrupted"]),
    counts: readCounts(recordOf(fields["counts"])),
    bytes: readBytes(recordOf(fields["bytes"])),
    excluded_by: listOf(fields["excluded_by"]).map(readExclusion),
    problems: listOf(fields["problems"]).map(readProblem),
    previous: readPrevious(fields["previous"]),
    tags: listOf(fields["tags"]).map(stringOf),
    note: fields["note"] === null ? null : stringOf(fields["note"]),
    stage_seconds: readStages(recordOf(fields["stage_seconds"])),
    threads: readThreads(recordOf(fields["threads"] ?? {})),
    ...readProtect(fields["protect"]),
    ...readForgotten(fields["forgotten"]),
  };
}

function readProtect(value: unknown): Pick<Summary, "protect"> {
  const protect = parseProtection(value);
  return protect === undefined ? {} : { protect };
}

function readForgotten(value: unknown): Pick<Summary, "forgotten"> {
  if (value === undefined) return {};
  const forgotten = listOf(value).map(recordOf).map((fields) => ({
    path: stringOf(fields["path"]),
    at: stringOf(fields["at"]),
    by: stringOf(fields["by"]),
    entries: numberOf(fields["entries"]),
    bytes: numberOf(fields["bytes"]),
  }));
  return { forgotten };
}

function readCounts(fields: Fields): SummaryCounts {
  return {
    walked: numberOf(fields["walked"]),
    linked: numberOf(fields["linked"]),
    copied: numberOf(fields["copied"]),
    directories: numberOf(fields["directories"]),
    symlinks: numberOf(fields["symlinks"]),
    specials: numberOf(fields["specials"]),
    recorded: numberOf(fields["recorded"]),
    excluded: numberOf(fields["excluded"]),
    failed: numberOf(fields["failed"]),
    problems: numberOf(fields["problems"]),
    new: numberOf(fields["new"]),
    changed: numberOf(fields["changed"]),
    unchanged: numberOf(fields["unchanged"]),
    damaged: numberOf(fields["damaged"]),
    healed: numberOf(fields["healed"] ?? 0), // earlier versions did not heal
  };
}

function readBytes(fields: Fields): SummaryBytes {
  return {
    processed: numberOf(fields["processed"]),
    linked: numberOf(fields["linked"]),
    copied: numberOf(fields["copied"]),
    saved: numberOf(fields["saved"]),
  };
}

function readExclusion(value: unknown): SummaryExclusion {
  const fields = recordOf(value);
  return {
    rule: stringOf(fields["rule"]),
    layer: stringOf(fields["layer"]),
    count: numberOf(fields["count"]),
  };
}

function readProblem(value: unknown): SummaryProblem {
  const fields = recordOf(value);
  return {
    path: stringOf(fields["path"]),
    step: stringOf(fields["step"]),
    code: stringOf(fields["code"]),
    message: stringOf(fields["message"]),
    stored: booleanOf(fields["stored"]),
  };
}

function readPrevious(value: unknown): Summary["previous"] {
  if (value === null) return null;
  const { time, duration_seconds } = recordOf(value);
  return {
    time: stringOf(time),
    duration_seconds: duration_seconds === null ? null : numberOf(duration_seconds),
  };
}

function readStages(fields: Fields): Record<string, number> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, numberOf(value)]));
}

function readThreads(fields: Fields): Record<string, SummaryThread> {
  const known = (value: unknown) => value === null ? null : numberOf(value);
  return Object.fromEntries(
    Object.entries(fields).map(([role, value]) => {
      const { count, busy_seconds, cpu_seconds, call_seconds } = recordOf(value);
      return [role, {
        count: numberOf(count),
        busy_seconds: known(busy_seconds),
        cpu_seconds: known(cpu_seconds),
        call_seconds: readStages(recordOf(call_seconds)),
      }];
    }),
  );
}

function recordOf(value: unknown): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw new NotASummary();
  return Object.fromEntries(Object.entries(value));
}

function listOf(value: unknown): unknown[] {
  if (!Array.isArray(value)) throw new NotASummary();
  return value;
}

function stringOf(value: unknown): string {
  if (typeof value !== "string") throw new NotASummary();
  return value;
}

function numberOf(value: unknown): number {
  if (typeof value !== "number") throw new NotASummary();
  return value;
}

function booleanOf(value: unknown): boolean {
  if (typeof value !== "boolean") throw new NotASummary();
  return value;
}

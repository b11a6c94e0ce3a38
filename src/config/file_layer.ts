import { dirname } from "node:path";
import { assign, type Assignment, type Findings } from "./assignment.ts";
import type { Layer, Origin } from "./config.ts";
import type { PathBase } from "./convert.ts";
import type { ConfigProblem, Given } from "./given.ts";
import { faultOfTable, locate, meaningOfKey } from "./key_path.ts";
import { SECRET_FORM } from "./secret.ts";
import { breachOf } from "./text_rule.ts";
import {
  parseTomlDocument,
  type Place,
  type TomlDocument,
  type TomlEntry,
  type TomlValue,
} from "./toml_document.ts";

/** One `[[job]]` table. */
export interface JobTable {
  readonly id: string;
  readonly assignments: readonly Assignment[];
}

/** What one layer says. */
export interface LayerContent {
  readonly layer: Layer;
  /** Outside of all jobs. */
  readonly assignments: readonly Assignment[];
  readonly jobs: readonly JobTable[];
  readonly problems: readonly ConfigProblem[];
}

/** A configuration file's text and what it takes to make sense of it. */
export interface FileSource {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
  readonly home: string | undefined;
}

interface JobDraft extends Findings {
  id: string | undefined;
  /** Also when the id is not valid. */
  hasId: boolean;
  /** Of its header. */
  readonly origin: Origin;
}

interface Reading {
  readonly base: PathBase;
  readonly top: Findings;
  readonly drafts: Map<number, JobDraft>;
  /** Shared by all findings of the file. */
  readonly problems: ConfigProblem[];
  originAt(place: Place): Origin;
}

/** Everything that a configuration file sets, with all that is wrong with it, in file order. */
export function readFileLayer(file: FileSource): LayerContent {
  const document = parseTomlDocument(file.text.replace(/^\uFEFF/, ""));
  const reading = startReading(file, document);
  for (const { path, place } of document.tables) {
    const inUse = document.entries.some((entry) => path.every((name, i) => entry.path[i] === name));
    const fault = faultOfTable(locate(path));
    if (fault !== undefined && !inUse) {
      reading.problems.push({ origin: reading.originAt(place), message: fault });
    }
  }
  for (const entry of document.entries) readEntry(entry, reading);
  const jobs = finishJobs(reading);
  const keys = [
    ...keysOf(reading.top, ""),
    ...jobs.flatMap((job) => keysOf(job, `job.${job.id}.`)),
  ];
  return {
    layer: { origin: "file", path: file.path, keys },
    assignments: reading.top.assignments,
    jobs,
    problems: reading.problems.toSorted(byPlace),
  };
}

function startReading(file: FileSource, document: TomlDocument): Reading {
  const originAt = ({ line, column }: Place): Origin => ({
    layer: "file",
    file: file.path,
    line,
    column,
  });
  const problems = document.faults.map((fault) => ({
    origin: originAt(fault),
    message: fault.message,
  }));
  const drafts = new Map<number, JobDraft>();
  for (const { path, place } of document.tables) {
    const { job, rest } = locate(path);
    if (job === undefined || rest.length > 0) continue;
    const origin = originAt(place);
    drafts.set(job, { id: undefined, hasId: false, origin, assignments: [], problems });
  }
  const base = { directory: dirname(file.path), home: file.home };
  return { base, top: { assignments: [], problems }, drafts, problems, originAt };
}

function readEntry(entry: TomlEntry, reading: Reading): void {
  const located = locate(entry.path);
  const draft = located.job === undefined ? undefined : reading.drafts.get(located.job);
  const origin = reading.originAt(entry.place);
  if (draft && located.rest.length === 1 && located.rest[0] === "id") {
    return readId(givenFrom(entry.value, { origin, reading }), { draft, reading });
  }
  const meaning = meaningOfKey(located);
  if (!("fault" in meaning)) {
    const { key, edit, part } = meaning;
    const findings = draft ?? reading.top;
    if (part !== undefined && findings.assignments.some((other) => other.key === key)) {
      const message = `Cannot set "${key}" twice: give one of ${SECRET_FORM}`;
      return void reading.problems.push({ origin, message });
    }
    const plain = givenFrom(entry.value, { origin, reading });
    const given = part === undefined ? plain : { ...plain, part };
    return assign({ key, edit, given, base: reading.base }, findings);
  }
  const said = meaning.ofTable && reading.problems.some((p) => p.message === meaning.fault);
  if (!said) reading.problems.push({ origin, message: meaning.fault });
}

function readId(given: Given, { draft, reading }: { draft: JobDraft; reading: Reading }): void {
  const id = typeof given.data === "string" ? given.data : "";
  const breach = breachOf(id, "name");
  const twin = [...reading.drafts.values()].find((other) => other.id === id);
  const message = breach !== undefined
    ? `Cannot set "job.id" to ${given.text}: ${breach}`
    : twin
    ? `Duplicate job "${id}": its id is already taken on line ${twin.origin.line}`
    : undefined;
  if (message === undefined) draft.id = id;
  else reading.problems.push({ origin: given.origin, message });
  draft.hasId = true;
}

function givenFrom(
  value: TomlValue,
  { origin, reading }: { origin: Origin; reading: Reading },
): Given {
  const { data, text } = value;
  if (typeof data !== "object") return { data, text, origin };
  const items = data.map((item) =>
    givenFrom(item, { origin: reading.originAt(item.place), reading })
  );
  return { data: items, text, origin };
}

function finishJobs({ drafts, problems }: Reading): JobTable[] {
  return [...drafts.values()].flatMap(({ id, hasId, origin, assignments }) => {
    if (!hasId) problems.push({ origin, message: 'Cannot use this [[job]]: it has no "id"' });
    return id === undefined ? [] : [{ id, assignments }];
  });
}

function keysOf({ assignments }: { assignments: readonly Assignment[] }, prefix: string): string[] {
  return [...new Set(assignments.map(({ key }) => prefix + key))];
}

function byPlace(a: ConfigProblem, b: ConfigProblem): number {
  const byLine = (a.origin.line ?? 0) - (b.origin.line ?? 0);
  return byLine || (a.origin.column ?? 0) - (b.origin.column ?? 0);
}

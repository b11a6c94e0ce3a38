import { resolve } from "node:path";
import { AppError, EXIT } from "../../base/app_error.ts";
import { printable } from "../../base/path_bytes.ts";
import type { Problem } from "../../base/problem.ts";
import { type FileSystemKind, FsError } from "../../fs/file_system.ts";
import { forgottenAt, type ForgottenPath } from "../../store/forgotten.ts";
import type { SnapshotEntry } from "../../store/raw_entry.ts";
import type { SnapshotRef } from "../../store/snapshots.ts";
import type { OpsDeps } from "../ops_deps.ts";
import type { AddressBase } from "../read/address.ts";
import { forgottenIn } from "../read/forgotten_in.ts";
import { type OpenedSnapshot, openSnapshot } from "../read/open_snapshot.ts";
import { chooseSnapshots, type SnapshotChoice, snapshotId } from "./choose_snapshots.ts";
import { type ChangeCounts, countChanges } from "./count_changes.ts";
import { entriesBelow } from "./entries_below.ts";
import { type ChangedField, changedFields } from "./entry_change.ts";
import { findRenamed } from "./find_renamed.ts";
import { giveTurn, once } from "./snapshot_entries.ts";
import { lookUpIn } from "./snapshot_lookup.ts";

/** Whose history is wanted. */
export interface HistoryQuery extends SnapshotChoice {
  /**
   * A path below the snapshots; or one in the source: absolute, or relative to the current
   * directory.
   */
  readonly path: string;
  readonly fileSystem: "auto" | FileSystemKind;
}

/**
 * What happened to an entry: it was there in the first snapshot of all, came into being, changed,
 * went, was taken out of the snapshots by `phlb forget-path`, or came back.
 */
export type EventKind = "first" | "created" | "changed" | "deleted" | "forgotten" | "returned";

/** Something that happened to an entry between two snapshots. */
export interface HistoryEvent {
  readonly kind: EventKind;
  /** The first snapshot with the new state. */
  readonly snapshot: SnapshotRef;
  /** The last snapshot with it, and how many have it. */
  readonly until: SnapshotRef;
  readonly snapshots: number;
  /** The entry as it is from now on; undefined when it is gone. */
  readonly entry: SnapshotEntry | undefined;
  /** What differs from when it was there last; of a directory also `below`. */
  readonly fields: readonly ChangedField[];
  /** Entries below a directory that differ; undefined for anything else. */
  readonly below: ChangeCounts | undefined;
  readonly renamedFrom: string | undefined;
  readonly renamedTo: string | undefined;
  /** When it was taken out of the snapshot, and by whom. */
  readonly forgotten?: ForgottenPath | undefined;
}

/** The history of a path in the snapshots of one name. */
export interface PathHistory {
  readonly name: string;
  /** Below the snapshots. */
  readonly relPath: string;
  /** How many snapshots were looked into. */
  readonly snapshots: number;
  /** In order of time; never empty. */
  readonly events: readonly HistoryEvent[];
}

/**
 * The histories of a path, one for each name whose snapshots have it. Writes nothing.
 *
 * @throws {PATH_UNKNOWN} when no snapshot has it
 * @throws {DESTINATION_UNSET} {ROOT_MISSING} {Cancelled}
 */
export async function pathHistory(deps: OpsDeps, query: HistoryQuery): Promise<PathHistory[]> {
  const { root, snapshots } = chooseSnapshots(deps.fs, query);
  const histories: PathHistory[] = [];
  const problems = once((problem) => deps.onEvent({ kind: "problem", problem }));
  for (const [name, refs] of Map.groupBy(snapshots, (snapshot) => snapshot.name)) {
    const tracer = new Tracer({ deps, query, root, onProblem: problems });
    const relPath = await tracer.resolve(refs);
    if (relPath === undefined) continue;
    const events = await tracer.trace(refs, relPath);
    histories.push({ name, relPath, snapshots: refs.length, events });
  }
  if (histories.length === 0) throw unknown(query.path, snapshots.length);
  return histories;
}

type Draft = { -readonly [K in keyof HistoryEvent]: HistoryEvent[K] };

/** The state of the entry in the snapshot before. */
interface State {
  readonly ref: SnapshotRef;
  readonly entry: SnapshotEntry | undefined;
  /** Of an entry that is not there, by what it went. */
  readonly forgotten?: ForgottenPath | undefined;
}

class Tracer {
  readonly #deps: OpsDeps;
  readonly #query: HistoryQuery;
  readonly #root: string;
  readonly #onProblem: (problem: Problem) => void;

  constructor(
    { deps, query, root, onProblem }: {
      deps: OpsDeps;
      query: HistoryQuery;
      root: string;
      onProblem: (problem: Problem) => void;
    },
  ) {
    this.#deps = deps;
    this.#query = query;
    this.#root = root;
    this.#onProblem = onProblem;
  }

  /** Which path below the snapshots is meant: one that the newest possible snapshot has. */
  async resolve(refs: readonly SnapshotRef[]): Promise<string | undefined> {
    for (const ref of refs.toReversed()) {
      const found = await this.#with(ref, async (snapshot) => {
        const source = snapshot.summary?.source;
        for (const relPath of candidates(this.#query.path, this.#query.base, source)) {
          if (await this.#lookUp(snapshot, relPath) !== undefined) return { relPath };
          if (await this.#forgotten(snapshot, relPath) !== undefined) return { relPath };
        }
        return undefined;
      });
      if (found !== undefined) return found.relPath;
      await giveTurn(this.#deps);
    }
    return undefined;
  }

  async trace(refs: readonly SnapshotRef[], relPath: string): Promise<HistoryEvent[]> {
    const events: Draft[] = [];
    let before: State | undefined;
    let lastThere: State | undefined;
    for (const ref of refs) {
      const state = await this.#with(ref, async (snapshot): Promise<State> => {
        const entry = await this.#lookUp(snapshot, relPath);
        if (entry !== undefined) return { ref, entry };
        return { ref, entry, forgotten: await this.#forgotten(snapshot, relPath) };
      });
      // What cannot be read says nothing about the entry.
      if (state === undefined) continue;
      const event = await this.#event({ before, now: state, lastThere });
      const last = events.at(-1);
      if (event !== undefined) events.push(event);
      else if (last !== undefined) {
        last.until = ref;
        last.snapshots++;
      }
      before = state;
      if (state.entry !== undefined) lastThere = state;
      await giveTurn(this.#deps);
    }
    return events;
  }

  async #event(
    { before, now, lastThere }: {
      before: State | undefined;
      now: State;
      lastThere: State | undefined;
    },
  ): Promise<Draft | undefined> {
    const draft = (kind: EventKind): Draft => ({ ...NOTHING, ...stateOf(now), kind });
    if (now.entry === undefined) {
      const { forgotten } = now;
      if (forgotten !== undefined) {
        return before?.forgotten === undefined ? { ...draft("forgotten"), forgotten } : undefined;
      }
      if (before?.entry === undefined && before?.forgotten === undefined) return undefined;
      if (before.entry === undefined) return draft("deleted");
      return { ...draft("deleted"), renamedTo: await this.#renamed(before, now) };
    }
    if (before === undefined) return draft("first");
    if (before.forgotten !== undefined && lastThere?.entry === undefined) return draft("returned");
    if (lastThere?.entry === undefined) {
      return { ...draft("created"), renamedFrom: await this.#renamed(now, before) };
    }
    const fields = changedFields(lastThere.entry, now.entry, {
      recorded: recorded(lastThere, now),
    });
    if (before.entry === undefined) return { ...draft("returned"), fields };
    const below = await this.#below(before, now);
    const isSame = fields.length === 0 && (below === undefined || isNothing(below));
    return isSame ? undefined : { ...draft("changed"), fields, below };
  }

  /** Where the file of `here` is in the snapshot of `there`. */
  async #renamed(here: State, there: State): Promise<string | undefined> {
    const { entry } = here;
    if (entry === undefined) return undefined;
    return await this.#withBoth(
      here.ref,
      there.ref,
      (own, other) => findRenamed(this.#deps, entry, { own, other }),
    );
  }

  async #below(before: State, now: State): Promise<ChangeCounts | undefined> {
    const isDir = ({ entry }: State) => entry?.stats.isDir(entry.row) === true;
    const relPath = now.entry?.relPath;
    if (relPath === undefined || !isDir(before) || !isDir(now)) return undefined;
    const detail = "lines" as const;
    const options = { deps: this.#deps, relPath, detail, onProblem: this.#onProblem };
    return await this.#withBoth(before.ref, now.ref, (old, current) =>
      countChanges(
        entriesBelow({ ...options, snapshot: old }),
        entriesBelow({ ...options, snapshot: current }),
        { recorded: recorded(before, now) },
      ));
  }

  async #lookUp(snapshot: OpenedSnapshot, relPath: string): Promise<SnapshotEntry | undefined> {
    return await lookUpIn(this.#deps, { snapshot, onProblem: this.#onProblem }, relPath);
  }

  async #forgotten(
    snapshot: OpenedSnapshot,
    relPath: string,
  ): Promise<ForgottenPath | undefined> {
    return forgottenAt(await forgottenIn(this.#deps.fs, snapshot), relPath);
  }

  async #withBoth<T>(
    first: SnapshotRef,
    second: SnapshotRef,
    use: (first: OpenedSnapshot, second: OpenedSnapshot) => Promise<T>,
  ): Promise<T | undefined> {
    return await this.#with(first, (one) => this.#with(second, (two) => use(one, two)));
  }

  /** Undefined, and a problem, when the snapshot cannot be opened or read. */
  async #with<T>(
    ref: SnapshotRef,
    use: (snapshot: OpenedSnapshot) => Promise<T>,
  ): Promise<T | undefined> {
    let snapshot: OpenedSnapshot | undefined;
    try {
      snapshot = openSnapshot(this.#deps.fs, { root: this.#root, ref });
      return await use(snapshot);
    } catch (error) {
      if (!(error instanceof AppError) && !(error instanceof FsError)) throw error;
      const message = `Cannot read the snapshot "${printable(snapshotId(ref))}": ${error.message}`;
      this.#onProblem({ relPath: "", step: "read", code: "unreadable", message, stored: true });
      return undefined;
    } finally {
      snapshot?.close();
    }
  }
}

const NOTHING = {
  snapshots: 1,
  fields: [],
  below: undefined,
  renamedFrom: undefined,
  renamedTo: undefined,
};

function stateOf({ ref, entry }: State) {
  return { snapshot: ref, until: ref, entry };
}

/** Whether manifests tell the metadata of both. */
function recorded(a: State, b: State): boolean {
  return a.ref.kind === "phlb" && b.ref.kind === "phlb";
}

function isNothing({ added, removed, changed }: ChangeCounts): boolean {
  return added + removed + changed === 0;
}

/** What `path` may mean below a snapshot of `source`, the most likely first. */
function candidates(path: string, { cwd }: AddressBase, source: string | undefined): string[] {
  const inside = path.split("/").filter((part) => part !== "" && part !== ".").join("/");
  const inSource = source === undefined ? undefined : below(resolve(cwd, path), source);
  const isOutside = inside.split("/").includes("..");
  const both = path.startsWith("/") || path === "." ? [inSource, inside] : [inside, inSource];
  return both.filter((relPath) => relPath !== undefined).filter((relPath) =>
    relPath !== inside || !isOutside
  );
}

function below(absPath: string, dir: string): string | undefined {
  if (absPath === dir) return "";
  const prefix = dir === "/" ? dir : `${dir}/`;
  return absPath.startsWith(prefix) ? absPath.slice(prefix.length) : undefined;
}

function unknown(path: string, snapshots: number): AppError {
  return new AppError(
    `Cannot find "${printable(path)}" in any snapshot: there are ${snapshots}`,
    {
      code: "PATH_UNKNOWN",
      exitCode: EXIT.usage,
      hint: 'Give it as it stands below the snapshots; "phlb find NAME" tells where a name is',
    },
  );
}

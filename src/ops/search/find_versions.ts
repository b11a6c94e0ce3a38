import { compareNames, comparePaths, printable } from "../../base/path_bytes.ts";
import { type FileSystemKind, FsError } from "../../fs/file_system.ts";
import type { Problem } from "../../base/problem.ts";
import { AppError } from "../../base/app_error.ts";
import { type ForgottenPath, forgottenReason } from "../../store/forgotten.ts";
import { type ManifestScan, memberKey, unpackMember } from "../../store/manifest_scan.ts";
import {
  briefOf,
  type EntryBrief,
  parseRaw,
  rawBrief,
  type SnapshotEntry,
} from "../../store/raw_entry.ts";
import type { SnapshotRef } from "../../store/snapshots.ts";
import type { OpsDeps } from "../ops_deps.ts";
import { type OpenedSnapshot, openSnapshot } from "../read/open_snapshot.ts";
import { chooseSnapshots, type SnapshotChoice, snapshotId } from "./choose_snapshots.ts";
import { MEMBERS_A_TURN } from "./entries_below.ts";
import { EntryFilter, type EntryQuery } from "./entry_filter.ts";
import { searchMember } from "./search_member.ts";
import { giveTurn, readEntries, tryScan } from "./snapshot_entries.ts";
import { type Version, VersionTable } from "./version_table.ts";

/** What is looked for, and where. */
export interface FindQuery extends SnapshotChoice {
  readonly fileSystem: "auto" | FileSystemKind;
  readonly entries: EntryQuery;
}

/** A path and what was found under it. */
export interface FoundPath {
  /** Name of the snapshots. */
  readonly name: string;
  readonly relPath: string;
  /** The newest one first. */
  readonly versions: readonly FoundVersion[];
}

/** One content of a path. */
export interface FoundVersion {
  /** The oldest and the newest snapshot that has it, and how many have it. */
  readonly first: SnapshotRef;
  readonly last: SnapshotRef;
  readonly snapshots: number;
  /** As the newest one has it, in short. */
  readonly brief: EntryBrief;
  /** The same with all that is known; costs more. */
  readonly entry: SnapshotEntry;
}

/** What was found in a root. */
export interface FindResult {
  /** Absolute. */
  readonly root: string;
  /** How many snapshots were looked into, by name. */
  readonly searched: ReadonlyMap<string, number>;
  /** In order of names, then paths; parsed one by one. */
  readonly paths: Iterable<FoundPath>;
  /** How many there are. */
  readonly count: number;
}

/**
 * Looks for entries in many snapshots, and tells which versions of them there are. Writes nothing.
 *
 * @throws {DESTINATION_UNSET} {ROOT_MISSING} and what `resolveAddress` throws
 * @throws {Cancelled}
 */
export async function findVersions(deps: OpsDeps, query: FindQuery): Promise<FindResult> {
  const { root, snapshots } = chooseSnapshots(deps.fs, query);
  const byName = Map.groupBy(snapshots, ({ name }) => name);
  const tables = new Map<string, VersionTable>();
  const progress = new SearchProgress(deps, snapshots.length);
  for (const [name, ofName] of byName) {
    const search = new NameSearch({ deps, query, progress });
    tables.set(name, search.table);
    for (const ref of ofName) await search.look(root, ref);
  }
  const names = [...tables.keys()].toSorted(compareNames);
  return {
    root,
    searched: new Map(names.map((name) => [name, byName.get(name)?.length ?? 0])),
    paths: pathsOf(names, tables),
    count: [...tables.values()].reduce((sum, { size }) => sum + size, 0),
  };
}

function* pathsOf(
  names: readonly string[],
  tables: ReadonlyMap<string, VersionTable>,
): Generator<FoundPath> {
  for (const name of names) {
    const paths = [...tables.get(name)?.paths() ?? []];
    for (const { relPath, versions } of paths.sort((a, b) => comparePaths(a.relPath, b.relPath))) {
      yield { name, relPath, versions: versions.map((version) => new LazyVersion(version)) };
    }
  }
}

/** Parses when asked. */
class LazyVersion implements FoundVersion {
  readonly #version: Version;

  constructor(version: Version) {
    this.#version = version;
  }

  get first(): SnapshotRef {
    return this.#version.first;
  }

  get last(): SnapshotRef {
    return this.#version.last;
  }

  get snapshots(): number {
    return this.#version.snapshots;
  }

  get brief(): EntryBrief {
    const { found } = this.#version;
    return typeof found === "string" ? rawBrief(found) : briefOf(found);
  }

  get entry(): SnapshotEntry {
    const { found } = this.#version;
    return typeof found === "string" ? parseRaw(found) : found;
  }
}

/** Nobody has to be told how far a search is that has ended before this. */
const TELL_EVERY_MS = 500;

/** Tells how far a search is. */
class SearchProgress {
  readonly #deps: OpsDeps;
  readonly #snapshots: number;
  #done = 0;
  #problems = 0;
  #toldMs: number;

  constructor(deps: OpsDeps, snapshots: number) {
    this.#deps = deps;
    this.#snapshots = snapshots;
    this.#toldMs = deps.clock.monotonicMs();
  }

  readonly onProblem = (problem: Problem): void => {
    this.#problems++;
    this.#deps.onEvent({ kind: "problem", problem });
  };

  /** One more snapshot was looked into. */
  next(currentPath: string): void {
    this.#done++;
    const nowMs = this.#deps.clock.monotonicMs();
    if (nowMs - this.#toldMs < TELL_EVERY_MS) return;
    this.#toldMs = nowMs;
    this.#deps.onEvent({
      kind: "progress",
      entriesDone: this.#done,
      bytesDone: 0,
      entriesFound: this.#snapshots,
      bytesFound: 0,
      walkDone: true,
      problems: this.#problems,
      currentPath,
    });
  }
}

/** What the members of the snapshot before had: many are the same in the next one. */
type Members = Map<string, readonly Version[]>;

/** Looks through the snapshots of one name, from the oldest to the newest. */
class NameSearch {
  readonly table = new VersionTable();
  readonly #deps: OpsDeps;
  readonly #query: FindQuery;
  readonly #progress: SearchProgress;
  #members: Members = new Map();
  /** What source `#filter` and `#members` are for. */
  #source: string | undefined;
  #filter: EntryFilter;

  constructor(
    { deps, query, progress }: { deps: OpsDeps; query: FindQuery; progress: SearchProgress },
  ) {
    this.#deps = deps;
    this.#query = query;
    this.#progress = progress;
    this.#filter = new EntryFilter(query.entries);
  }

  async look(root: string, ref: SnapshotRef): Promise<void> {
    const snapshot = this.#open(root, ref);
    if (snapshot === undefined) return;
    try {
      this.#setSource(snapshot.summary?.source);
      const { fs } = this.#deps;
      const done = await tryScan(fs, snapshot, async (scan) => {
        await this.#scan(scan, ref);
        return true;
      });
      if (done !== true) await this.#read(snapshot);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      this.#progress.onProblem(unreadable(`Cannot read "${snapshot.id}": ${error.message}`));
    } finally {
      snapshot.close();
    }
    this.#progress.next(snapshotId(ref));
    await giveTurn(this.#deps);
  }

  /** One that cannot be opened does not keep the others from being looked into. */
  #open(root: string, ref: SnapshotRef): OpenedSnapshot | undefined {
    try {
      return openSnapshot(this.#deps.fs, { root, ref });
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#progress.onProblem(unreadable(error.message));
      return undefined;
    }
  }

  /** Absolute patterns may be paths in the source. */
  #setSource(source: string | undefined): void {
    if (source === this.#source) return;
    const { entries } = this.#query;
    const prefix = source === undefined || source === "/" ? undefined : `${source}/`;
    const inSource = prefix === undefined
      ? []
      : entries.patterns.flatMap((it) =>
        it.startsWith(prefix) ? `/${it.slice(prefix.length)}` : []
      );
    this.#source = source;
    this.#members = new Map();
    this.#filter = new EntryFilter({ ...entries, patterns: [...entries.patterns, ...inSource] });
  }

  async #scan(scan: ManifestScan, ref: SnapshotRef): Promise<void> {
    const members: { key: string; known: readonly Version[] | undefined; raws: string[] }[] = [];
    for (let i = 0; i < scan.members; i++) {
      const packed = scan.packed(i);
      const key = memberKey(packed);
      const known = this.#members.get(key);
      const raws = known === undefined ? searchMember(unpackMember(packed), this.#filter) : [];
      members.push({ key, known, raws });
      if (i % MEMBERS_A_TURN === MEMBERS_A_TURN - 1) await giveTurn(this.#deps);
    }
    scan.checkEnd();
    for (const one of scan.header?.forgotten ?? []) this.#tellForgotten(ref, one);
    // Nothing is counted before all of the manifest has turned out to be well.
    const next: Members = new Map();
    for (const { key, known, raws } of members) {
      for (const version of known ?? []) this.table.addAgain(version, version.found, ref);
      next.set(key, known ?? raws.map((raw) => this.table.add(raw, ref)));
    }
    this.#members = next;
  }

  #tellForgotten(ref: SnapshotRef, one: ForgottenPath): void {
    if (this.#query.entries.digest !== undefined || !this.#filter.matchesPath(one.relPath)) return;
    const path = printable(`${snapshotId(ref)}/${one.relPath}`);
    const message = `"${path}" is not there: ${forgottenReason(one)}`;
    this.#deps.onEvent({ kind: "log", level: "warning", message });
  }

  async #read(snapshot: OpenedSnapshot): Promise<void> {
    const { fs } = this.#deps;
    const { onProblem } = this.#progress;
    for await (const entries of readEntries(fs, snapshot, { onProblem })) {
      for (const entry of entries) {
        if (!this.#filter.matchesPath(entry.relPath)) continue;
        if (this.#filter.matchesDetails(entry)) this.table.add(entry, snapshot.ref);
      }
      await giveTurn(this.#deps);
    }
  }
}

function unreadable(message: string): Problem {
  return { relPath: "", step: "read", code: "unreadable", message, stored: true };
}

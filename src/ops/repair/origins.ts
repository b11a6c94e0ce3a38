/**
 * Where a content may be found: other files of the root, its trash, replicas, and the source it came
 * from. Whatever is found is believed only when its digest is right.
 *
 * @module
 */
import { joinRel } from "../../base/path_bytes.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { fileChunks } from "../../store/file_chunks.ts";
import { companionName, snapshotDir } from "../../store/layout.ts";
import type { ManifestHeader } from "../../store/manifest_header.ts";
import { ManifestError, readManifestHeader } from "../../store/manifest_reader.ts";
import type { ManifestSection } from "../../store/section.ts";
import { listSnapshots, placeOf, type SnapshotRef } from "../../store/snapshots.ts";
import type { WoundStore } from "../../store/wound_store.ts";
import type { Unit, UnitName } from "../../store/wounds.ts";
import type { OpenedSnapshot } from "../read/open_snapshot.ts";
import { knownSource } from "../rebuild/known_source.ts";
import { openRootDir } from "../../backup/run/preflight.ts";
import { readRecords } from "./read_records.ts";
import type { RepairWork } from "./repair_work.ts";

/** A file to try. */
export interface Candidate {
  /** The directory that `path` is relative to, open. */
  readonly base: Dir;
  readonly path: string;
  /** For people: relative to the backup root that is repaired, or absolute. */
  readonly shown: string;
  /** Whether it lies in the root that is repaired, so that it can be linked to. */
  readonly isStored: boolean;
}

/** Another backup root. */
interface Replica {
  readonly path: string;
  readonly dir: Dir;
  readonly snapshots: readonly SnapshotRef[];
}

/** Names of a unit that are looked for elsewhere. */
const MAX_NAMES = 8;

/** See the module text. Close it at the end. */
export class Origins {
  readonly #work: RepairWork;
  readonly #replicas: readonly Replica[];
  readonly #trashFrom: number;
  /** Sources by their paths, open; undefined: there is none any more. */
  readonly #sources = new Map<string, Dir | undefined>();

  /** @throws {ROOT_MISSING} when a replica is not there */
  constructor(work: RepairWork, { trashFrom }: { trashFrom: number }) {
    this.#work = work;
    this.#trashFrom = trashFrom;
    this.#replicas = openReplicas(work);
  }

  /** Files of the root itself and of its trash that should have the content. */
  stored({ digest }: Unit): Candidate[] {
    const known = this.#work.store.origins(digest);
    return known.filter(({ root }) => root === 0).map((at) => this.#stored(at));
  }

  /** All that may have the content of a unit, the nearest first. */
  *of(unit: Unit, names: readonly UnitName[]): Generator<Candidate> {
    const some = names.slice(0, MAX_NAMES);
    const known = this.#work.store.origins(unit.digest);
    yield* this.stored(unit);
    for (const replica of this.#replicas) yield* this.#inReplica(replica, some);
    for (const at of known) {
      const replica = this.#replicas[at.root - 1];
      const ref = replica?.snapshots[at.snapshot];
      if (replica === undefined || ref === undefined) continue;
      yield inRoot(replica, joinRel(snapshotDir(placeOf(ref)), at.relPath));
    }
    yield* this.#inSources(some);
  }

  /** Looks through the replicas' snapshots for wanted contents that lie at other places there. */
  async searchReplicas(): Promise<void> {
    const { store } = this.#work;
    for (const [i, replica] of this.#replicas.entries()) {
      for (const [snapshot, ref] of replica.snapshots.entries()) {
        await readRecords(this.#work, { root: replica.path, ref }, {
          section: ({ section }) => noteOrigins(store, section, { root: i + 1, snapshot }),
        });
      }
    }
  }

  get hasReplicas(): boolean {
    return this.#replicas.length > 0;
  }

  close(): void {
    const { fs } = this.#work;
    for (const { dir } of this.#replicas) fs.closeDir(dir);
    for (const dir of this.#sources.values()) if (dir !== undefined) fs.closeDir(dir);
  }

  #stored(at: { snapshot: number; relPath: string }): Candidate {
    const path = this.#work.pathOf(at);
    const isStored = at.snapshot < this.#trashFrom;
    return { base: this.#work.root.dir, path, shown: path, isStored };
  }

  *#inReplica(replica: Replica, names: readonly UnitName[]): Generator<Candidate> {
    for (const name of names) yield inRoot(replica, this.#work.pathOf(name));
  }

  /** The newest snapshots first: what they came from is most likely to be there still. */
  *#inSources(names: readonly UnitName[]): Generator<Candidate> {
    const tried = new Set<string>();
    for (const { snapshot, relPath } of names.toReversed()) {
      const source = this.#sourceOf(snapshot);
      if (source === undefined) continue;
      const shown = `${source.path}/${relPath}`;
      if (tried.has(shown)) continue;
      tried.add(shown);
      yield { base: source.dir, path: relPath, shown, isStored: false };
    }
  }

  #sourceOf(snapshot: number): { path: string; dir: Dir } | undefined {
    const path = this.#work.sourcePaths.get(snapshot);
    if (path === undefined || !path.startsWith("/")) return undefined;
    if (!this.#sources.has(path)) this.#sources.set(path, tryOpen(this.#work.fs, path));
    const dir = this.#sources.get(path);
    return dir === undefined ? undefined : { path, dir };
  }
}

function tryOpen(fs: FileSystem, path: string): Dir | undefined {
  try {
    return fs.openRoot(path);
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}

/** Absolute path of a snapshot's source, as its manifest, summary or log has it. */
export async function sourcePathOf(fs: FileSystem, opened: OpenedSnapshot): Promise<string> {
  return knownSource(fs, opened, await headerOf(fs, opened)).source;
}

async function headerOf(
  fs: FileSystem,
  { nameDir, ref, hasManifest }: OpenedSnapshot,
): Promise<ManifestHeader | undefined> {
  if (!hasManifest) return undefined;
  try {
    return await readManifestHeader(fileChunks(fs, nameDir, companionName(ref.time, "manifest")));
  } catch (error) {
    if (error instanceof ManifestError || error instanceof FsError) return undefined;
    throw error;
  }
}

function openReplicas({ fs, root, options }: RepairWork): Replica[] {
  return options.replicas.flatMap((given): Replica[] => {
    const { path, dir, stats } = openRootDir(fs, given);
    if (stats.inodeKey(0) === root.stats.inodeKey(0)) {
      fs.closeDir(dir);
      return [];
    }
    const { snapshots } = listSnapshots(fs, dir);
    return [{ path, dir, snapshots: snapshots.filter(({ kind }) => kind !== "partial") }];
  });
}

function inRoot({ path: root, dir }: Replica, path: string): Candidate {
  return { base: dir, path, shown: `${root}/${path}`, isStored: false };
}

function noteOrigins(
  store: WoundStore,
  { relPath: dir, names, stats, records }: ManifestSection,
  { root, snapshot }: { root: number; snapshot: number },
): void {
  for (const [i, name] of names.entries()) {
    const digest = records[i + 1]?.digest;
    if (digest === undefined || stats.type(i + 1) !== "file" || !store.wants(digest)) continue;
    store.addOrigin(digest, { root, snapshot, relPath: joinRel(dir, name) });
  }
}

/**
 * What a backup root has for a word that is being typed. It is asked at every press of a key, so it
 * reads names and as little else as it can.
 *
 * @module
 */
import { openRootDir } from "../../backup/run/preflight.ts";
import { tagsOf } from "../../base/kept_words.ts";
import { joinRel } from "../../base/path_bytes.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import type { FileSystemKind } from "../../fs/file_system.ts";
import { StatTable } from "../../fs/stat_table.ts";
import { listSnapshots, type SnapshotRef } from "../../store/snapshots.ts";
import { listRoot } from "../list_snapshots.ts";
import type { OpsDeps } from "../ops_deps.ts";
import type { AddressBase } from "../read/address.ts";
import { listEntries } from "../search/list_entries.ts";
import { Trash } from "../trash/trash.ts";

/** What {@link completeValue} is asked for. */
export interface CompleteQuery {
  readonly kind: "address" | "snapshot" | "trashed" | "stored" | "names" | "tags";
  /** What is typed of it. */
  readonly word: string;
  readonly base: AddressBase;
  readonly fileSystem: "auto" | FileSystemKind;
}

/** What a word may become. */
export interface Candidate {
  readonly value: string;
  /** Says more about it, `""` when there is nothing to say. */
  readonly note: string;
  /** Whether more of the same word may follow. */
  readonly isOpen: boolean;
}

/**
 * What the word may become, the likeliest first; not all of it begins with what is typed.
 *
 * @throws {AppError} {FsError} when there is no root, or it cannot be read
 */
export async function completeValue(
  deps: OpsDeps,
  query: CompleteQuery,
): Promise<Candidate[]> {
  const { kind, word, base } = query;
  if (base.root === undefined) return [];
  if (kind === "stored") return await storedPaths(deps, query, { address: "latest", at: 0 });
  const colon = word.indexOf(":");
  if (kind === "address" && colon >= 0) {
    return await storedPaths(deps, query, { address: word.slice(0, colon), at: colon + 1 });
  }
  const root = openRootDir(deps.fs, base.root);
  try {
    if (kind === "tags") return tagsIn(deps.fs, root.path);
    if (kind === "trashed") {
      return new Trash(deps.fs, root.dir).list().entries.toReversed().map(({ id }) => whole(id));
    }
    if (kind === "names") return namesIn(deps.fs, root.dir).map((name) => whole(name));
    return snapshotsIn({ fs: deps.fs, dir: root.dir }, query);
  } finally {
    deps.fs.closeDir(root.dir);
  }
}

function whole(value: string, note = ""): Candidate {
  return { value, note, isOpen: false };
}

/** What lies in the directory that is typed so far, below a snapshot. */
async function storedPaths(
  deps: OpsDeps,
  { word, base, fileSystem }: CompleteQuery,
  { address, at }: { address: string; at: number },
): Promise<Candidate[]> {
  const typed = word.slice(at);
  const slash = typed.lastIndexOf("/") + 1;
  const before = word.slice(0, at + slash);
  const query = {
    address: `${address}:${typed.slice(0, slash)}`,
    base: oneName(deps.fs, base, address),
    fileSystem,
    recursive: false,
    detailed: false,
  };
  const found: Candidate[] = [];
  await listEntries(deps, query, {
    begin: () => {},
    take: (entries) => {
      for (const { relPath, isDir } of entries) {
        const name = relPath.slice(relPath.lastIndexOf("/") + 1);
        found.push({ value: `${before}${name}${isDir ? "/" : ""}`, note: "", isOpen: isDir });
      }
      return true;
    },
  });
  return found;
}

/** Where `latest` alone could be one of several names, the newest of all is meant. */
function oneName(fs: FileSystem, base: AddressBase, address: string): AddressBase {
  if (base.name !== undefined || base.root === undefined || address !== "latest") return base;
  const root = openRootDir(fs, base.root);
  try {
    const { snapshots } = listSnapshots(fs, root.dir);
    const newest = complete(snapshots).toSorted((a, b) => a.time < b.time ? -1 : 1).at(-1);
    return newest === undefined ? base : { ...base, name: newest.name };
  } finally {
    fs.closeDir(root.dir);
  }
}

/** Snapshots that a word may name: by its time where one name is meant, else by both. */
function snapshotsIn(
  { fs, dir }: { fs: FileSystem; dir: Dir },
  { word, kind, base }: CompleteQuery,
): Candidate[] {
  const isOpen = kind === "address";
  const slash = word.lastIndexOf("/");
  const typedName = slash < 0 ? base.name : word.slice(0, slash);
  const all = complete(
    listSnapshots(fs, dir, typedName === undefined ? {} : { name: typedName }).snapshots,
  );
  const names = [...new Set(all.map(({ name }) => name))];
  const before = slash < 0 ? "" : `${word.slice(0, slash)}/`;
  const times = (refs: readonly SnapshotRef[]) =>
    refs.toReversed().map((ref) => ({ value: before + ref.time, note: noteOf(ref), isOpen }));
  if (typedName !== undefined || names.length === 1) {
    const newest = all.at(-1);
    return newest === undefined ? [] : [
      { value: `${before}latest`, note: joinRel(newest.name, newest.time), isOpen },
      ...times(all),
    ];
  }
  const heads = names.map((name) => ({
    value: `${name}/`,
    note: countNote(all, name),
    isOpen: true,
  }));
  return [...heads, ...(word === "" ? [] : times(all))];
}

function complete(snapshots: readonly SnapshotRef[]): SnapshotRef[] {
  return snapshots.filter(({ kind }) => kind !== "partial");
}

function noteOf({ kind }: SnapshotRef): string {
  return kind === "bare" ? "without a manifest" : "";
}

function countNote(all: readonly SnapshotRef[], name: string): string {
  const count = all.filter((snapshot) => snapshot.name === name).length;
  return count === 1 ? "1 snapshot" : `${count} snapshots`;
}

/** Names of all directories in the root that are not ours; some may hold no snapshot yet. */
function namesIn(fs: FileSystem, root: Dir): string[] {
  const { names, error } = fs.readDir(root);
  if (error !== undefined) throw error;
  const stats = new StatTable(1);
  return names.toSorted().filter((name) => {
    if (name.startsWith(".")) return false;
    try {
      fs.lstat(root, name, stats, 0);
      return stats.isDir(0);
    } catch (error) {
      if (error instanceof FsError) return false; // gone since it was listed
      throw error;
    }
  });
}

function tagsIn(fs: FileSystem, root: string): Candidate[] {
  const { snapshots } = listRoot(fs, { root, name: undefined });
  const counts = new Map<string, number>();
  for (const tag of snapshots.flatMap((snapshot) => tagsOf(snapshot))) {
    counts.set(tag, (counts.get(tag) ?? 0) + 1);
  }
  return [...counts].toSorted(([a], [b]) => a < b ? -1 : 1)
    .map(([tag, count]) => whole(tag, count === 1 ? "1 snapshot" : `${count} snapshots`));
}

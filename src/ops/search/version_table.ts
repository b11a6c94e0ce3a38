import { STAT } from "../../fs/stat_table.ts";
import {
  decodePath,
  encodePath,
  parseRaw,
  rawDigest,
  rawPath,
  type SnapshotEntry,
} from "../../store/raw_entry.ts";
import type { SnapshotRef } from "../../store/snapshots.ts";

/** An entry as it was found: parsed, or the lines of a manifest. */
export type Found = SnapshotEntry | string;

/** One content of one path, through the snapshots of a name. */
export interface Version {
  readonly first: SnapshotRef;
  last: SnapshotRef;
  snapshots: number;
  /** The entry in the last snapshot that has it. */
  found: Found;
}

/** Gathers what was found in the snapshots of one name, from the oldest to the newest. */
export class VersionTable {
  /** By path, as a manifest writes it. Most paths have one version. */
  readonly #versions = new Map<string, Version | Version[]>();

  /** Counts an entry that `snapshot` has. */
  add(found: Found, snapshot: SnapshotRef): Version {
    const path = typeof found === "string" ? rawPath(found) : encodePath(found.relPath);
    const versions = this.#versions.get(path);
    const known = versions === undefined ? undefined : sameContent(versions, found);
    if (known !== undefined) {
      this.addAgain(known, found, snapshot);
      return known;
    }
    const version: Version = { first: snapshot, last: snapshot, snapshots: 1, found };
    if (versions === undefined) this.#versions.set(path, version);
    else if (Array.isArray(versions)) versions.push(version);
    else this.#versions.set(path, [versions, version]);
    return version;
  }

  /** The same for a version that is known already. */
  addAgain(version: Version, found: Found, snapshot: SnapshotRef): void {
    version.found = found;
    version.last = snapshot;
    version.snapshots++;
  }

  /** How many paths there are. */
  get size(): number {
    return this.#versions.size;
  }

  /** Decoded paths with their versions, the newest one first. */
  *paths(): Generator<{ readonly relPath: string; readonly versions: readonly Version[] }> {
    for (const [path, versions] of this.#versions) {
      const newestFirst = Array.isArray(versions) ? versions.toSorted(byLast) : [versions];
      yield { relPath: decodePath(path), versions: newestFirst };
    }
  }
}

function byLast(a: Version, b: Version): number {
  if (a.last.time === b.last.time) return a.first.time < b.first.time ? 1 : -1;
  return a.last.time < b.last.time ? 1 : -1;
}

function sameContent(versions: Version | Version[], found: Found): Version | undefined {
  const all = Array.isArray(versions) ? versions : [versions];
  // Mostly nothing at all has changed.
  const same = all.find((version) => version.found === found);
  if (same !== undefined) return same;
  const content = contentOf(found);
  return all.find((version) => contentOf(version.found) === content);
}

/**
 * Files are told apart by their digests or, where a snapshot has none, by size and mtime; links by
 * their targets; directories not at all.
 */
function contentOf(found: Found): string {
  if (typeof found !== "string") return contentOfEntry(found);
  return rawDigest(found) ?? contentOfEntry(parseRaw(found));
}

/** See {@link contentOf}. */
export function contentOfEntry({ stats, row, record }: SnapshotEntry): string {
  const digest = record?.digest ?? record?.sha512;
  if (digest !== undefined) return digest;
  const type = stats.type(row);
  if (type === "file") return `file ${stats.sizeBytes(row)} ${stats.mtimeNs(row)}`;
  if (type === "link") return `link ${record?.linkTarget ?? ""}`;
  if (type === "char" || type === "block") {
    return `${type} ${stats.get(row, STAT.rdevMajor)},${stats.get(row, STAT.rdevMinor)}`;
  }
  return type;
}

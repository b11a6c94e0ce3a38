/**
 * The entries of a snapshot one by one, for those who look for some of them.
 *
 * @module
 */
import { joinRel } from "../../base/path_bytes.ts";
import type { Problem } from "../../base/problem.ts";
import type { FileSystem } from "../../fs/file_system.ts";
import { companionName } from "../../store/layout.ts";
import {
  isManifestDamage,
  type ManifestScan,
  openManifestScan,
} from "../../store/manifest_scan.ts";
import type { SnapshotEntry } from "../../store/raw_entry.ts";
import type { ManifestSection } from "../../store/section.ts";
import { Cancelled } from "../../threads/cancel.ts";
import type { OpsDeps } from "../ops_deps.ts";
import { type OpenedSnapshot, type ReadOptions, readSections } from "../read/open_snapshot.ts";

/**
 * A snapshot's manifest for raw reading; undefined when there is none that can be read so. Then
 * {@link readEntries} reads the snapshot.
 */
export function openScan(fs: FileSystem, snapshot: OpenedSnapshot): ManifestScan | undefined {
  if (!snapshot.hasManifest) return undefined;
  try {
    return openManifestScan(fs, snapshot.nameDir, companionName(snapshot.ref.time, "manifest"));
  } catch (error) {
    if (isManifestDamage(error)) return undefined; // whoever reads all of it will tell
    throw error;
  }
}

/**
 * What `read` makes of the raw manifest; undefined when there is none or it turns out to be damaged.
 * The snapshot has to be read with {@link readEntries} then, from its beginning.
 */
export async function tryScan<T>(
  fs: FileSystem,
  snapshot: OpenedSnapshot,
  read: (scan: ManifestScan) => T | Promise<T>,
): Promise<T | undefined> {
  const scan = openScan(fs, snapshot);
  if (scan === undefined) return undefined;
  try {
    return await read(scan);
  } catch (error) {
    if (isManifestDamage(error)) return undefined;
    throw error;
  } finally {
    scan.close();
  }
}

/**
 * All entries, the snapshot's own directory first, in the order of a manifest. Reads what
 * `readSections` reads and tells what that tells.
 *
 * @throws {FsError} when the snapshot's directory cannot be read
 */
export async function* readEntries(
  fs: FileSystem,
  snapshot: OpenedSnapshot,
  options: ReadOptions,
): AsyncGenerator<SnapshotEntry[]> {
  for await (const section of readSections(fs, snapshot, options)) yield sectionEntries(section);
}

/** The entries of a section; with the directory itself unless it continues. */
export function sectionEntries(section: ManifestSection, below = ""): SnapshotEntry[] {
  const { names, stats, records, continues } = section;
  const relPath = section.relPath === "" ? below : joinRel(below, section.relPath);
  const entries: SnapshotEntry[] = continues
    ? []
    : [{ relPath, stats, row: 0, record: records[0] }];
  for (const [i, name] of names.entries()) {
    const row = i + 1;
    entries.push({ relPath: joinRel(relPath, name), stats, row, record: records[row] });
  }
  return entries;
}

/** Lets waiting events pass, Ctrl-C among them. @throws {Cancelled} when the user wants an end */
export async function giveTurn({ signal }: Pick<OpsDeps, "signal">): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 0));
  if (signal.aborted) throw new Cancelled();
}

/** Hands each problem on but once: a snapshot may be read several times. */
export function once(onProblem: (problem: Problem) => void): (problem: Problem) => void {
  const known = new Set<string>();
  return (problem) => {
    const key = `${problem.code} ${problem.message}`;
    if (known.has(key)) return;
    known.add(key);
    onProblem(problem);
  };
}

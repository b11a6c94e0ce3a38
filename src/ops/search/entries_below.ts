import type { Problem } from "../../base/problem.ts";
import type { ManifestScan } from "../../store/manifest_scan.ts";
import { isManifestDamage } from "../../store/manifest_scan.ts";
import {
  comparePlaces,
  type EntryPlace,
  isWithin,
  parseRaw,
  type SnapshotEntry,
} from "../../store/raw_entry.ts";
import type { OpsDeps } from "../ops_deps.ts";
import type { OpenedSnapshot } from "../read/open_snapshot.ts";
import { bareTree } from "./bare_dir.ts";
import { DirectoryWalk } from "./manifest_walk.ts";
import { giveTurn, openScan, readEntries } from "./snapshot_entries.ts";
import type { Found } from "./version_table.ts";

/** An entry below a directory. */
export interface BelowEntry {
  /** Below the snapshot. */
  readonly relPath: string;
  readonly isDir: boolean;
  /** Undefined or lines of a manifest only where no more was wanted. */
  readonly found: Found | undefined;
}

/** Where entries are read from. */
export interface BelowOptions {
  readonly deps: Pick<OpsDeps, "fs" | "signal">;
  readonly snapshot: OpenedSnapshot;
  /** A directory that is there. */
  readonly relPath: string;
  /** What is wanted at least of each entry: its path, the lines of a manifest, or all in them. */
  readonly detail: "path" | "lines" | "entry";
  readonly onProblem: (problem: Problem) => void;
}

/** Members of a manifest between two looks at Ctrl-C: 0.1 s. */
export const MEMBERS_A_TURN = 32;

/**
 * All that is below a directory of a snapshot, in the order of a manifest, in slices. What of the
 * manifest cannot be read comes from the tree, as with `readSections`.
 *
 * @throws {FsError} when the snapshot's directory cannot be read
 * @throws {Cancelled}
 */
export async function* entriesBelow(options: BelowOptions): AsyncGenerator<BelowEntry[]> {
  const { deps, snapshot, relPath } = options;
  if (!snapshot.hasManifest) {
    for (const entries of bareTree({ fs: deps.fs, ...options }, relPath)) {
      yield entries.filter((entry) => entry.relPath !== relPath).map(belowEntry);
      await giveTurn(deps);
    }
    return;
  }
  let last: BelowEntry | undefined;
  const scan = openScan(deps.fs, snapshot);
  if (scan !== undefined) {
    try {
      for await (const entries of scanBelow(scan, options)) {
        last = entries.at(-1) ?? last;
        yield entries;
      }
      return;
    } catch (error) {
      if (!isManifestDamage(error)) throw error;
    } finally {
      scan.close();
    }
  }
  yield* readOn(options, last === undefined ? undefined : placeOf(last));
}

async function* scanBelow(
  scan: ManifestScan,
  { deps, relPath, detail }: BelowOptions,
): AsyncGenerator<BelowEntry[]> {
  const walk = new DirectoryWalk(scan, relPath);
  let batch: BelowEntry[] = [];
  let member = walk.memberIndex;
  while (walk.next()) {
    if (walk.memberIndex !== member) {
      member = walk.memberIndex;
      yield batch;
      batch = [];
      if (member % MEMBERS_A_TURN === 0) await giveTurn(deps);
    }
    const raw = detail === "path" ? undefined : walk.raw;
    const found = detail === "entry" && raw !== undefined ? parseRaw(raw) : raw;
    batch.push({ relPath: walk.relPath, isDir: walk.isDir, found });
  }
  yield batch;
}

/** All that comes after what the raw manifest told. */
async function* readOn(
  { deps, snapshot, relPath, onProblem }: BelowOptions,
  last: EntryPlace | undefined,
): AsyncGenerator<BelowEntry[]> {
  for await (const entries of readEntries(deps.fs, snapshot, { onProblem })) {
    const below = entries
      .filter((entry) => entry.relPath !== relPath && isWithin(entry.relPath, relPath))
      .map(belowEntry)
      .filter((entry) => last === undefined || comparePlaces(placeOf(entry), last) > 0);
    if (below.length > 0) yield below;
    await giveTurn(deps);
  }
}

function belowEntry(entry: SnapshotEntry): BelowEntry {
  return { relPath: entry.relPath, isDir: entry.stats.isDir(entry.row), found: entry };
}

/** Where an entry stands in the order of a manifest. */
export function placeOf({ relPath, isDir }: Pick<BelowEntry, "relPath" | "isDir">): EntryPlace {
  if (isDir) return { relPath, name: undefined };
  return { relPath: parentOf(relPath), name: relPath.slice(relPath.lastIndexOf("/") + 1) };
}

/** The directory of an entry, `""` for what lies directly in the snapshot. */
export function parentOf(relPath: string): string {
  return relPath.slice(0, Math.max(relPath.lastIndexOf("/"), 0));
}

import { printable } from "../../base/path_bytes.ts";
import { FsError } from "../../fs/file_system.ts";
import { ManifestError } from "../../store/manifest_reader.ts";
import type { ManifestSection } from "../../store/section.ts";
import { heldBy, type Summary } from "../../store/summary.ts";
import { Cancelled } from "../../threads/cancel.ts";
import type { ListedSnapshot } from "../list_snapshots.ts";
import type { OpsDeps } from "../ops_deps.ts";
import { openSnapshot } from "../read/open_snapshot.ts";
import type { CountedStats, CountQuery } from "./exact_stats.ts";
import type { SnapshotStats } from "./root_stats.ts";
import type { Taken } from "./room.ts";

/**
 * What summaries say, and manifests where there is no summary. No tree is walked: what is shared,
 * and what a snapshot takes on disk, stays unknown.
 *
 * @throws {Cancelled}
 */
export async function quickStats(
  deps: OpsDeps,
  { root, all, ids }: Pick<CountQuery, "root" | "all" | "ids">,
): Promise<CountedStats> {
  const complete = all.filter(({ kind }) => kind !== "partial");
  const firsts = new Set(
    [...Map.groupBy(complete, ({ name }) => name).values()].flatMap(([first]) => first ?? []),
  );
  const stats: SnapshotStats[] = [];
  for (const snapshot of complete) {
    const told = snapshot.summary === undefined
      ? await fromManifest(deps, root, snapshot)
      : fromSummary(snapshot.summary);
    stats.push({ snapshot, isFirst: firsts.has(snapshot), ...told, count: undefined });
  }
  return {
    snapshots: stats.filter(({ snapshot }) => ids.has(snapshot.id)),
    totals: {
      snapshots: complete.length,
      files: total(stats, ({ files }) => files),
      apparentBytes: total(stats, ({ apparentBytes }) => apparentBytes),
      count: undefined,
    },
    together: undefined,
    links: undefined,
    taken: complete.filter((snapshot) => !firsts.has(snapshot))
      .toSorted((a, b) => a.time < b.time ? -1 : a.time > b.time ? 1 : 0)
      .flatMap(({ summary }) => summary === undefined ? [] : [takenBy(summary)]),
  };
}

type Told = Pick<
  SnapshotStats,
  "files" | "directories" | "others" | "apparentBytes" | "newBytes"
>;

const NOTHING: Told = {
  files: undefined,
  directories: undefined,
  others: undefined,
  apparentBytes: undefined,
  newBytes: undefined,
};

function fromSummary(summary: Summary): Told {
  const { counts, bytes } = summary;
  return {
    files: counts.linked + counts.copied,
    directories: counts.directories,
    others: counts.symlinks + counts.specials,
    apparentBytes: heldBy(summary).bytes,
    newBytes: bytes.copied,
  };
}

async function fromManifest(
  { fs, signal, onEvent }: OpsDeps,
  root: string,
  ref: ListedSnapshot,
): Promise<Told> {
  if (!ref.companions.has("manifest")) return NOTHING;
  const told = { files: 0, directories: 0, others: 0, apparentBytes: 0, newBytes: undefined };
  const snapshot = openSnapshot(fs, { root, ref });
  try {
    for await (const section of snapshot.manifest() ?? []) {
      if (signal.aborted) throw new Cancelled();
      addSection(told, section);
    }
    return told;
  } catch (error) {
    if (!(error instanceof ManifestError) && !(error instanceof FsError)) throw error;
    const message = `Cannot tell what "${printable(ref.id)}" holds: ${error.message}`;
    onEvent({ kind: "log", level: "warning", message });
    return NOTHING;
  } finally {
    snapshot.close();
  }
}

function addSection(
  told: { files: number; directories: number; others: number; apparentBytes: number },
  { continues, names, stats, records }: ManifestSection,
): void {
  if (!continues) told.directories++;
  for (let row = 1; row <= names.length; row++) {
    if (records[row]?.state === "recorded") continue;
    if (stats.type(row) !== "file") told.others++;
    else {
      told.files++;
      told.apparentBytes += stats.sizeBytes(row);
    }
  }
}

/** An inode for each directory, its checksum file, and everything that is not linked. */
function takenBy({ counts, bytes }: Summary): Taken {
  const inodes = 2 * counts.directories + counts.symlinks + counts.specials + counts.copied;
  return { bytes: bytes.copied, inodes };
}

/** Undefined when one of them is. */
function total(
  stats: readonly SnapshotStats[],
  of: (one: SnapshotStats) => number | undefined,
): number | undefined {
  return stats.reduce<number | undefined>((sum, one) => {
    const value = of(one);
    return sum === undefined || value === undefined ? undefined : sum + value;
  }, 0);
}

import type { RootStats, SnapshotStats } from "../ops/stats/root_stats.ts";
import { type JsonMessage, pathFields } from "../ui/json_lines.ts";

/** The `snapshot_stats` message; what is not known is null. */
export function snapshotStatsMessage(one: SnapshotStats): JsonMessage {
  const { snapshot, isFirst, files, directories, others, apparentBytes, newBytes, count } = one;
  return {
    message_type: "snapshot_stats",
    snapshot_id: snapshot.id,
    name: snapshot.name,
    time: snapshot.time,
    kind: snapshot.kind,
    ...pathFields(snapshot.path),
    is_first: isFirst,
    files: files ?? null,
    directories: directories ?? null,
    others: others ?? null,
    apparent_bytes: apparentBytes ?? null,
    new_bytes: newBytes ?? null,
    problems: snapshot.summary?.counts.problems ?? null,
    stored_bytes: count?.storedBytes ?? null,
    unique_bytes: count?.uniqueBytes ?? null,
    shared_bytes: count?.sharedBytes ?? null,
    overhead_bytes: count?.overheadBytes ?? null,
    freed_bytes: count?.freedBytes ?? null,
    freed_inodes: count?.freedInodes ?? null,
    added_bytes: count?.addedBytes ?? null,
    added_inodes: count?.addedInodes ?? null,
    growth: count?.growth?.places.map(({ relPath, addedBytes }) => ({
      ...pathFields(relPath),
      added_bytes: addedBytes,
    })) ?? null,
    growth_elsewhere_bytes: count?.growth?.elsewhereBytes ?? null,
  };
}

/** The `stats` message; what is not known is null. */
export function rootStatsMessage(stats: RootStats): JsonMessage {
  const { root, totals, together } = stats;
  const { count } = totals;
  return {
    message_type: "stats",
    ...pathFields(root),
    exact: count !== undefined,
    snapshots: totals.snapshots,
    files: totals.files ?? null,
    apparent_bytes: totals.apparentBytes ?? null,
    total_bytes: count?.totalBytes ?? null,
    total_inodes: count?.totalInodes ?? null,
    snapshot_bytes: count?.snapshotBytes ?? null,
    unique_bytes: count?.uniqueBytes ?? null,
    shared_bytes: count?.sharedBytes ?? null,
    overhead_bytes: count?.overheadBytes ?? null,
    other_bytes: count?.otherBytes ?? null,
    dedup_ratio: count?.dedupRatio ?? null,
    others: count?.others.map(({ kind, id, storedBytes, freedBytes, freedInodes }) => ({
      kind,
      snapshot_id: id ?? null,
      stored_bytes: storedBytes,
      freed_bytes: freedBytes,
      freed_inodes: freedInodes,
    })) ?? null,
    together: together === undefined
      ? null
      : { freed_bytes: together.freedBytes, freed_inodes: together.freedInodes },
    ...linkFields(stats),
    verified: verifiedField(stats),
    ...roomFields(stats),
  };
}

function linkFields({ links }: RootStats) {
  const limit = links?.limit;
  return {
    link_limit: limit === undefined
      ? null
      : { links: limit.links, per_directory: limit.isPerDirectory },
    near_link_limit: limit === undefined ? null : links?.near ?? null,
    near_link_limit_files: links?.examples.map(({ relPath, links: count }) => ({
      ...pathFields(relPath),
      links: count,
    })) ?? null,
  };
}

function verifiedField({ coverage }: RootStats) {
  if (coverage === undefined) return null;
  const { known, within, neverRead, damaged, oldestReadAt, newestReadAt } = coverage;
  return {
    known,
    within,
    never_read: neverRead,
    damaged,
    oldest_read_at: oldestReadAt?.toISOString() ?? null,
    newest_read_at: newestReadAt?.toISOString() ?? null,
  };
}

function roomFields({ room }: RootStats) {
  const { freeBytes, freeInodes, perSnapshot, basis, fits } = room;
  return {
    free_bytes: freeBytes ?? null,
    free_inodes: freeInodes ?? null,
    bytes_per_snapshot: perSnapshot?.bytes ?? null,
    inodes_per_snapshot: perSnapshot?.inodes ?? null,
    means_over: basis,
    fits_snapshots: fits ?? null,
  };
}

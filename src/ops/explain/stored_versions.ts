/**
 * Where a path lies in the snapshots: which of them have it, in which inodes, and whether what is
 * there is what was stored.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { AppError } from "../../base/app_error.ts";
import { printable } from "../../base/path_bytes.ts";
import { FsError } from "../../fs/file_system.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import { fileChunks } from "../../store/file_chunks.ts";
import type { SnapshotEntry } from "../../store/raw_entry.ts";
import type { SnapshotRef } from "../../store/snapshots.ts";
import type { OpsDeps } from "../ops_deps.ts";
import { type OpenedSnapshot, openSnapshot } from "../read/open_snapshot.ts";
import { snapshotId } from "../search/choose_snapshots.ts";
import { giveTurn, once } from "../search/snapshot_entries.ts";
import { lookUpIn } from "../search/snapshot_lookup.ts";
import { compareEntry } from "../verify/compare_entry.ts";
import type { Difference } from "../verify/finding.ts";

/** The snapshots in which one inode holds the path, or in which it is recorded alike without one. */
export interface StoredVersion {
  /** The entry as the first of them has it. */
  readonly entry: SnapshotEntry;
  /** Oldest first; `<name>/<time>`. */
  readonly snapshotIds: readonly string[];
  /** Where it lies: absolute. */
  readonly path: string;
  /** Undefined when there is nothing. */
  readonly inode: bigint | undefined;
  /** Names that the inode has in the whole backup root. */
  readonly links: number | undefined;
  /** What is not as recorded; none of a sound one. */
  readonly differences: readonly Difference[];
  /** Whether its content was read. */
  readonly wasRead: boolean;
  /** Whether a manifest tells of it. */
  readonly isRecorded: boolean;
}

/** What is looked for. */
export interface StoredQuestion {
  /** Absolute. */
  readonly root: string;
  readonly snapshots: readonly SnapshotRef[];
  readonly relPath: string;
  /** Whether contents are read. */
  readonly check: boolean;
}

/** What was found. */
export interface StoredVersions {
  /** In order of the snapshots that have them first. */
  readonly versions: readonly StoredVersion[];
  /** How many snapshots were looked into, and how many have the path. */
  readonly lookedInto: number;
  readonly having: number;
}

type Draft = { -readonly [K in keyof StoredVersion]: StoredVersion[K] } & { snapshotIds: string[] };

/** See the module text. A snapshot that cannot be read is a problem. @throws {Cancelled} */
export async function storedVersions(
  deps: OpsDeps,
  { root, snapshots, relPath, check }: StoredQuestion,
): Promise<StoredVersions> {
  const versions = new Map<string, Draft>();
  const onProblem = once((problem) => deps.onEvent({ kind: "problem", problem }));
  let having = 0;
  for (const ref of snapshots) {
    try {
      const snapshot = openSnapshot(deps.fs, { root, ref });
      try {
        const entry = await lookUpIn(deps, { snapshot, onProblem }, relPath);
        if (entry === undefined) continue;
        having++;
        const found = await look(deps, { snapshot, entry, check, versions });
        found.snapshotIds.push(snapshotId(ref));
      } finally {
        snapshot.close();
      }
    } catch (error) {
      if (!(error instanceof AppError) && !(error instanceof FsError)) throw error;
      const message = `Cannot read the snapshot "${printable(snapshotId(ref))}": ${error.message}`;
      onProblem({ relPath: "", step: "read", code: "unreadable", message, stored: true });
    }
    await giveTurn(deps);
  }
  return { versions: [...versions.values()], lookedInto: snapshots.length, having };
}

interface Look {
  readonly snapshot: OpenedSnapshot;
  readonly entry: SnapshotEntry;
  readonly check: boolean;
  readonly versions: Map<string, Draft>;
}

/** The version that an entry belongs to, a new one where need be. */
async function look(deps: OpsDeps, { snapshot, entry, check, versions }: Look): Promise<Draft> {
  const { relPath, record } = entry;
  const stats = new StatTable(1);
  const target = statStored(deps, snapshot, { relPath, stats });
  const path = relPath === "" ? snapshot.path : `${snapshot.path}/${relPath}`;
  const differences = target === undefined
    ? record?.state === "recorded" ? [] : [MISSING]
    : compareEntry(entry, { stats, row: 0, linkTarget: target.linkTarget }, { owners: false });
  const isFile = target !== undefined && stats.type(0) === "file";
  const facts = differences.map(({ reason }) => reason).join("; ");
  const inode = target === undefined ? "none" : stats.inodeKey(0);
  const key = `${isFile ? inode : snapshot.ref.name} ${facts} ${record?.digest}`;
  const known = versions.get(key);
  if (known !== undefined) return known;
  const read = isFile && check ? await contentFault(deps, snapshot, entry) : undefined;
  const version: Draft = {
    entry,
    snapshotIds: [],
    path,
    inode: target === undefined ? undefined : stats.ino(0),
    links: isFile ? stats.get(0, STAT.nlink) : undefined,
    differences: read === undefined ? differences : [...differences, ...read],
    wasRead: read !== undefined && record?.digest !== undefined,
    isRecorded: snapshot.hasManifest,
  };
  versions.set(key, version);
  return version;
}

const MISSING: Difference = { code: "missing", reason: "it is not there any more" };

/** lstat of the stored entry and where it leads if it is a symlink; undefined when it is gone. */
function statStored(
  { fs }: OpsDeps,
  snapshot: OpenedSnapshot,
  { relPath, stats }: { relPath: string; stats: StatTable },
): { readonly linkTarget: string | undefined } | undefined {
  const slash = relPath.lastIndexOf("/");
  const name = relPath.slice(slash + 1);
  try {
    const dir = openDirPath(fs, snapshot.dir, relPath.slice(0, Math.max(0, slash)));
    try {
      fs.lstat(dir, name, stats, 0);
      return { linkTarget: stats.type(0) === "link" ? fs.readLink(dir, name) : undefined };
    } finally {
      fs.closeDir(dir);
    }
  } catch (error) {
    if (error instanceof FsError && GONE.has(error.code)) return undefined;
    throw error;
  }
}

const GONE: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ELOOP"]);

/** Chunks that are read before waiting events get their turn. */
const TURN_CHUNKS = 64;

/** Reads a stored file and compares its digest with the recorded one. */
async function contentFault(
  deps: OpsDeps,
  snapshot: OpenedSnapshot,
  { relPath, record }: SnapshotEntry,
): Promise<Difference[]> {
  const slash = relPath.lastIndexOf("/");
  const dir = openDirPath(deps.fs, snapshot.dir, relPath.slice(0, Math.max(0, slash)));
  try {
    const hash = createHash("sha256");
    let chunks = 0;
    for (const chunk of fileChunks(deps.fs, dir, relPath.slice(slash + 1))) {
      hash.update(chunk);
      if (++chunks % TURN_CHUNKS === 0) await giveTurn(deps);
    }
    const found = hash.digest("hex");
    if (record?.digest === undefined || found === record.digest) return [];
    const reason = `its content has the digest ${found}, ${record.digest} is recorded`;
    return [{ code: "content", reason }];
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return [{ code: "unreadable", reason: error.message }];
  } finally {
    deps.fs.closeDir(dir);
  }
}

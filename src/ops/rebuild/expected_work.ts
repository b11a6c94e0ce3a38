/**
 * What a rebuild has ahead of it, for the time left: told by the summaries, counted in the trees that
 * have none.
 *
 * @module
 */
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { DirCache, openDirPath } from "../../fs/open_path.ts";
import { StatTable } from "../../fs/stat_table.ts";
import { readSmallText } from "../../backup/run/small_text.ts";
import { joinRel } from "../../base/path_bytes.ts";
import { companionName, snapshotDir } from "../../store/layout.ts";
import { placeOf, type SnapshotRef } from "../../store/snapshots.ts";
import { parseSummary } from "../../store/summary.ts";
import type { RebuildWork } from "./rebuild_work.ts";
import { statIfThere } from "../../fs/stat_if_there.ts";

/** Files and bytes. */
export interface Amount {
  readonly entries: number;
  readonly bytes: number;
}

/** Sums up all snapshots: their files, and the bytes that no other snapshot has. */
export async function expectedWork(
  work: RebuildWork,
  snapshots: readonly SnapshotRef[],
): Promise<Amount> {
  const total = { entries: 0, bytes: 0 };
  for (const ref of snapshots) {
    const { entries, bytes } = told(work.fs, work.root.dir, ref) ?? await counted(work, ref);
    total.entries += entries;
    total.bytes += bytes;
    await work.turn();
  }
  return total;
}

function told(fs: FileSystem, root: Dir, { name, time }: SnapshotRef): Amount | undefined {
  try {
    const dir = openDirPath(fs, root, name);
    try {
      const json = readSmallText(fs, dir, companionName(time, "summaryJson"));
      const summary = json === undefined ? undefined : parseSummary(json);
      if (summary !== undefined) {
        const { counts: { linked, copied }, bytes } = summary;
        return { entries: linked + copied, bytes: bytes.copied };
      }
      const text = readSmallText(fs, dir, companionName(time, "summaryText"));
      return text === undefined ? undefined : amountInText(text);
    } finally {
      fs.closeDir(dir);
    }
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}

const UNITS: Readonly<Record<string, number>> = {
  Bytes: 1,
  KiB: 1024,
  MiB: 1024 ** 2,
  GiB: 1024 ** 3,
  TiB: 1024 ** 4,
  PiB: 1024 ** 5,
};

/** What a summary of PyHardLinkBackup 1.x says; undefined when it is none. */
export function amountInText(text: string): Amount | undefined {
  const hard = /Hardlinked files: (\d+)/.exec(text)?.[1];
  const [, copied, size, unit = ""] = /Copied files: (\d+) \(total ([\d.]+) (\w+)\)/.exec(text) ??
    [];
  if (hard === undefined || copied === undefined || size === undefined) return undefined;
  const bytes = Number(size) * (UNITS[unit] ?? NaN);
  if (Number.isNaN(bytes)) return undefined;
  return { entries: Number(hard) + Number(copied), bytes: Math.round(bytes) };
}

/** Entries after which signals get their turn. */
const TURN_ENTRIES = 5000;

/** Counts a tree; what cannot be read is told when its turn comes. */
async function counted(work: RebuildWork, ref: SnapshotRef): Promise<Amount> {
  const { fs, root } = work;
  const total = { entries: 0, bytes: 0 };
  const dirs = new DirCache(fs, root.dir);
  const stats = new StatTable(1);
  const open = [snapshotDir(placeOf(ref))];
  let sinceTurn = 0;
  try {
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      for (const name of list(fs, dirs, path)) {
        if (!statIfThere(fs, { dir: dirs.get(path), name, stats })) continue;
        if (stats.isDir(0)) open.push(joinRel(path, name));
        else if (stats.type(0) === "file") {
          total.entries++;
          total.bytes += stats.sizeBytes(0);
        }
        if (++sinceTurn % TURN_ENTRIES === 0) await work.turn();
      }
    }
    return total;
  } finally {
    dirs.close();
  }
}

function list(fs: FileSystem, dirs: DirCache, path: string): readonly string[] {
  try {
    return fs.readDir(dirs.get(path)).names;
  } catch (error) {
    if (error instanceof FsError) return [];
    throw error;
  }
}

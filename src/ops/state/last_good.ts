import { basename } from "node:path";
import { AppError } from "../../base/app_error.ts";
import { type FileSystem, FsError } from "../../fs/file_system.ts";
import { listRoot, type RootListing } from "../list_snapshots.ts";
import type { JobKey, JobRecord } from "./job_record.ts";

/** The name that a job's snapshots have in its root. */
export function nameOf(fs: FileSystem, { source, settings }: JobKey): string {
  return settings.name ?? basename(realOrSame(fs, source));
}

function realOrSame(fs: FileSystem, path: string): string {
  try {
    return fs.realPath(path);
  } catch (error) {
    if (error instanceof FsError) return path;
    throw error;
  }
}

/** The newest complete snapshot of that name. */
export function newestOf({ snapshots }: RootListing, name: string): Date | undefined {
  const newest = snapshots.findLast((one) => one.name === name && one.kind !== "partial");
  const started = Date.parse(newest?.summary?.started_at ?? "");
  return Number.isNaN(started) ? newest?.date : new Date(started);
}

/**
 * When the last good run of a job began: by what is remembered, and where nothing is, by what its
 * root holds.
 */
export function lastGoodOf(
  fs: FileSystem,
  key: JobKey,
  { last_good }: Pick<JobRecord, "last_good">,
): Date | undefined {
  if (last_good !== null) return new Date(last_good.started_at);
  const { destination } = key.settings;
  if (destination === undefined) return undefined;
  const name = nameOf(fs, key);
  try {
    return newestOf(listRoot(fs, { root: destination, name }), name);
  } catch (error) {
    if (error instanceof AppError || error instanceof FsError) return undefined; // not mounted
    throw error;
  }
}

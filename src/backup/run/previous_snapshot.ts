/**
 * The snapshot that a run is compared with.
 *
 * @module
 */
import { AppError, EXIT } from "../../base/app_error.ts";
import type { Job } from "../../config/config.ts";
import type { Dir, FileSystem } from "../../fs/file_system.ts";
import { companionName, snapshotDir } from "../../store/layout.ts";
import type { PreviousManifest } from "../../store/manifest_header.ts";
import { manifestBlocks } from "../../store/manifest_blocks.ts";
import { listSnapshots, type SnapshotRef } from "../../store/snapshots.ts";
import { parseSummary, type Summary } from "../../store/summary.ts";
import { fileChunks } from "../../store/file_chunks.ts";
import { fileSha256 } from "../../store/file_digest.ts";
import { type PreviousPart, previousParts } from "../settle/compare.ts";
import type { Checked } from "./preflight.ts";
import { readSmallText } from "./small_text.ts";

/** The snapshot before this one, of the same name. */
export interface PreviousSnapshot {
  readonly time: string;
  /** Relative to the backup root. */
  readonly dir: string;
  /** Wall clock in seconds since 1970; 0 when it is not known. */
  readonly startedAtSec: number;
  readonly summary: Summary | undefined;
  readonly manifest: PreviousManifest | undefined;
  /** What its manifest says, undefined when it has none. */
  readonly parts: () => AsyncIterable<PreviousPart> | undefined;
}

/** The newest complete snapshot of the job's name; `nameDir` is `<root>/<name>`, open. */
export function findPrevious(
  fs: FileSystem,
  { checked, nameDir }: { checked: Checked; nameDir: Dir },
): PreviousSnapshot | undefined {
  const { snapshots } = listSnapshots(fs, checked.root.dir, { name: checked.name });
  const latest = snapshots.findLast(({ kind }) => kind !== "partial");
  return latest === undefined ? undefined : describePrevious(fs, nameDir, latest);
}

function describePrevious(fs: FileSystem, nameDir: Dir, latest: SnapshotRef): PreviousSnapshot {
  const { name, time } = latest;
  const text = readSmallText(fs, nameDir, companionName(time, "summaryJson"));
  const summary = text === undefined ? undefined : parseSummary(text);
  const fileName = companionName(time, "manifest");
  const startedMs = summary === undefined ? NaN : Date.parse(summary.started_at);
  const hasManifest = latest.kind === "phlb";
  return {
    time,
    dir: snapshotDir({ name, time, leftover: false }),
    startedAtSec: Number.isNaN(startedMs) ? 0 : startedMs / 1000,
    summary,
    manifest: hasManifest ? { fileName, sha256: fileSha256(fs, nameDir, fileName) } : undefined,
    parts: () =>
      hasManifest ? previousParts(manifestBlocks(fileChunks(fs, nameDir, fileName))) : undefined,
  };
}

/**
 * An unmounted disk looks like an empty directory: that must not become the newest snapshot.
 *
 * @throws {AppError} SOURCE_EMPTY
 */
export function refuseEmptySource(
  fs: FileSystem,
  { job, checked, previous }: {
    job: Job;
    checked: Checked;
    previous: PreviousSnapshot | undefined;
  },
): void {
  if (job.settings["backup.allow_empty"] || previous === undefined) return;
  const { names, error } = fs.readDir(checked.source.dir);
  if (names.length > 0 || error !== undefined) return; // the walk tells of the error
  const counts = previous.summary?.counts;
  const before = counts === undefined ? undefined : counts.walked - counts.excluded;
  if (before !== undefined && before <= 1) return;
  throw new AppError(
    `Cannot back up "${checked.source.path}": it is empty, and the previous snapshot ` +
      `"${checked.name}/${previous.time}" is not`,
    {
      code: "SOURCE_EMPTY",
      exitCode: EXIT.failed,
      hint: "Is its disk mounted? If it is meant to be empty, use --allow-empty",
    },
  );
}

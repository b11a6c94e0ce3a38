/**
 * Makes one snapshot whole: reads it, then writes its manifest, summaries and checksum files, as far
 * as they are missing or damaged. The manifest comes first: from then on it tells which checksum
 * files are the user's own.
 *
 * @module
 */
import { AppError } from "../../base/app_error.ts";
import { joinRel } from "../../base/path_bytes.ts";
import { FsError } from "../../fs/file_system.ts";
import { DirCache } from "../../fs/open_path.ts";
import { fileChunks } from "../../store/file_chunks.ts";
import { companionName, snapshotDir } from "../../store/layout.ts";
import { readManifest } from "../../store/manifest_reader.ts";
import { placeOf, type SnapshotRef } from "../../store/snapshots.ts";
import { openSnapshot } from "../read/open_snapshot.ts";
import { type CollectedDir, DirCollector, pathIn } from "./dir_collector.ts";
import { planDirSums, writeDirSums } from "./dir_sums.ts";
import { examineSnapshot, type SnapshotInRebuild } from "./examine.ts";
import { DirInspector } from "./inspect_dir.ts";
import { knownSource } from "./known_source.ts";
import { NewManifest, SummaryCounter, writeSummaries } from "./new_manifest.ts";
import { checkManifest, type ManifestState } from "./records.ts";
import type { RebuildWork } from "./rebuild_work.ts";

/** Rebuilds the snapshot; one that cannot be opened is a problem. `number` is its own in this run. */
export async function rebuildSnapshot(
  work: RebuildWork,
  ref: SnapshotRef,
  number: number,
): Promise<void> {
  const snapshot = open(work, ref, number);
  if (snapshot === undefined) return;
  try {
    work.counts.snapshots++;
    const state = await checkManifest(work.fs, snapshot.opened, () => work.turn());
    if (state.kind === "damaged") tellDamagedManifest(work, snapshot, state.reason);
    const sumsBefore = work.counts.sumsWritten;
    const isWhole = await readAndRecord(work, snapshot, state);
    const sums = work.counts.sumsWritten - sumsBefore;
    if (work.dryRun) {
      const manifest = MANIFEST_ACTION[isWhole ? state.kind : "sound"];
      work.plan.push({ action: "rebuild", snapshotId: snapshot.opened.id, manifest, sums });
    } else if (!isWhole && state.kind !== "sound") {
      work.counts.sumsWritten = sumsBefore;
      work.log(
        "warning",
        `No manifest is made for "${snapshot.dir}": not all of it could be read by this user`,
      );
    } else if (sums > 0) await writeSums(work, snapshot);
  } finally {
    snapshot.opened.close();
  }
}

const MANIFEST_ACTION = { sound: "keep", none: "write", damaged: "replace" } as const;

function open(work: RebuildWork, ref: SnapshotRef, number: number): SnapshotInRebuild | undefined {
  const dir = snapshotDir(placeOf(ref));
  try {
    return { opened: openSnapshot(work.fs, { root: work.root.path, ref }), number, dir };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "SNAPSHOT_UNREADABLE") throw error;
    const reason = error.cause instanceof FsError ? error.cause.message : "it cannot be read";
    work.problem(dir, { code: "unreadable", action: "Cannot open", reason });
    return undefined;
  }
}

/** Reads everything and publishes what is missing beside the snapshot; false: nothing was. */
async function readAndRecord(
  work: RebuildWork,
  snapshot: SnapshotInRebuild,
  state: ManifestState,
): Promise<boolean> {
  const header = state.kind === "none" ? undefined : state.header;
  const source = knownSource(work.fs, snapshot.opened, header);
  const writes = state.kind !== "sound";
  const manifest = writes && !work.dryRun ? new NewManifest(work, snapshot, source) : undefined;
  const before = { ...work.counts };
  const counter = new SummaryCounter();
  const inspector = new DirInspector(work, snapshot, { hasManifest: !writes });
  const collector = new DirCollector((dir) => inspector.inspect(dir));
  try {
    const isProtected = source.protect !== undefined;
    const isWhole = await examineSnapshot(work, { ...snapshot, isProtected }, (settled) => {
      counter.add(settled);
      manifest?.add(settled);
      collector.add(settled.section);
    });
    collector.finish();
    if (!isWhole && writes) return false;
    if (writes) work.counts.manifestsWritten++;
    manifest?.publish();
    if (!work.dryRun && !snapshot.opened.ref.companions.has("summaryJson")) {
      const summary = counter.summary(snapshot, {
        source,
        damaged: work.counts.damaged - before.damaged,
        problems: work.counts.problems - before.problems,
        finishedAt: work.deps.clock.now(),
      });
      writeSummaries(work, snapshot, summary);
    }
    return isWhole;
  } finally {
    manifest?.discard();
    inspector.finish();
  }
}

function tellDamagedManifest(
  work: RebuildWork,
  { opened: { ref } }: SnapshotInRebuild,
  reason: string,
): void {
  const path = joinRel(ref.name, companionName(ref.time, "manifest"));
  work.problem(path, {
    code: "damaged",
    action: "Cannot read all of",
    reason: `${reason}; a new one is made, this one is kept beside it`,
  });
}

/** Writes the checksum files that {@link DirInspector} found wanting. */
async function writeSums(work: RebuildWork, snapshot: SnapshotInRebuild): Promise<void> {
  const { fs } = work;
  const { dir, nameDir, ref } = snapshot.opened;
  const dirs = new DirCache(fs, dir);
  const collector = new DirCollector((collected) => {
    if (work.store.wantsSums(snapshot.number, collected.relPath)) {
      writeSumsOf(work, snapshot, { collected, dirs });
    }
  });
  try {
    let names = 0;
    const manifest = readManifest(fileChunks(fs, nameDir, companionName(ref.time, "manifest")));
    for await (const section of manifest) {
      collector.add(section);
      names += section.names.length + 1;
      if (names < TURN_NAMES) continue;
      names = 0;
      await work.turn();
    }
    collector.finish();
  } finally {
    dirs.close();
  }
}

/** Names after which signals get their turn. */
const TURN_NAMES = 2000;

function writeSumsOf(
  work: RebuildWork,
  snapshot: SnapshotInRebuild,
  { collected, dirs }: { collected: CollectedDir; dirs: DirCache },
): void {
  const { fs, store } = work;
  const isDamaged = (name: string) =>
    store.hasFault("damaged", { snapshot: snapshot.number, relPath: pathIn(collected, name) });
  try {
    const dir = dirs.get(collected.relPath);
    const { lines, fileName, exists } = planDirSums(fs, dir, { collected, isDamaged });
    if (lines === undefined) return;
    const { privateDir } = work;
    writeDirSums(fs, dir, { privateDir, fileName, exists, lines, stats: collected.stats });
  } catch (error) {
    if (!(error instanceof FsError) || !DENIED.has(error.code)) throw error;
    work.counts.sumsWritten--;
    work.problem(joinRel(snapshot.dir, collected.relPath), {
      code: "unsupported",
      action: "Cannot write the checksum file of",
      reason: error.message,
    });
  }
}

/** This user may not; that is no failure of the disk. */
const DENIED = new Set(["EACCES", "EPERM"]);

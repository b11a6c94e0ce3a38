/**
 * Makes everything anew that can be made from the snapshots themselves: manifests, summaries,
 * SHA256SUMS and the index; takes in what a hand or another program put there; links equal files.
 * Reads every stored inode once. Whatever differs from its record is told and left as it is.
 *
 * Killed at any point it has lost nothing, and can be run again.
 *
 * @module
 */
import { dirname, join } from "node:path";
import { AppError, EXIT } from "../../base/app_error.ts";
import { compareNames, printable } from "../../base/path_bytes.ts";
import { openRootDir, probeRoot, UNWRITABLE } from "../../backup/run/preflight.ts";
import { checkMark, leaveMarkInRoot } from "../../backup/run/root_mark.ts";
import { entryFailure, rootFailure } from "../../backup/run/root_errors.ts";
import { FsError } from "../../fs/file_system.ts";
import { type Duplicates, InodeStore } from "../../store/inode_store.ts";
import { checkName, PRIVATE_DIR, snapshotDir } from "../../store/layout.ts";
import { acquireRootLock } from "../../store/root_lock.ts";
import { listSnapshots, placeOf, type SnapshotRef } from "../../store/snapshots.ts";
import { CancelFlag } from "../../threads/cancel.ts";
import { requireRoot } from "../read/address.ts";
import { openSnapshot } from "../read/open_snapshot.ts";
import { type AdoptionPlan, applyAdoptions, findAdoptions } from "./adopt.ts";
import { expectedWork } from "./expected_work.ts";
import { openHashLanes } from "./hash_lanes.ts";
import { linkDuplicates } from "./link_duplicates.ts";
import type { RebuildDeps, RebuildOptions, RebuildResult } from "./rebuild_deps.ts";
import { rebuildSnapshot } from "./rebuild_snapshot.ts";
import { RebuildWork } from "./rebuild_work.ts";
import { updateManifest } from "./relinked_manifest.ts";
import { remakeIndex } from "./remake_index.ts";

/**
 * Does what the options say.
 *
 * @throws {DESTINATION_UNSET} {ROOT_MISSING} {ROOT_EMPTY} {ROOT_NESTED} {NAME_UNSET} {NAME_INVALID}
 * @throws {ROOT_UNWRITABLE} {NO_HARD_LINKS} {LOCKED} {ROOT_FAILED}
 * @throws {INDEX_FAILED} {FENCE_MISSING}
 * @throws {Cancelled} when the user stopped it
 */
export async function rebuildRoot(
  deps: RebuildDeps,
  options: RebuildOptions,
): Promise<RebuildResult> {
  const started = deps.clock.monotonicMs();
  const { fs, note } = deps.openFileSystem(options.settings["performance.file_system"]);
  const cancel = new CancelFlag();
  const onAbort = () => cancel.raise();
  deps.signal.addEventListener("abort", onAbort);
  if (deps.signal.aborted) cancel.raise();
  const closers: (() => void | Promise<void>)[] = [
    () => fs.closeAll(),
    () => deps.signal.removeEventListener("abort", onAbort),
  ];
  try {
    const root = openRootDir(fs, requireRoot(options.root));
    const store = new InodeStore();
    closers.push(() => store.close());
    const work = new RebuildWork({ fs, root, deps, options, cancel, store });
    if (note !== undefined) work.log("warning", note);
    const adoptable = await rebuildAll(work, closers);
    const seconds = (deps.clock.monotonicMs() - started) / 1000;
    const { counts, plan, dryRun } = work;
    return { root: root.path, dryRun, counts, plan, adoptable, seconds };
  } catch (error) {
    throw rootFailure(error, { path: options.root ?? "", leftovers: [] });
  } finally {
    for (const close of closers.toReversed()) await close();
  }
}

async function rebuildAll(
  work: RebuildWork,
  closers: (() => void | Promise<void>)[],
): Promise<RebuildResult["adoptable"]> {
  const { fs, root, options, deps } = work;
  refuseNested(work);
  const seen = findAdoptions(fs, root.dir, options);
  refuseEmpty(work, seen);
  if (options.adopt) requireName(work, seen);
  const wantsAll = options.adopt || listSnapshots(fs, root.dir).snapshots.length > 0;
  if (!wantsAll && !fsHas(work, PRIVATE_DIR)) return seen.adoptable;
  if (!work.dryRun) closers.push(await lockRoot(work), work.openPrivateDir());
  const adoptable = adopt(work);
  const snapshots = rebuildable(work);
  const lanes = openHashLanes(work);
  closers.push(() => lanes.close());
  deps.onEvent({
    kind: "begin",
    text: `Reading ${snapshots.length} snapshots in "${printable(root.path)}"`,
    expected: await expectedWork(work, snapshots),
  });
  const { settings } = options;
  closers.push(deps.every(settings["log.progress_interval"], () => work.progress()));
  for (const [number, ref] of snapshots.entries()) {
    work.cancel.check();
    await rebuildSnapshot(work, ref, number);
  }
  work.walkDone = true;
  work.progress();
  await finish(work, snapshots);
  return adoptable;
}

/** What is done when all has been read: links, manifests that tell of them, the index. */
async function finish(work: RebuildWork, snapshots: readonly SnapshotRef[]): Promise<void> {
  const { fs, root, options, store, plan } = work;
  const duplicates = options.link
    ? store.findDuplicates({
      minSizeBytes: options.settings["dedup.min_size"],
      sameMetadata: options.settings["dedup.metadata"] === "inode",
    })
    : undefined;
  if (work.dryRun) {
    if (duplicates === undefined) return;
    const { names: files, bytes } = duplicates;
    work.counts.linked = files;
    work.counts.bytesSaved = bytes;
    plan.push({ action: "link", files, bytes });
    return;
  }
  fs.syncAll(root.dir); // before a file goes, its equal and what is recorded of it must be there
  const isWanted = duplicates !== undefined && duplicates.inodes > 0;
  if (isWanted) announceLinks(work, duplicates);
  await linkAll(work, snapshots, { isWanted });
  await remakeIndex(work, work.privateDir, snapshots);
  fs.syncAll(root.dir);
}

function announceLinks(work: RebuildWork, { names: entries, bytes, inodes }: Duplicates): void {
  const expected = { entries, bytes };
  work.linking = expected;
  const text = `Linking ${inodes} duplicates in "${printable(work.root.path)}"`;
  work.deps.onEvent({ kind: "begin", text, expected });
}

async function linkAll(
  work: RebuildWork,
  snapshots: readonly SnapshotRef[],
  { isWanted }: { isWanted: boolean },
): Promise<void> {
  const dirs = snapshots.map((ref) => snapshotDir(placeOf(ref)));
  const dirOf = (number: number) => dirs[number] ?? "";
  const inOrder = [...snapshots.entries()].toSorted(([, a], [, b]) =>
    compareNames(a.name, b.name) || compareNames(a.time, b.time)
  );
  const known = listSnapshots(work.fs, work.root.dir).snapshots;
  for (const [number, ref] of inOrder) {
    const now = known.find(({ name, time }) => name === ref.name && time === ref.time);
    if (now?.kind !== "phlb") continue;
    const opened = openSnapshot(work.fs, { root: work.root.path, ref: now });
    const snapshot = { opened, number, dir: dirOf(number) };
    try {
      if (isWanted) await linkDuplicates(work, snapshot, dirOf);
    } finally {
      // Also when the user stops the work: what was linked until then has to be told.
      await updateManifest(work, snapshot);
      opened.close();
    }
  }
}

/** Complete snapshots, oldest first: so that content counts where it came from. */
function rebuildable(work: RebuildWork): SnapshotRef[] {
  const { snapshots, skipped } = listSnapshots(work.fs, work.root.dir);
  for (const { path, reason } of skipped) {
    work.log("warning", `Left alone: "${printable(path)}", because ${reason}`);
  }
  return snapshots.filter(({ kind }) => kind !== "partial")
    .toSorted((a, b) => (a.date?.getTime() ?? 0) - (b.date?.getTime() ?? 0));
}

/** Renames what is to be adopted; returns what is left. */
function adopt(work: RebuildWork): RebuildResult["adoptable"] {
  const { fs, root, options, plan } = work;
  const { adoptions, adoptable } = findAdoptions(fs, root.dir, options);
  if (!options.adopt) return adoptable;
  for (const { from, to } of adoptions) plan.push({ action: "adopt", from, to });
  if (work.dryRun) work.counts.adopted = adoptions.length;
  else applyAdoptions(work, adoptions);
  return adoptable.filter(({ to }) => to === undefined);
}

/** A directory of snapshots looks like a root that has them directly in it. */
function refuseNested(work: RebuildWork): void {
  const { fs, root } = work;
  const parent = dirname(root.path);
  if (parent === root.path || fsHas(work, PRIVATE_DIR)) return;
  try {
    fs.closeDir(fs.openRoot(join(parent, PRIVATE_DIR)));
  } catch (error) {
    if (error instanceof FsError) return;
    throw error;
  }
  throw new AppError(`Cannot rebuild "${printable(root.path)}": it lies in a backup root`, {
    code: "ROOT_NESTED",
    exitCode: EXIT.usage,
    hint: `Give the backup root itself: ${printable(parent)}`,
  });
}

function refuseEmpty(work: RebuildWork, { adoptable }: AdoptionPlan): void {
  const { fs, root } = work;
  if (adoptable.length > 0 || fsHas(work, PRIVATE_DIR)) return;
  if (listSnapshots(fs, root.dir).snapshots.length > 0) return;
  throw new AppError(`Cannot rebuild "${printable(root.path)}": there is no snapshot in it`, {
    code: "ROOT_EMPTY",
    exitCode: EXIT.noRoot,
    hint: "A snapshot is a directory <backup root>/<name>/<YYYY-MM-DD-HHMMSS>; " +
      "is this the backup root, and is its disk mounted?",
  });
}

function requireName({ root, options }: RebuildWork, { adoptable }: AdoptionPlan): void {
  const { name } = options;
  if (name !== undefined) return checkName(name);
  const nameless = adoptable.find(({ to }) => to === undefined);
  if (nameless === undefined) return;
  const path = printable(`${root.path}/${nameless.path}`);
  throw new AppError(`Cannot adopt "${path}": it lies directly in the backup root`, {
    code: "NAME_UNSET",
    exitCode: EXIT.usage,
    hint: "Say with --name under which name such snapshots are to be kept",
  });
}

function fsHas({ fs, root }: RebuildWork, name: string): boolean {
  return fs.readDir(root.dir).names.includes(name);
}

/** Makes `.phlb` if need be and takes the lock; returns what gives it back. */
async function lockRoot(work: RebuildWork): Promise<() => void> {
  const { fs, root, deps, options: { settings, link } } = work;
  const fail = (error: unknown) =>
    entryFailure(error, {
      fs,
      root,
      message: `Cannot write to the backup root "${root.path}"`,
      ...UNWRITABLE,
    });
  const { state, clock } = deps;
  const mark = checkMark(fs, root, { state, unmarked: "snapshots" });
  try {
    makePrivateDir(work);
    const { name: host, pid } = deps.host;
    const lock = await acquireRootLock(fs, root.dir, {
      holder: { host, pid, since: deps.clock.now().toISOString(), command: deps.command },
      waitMs: settings["backup.lock_wait"],
      sleep: deps.sleep,
    });
    try {
      if (link) probeRoot(fs, root);
      const privateDir = fs.openDir(root.dir, PRIVATE_DIR);
      try {
        for (const message of leaveMarkInRoot(fs, mark, { root, privateDir, state, clock })) {
          deps.onEvent({ kind: "log", level: "warning", message });
        }
      } finally {
        fs.closeDir(privateDir);
      }
    } catch (error) {
      lock.release();
      throw error;
    }
    return () => lock.release();
  } catch (error) {
    throw fail(error);
  }
}

function makePrivateDir({ fs, root, options }: RebuildWork): void {
  try {
    fs.makeDir(root.dir, PRIVATE_DIR, options.settings["snapshot.dir_mode"]);
  } catch (error) {
    if (!(error instanceof FsError) || error.code !== "EEXIST") throw error;
  }
}

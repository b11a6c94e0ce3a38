/**
 * Opens a backup root for a run: the lock, the probe, the index brought up to date, the previous
 * snapshot, and what earlier runs left behind.
 *
 * @module
 */
import { join } from "node:path";
import type { Job } from "../../config/config.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import type { NameFolding } from "../../fs/folded_names.ts";
import { type ContentIndex, openContentIndex } from "../../store/content_index.ts";
import { INDEX_FILE, PRIVATE_DIR, snapshotDir } from "../../store/layout.ts";
import { syncIndex } from "../../store/rebuild_index.ts";
import { acquireRootLock, type RootLock } from "../../store/root_lock.ts";
import type { CancelFlag } from "../../threads/cancel.ts";
import type { BackupDeps } from "../deps.ts";
import { chooseProtection, type ChosenProtection } from "./choose_protection.ts";
import { findLeftovers, type Leftover } from "./leftovers.ts";
import { type Checked, checkJob, probeRoot, UNWRITABLE } from "./preflight.ts";
import { findPrevious, type PreviousSnapshot, refuseEmptySource } from "./previous_snapshot.ts";
import { entryFailure } from "./root_errors.ts";
import { checkMark, leaveMark, type RootMark } from "./root_mark.ts";
import { roomWarnings } from "./room.ts";
import type { LogLevel } from "../snapshot/run_log.ts";

/** An opened and locked backup root. */
export interface OpenedRoot extends Checked, ChosenProtection {
  readonly fs: FileSystem;
  readonly folding: NameFolding;
  /** `<root>/<name>`, open. */
  readonly nameDir: Dir;
  /** `<root>/.phlb`, open. */
  readonly privateDir: Dir;
  readonly index: ContentIndex;
  readonly previous: PreviousSnapshot | undefined;
  readonly leftovers: readonly Leftover[];
  /** What happened on the way, for the log of the run. */
  readonly notes: readonly { readonly level: LogLevel; readonly message: string }[];
  /** Directory of a snapshot that the index knows, relative to the root. */
  snapshotDir(snapshotId: number): string;
  /** Makes the index agree with the published snapshot. */
  commit(snapshotId: number): void;
}

/** What {@link openBackupRoot} needs beside the job. */
export interface OpenRootOptions {
  readonly deps: BackupDeps;
  readonly cancel: CancelFlag;
  /** Gets what has to be called, last first, at the end of the run. */
  readonly closers: (() => void)[];
}

/**
 * See the module text.
 *
 * @throws {AppError} what `checkJob` and `checkMark` throw, LOCKED, ROOT_UNWRITABLE, NO_HARD_LINKS, SOURCE_EMPTY,
 * INDEX_FAILED
 */
export async function openBackupRoot(job: Job, options: OpenRootOptions): Promise<OpenedRoot> {
  const { deps, closers } = options;
  const { settings } = job;
  const { fs, note } = deps.openFileSystem(settings["performance.file_system"]);
  const notes: { level: LogLevel; message: string }[] = [];
  if (note !== undefined) notes.push({ level: "warning", message: note });
  closers.push(() => fs.closeAll());
  const checked = checkJob(fs, job, deps);
  const endIdle = deps.threads.ahead?.(fs.kind);
  if (endIdle !== undefined) closers.push(endIdle);
  const { state, unmarkedRoot: unmarked = "new" } = deps;
  const mark = checkMark(fs, checked.root, { state, unmarked });
  const privateDir = openOwnDir(fs, checked, {
    name: PRIVATE_DIR,
    mode: settings["snapshot.dir_mode"],
  });
  const lock = await lockRoot(fs, checked, { deps, waitMs: settings["backup.lock_wait"] });
  closers.push(() => lock.release());
  if (lock.sealedAgain > 0) notes.push({ level: "info", message: SEALED_AGAIN });
  const folding = probeRoot(fs, checked.root);
  for (const message of markRoot(fs, mark, { root: checked.root, privateDir, deps })) {
    notes.push({ level: "warning", message });
  }
  const { name, root: { path: rootPath } } = checked;
  const nameDir = openOwnDir(fs, checked, { name, mode: settings["snapshot.dir_mode"] });
  const previous = findPrevious(fs, { checked, nameDir });
  refuseEmptySource(fs, { job, checked, previous });
  for (const message of roomWarnings(fs.space(checked.root.dir), previous?.summary)) {
    notes.push({ level: "warning", message });
  }
  const index = await openIndex({ job, fs, checked, privateDir, notes, closers });
  return {
    ...checked,
    fs,
    folding,
    ...chooseProtection(fs, settings["snapshot.protect"], { rootPath, privateDir }),
    nameDir,
    privateDir,
    index,
    previous,
    leftovers: findLeftovers(fs, checked.root.dir),
    notes,
    snapshotDir: (id) => {
      const snapshot = index.snapshot(id);
      if (snapshot === undefined) throw new Error(`The index names snapshot ${id} but has none`);
      return snapshotDir(snapshot);
    },
    commit: (snapshotId) => {
      index.publishSnapshot(snapshotId);
      for (const { id, leftover } of index.listSnapshots()) {
        if (leftover) index.removeSnapshot(id);
      }
      index.commit();
    },
  };
}

const SEALED_AGAIN =
  "Stored files that a run which was cut off had just made changeable are immutable again";

function openOwnDir(
  fs: FileSystem,
  { root }: Checked,
  { name, mode }: { name: string; mode: number },
): Dir {
  try {
    try {
      fs.makeDir(root.dir, name, mode);
    } catch (error) {
      if (!(error instanceof FsError) || error.code !== "EEXIST") throw error;
    }
    return fs.openDir(root.dir, name);
  } catch (error) {
    const message = `Cannot make the directory "${join(root.path, name)}"`;
    throw entryFailure(error, { fs, root, message, ...UNWRITABLE });
  }
}

function markRoot(
  fs: FileSystem,
  mark: RootMark,
  { root, privateDir, deps }: { root: Checked["root"]; privateDir: Dir; deps: BackupDeps },
): string[] {
  try {
    return leaveMark(fs, mark, { root, privateDir, state: deps.state, clock: deps.clock });
  } catch (error) {
    const message = `Cannot mark the backup root "${root.path}"`;
    throw entryFailure(error, { fs, root, message, ...UNWRITABLE });
  }
}

async function lockRoot(
  fs: FileSystem,
  { root }: Checked,
  { deps, waitMs }: { deps: BackupDeps; waitMs: number },
): Promise<RootLock> {
  const { name, pid } = deps.host;
  const since = deps.clock.now().toISOString();
  try {
    return await acquireRootLock(fs, root.dir, {
      holder: { host: name, pid, since, command: deps.command },
      waitMs,
      sleep: deps.sleep,
    });
  } catch (error) {
    const message = `Cannot lock the backup root "${root.path}"`;
    throw entryFailure(error, { fs, root, message, ...UNWRITABLE });
  }
}

async function openIndex(
  { job, fs, checked, privateDir, notes, closers }: {
    job: Job;
    fs: FileSystem;
    checked: Checked;
    privateDir: Dir;
    notes: { level: LogLevel; message: string }[];
    closers: (() => void)[];
  },
): Promise<ContentIndex> {
  const place = indexPlace(fs, { path: job.settings["index.path"], checked, privateDir });
  const { index, reason } = openContentIndex(place);
  closers.push(() => index.close());
  if (reason !== undefined) notes.push({ level: "warning", message: reason });
  index.begin();
  const log = (level: LogLevel, message: string) => void notes.push({ level, message });
  await syncIndex(fs, { root: checked.root.dir, index, log });
  return index;
}

function indexPlace(
  fs: FileSystem,
  { path, checked, privateDir }: { path: string | undefined; checked: Checked; privateDir: Dir },
): Parameters<typeof openContentIndex>[0] {
  if (path === undefined) {
    const inRoot = join(checked.root.path, PRIVATE_DIR, INDEX_FILE);
    return { path: inRoot, fs, dir: privateDir, name: INDEX_FILE };
  }
  const slash = path.lastIndexOf("/");
  const dir = fs.openRoot(slash <= 0 ? "/" : path.slice(0, slash));
  return { path, fs, dir, name: path.slice(slash + 1) };
}

/**
 * The kernel's fence, proved: a thread that is fenced as those of a backup are tries everything that
 * it must not do, on a stand-in for a source. What it may do must work, and the rest be refused.
 *
 * @module
 */
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import type { FenceRules } from "../../fs/fence.ts";
import { StatTable } from "../../fs/stat_table.ts";
import type { Handler } from "../../threads/lane.ts";
import { type Started, startWorker } from "../../threads/start_thread.ts";
import type { ThreadStart } from "../../threads/thread_start.ts";

/** First message to the thread: it may read `sourceRoot` and write below `backupRoot`. */
export interface FenceTestStart extends ThreadStart {
  /** Absolute, as is `backupRoot`; both hold a file called `file` and a directory called `dir`. */
  readonly sourceRoot: string;
  readonly backupRoot: string;
}

/** One thing that was tried. */
export interface Attempt {
  /** For people: `create a file in the source`. */
  readonly action: string;
  /** Whether the fence should let it through. */
  readonly mayPass: boolean;
  /** `done`, or the error's code. */
  readonly outcome: string;
}

/** Starts the thread; passed in so that tests can do without one. */
export type StartFenceTest = (start: FenceTestStart) => Promise<Started<"try", Attempt[]>>;

/** A real worker thread. */
export const FENCE_TEST_THREAD: StartFenceTest = (start) =>
  startWorker(new URL("./fence_worker.ts", import.meta.url), {
    start,
    reach: { read: [start.sourceRoot, start.backupRoot], write: [start.backupRoot] },
  });

/** What a hasher of a backup may. */
export function fenceTestRules({ sourceRoot, backupRoot }: FenceTestStart): FenceRules {
  return { read: [sourceRoot], write: [backupRoot] };
}

/** The thread's work. */
export function fenceTestRole(
  fs: FileSystem,
  start: FenceTestStart,
): Handler<"try", Attempt[]> {
  return () => ({ answer: tryAll(fs, start) });
}

function tryAll(fs: FileSystem, { sourceRoot, backupRoot }: FenceTestStart): Attempt[] {
  const source = fs.openRoot(sourceRoot);
  const root = fs.openRoot(backupRoot);
  const attempts = [...allowed(fs, source, root), ...forbidden(fs, source, root)];
  return attempts.map(([action, mayPass, call]) => ({ action, mayPass, outcome: outcomeOf(call) }));
}

type Step = readonly [action: string, mayPass: boolean, call: () => unknown];

function allowed(fs: FileSystem, source: Dir, root: Dir): Step[] {
  return [
    ["read a file of the source", true, () => readOne(fs, source)],
    ["list the source", true, () => list(fs, source)],
    ["create a file in the backup root", true, () => create(fs, root, "created")],
    ["make a hard link in the backup root", true, () => fs.link(root, "file", root, "linked")],
  ];
}

function forbidden(fs: FileSystem, source: Dir, root: Dir): Step[] {
  return [
    ["create a file in the source", false, () => create(fs, source, "created")],
    ["make a directory in the source", false, () => fs.makeDir(source, "made", 0o700)],
    ["make a symlink in the source", false, () => fs.symlink("file", source, "symlink")],
    ["make a hard link in the source", false, () => fs.link(source, "file", source, "linked")],
    ["link a source file into the root", false, () => fs.link(source, "file", root, "from")],
    ["link a stored file into the source", false, () => fs.link(root, "file", source, "to")],
    ["rename a file of the source", false, () => fs.rename(source, "file", source, "renamed")],
    ["move a source file to the root", false, () => fs.rename(source, "file", root, "moved")],
    ["delete a file of the source", false, () => fs.unlink(source, "file")],
    ["delete a directory of the source", false, () => fs.removeDir(source, "dir")],
    ["list the root of all file systems", false, () => list(fs, fs.openRoot("/"))],
    ["list what lies beside the source", false, () => list(fs, fs.openRoot(parentOf(source)))],
  ];
}

function parentOf({ path }: Dir): string {
  return path.slice(0, Math.max(1, path.lastIndexOf("/")));
}

function create(fs: FileSystem, dir: Dir, name: string): void {
  fs.closeFile(fs.createFile(dir, name));
}

function readOne(fs: FileSystem, dir: Dir): void {
  const file = fs.openFile(dir, "file");
  try {
    fs.fstat(file, new StatTable(1), 0);
    fs.read(file, new Uint8Array(1), 0);
  } finally {
    fs.closeFile(file);
  }
}

function list(fs: FileSystem, dir: Dir): void {
  const { error } = fs.readDir(dir);
  if (error !== undefined) throw error;
}

function outcomeOf(call: () => unknown): string {
  try {
    call();
    return "done";
  } catch (error) {
    if (error instanceof FsError) return error.code;
    throw error;
  }
}

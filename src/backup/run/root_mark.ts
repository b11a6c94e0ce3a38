/**
 * Keeps a disk that is not mounted from being taken for a new backup root: each root has a mark,
 * `.phlb/root.json`, this machine remembers which paths have led to one, and a path that leads to
 * none any more is refused.
 *
 * @module
 */
import { AppError, EXIT } from "../../base/app_error.ts";
import type { Clock } from "../../base/clock.ts";
import { printable } from "../../base/path_bytes.ts";
import type { StateTexts } from "../../base/state_texts.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { PRIVATE_DIR } from "../../store/layout.ts";
import { readRootFile, type RootFileState, writeRootFile } from "../../store/root_file.ts";
import { listSnapshots } from "../../store/snapshots.ts";
import { missingMount, mountOf } from "./mount_table.ts";
import type { RootDir } from "./preflight.ts";
import { rememberedIds, rememberRoot } from "./root_memory.ts";

/** How a root without a mark is taken. */
export interface MarkPolicy {
  /** Undefined where nothing is remembered. */
  readonly state: StateTexts | undefined;
  /**
   * `new`: as a new root, unless it was one before. `begin`: as a new root in any case.
   * `snapshots`: as a root that has lost its mark, if it holds snapshots or was none before.
   * `never`: not at all.
   */
  readonly unmarked: "new" | "begin" | "snapshots" | "never";
}

/** What {@link checkMark} found out. */
export interface RootMark {
  /** Of the root that is there, or the id to give it; undefined for a new one. */
  readonly id: string | undefined;
  readonly isMarked: boolean;
  /** Whether other roots lay at this path, but never this one. */
  readonly isOther: boolean;
}

/**
 * Looks at the mark of a backup root before anything is written there.
 *
 * @throws {ROOT_UNMARKED} when there was a root and is none now, or none that may be made
 * @throws {ROOT_NOT_MOUNTED} when /etc/fstab has a file system for it that is not mounted
 * @throws {ROOT_NEWER} when a newer phlb marked it
 */
export function checkMark(fs: FileSystem, root: RootDir, policy: MarkPolicy): RootMark {
  const ids = rememberedIds(policy.state, root.path);
  const found = markIn(fs, root.dir);
  if (found.kind === "newer") throw newer(root.path, found.version);
  if (found.kind === "valid") {
    const { id } = found.file;
    return { id, isMarked: true, isOther: ids.length > 0 && !ids.includes(id) };
  }
  if (found.kind === "missing") refuseUnmarked(fs, { root, policy, wasRoot: ids.length > 0 });
  return { id: ids.at(-1), isMarked: false, isOther: false };
}

/** Where {@link leaveMark} works, under the root's lock. */
export interface MarkPlace {
  readonly root: RootDir;
  /** `<root>/.phlb`, open. */
  readonly privateDir: Dir;
  readonly state: StateTexts | undefined;
  readonly clock: Clock;
}

/**
 * Marks a root that has no mark yet, and remembers it. Returns what a user should know about that.
 *
 * @throws {FsError} when the root cannot be written
 */
export function leaveMark(fs: FileSystem, mark: RootMark, place: MarkPlace): string[] {
  const { root, privateDir, state } = place;
  const found = readRootFile(fs, privateDir); // somebody may have been here before the lock was ours
  const id = found.kind === "valid" ? found.file.id : writeMark(fs, mark, place);
  const notes: string[] = [];
  if (mark.isOther) {
    notes.push(`"${printable(root.path)}" is another backup root than the last time (id ${id})`);
  }
  if (state === undefined) return notes;
  const refusal = rememberRoot(state, { path: root.path, id });
  if (refusal !== undefined) {
    notes.push(
      `Cannot remember this backup root in "${printable(state.dir)}": ${refusal}; ` +
        "a disk that is not mounted will not be noticed",
    );
  }
  return notes;
}

/** Marks a root that holds snapshots; a directory that is none is left as it is. */
export function leaveMarkInRoot(fs: FileSystem, mark: RootMark, place: MarkPlace): string[] {
  const { dir } = place.root;
  if (!mark.isMarked && listSnapshots(fs, dir).snapshots.length === 0) return [];
  return leaveMark(fs, mark, place);
}

function writeMark(
  fs: FileSystem,
  mark: RootMark,
  { root, privateDir, clock }: MarkPlace,
): string {
  const id = mark.id ?? crypto.randomUUID();
  writeRootFile(fs, privateDir, {
    id,
    created_at: clock.now().toISOString(),
    examined_at: null,
    file_access: fs.kind,
    file_system: {
      type: mountOf(fs, root.path)?.type ?? null,
      type_id: fs.space(root.dir).typeId,
    },
    traits: {},
  });
  return id;
}

function markIn(fs: FileSystem, root: Dir): RootFileState {
  let dir: Dir;
  try {
    dir = fs.openDir(root, PRIVATE_DIR);
  } catch (error) {
    if (error instanceof FsError && error.code === "ENOENT") return { kind: "missing" };
    if (error instanceof FsError) return { kind: "damaged" }; // making it will tell
    throw error;
  }
  try {
    return readRootFile(fs, dir);
  } finally {
    fs.closeDir(dir);
  }
}

function refuseUnmarked(
  fs: FileSystem,
  { root, policy, wasRoot }: { root: RootDir; policy: MarkPolicy; wasRoot: boolean },
): void {
  const { unmarked } = policy;
  if (unmarked === "begin") return;
  const isExpected = wasRoot || unmarked === "never";
  const holds = isExpected ? contentOf(fs, root.dir) : undefined;
  if (holds === "snapshots" && unmarked === "snapshots") return;
  const missing = missingMount(fs, root.path);
  if (missing !== undefined) throw notMounted(root.path, missing);
  if (!isExpected) return;
  const path = printable(root.path);
  const reason = wasRoot
    ? holds === "nothing"
      ? "it is empty, and was a backup root before"
      : "it was a backup root before, and has no .phlb/root.json any more"
    : "it has never been used as a backup root";
  throw new AppError(`Cannot use the backup root "${path}": ${reason}`, {
    code: "ROOT_UNMARKED",
    exitCode: EXIT.noRoot,
    hint: wasRoot
      ? `Is its disk mounted? If so, and ${WHAT_NOW[holds ?? "nothing"]} --init`
      : "Run phlb backup once by hand: that marks it",
  });
}

const WHAT_NOW = {
  nothing: "a new backup root is to begin there: phlb backup",
  others: "a new backup root is to begin there: phlb backup",
  snapshots: "these are the snapshots you know: phlb rebuild, or phlb backup",
} as const;

function contentOf(fs: FileSystem, dir: Dir): keyof typeof WHAT_NOW {
  const { names } = fs.readDir(dir);
  if (names.filter((name) => name !== "lost+found").length === 0) return "nothing";
  return listSnapshots(fs, dir).snapshots.length > 0 ? "snapshots" : "others";
}

/** What is thrown for a root whose file system is not mounted. */
export function notMounted(path: string, missing: string): AppError {
  return new AppError(
    `Cannot use the backup root "${printable(path)}": the file system for ` +
      `"${printable(missing)}" that /etc/fstab names is not mounted`,
    {
      code: "ROOT_NOT_MOUNTED",
      exitCode: EXIT.noRoot,
      hint: `Mount it first: mount ${printable(missing)}`,
    },
  );
}

function newer(path: string, version: number): AppError {
  return new AppError(
    `Cannot use "${printable(path)}": a newer phlb wrote its .phlb/root.json (version ${version})`,
    { code: "ROOT_NEWER", exitCode: EXIT.failed, hint: "Use that version, or a newer one" },
  );
}

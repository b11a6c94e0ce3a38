import { AppError, EXIT } from "../base/app_error.ts";
import { decodeName } from "../base/path_bytes.ts";
import { type Dir, type FileLock, type FileSystem, FsError } from "../fs/file_system.ts";
import { lacksRoom } from "../fs/lacks_room.ts";
import { LOCK_FILE, PRIVATE_DIR } from "./layout.ts";
import { allowLifting, sealAgain } from "./lifted.ts";

/** Who holds a lock. */
export interface LockHolder {
  readonly host: string;
  readonly pid: number;
  /** ISO 8601. */
  readonly since: string;
  /** The command line, for people. */
  readonly command: string;
}

/** What {@link acquireRootLock} needs to know. */
export interface RootLockOptions {
  readonly holder: LockHolder;
  /** How long to wait for another run to end, 0 for not at all. */
  readonly waitMs: number;
  /** Resolves after that many milliseconds; may reject to end the waiting. */
  readonly sleep: (milliseconds: number) => Promise<void>;
}

/** The lock on a backup root; also given back by the system when the process ends in any way. */
export interface RootLock {
  /** Files that a killed run had opened to change, and that are immutable again. */
  readonly sealedAgain: number;
  release(): void;
}

/** Pause between two tries. */
const POLL_MS = 250;

/** A lock file is shorter than this; more is not read. */
const MAX_LOCK_BYTES = 4096;

/**
 * Takes the lock of a backup root, whose `.phlb` must exist. The lock of a dead process is gone by
 * itself.
 *
 * @throws {LOCKED} when another process holds it until `waitMs` have passed.
 */
export async function acquireRootLock(
  fs: FileSystem,
  root: Dir,
  options: RootLockOptions,
): Promise<RootLock> {
  const dir = fs.openDir(root, PRIVATE_DIR);
  try {
    for (let waitedMs = 0;; waitedMs += POLL_MS) {
      const lock = fs.tryLock(dir, LOCK_FILE);
      if (lock !== undefined) return begin(fs, root, note(lock, options.holder));
      if (waitedMs >= options.waitMs) throw locked(root, readHolder(fs, dir));
      await options.sleep(Math.min(POLL_MS, options.waitMs - waitedMs));
    }
  } finally {
    fs.closeDir(dir);
  }
}

/** Who has the lock, and nobody else, may get past immutable files. */
function begin(fs: FileSystem, root: Dir, lock: FileLock): RootLock {
  const sealedAgain = sealAgain(fs, root);
  allowLifting(fs, root, "main");
  const release = () => {
    fs.liftBelow(undefined);
    sealAgain(fs, root);
    giveBack(lock);
  };
  return { sealedAgain, release };
}

/** A full disk must not keep those away who make room: they hold the lock without being named. */
function note(lock: FileLock, holder: LockHolder): FileLock {
  try {
    lock.write(`${JSON.stringify(holder)}\n`);
  } catch (error) {
    if (!lacksRoom(error)) {
      giveBack(lock);
      throw error;
    }
  }
  return lock;
}

/** The system takes the lock back in any case; a disk that is gone must not hide what came before. */
function giveBack(lock: FileLock): void {
  try {
    lock.release();
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
  }
}

function locked(root: Dir, holder: string): AppError {
  return new AppError(`Cannot lock "${root.path}": locked by ${holder}`, {
    code: "LOCKED",
    exitCode: EXIT.locked,
    hint: "Another run works on this backup root; wait for it with --lock-wait",
  });
}

/** What the lock file says of its holder, for a message; it may be empty or half-written. */
function readHolder(fs: FileSystem, dir: Dir): string {
  const holder = parseHolder(readText(fs, dir));
  if (holder === undefined) return "another process";
  return `pid ${holder.pid} on ${holder.host} since ${holder.since}`;
}

function readText(fs: FileSystem, dir: Dir): string {
  try {
    const file = fs.openFile(dir, LOCK_FILE);
    try {
      const buffer = new Uint8Array(MAX_LOCK_BYTES);
      return decodeName(buffer.subarray(0, fs.read(file, buffer, 0)));
    } finally {
      fs.closeFile(file);
    }
  } catch (error) {
    if (error instanceof FsError) return "";
    throw error;
  }
}

function parseHolder(text: string): LockHolder | undefined {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null) return undefined;
  if (!("host" in value && "pid" in value && "since" in value)) return undefined;
  const { host, pid, since } = value;
  if (typeof host !== "string" || typeof pid !== "number" || typeof since !== "string") {
    return undefined;
  }
  const command = "command" in value && typeof value.command === "string" ? value.command : "";
  return { host, pid, since, command };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

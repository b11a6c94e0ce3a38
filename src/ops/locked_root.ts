import { openRootDir, type RootDir, UNWRITABLE } from "../backup/run/preflight.ts";
import type { StateTexts } from "../base/state_texts.ts";
import { checkMark, leaveMarkInRoot } from "../backup/run/root_mark.ts";
import { entryFailure, rootFailure } from "../backup/run/root_errors.ts";
import { FsError } from "../fs/file_system.ts";
import { PRIVATE_DIR } from "../store/layout.ts";
import { acquireRootLock, type RootLock } from "../store/root_lock.ts";
import type { OpsDeps } from "./ops_deps.ts";
import { requireRoot } from "./read/address.ts";

/** What an operation needs that changes a backup root. */
export interface LockDeps extends OpsDeps {
  readonly host: { readonly name: string; readonly pid: number; readonly cores: number };
  /** The command line, for the lock file. */
  readonly command: string;
  readonly sleep: (milliseconds: number) => Promise<void>;
  /** What this machine remembers; nothing when absent. */
  readonly state?: StateTexts | undefined;
}

/** Which root is to be locked. */
export interface LockOptions {
  /** Undefined when none is configured or given. */
  readonly root: string | undefined;
  /** How long to wait for another run to end. */
  readonly waitMs: number;
  /** False only opens the root: nothing is written then. */
  readonly lock: boolean;
}

/**
 * Opens a backup root, locks it while `use` works, and closes it.
 *
 * @throws {DESTINATION_UNSET} {ROOT_MISSING} {ROOT_UNWRITABLE} {LOCKED}
 * @throws {ROOT_UNMARKED} {ROOT_NOT_MOUNTED} {ROOT_NEWER}
 * @throws {ROOT_FAILED} when the file system refuses what `use` does
 */
export async function withLockedRoot<T>(
  deps: LockDeps,
  options: LockOptions,
  use: (root: RootDir) => Promise<T>,
): Promise<T> {
  const root = openRootDir(deps.fs, requireRoot(options.root));
  let lock: RootLock | undefined;
  try {
    if (options.lock) lock = await lockRoot(deps, root, options.waitMs);
    return await use(root);
  } catch (error) {
    throw rootFailure(error, { path: root.path, leftovers: [] });
  } finally {
    lock?.release();
    deps.fs.closeDir(root.dir);
  }
}

async function lockRoot(deps: LockDeps, root: RootDir, waitMs: number): Promise<RootLock> {
  const { fs, host, clock, command, sleep } = deps;
  const { state } = deps;
  const mark = checkMark(fs, root, { state, unmarked: "new" });
  try {
    makePrivateDir(deps, root);
    const lock = await acquireRootLock(fs, root.dir, {
      holder: { host: host.name, pid: host.pid, since: clock.now().toISOString(), command },
      waitMs,
      sleep,
    });
    const privateDir = fs.openDir(root.dir, PRIVATE_DIR);
    try {
      for (const message of leaveMarkInRoot(fs, mark, { root, privateDir, state, clock })) {
        deps.onEvent({ kind: "log", level: "warning", message });
      }
    } catch (error) {
      lock.release();
      throw error;
    } finally {
      fs.closeDir(privateDir);
    }
    return lock;
  } catch (error) {
    const message = `Cannot lock the backup root "${root.path}"`;
    throw entryFailure(error, { fs, root, message, ...UNWRITABLE });
  }
}

function makePrivateDir({ fs }: LockDeps, root: RootDir): void {
  try {
    fs.makeDir(root.dir, PRIVATE_DIR, 0o700);
  } catch (error) {
    if (!(error instanceof FsError) || error.code !== "EEXIST") throw error;
  }
}

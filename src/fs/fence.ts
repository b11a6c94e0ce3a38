/**
 * The kernel's fence around one worker thread: after {@link raiseFence}, this thread can reach
 * nothing but the named trees, whatever it runs, FFI included.
 *
 * @module
 */
import { FsError } from "./file_system.ts";
import { type Libc, openLibc, SYSCALL } from "./libc.ts";
import { cPath, failure } from "./posix_call.ts";

/** What a thread may still do; absolute paths of existing directories. */
export interface FenceRules {
  /** Trees it may list and read. */
  readonly read: readonly string[];
  /** Trees it may read, create, write, link, rename and delete in. */
  readonly write: readonly string[];
}

/** How it went. */
export interface FenceState {
  readonly raised: boolean;
  /** Landlock's ABI version, 0 where the kernel has none. */
  readonly abi: number;
  /** One sentence for the log when it was not raised. */
  readonly reason?: string;
}

const CREATE_RULESET_VERSION = 1;
const RULE_PATH_BENEATH = 1;
const PR_SET_NO_NEW_PRIVS = 38;

/** Access rights by bit. Source: Linux `linux/landlock.h`. */
const READ = (1n << 2n) | (1n << 3n); // READ_FILE, READ_DIR
/** All file-system rights that each ABI knows; from ABI 2 on, REFER (linking across directories). */
const RIGHTS_BY_ABI = [0n, (1n << 13n) - 1n, (1n << 14n) - 1n, (1n << 15n) - 1n, (1n << 15n) - 1n];
const RIGHTS_FROM_ABI_5 = (1n << 16n) - 1n;

/** Linking needs REFER; without it every link would fail. */
const ABI_WITH_REFER = 2;

/**
 * Fences the calling thread, and those it starts, for good: it may reach the trees of `rules` and
 * nothing else. Never throws; a fence that could not be raised is told in the state.
 */
export function raiseFence(rules: FenceRules): FenceState {
  const opened = openLibc();
  if ("reason" in opened) return { raised: false, abi: 0, reason: `Landlock: ${opened.reason}` };
  const { libc } = opened;
  const abi = libc.landlock_create(SYSCALL.landlockCreate, null, 0n, CREATE_RULESET_VERSION);
  if (abi < 1) return { raised: false, abi: 0, reason: "this kernel has no Landlock" };
  if (abi < ABI_WITH_REFER && rules.write.length > 0) {
    return { raised: false, abi, reason: "this kernel's Landlock would refuse all hard links" };
  }
  const all = RIGHTS_BY_ABI[abi] ?? RIGHTS_FROM_ABI_5;
  const handled = new Uint8Array(new BigUint64Array([all]).buffer);
  const ruleset = libc.landlock_create(SYSCALL.landlockCreate, handled, 8n, 0);
  if (ruleset < 0) return { raised: false, abi, reason: "the kernel refused the rules" };
  try {
    for (const path of rules.read) allow(libc, { ruleset, path, rights: READ });
    for (const path of rules.write) allow(libc, { ruleset, path, rights: all });
    const raised = libc.prctl(PR_SET_NO_NEW_PRIVS, 1n, 0n, 0n, 0n) === 0 &&
      libc.landlock_restrict(SYSCALL.landlockRestrict, ruleset, 0) === 0;
    return raised ? { raised, abi } : { raised, abi, reason: "the kernel refused to raise it" };
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return { raised: false, abi, reason: `"${error.path}": ${error.message}` };
  } finally {
    libc.close(ruleset);
  }
}

const O_PATH_CLOEXEC = 0o10000000 | 0o2000000;

function allow(
  libc: Libc,
  { ruleset, path, rights }: { ruleset: number; path: string; rights: bigint },
): void {
  const fd = libc.open(cPath(path), O_PATH_CLOEXEC, 0);
  if (fd < 0) throw failure(libc, { op: "open", path });
  try {
    // struct landlock_path_beneath_attr, packed: allowed_access (8), parent_fd (4).
    const rule = new Uint8Array(12);
    const view = new DataView(rule.buffer);
    view.setBigUint64(0, rights, true);
    view.setInt32(8, fd, true);
    if (libc.landlock_add_rule(SYSCALL.landlockAddRule, ruleset, RULE_PATH_BENEATH, rule, 0) < 0) {
      throw failure(libc, { op: "landlock_add_rule", path });
    }
  } finally {
    libc.close(fd);
  }
}

/**
 * Trees in, trees out. A tree is written in a test as an object; what is on disk is read back as a
 * plain object and compared, missing and extra. Done by a small Python program, not by `src/`, so
 * that it can judge it; names have the form of `src/base/path_bytes.ts`.
 *
 * @module
 */
import { fileURLToPath } from "node:url";
import { isKept, keptTimeNs, PORTABLE } from "./portable.ts";
import { PYTHON } from "./python.ts";

const HELPER = fileURLToPath(new URL("./tree.py", import.meta.url));

/** Files as text or bytes, directories as objects, everything else made by a function below. */
export interface Tree {
  readonly [name: string]: TreeNode;
}

/** What can stand behind a name. */
export type TreeNode = string | Uint8Array | Tree | Special;

/** Attributes of an entry; the defaults do not depend on the umask or the clock. */
export interface Meta {
  /** Default 0o644, directories 0o755. */
  readonly mode?: number;
  /** Default {@link DEFAULT_MTIME_NS}. */
  readonly mtimeNs?: bigint;
  /** Default: the same as `mtimeNs`. */
  readonly atimeNs?: bigint;
  readonly uid?: number;
  readonly gid?: number;
  readonly xattrs?: Readonly<Record<string, string | Uint8Array>>;
}

/** 2023-11-14T22:13:20.123456789Z: a time whose nanoseconds show when they are lost. */
export const DEFAULT_MTIME_NS = keptTimeNs(1_700_000_000_123_456_789n);

const SPECIAL = Symbol("special");

/** An entry that is not a plain file or directory, or that has attributes of its own. */
export interface Special {
  readonly [SPECIAL]: Spec;
}

type Spec = Readonly<Record<string, unknown>> & { readonly type: string };

/** A symbolic link to `target`, which need not exist. */
export function symlink(target: string): Special {
  return special({ type: "symlink", target });
}

/** One more name for an entry that comes earlier; `path` is relative to the tree's root. */
export function hardlink(path: string): Special {
  return special({ type: "hardlink", target: path });
}

/** A named pipe. */
export function fifo(): Special {
  return special({ type: "fifo" });
}

/** A socket that nobody listens on. */
export function socket(): Special {
  return special({ type: "socket" });
}

/** A device node; needs root. */
export function device(
  type: "char" | "block",
  { major, minor }: { major: number; minor: number },
): Special {
  return special({ type, major, minor });
}

/** A file of `sizeBytes` that is all hole but for `runs` of data. */
export function sparse(
  sizeBytes: number,
  runs: readonly (readonly [offset: number, data: string])[] = [],
): Special {
  const encoded = runs.map(([offset, data]) => [offset, toBase64(data)]);
  return special({ type: "file", size: sizeBytes, runs: encoded });
}

/** `node` with attributes of its own. */
export function withMeta(node: TreeNode, meta: Meta): Special {
  const { mtimeNs, atimeNs, ...rest } = meta;
  const xattrs = PORTABLE ? {} : meta.xattrs ?? {};
  return special({
    ...specOf(node),
    ...rest,
    ...(mtimeNs === undefined ? {} : { mtimeNs: String(keptTimeNs(mtimeNs)) }),
    ...(atimeNs === undefined ? {} : { atimeNs: String(keptTimeNs(atimeNs)) }),
    xattrs: Object.fromEntries(
      Object.entries(xattrs).map(([key, value]) => [key, toBase64(value)]),
    ),
  });
}

/** Writes `tree` into the directory `path`, which is made when it is missing. */
export async function writeTree(path: string, tree: Tree | Special): Promise<void> {
  await callHelper(["write", path], JSON.stringify(specOf(tree)));
}

/** An entry as it is on disk; what has no meaning for its type is absent. */
export interface TreeEntry {
  readonly type: "file" | "dir" | "symlink" | "fifo" | "socket" | "char" | "block";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtimeNs: bigint;
  /** `device:inode`. */
  readonly inode: string;
  /** Base64 by name. */
  readonly xattrs: Readonly<Record<string, string>>;
  readonly nlink?: number;
  readonly size?: number;
  readonly allocatedBytes?: number;
  readonly sha256?: string;
  readonly target?: string;
  /** `major:minor` of a device node. */
  readonly device?: string;
}

/** Entries by relative path in byte order, `.` is the root itself. */
export type TreeOnDisk = Readonly<Record<string, TreeEntry>>;

/** Reads everything below the directory `path`. */
export async function readTree(path: string): Promise<TreeOnDisk> {
  const text = await callHelper(["read", path], "");
  return JSON.parse(text, (key, value) => key === "mtimeNs" ? BigInt(value) : value);
}

function special(spec: Spec): Special {
  return { [SPECIAL]: spec };
}

function specOf(node: TreeNode): Spec {
  if (typeof node === "string" || node instanceof Uint8Array) {
    const bytes = toBytes(node);
    return withDefaults({ type: "file", size: bytes.length, runs: [[0, bytes.toBase64()]] });
  }
  if (isSpecial(node)) return withDefaults(node[SPECIAL]);
  const children = Object.entries(node).map(([name, child]) => ({ name, ...specOf(child) }))
    .filter(isKept);
  return withDefaults({ type: "dir", children });
}

function withDefaults(spec: Spec): Spec {
  const mode = spec.type === "dir" ? 0o755 : 0o644;
  return { mode, mtimeNs: String(DEFAULT_MTIME_NS), ...spec };
}

function isSpecial(node: Tree | Special): node is Special {
  return SPECIAL in node;
}

function toBytes(value: string | Uint8Array): Uint8Array {
  return typeof value === "string" ? new TextEncoder().encode(value) : value;
}

function toBase64(value: string | Uint8Array): string {
  return toBytes(value).toBase64();
}

async function callHelper(args: string[], input: string): Promise<string> {
  const command = new Deno.Command(PYTHON, {
    args: ["-I", HELPER, ...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  });
  const child = command.spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(input));
  await writer.close();
  const { success, stdout, stderr } = await child.output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

import { FsError } from "../../src/fs/file_system.ts";
import { errnoReason } from "../../src/fs/errno.ts";
import type { Around } from "../support/inline_thread.ts";
import { WRITERS } from "./volatile_disk.ts";

/** A call of a command to the port. */
export interface PortCall {
  readonly op: string;
  readonly path: string;
  /** Where in the program it was made: the innermost lines of `src` outside of the port. */
  readonly site: string;
}

/** Calls that change what is on disk. */
export const WRITES: ReadonlySet<string> = new Set([...WRITERS, "tryLock", "lockWrite"]);

/** Calls that a full disk refuses. */
const NEED_ROOM: ReadonlySet<string> = new Set([
  "createFile",
  "write",
  "makeDir",
  "link",
  "symlink",
  "makeSpecial",
  "rename",
  "replace",
  "lockWrite",
]);

/** Calls that cannot fail, by the port's own words. */
const SAFE: ReadonlySet<string> = new Set([
  "closeDir",
  "closeAll",
  "userName",
  "groupName",
  "userId",
  "reflink",
  "liftBelow",
]);

/** Calls after which the handle is gone, whatever they answer. */
const ENDS: ReadonlySet<string> = new Set(["closeFile", "lockRelease"]);

/** A point at which a command is to fail. */
export interface Point {
  /** Number of the call, counted from 1 over all threads. */
  readonly nth: number;
  readonly code: string;
  /**
   * `once`: this call alone. `op`: this and all later calls of the same method. `kind`: this and all
   * later calls that need room (ENOSPC), or that write (any other code). `disk`: this and all later
   * calls. `after`: this call does its work (a write: half of it) and then says that it failed.
   */
  readonly span: "once" | "op" | "kind" | "disk" | "after";
}

/** Sees each call; may throw in its place, or answer what is to be thrown after it. */
type Watch = (call: { op: string; path: string }) => FsError | undefined;

/** Notes all calls of a command into `calls`. */
export function recorded(calls: PortCall[]): Around {
  return watched(({ op, path }) => {
    calls.push({ op, path, site: site() });
    return undefined;
  });
}

/** Makes a command fail at a point; `hits` gets each call that failed. */
export function failingAt({ nth, code, span }: Point, hits: PortCall[]): Around {
  let count = 0;
  let failing: string | undefined;
  return watched(({ op, path }) => {
    count++;
    if (count === nth) failing = op;
    if (failing === undefined) return undefined;
    const isHit = count === nth || span === "disk" || (span === "op" && op === failing) ||
      (span === "kind" && (code === "ENOSPC" ? NEED_ROOM : WRITES).has(op));
    if (!isHit) return undefined;
    hits.push({ op, path, site: "" });
    const error = new FsError({ code, op, path, reason: errnoReason(code) });
    if (span === "after" || ENDS.has(op) || op === "readDir") return error;
    throw error;
  });
}

function watched(watch: Watch): Around {
  return (fs) => wrap(fs, watch, (op) => op);
}

/** `inner` with `watch` in the way of each of its methods. */
function wrap<T extends object>(inner: T, watch: Watch, nameOf: (op: string) => string): T {
  return new Proxy(inner, {
    get(target, key) {
      const method: unknown = Reflect.get(target, key);
      if (typeof method !== "function" || typeof key !== "string" || SAFE.has(key)) {
        return typeof method === "function" ? method.bind(target) : method;
      }
      return (...args: unknown[]): unknown => {
        const op = nameOf(key);
        const error = watch({ op, path: pathOf(args) });
        const result = perform({ op, method, target, args, error });
        return isLock(result) ? wrap(result, watch, lockOp) : result;
      };
    },
  });
}

interface Perform {
  readonly op: string;
  readonly method: CallableFunction;
  readonly target: object;
  readonly args: unknown[];
  readonly error: FsError | undefined;
}

function perform({ op, method, target, args, error }: Perform): unknown {
  if (error === undefined) return Reflect.apply(method, target, args);
  if (op === "write") args[1] = firstHalf(args[1]);
  const result: unknown = Reflect.apply(method, target, args);
  if (op === "readDir") return brokenOff(result, error);
  throw error;
}

function firstHalf(bytes: unknown): unknown {
  return bytes instanceof Uint8Array ? bytes.subarray(0, bytes.length >> 1) : bytes;
}

function brokenOff(listing: unknown, error: FsError): unknown {
  if (typeof listing !== "object" || listing === null || !("names" in listing)) return listing;
  const names = Array.isArray(listing.names) ? listing.names : [];
  return { ...listing, names: names.slice(0, names.length >> 1), error };
}

function lockOp(op: string): string {
  return op === "write" ? "lockWrite" : "lockRelease";
}

function isLock(value: unknown): value is object {
  return typeof value === "object" && value !== null && "release" in value && "write" in value;
}

/** The last open file or directory among the arguments, and the name that follows it. */
function pathOf(args: readonly unknown[]): string {
  const at = args.findLastIndex(isOpen);
  const open = args[at];
  if (!isOpen(open)) return typeof args[0] === "string" ? args[0] : "";
  const name = args[at + 1];
  return typeof name === "string" && name !== "" ? `${open.path}/${name}` : open.path;
}

function isOpen(value: unknown): value is { readonly path: string } {
  return typeof value === "object" && value !== null && "path" in value &&
    typeof value.path === "string";
}

/** Lines of the stack that tell one place in the program from another. */
const SITE_LINES = 3;

function site(): string {
  const lines = new Error().stack?.split("\n") ?? [];
  return lines.flatMap((line) => /\/src\/(?!fs\/)(.*?\.ts:\d+)/.exec(line)?.[1] ?? [])
    .slice(0, SITE_LINES).join(" < ");
}

/** What a file system may answer, by what is asked of it. */
const READ_CODES = ["EIO", "EPERM", "ESTALE"];
const WRITE_CODES = ["EIO", "ENOSPC", "EPERM", "ESTALE", "EROFS"];
const NAME_CODES = [...WRITE_CODES, "EMLINK"];
const MAKES_NAMES = new Set(["link", "makeDir", "rename", "replace", "symlink"]);

/** All ways in which the `nth` call may fail; the first ones matter most. */
export function pointsAt(nth: number, { op }: Pick<PortCall, "op">): Point[] {
  const isWrite = WRITES.has(op);
  const codes = MAKES_NAMES.has(op) ? NAME_CODES : isWrite ? WRITE_CODES : READ_CODES;
  const [persistent = "EIO"] = codes.slice(nth % codes.length);
  return [
    ...codes.map((code): Point => ({ nth, code, span: "once" })),
    { nth, code: persistent, span: "op" },
    { nth, code: "EIO", span: "disk" },
    { nth, code: "ESTALE", span: "disk" },
    ...(NEED_ROOM.has(op) ? [{ nth, code: "ENOSPC", span: "kind" } as const] : []),
    ...(isWrite ? [{ nth, code: "EROFS", span: "kind" } as const] : []),
    ...(isWrite ? [{ nth, code: "EIO", span: "after" } as const] : []),
  ];
}

import { encodeNameInto } from "../base/path_bytes.ts";
import { errnoName, errnoReason } from "./errno.ts";
import { FsError } from "./file_system.ts";
import { errno, type Libc } from "./libc.ts";

const EINTR = 4;

/** Room for a path and its closing NUL; the kernel takes no more than PATH_MAX = 4096 at a time. */
const NAME_BYTES = 16 * 1024;

/** Two names that a call may need at a time, as NUL-terminated bytes in memory that is used again. */
const first = new Uint8Array(NAME_BYTES);
const second = new Uint8Array(NAME_BYTES);

/** `name` as a C string, valid until the next `cName`. A name is one component, not `.` or `..`. */
export function cName(name: string): Uint8Array<ArrayBuffer> {
  return encodeChecked(name, first);
}

/** The same in other memory, for the calls that take two names. */
export function cOtherName(name: string): Uint8Array<ArrayBuffer> {
  return encodeChecked(name, second);
}

/** A path as a C string, valid until the next `cName`. */
export function cPath(path: string): Uint8Array<ArrayBuffer> {
  return encode(path, { into: first, slashes: true });
}

/** The empty name, for calls on a descriptor itself. */
export const EMPTY_NAME = new Uint8Array(1);

function encodeChecked(name: string, into: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (name === "" || name === "." || name === "..") throw badName(name);
  return encode(name, { into, slashes: false });
}

function encode(
  name: string,
  { into, slashes }: { into: Uint8Array<ArrayBuffer>; slashes: boolean },
): Uint8Array<ArrayBuffer> {
  if (name.length * 3 >= into.length) throw badName(name);
  if (name.includes("\0") || (!slashes && name.includes("/"))) throw badName(name);
  into[encodeNameInto(name, into)] = 0;
  return into;
}

function badName(name: string): FsError {
  const reason = "it is not a usable name";
  return new FsError({ code: "EINVAL", op: "name", path: name.slice(0, 300), reason });
}

/** What failed, for the message: the call and the path it was about. */
export interface CallContext {
  readonly op: string;
  readonly path: string;
}

/** Turns the failure of the last call into an {@link FsError}. */
export function failure(libc: Libc, { op, path }: CallContext): FsError {
  const code = errnoName(errno(libc));
  return new FsError({ code, op, path, reason: errnoReason(code) });
}

/** Runs a call again while a signal interrupts it; negative results of other failures are returned. */
export function uninterrupted(libc: Libc, call: () => number): number {
  for (;;) {
    const result = call();
    if (result >= 0 || errno(libc) !== EINTR) return result;
  }
}

import { encodeNameInto } from "../base/path_bytes.ts";
import { badName, checkName } from "./entry_name.ts";
import { errnoName, errnoReason } from "./errno.ts";
import { FsError } from "./file_system.ts";
import { errno, type Libc } from "./libc.ts";

const EINTR = 4;

/** Room for a path and its closing NUL; the kernel takes no more than PATH_MAX = 4096 at a time. */
const NAME_BYTES = 16 * 1024;

/** Two names that a call may need at a time, as NUL-terminated bytes in memory that is used again. */
const first = new Uint8Array(NAME_BYTES);
const second = new Uint8Array(NAME_BYTES);
/** What is in `first`: calls about one entry often follow each other. */
let inFirst: string | undefined;

/** `name` as a C string, valid until the next `cName`. A name is one component, not `.` or `..`. */
export function cName(name: string): Uint8Array<ArrayBuffer> {
  if (name === inFirst) return first;
  inFirst = undefined;
  encodeChecked(name, first);
  inFirst = name;
  return first;
}

/** The same in other memory, for the calls that take two names. */
export function cOtherName(name: string): Uint8Array<ArrayBuffer> {
  return encodeChecked(name, second);
}

/** A path as a C string, valid until the next `cName`. */
export function cPath(path: string): Uint8Array<ArrayBuffer> {
  if (path.includes("\0")) throw badName(path);
  inFirst = undefined;
  return encode(path, first);
}

/** The empty name, for calls on a descriptor itself. */
export const EMPTY_NAME = new Uint8Array(1);

/** `.`, as a C string. */
export const ITSELF = new Uint8Array([0x2e, 0]);

function encodeChecked(name: string, into: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  checkName(name);
  return encode(name, into);
}

function encode(text: string, into: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  if (text.length * 3 >= into.length) throw badName(text);
  into[encodeNameInto(text, into)] = 0;
  return into;
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

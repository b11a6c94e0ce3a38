import { decodeName, encodeName, joinRel } from "../base/path_bytes.ts";
import { checkName } from "./entry_name.ts";
import type { Xattrs } from "./file_system.ts";
import { errno, type Libc } from "./libc.ts";
import { failure, uninterrupted } from "./posix_call.ts";

/** The kernel's limits. Source: xattr(7): XATTR_LIST_MAX and XATTR_SIZE_MAX are 64 KiB. */
const LIST_BYTES = 64 * 1024;
const ROOM = BigInt(LIST_BYTES);

const ENODATA = 61;
const EOPNOTSUPP = 95;
const EPERM = 1;
const EACCES = 13;

/** Errors of setting an attribute that leave the file as good as it can be here. */
const BEARABLE = new Set(["EOPNOTSUPP", "EPERM", "EACCES", "EINVAL", "ENOSPC", "ERANGE", "E7"]);

/** An open file or directory, or (with a `name`) an entry of an open directory. */
export interface XattrPlace {
  readonly fd: number;
  readonly name: string;
  /** For messages. */
  readonly path: string;
}

const list = new Uint8Array(LIST_BYTES);
const value = new Uint8Array(LIST_BYTES);

/** All extended attributes of `place` itself; a symlink is not followed. */
export function readXattrs(libc: Libc, place: XattrPlace): Xattrs {
  const target = cTarget(place);
  const length = uninterrupted(
    libc,
    () =>
      target === undefined
        ? libc.flistxattr(place.fd, list, ROOM)
        : libc.llistxattr(target, list, ROOM),
  );
  if (length === 0) return [];
  if (length < 0) {
    const number = errno(libc);
    if (number === EOPNOTSUPP || number === EPERM) return [];
    throw failure(libc, { op: "listxattr", path: place.path });
  }
  const found: (readonly [string, Uint8Array])[] = [];
  for (const name of splitNames(list.subarray(0, length))) {
    const bytes = readOne(libc, { place, target, name });
    if (bytes !== undefined) found.push([name, bytes]);
  }
  return found;
}

function readOne(
  libc: Libc,
  { place, target, name }: {
    place: XattrPlace;
    target: Uint8Array<ArrayBuffer> | undefined;
    name: string;
  },
): Uint8Array | undefined {
  const key = cString(name);
  const length = uninterrupted(
    libc,
    () =>
      target === undefined
        ? libc.fgetxattr(place.fd, key, value, ROOM)
        : libc.lgetxattr(target, key, value, ROOM),
  );
  if (length >= 0) return value.slice(0, length);
  const number = errno(libc);
  // Gone meanwhile, or one that only others may read (as "trusted." is for ordinary users).
  if (number === ENODATA || number === EPERM || number === EACCES) return undefined;
  throw failure(libc, { op: "getxattr", path: place.path });
}

/** Sets attributes; returns the names of those that the file system or the kernel refused. */
export function writeXattrs(libc: Libc, place: XattrPlace, xattrs: Xattrs): string[] {
  const refused: string[] = [];
  const target = cTarget(place);
  for (const [name, bytes] of xattrs) {
    const key = cString(name);
    const copy = new Uint8Array(bytes);
    const done = uninterrupted(
      libc,
      () =>
        target === undefined
          ? libc.fsetxattr(place.fd, key, copy, BigInt(copy.length), 0)
          : libc.lsetxattr(target, key, copy, BigInt(copy.length), 0),
    );
    if (done === 0) continue;
    const error = failure(libc, { op: "setxattr", path: place.path });
    if (!BEARABLE.has(error.code)) throw error;
    refused.push(name);
  }
  return refused;
}

/** A path that reaches the entry without following anything on the way: through the open directory. */
function cTarget({ fd, name }: XattrPlace): Uint8Array<ArrayBuffer> | undefined {
  if (name === "") return undefined;
  checkName(name);
  return cString(joinRel(`/proc/self/fd/${fd}`, name));
}

function cString(text: string): Uint8Array<ArrayBuffer> {
  const bytes = encodeName(text);
  const terminated = new Uint8Array(bytes.length + 1);
  terminated.set(bytes);
  return terminated;
}

function splitNames(bytes: Uint8Array): string[] {
  return decodeName(bytes).split("\0").filter((name) => name !== "");
}

import type { Attributes, Times } from "./file_system.ts";
import { errno, type Libc } from "./libc.ts";
import { cName, failure, uninterrupted } from "./posix_call.ts";
import type { StatCall } from "./posix_stat.ts";
import { writeXattrs, type XattrPlace } from "./posix_xattrs.ts";

const AT_SYMLINK_NOFOLLOW = 0x100;
const EPERM = 1;
const EINVAL = 22;
const ENOSYS = 38;
const EOPNOTSUPP = 95;

/** What a file system answers that keeps no owners or modes, or lets only its server change them. */
const NOT_KEPT: ReadonlySet<number> = new Set([EPERM, EINVAL, ENOSYS, EOPNOTSUPP]);

/** Packed times of the call under way. Source: utimensat(2): atime and mtime as `struct timespec`. */
const timespecs = new Int32Array(8);
const timespecBytes = new Uint8Array(timespecs.buffer);
/** Factor of the upper half of a 64-bit number. */
const HIGH = 2 ** 32;

/** What {@link applyAttributes} works with. */
export interface AttributeCall {
  readonly libc: Libc;
  readonly stat: StatCall;
  /** Whether owners can be given away, which only root may. */
  readonly mayChown: boolean;
}

/**
 * Gives attributes to `place`; returns what the file system does not keep. The owner goes before
 * the mode, because a new owner takes setuid and capabilities away; the times go last, because the
 * others change them.
 *
 * @throws {FsError} for every other failure, a full disk among them, and whenever times fail
 */
export function applyAttributes(
  call: AttributeCall,
  place: XattrPlace,
  { mode, owner, times, xattrs }: Attributes,
): string[] {
  const { libc, mayChown } = call;
  const refused: string[] = [];
  if (owner !== undefined && mayChown && !setOwner(libc, place, owner)) refused.push("owner");
  if (mode !== undefined && !setMode(call, place, mode)) refused.push("mode");
  if (xattrs !== undefined) refused.push(...writeXattrs(libc, place, xattrs));
  if (times !== undefined) setTimes(libc, place, times);
  return refused;
}

function setOwner(
  libc: Libc,
  place: XattrPlace,
  { uid, gid }: { readonly uid: number; readonly gid: number },
): boolean {
  const done = uninterrupted(
    libc,
    () =>
      place.name === ""
        ? libc.fchown(place.fd, uid, gid)
        : libc.fchownat(place.fd, cName(place.name), uid, gid, AT_SYMLINK_NOFOLLOW),
  );
  return done === 0 || wasNotKept(libc, "chown", place);
}

function setMode({ libc, stat }: AttributeCall, place: XattrPlace, mode: number): boolean {
  if (place.name === "") {
    const done = uninterrupted(libc, () => libc.fchmod(place.fd, mode));
    return done === 0 || wasNotKept(libc, "chmod", place);
  }
  const name = cName(place.name);
  const change = (flags: number) =>
    uninterrupted(libc, () => libc.fchmodat(place.fd, name, mode, flags)) === 0;
  if (change(AT_SYMLINK_NOFOLLOW)) return true;
  if (errno(libc) === EOPNOTSUPP) {
    if (stat.byName(place.fd, name) && stat.isLink) return true;
    // A C library before 2.32 does not know the flag at all.
    if (change(0)) return true;
  }
  return wasNotKept(libc, "chmod", place);
}

function setTimes(libc: Libc, place: XattrPlace, times: Times): void {
  packTime(0, times.atimeSec, times.atimeNsec);
  packTime(4, times.mtimeSec, times.mtimeNsec);
  const done = uninterrupted(
    libc,
    () =>
      place.name === ""
        ? libc.futimens(place.fd, timespecBytes)
        : libc.utimensat(place.fd, cName(place.name), timespecBytes, AT_SYMLINK_NOFOLLOW),
  );
  if (done < 0) throw failure(libc, { op: "utimens", path: place.path });
}

/** Little-endian, as all systems are that this port runs on. */
function packTime(word: number, sec: number, nsec: number): void {
  timespecs[word] = sec; // the lower 32 bits of it
  timespecs[word + 1] = Math.floor(sec / HIGH);
  timespecs[word + 2] = nsec;
  timespecs[word + 3] = 0;
}

/** False when the last call's failure can be borne. */
function wasNotKept(libc: Libc, op: string, place: XattrPlace): false {
  if (NOT_KEPT.has(errno(libc))) return false;
  throw failure(libc, { op, path: place.path });
}

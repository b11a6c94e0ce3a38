import { lutimesSync } from "node:fs";
import { type Attributes, FsError, type Times } from "./file_system.ts";
import { asFsError } from "./portable_error.ts";

/**
 * Gives attributes to `path` itself and returns what the runtime cannot give: extended attributes,
 * a symlink's owner, a symlink's times before 1970. The owner goes before the mode, because a new
 * owner clears setuid; the times go last, because the others touch them. A directory gets its
 * attributes when it is complete, so the names in it are made durable, too.
 */
export function setByPath(path: string, { mode, owner, times, xattrs }: Attributes): string[] {
  const { isSymlink, isDirectory } = asFsError("lstat", { path, call: () => Deno.lstatSync(path) });
  if (isDirectory) syncIfReadable(path);
  const refused = (xattrs ?? []).map(([name]) => name);
  if (owner !== undefined && ownUserId() === 0) {
    const { uid, gid } = owner;
    if (isSymlink) refused.push("owner");
    else asFsError("chown", { path, call: () => Deno.chownSync(path, uid, gid) });
  }
  // On Windows a mode is no more than the read-only flag, which would be in the way of deleting.
  if (mode !== undefined && !isSymlink && Deno.build.os !== "windows") {
    asFsError("chmod", { path, call: () => Deno.chmodSync(path, mode) });
  }
  if (times === undefined) return refused;
  if (!isSymlink) asFsError("utimens", { path, call: () => setTimes(path, times) });
  // Of a time before 1970 the runtime would silently make the present one.
  else if (times.atimeSec < 0 || times.mtimeSec < 0) refused.push("times");
  else asFsError("utimens", { path, call: () => setLinkTimes(path, times) });
  return refused;
}

/** Whoever may not read a directory cannot make it durable, and has put nothing there either. */
function syncIfReadable(path: string): void {
  try {
    syncDirectory(path);
  } catch (error) {
    if (!(error instanceof FsError) || error.code !== "EACCES") throw error;
  }
}

/** Makes the names in a directory durable. */
export function syncDirectory(path: string): void {
  // Windows opens no directories as files, and keeps names in a journal of its own.
  if (Deno.build.os === "windows") return;
  asFsError("fsync", {
    path,
    call: () => {
      using handle = Deno.openSync(path);
      handle.syncSync();
    },
  });
}

/** Effective user id; undefined on Windows, and in a thread that may not ask. */
export function ownUserId(): number | undefined {
  try {
    return Deno.uid() ?? undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return undefined;
    throw error;
  }
}

function setTimes(path: string, times: Times): void {
  const { atimeSec, atimeNsec, mtimeSec, mtimeNsec } = times;
  Deno.utimeSync(path, toDate(atimeSec, atimeNsec), toDate(mtimeSec, mtimeNsec));
}

function setLinkTimes(path: string, times: Times): void {
  const { atimeSec, atimeNsec, mtimeSec, mtimeNsec } = times;
  lutimesSync(path, toDate(atimeSec, atimeNsec), toDate(mtimeSec, mtimeNsec));
}

/** Whole milliseconds; before 1970 whole seconds, because the runtime refuses fractions there. */
function toDate(sec: number, nsec: number): Date {
  return new Date(sec * 1000 + (sec < 0 ? 0 : Math.floor(nsec / 1e6)));
}

import type { Libc } from "../../src/fs/libc.ts";

/** Calls of the C library that a signal can interrupt on some file system, and how each says no. */
export const INTERRUPTIBLE: Readonly<Record<string, number | bigint>> = {
  realpath: 0n,
  open: -1,
  openat: -1,
  close: -1,
  statx: -1,
  readlinkat: -1,
  pread: -1,
  pwrite: -1,
  ftruncate: -1,
  lseek: -1n,
  fchown: -1,
  fchownat: -1,
  fchmod: -1,
  fchmodat: -1,
  futimens: -1,
  utimensat: -1,
  flistxattr: -1,
  fgetxattr: -1,
  fsetxattr: -1,
  llistxattr: -1,
  lgetxattr: -1,
  lsetxattr: -1,
  fsync: -1,
  syncfs: -1,
  mkdirat: -1,
  linkat: -1,
  symlinkat: -1,
  mknodat: -1,
  unlinkat: -1,
  renameat2: -1,
  fstatfs: -1,
  flock: -1,
  getdents64: -1,
};

/** Calls that may do less than they were asked for. */
export const SHORT: readonly string[] = ["pread", "pwrite"];

const EINTR = 4;

/** How often calls were interrupted or cut short. */
export interface Hits {
  count: number;
}

/**
 * `libc` in which every other call of the given names is interrupted before it does anything (`close`
 * after it), and in which reads and writes bring half of what they could when `isShort`.
 */
export function interruptedLibc(
  libc: Libc,
  { names, isShort, hits }: { names: ReadonlySet<string>; isShort: boolean; hits: Hits },
): Libc {
  const turns = new Map<string, number>();
  let isInterrupted = false;
  return new Proxy({ ...libc }, {
    get(target, name) {
      const call: unknown = Reflect.get(target, name);
      if (typeof call !== "function" || typeof name !== "string") return call;
      return (...args: unknown[]): unknown => {
        if (name === "memcpy" && isInterrupted) return tellErrno(args);
        isInterrupted = false;
        if (isShort && SHORT.includes(name) && halve(args)) hits.count++;
        const turn = (turns.get(name) ?? 0) + 1;
        turns.set(name, turn);
        if (!names.has(name) || turn % 2 === 0) return Reflect.apply(call, target, args);
        if (name === "close") Reflect.apply(call, target, args);
        hits.count++;
        isInterrupted = true;
        return INTERRUPTIBLE[name];
      };
    },
  });
}

/** What `errno()` asks for after a call that failed. */
function tellErrno([cell]: unknown[]): void {
  if (cell instanceof Int32Array) cell[0] = EINTR;
}

/** Asks for half of the bytes; false when that would be none. */
function halve(args: unknown[]): boolean {
  const wanted = args[2];
  if (typeof wanted !== "bigint" || wanted < 2n) return false;
  args[2] = wanted / 2n;
  return true;
}

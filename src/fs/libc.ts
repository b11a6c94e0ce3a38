/**
 * The C library, bound once per thread: the calls that Deno has no equal of. All of them are
 * synchronous; the failing ones set errno, which is read at once by {@link errno}.
 *
 * @module
 */

/** Where Linux distributions keep the GNU C library; `--allow-ffi` names the same paths. */
const LIBC_PATHS = [
  "/lib/x86_64-linux-gnu/libc.so.6",
  "/lib/aarch64-linux-gnu/libc.so.6",
  "/lib64/libc.so.6",
  "/usr/lib/libc.so.6",
];

/**
 * `ssize_t` results are declared i32: no call here moves 2 GiB at once, and a plain number costs no
 * allocation. The variadic ones (`openat`, `ioctl`, `prctl`, `syscall`) pass their arguments like any
 * other on Linux x86-64 and arm64.
 */
const SYMBOLS = {
  __errno_location: { parameters: [], result: "pointer" },
  memcpy: { parameters: ["buffer", "pointer", "usize"], result: "void" },
  /** memcpy and strlen again, from an address that stands as a number in a C struct. */
  copy_from: { name: "memcpy", parameters: ["buffer", "usize", "usize"], result: "void" },
  strlen: { parameters: ["usize"], result: "usize" },
  geteuid: { parameters: [], result: "u32" },
  realpath: { parameters: ["buffer", "buffer"], result: "usize" },
  open: { parameters: ["buffer", "i32", "u32"], result: "i32" },
  openat: { parameters: ["i32", "buffer", "i32", "u32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  statx: { parameters: ["i32", "buffer", "i32", "u32", "buffer"], result: "i32" },
  readlinkat: { parameters: ["i32", "buffer", "buffer", "usize"], result: "i32" },
  pread: { parameters: ["i32", "buffer", "usize", "i64"], result: "i32" },
  pwrite: { parameters: ["i32", "buffer", "usize", "i64"], result: "i32" },
  ftruncate: { parameters: ["i32", "i64"], result: "i32" },
  lseek: { parameters: ["i32", "i64", "i32"], result: "i64" },
  ioctl: { parameters: ["i32", "u64", "i32"], result: "i32" },
  /** The same where the argument is a pointer. */
  ioctl_at: { name: "ioctl", parameters: ["i32", "u64", "buffer"], result: "i32" },
  fchown: { parameters: ["i32", "u32", "u32"], result: "i32" },
  fchownat: { parameters: ["i32", "buffer", "u32", "u32", "i32"], result: "i32" },
  fchmod: { parameters: ["i32", "u32"], result: "i32" },
  fchmodat: { parameters: ["i32", "buffer", "u32", "i32"], result: "i32" },
  futimens: { parameters: ["i32", "buffer"], result: "i32" },
  utimensat: { parameters: ["i32", "buffer", "buffer", "i32"], result: "i32" },
  flistxattr: { parameters: ["i32", "buffer", "usize"], result: "i32" },
  fgetxattr: { parameters: ["i32", "buffer", "buffer", "usize"], result: "i32" },
  fsetxattr: { parameters: ["i32", "buffer", "buffer", "usize", "i32"], result: "i32" },
  llistxattr: { parameters: ["buffer", "buffer", "usize"], result: "i32" },
  lgetxattr: { parameters: ["buffer", "buffer", "buffer", "usize"], result: "i32" },
  lsetxattr: { parameters: ["buffer", "buffer", "buffer", "usize", "i32"], result: "i32" },
  fsync: { parameters: ["i32"], result: "i32" },
  syncfs: { parameters: ["i32"], result: "i32" },
  mkdirat: { parameters: ["i32", "buffer", "u32"], result: "i32" },
  linkat: { parameters: ["i32", "buffer", "i32", "buffer", "i32"], result: "i32" },
  symlinkat: { parameters: ["buffer", "i32", "buffer"], result: "i32" },
  unlinkat: { parameters: ["i32", "buffer", "i32"], result: "i32" },
  renameat2: { parameters: ["i32", "buffer", "i32", "buffer", "u32"], result: "i32" },
  fstatfs: { parameters: ["i32", "buffer"], result: "i32" },
  flock: { parameters: ["i32", "i32"], result: "i32" },
  getpwuid_r: { parameters: ["u32", "buffer", "buffer", "usize", "buffer"], result: "i32" },
  getgrgid_r: { parameters: ["u32", "buffer", "buffer", "usize", "buffer"], result: "i32" },
  prctl: { parameters: ["i32", "u64", "u64", "u64", "u64"], result: "i32" },
  // By number, because older C libraries lack the functions.
  getdents64: {
    name: "syscall",
    parameters: ["i64", "i32", "buffer", "usize"],
    result: "i32",
  },
  mknodat: {
    name: "syscall",
    parameters: ["i64", "i32", "buffer", "u32", "u64"],
    result: "i32",
  },
  landlock_create: {
    name: "syscall",
    parameters: ["i64", "buffer", "usize", "u32"],
    result: "i32",
  },
  landlock_add_rule: {
    name: "syscall",
    parameters: ["i64", "i32", "i32", "buffer", "u32"],
    result: "i32",
  },
  landlock_restrict: { name: "syscall", parameters: ["i64", "i32", "u32"], result: "i32" },
  clock_gettime: { parameters: ["i32", "buffer"], result: "i32" },
  setpriority: { parameters: ["i32", "u32", "i32"], result: "i32" },
  ioprio_set: { name: "syscall", parameters: ["i64", "i32", "i32", "i32"], result: "i32" },
} as const satisfies Deno.ForeignLibraryInterface;

/** The bound functions. */
export type Libc = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

/** Calls that wait for a disk while this thread goes on; their errno cannot be had. */
const WAITING_SYMBOLS = {
  syncfs: { parameters: ["i32"], result: "i32", nonblocking: true },
} as const satisfies Deno.ForeignLibraryInterface;

/** The bound functions that wait somewhere else. */
export type WaitingLibc = Deno.DynamicLibrary<typeof WAITING_SYMBOLS>["symbols"];

/** Numbers for the functions that are called as `syscall`. Source: Linux asm/unistd.h. */
export const SYSCALL = {
  getdents64: Deno.build.arch === "aarch64" ? 61n : 217n,
  mknodat: Deno.build.arch === "aarch64" ? 33n : 259n,
  landlockCreate: 444n,
  landlockAddRule: 445n,
  landlockRestrict: 446n,
  ioprioSet: Deno.build.arch === "aarch64" ? 30n : 251n,
} as const;

/** The C library, or why it cannot be had. */
export type OpenedLibc = { readonly libc: Libc } | { readonly reason: string };

let opened: OpenedLibc | undefined;

/** Opens the C library, once per thread. */
export function openLibc(): OpenedLibc {
  opened ??= open();
  return opened;
}

function open(): OpenedLibc {
  const found = openSymbols(SYMBOLS);
  return "symbols" in found ? { libc: found.symbols } : found;
}

/** The waiting calls; undefined where there is no C library. */
export function openWaitingLibc(): WaitingLibc | undefined {
  const found = openSymbols(WAITING_SYMBOLS);
  return "symbols" in found ? found.symbols : undefined;
}

function openSymbols<Symbols extends Deno.ForeignLibraryInterface>(
  symbols: Symbols,
): Pick<Deno.DynamicLibrary<Symbols>, "symbols"> | { reason: string } {
  if (Deno.build.os !== "linux") return { reason: `it is not used on ${Deno.build.os} yet` };
  let reason = "no C library was found";
  for (const path of LIBC_PATHS) {
    try {
      return Deno.dlopen(path, symbols);
    } catch (error) {
      if (error instanceof Deno.errors.NotCapable) {
        reason = "calls into the C library are not allowed";
      } else if (error instanceof Error && error.message.includes("symbol")) {
        reason = `the C library is too old: ${error.message}`;
      }
    }
  }
  return { reason };
}

const errnoCell = new Int32Array(1);
let errnoPointer: Deno.PointerValue = null;

/** errno of the call that just failed in this thread. */
export function errno(libc: Libc): number {
  // The address is the thread's own and never changes, so it is asked for once.
  errnoPointer ??= libc.__errno_location();
  libc.memcpy(errnoCell, errnoPointer, 4n);
  return errnoCell[0] ?? 0;
}

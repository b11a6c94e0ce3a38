/**
 * All of tests/cli runs with the portable file system, too: with PHLB_PERFORMANCE_FILE_SYSTEM set to
 * `portable`, phlb gets that variable in each test, and what this file says is allowed for.
 *
 * @module
 */

/** Whether this run of tests has phlb use the portable file system. */
export const PORTABLE = Deno.env.get("PHLB_PERFORMANCE_FILE_SYSTEM") === "portable";

/** For phlb's environment. */
export function forcedFileSystem(): Record<string, string> {
  return PORTABLE ? { PHLB_PERFORMANCE_FILE_SYSTEM: "portable" } : {};
}

/** A time as the file system under test keeps it: whole milliseconds on the portable one. */
export function keptTimeNs(timeNs: bigint): bigint {
  return PORTABLE ? timeNs - BigInt.asUintN(64, timeNs) % 1_000_000n : timeNs;
}

/** What is said in each run, which no test but those of it expects; plain, and as JSON. */
const NOTE = /^.*(?:The portable file system is used|The threads run without a fence: ).*\n/gm;

/** What phlb wrote, without what it says of the portable file system in each run. */
export function withoutNotes(text: string): string {
  return PORTABLE ? text.replace(NOTE, "") : text;
}

/** Types of entries that the portable file system leaves to the manifest, with a problem for each. */
const SPECIAL_TYPES: ReadonlySet<string> = new Set(["fifo", "socket", "char", "block"]);

/** Whether a tree is to have this entry: not one that would be a problem in every test. */
export function isKept({ name, type }: { name: string; type: string }): boolean {
  return !PORTABLE || (name.isWellFormed() && !SPECIAL_TYPES.has(type));
}

/**
 * System calls by which the portable file system does what the posix one does by another; they are
 * what a test has the kernel refuse, or what a run is killed at.
 */
const CALLS: Readonly<Record<string, string>> = {
  mkdirat: "mkdir",
  renameat: "rename",
  renameat2: "rename",
  unlinkat: "unlink",
  fchmod: "chmod",
  syncfs: "fsync",
};

/** `linkat:error=EIO:when=3+` with the call that does it here. */
export function injectedCall(inject: string): string {
  const [call = "", ...rest] = inject.split(":");
  return [PORTABLE ? CALLS[call] ?? call : call, ...rest].join(":");
}

/** Names that break what was not written with care, in the form of `src/base/path_bytes.ts`. */
export const HOSTILE_NAMES: readonly string[] = [
  "new\nline",
  "back\\slash",
  "-dash",
  "-",
  "spa ce",
  " lead",
  "trail ",
  "#hash",
  "a=b",
  "emoji😀",
  "ümläut",
  "byte\udcff",
  "tab\t",
  "return\r",
  "bell\x07",
  "quote\"'",
  "\\s",
  "\\040",
  "..dots",
  "x".repeat(255),
];

/** NetBSD's mtree takes these for patterns, however they are written, also in its own output. */
export const GLOB_NAMES: readonly string[] = ["*", "star*?[x]"];

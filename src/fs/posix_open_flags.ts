/** Flags of open(2), Linux. */
export const O = {
  rdonly: 0,
  rdwr: 2,
  create: 0o100,
  exclusive: 0o200,
  nonblock: 0o4000,
  cloexec: 0o2000000,
  // These two have other values on arm64. Source: Linux asm/fcntl.h.
  directory: Deno.build.arch === "aarch64" ? 0o40000 : 0o200000,
  nofollow: Deno.build.arch === "aarch64" ? 0o100000 : 0o400000,
} as const;

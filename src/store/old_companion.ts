/**
 * What PyHardLinkBackup 0.x put among the user's files in a snapshot, and is none of them.
 *
 * @module
 */

/** In the snapshot itself: the configuration of its run. */
export const OLD_CONFIG = "phlb_config.ini";

/** Behind the name of a file: its SHA-512 in hex, and nothing else. */
export const OLD_SUM_SUFFIX = ".sha512";

/** The file beside which `name` would lie; undefined when it is no name of a checksum file of 0.x. */
export function besideOldSum(name: string): string | undefined {
  return name.endsWith(OLD_SUM_SUFFIX) ? name.slice(0, -OLD_SUM_SUFFIX.length) : undefined;
}

import { printable } from "../../base/path_bytes.ts";
import type { Problem } from "../../base/problem.ts";
import type { Dir, FileSystem } from "../../fs/file_system.ts";
import { type Protection, sealRefusal } from "../../store/protection.ts";

/** How a run protects stored files. */
export interface ChosenProtection {
  readonly protection: Protection;
  /** Why it is not as it was wanted. */
  readonly unprotected?: Problem;
}

/**
 * What can be had of `snapshot.protect`: where files cannot be made immutable, they are stored
 * without write bits, which is a problem of the run. Call it under the root's lock.
 */
export function chooseProtection(
  fs: FileSystem,
  wanted: Protection,
  { rootPath, privateDir }: { rootPath: string; privateDir: Dir },
): ChosenProtection {
  const refusal = wanted === "immutable" ? sealRefusal(fs, privateDir) : undefined;
  if (refusal === undefined) return { protection: wanted };
  return {
    protection: "readonly",
    unprotected: {
      relPath: "",
      step: "check",
      code: "unsupported",
      message: `Cannot make stored files immutable in "${printable(rootPath)}": ` +
        `${REASON[refusal]}; they are stored without write bits. ${ADVICE[refusal]}`,
      stored: true,
    },
  };
}

const REASON = {
  user: "only root may, with the capability CAP_LINUX_IMMUTABLE",
  system: "its file system has no such flag, or not here",
} as const;

const ADVICE = {
  user: 'Run the backup as root, or set snapshot.protect = "readonly"',
  system: 'Use ext4, XFS or Btrfs for the backup root, or set snapshot.protect = "readonly"',
} as const;

import type { Space } from "../../fs/file_system.ts";
import type { Summary } from "../../store/summary.ts";

/** Below these, a warning in any case. Source: a snapshot of a small home directory needs about as much. */
const FEW_BYTES = 64 << 20;
const FEW_INODES = 1000;

/**
 * Warnings when the backup root looks too small for what a run like the previous one needs: an
 * inode for each directory, symlink, special file and checksum file, and the bytes it stored.
 */
export function roomWarnings(space: Space, previous: Summary | undefined): string[] {
  const warnings: string[] = [];
  const { freeBytes, freeInodes } = space;
  const counts = previous?.counts;
  const inodes = counts === undefined
    ? FEW_INODES
    : 2 * counts.directories + counts.symlinks + counts.specials + counts.copied;
  const bytes = Math.max(FEW_BYTES, previous?.bytes.copied ?? 0);
  if (freeInodes !== undefined && freeInodes < Math.max(FEW_INODES, inodes)) {
    warnings.push(
      `The backup root has ${freeInodes} free inodes; the previous run would need about ${inodes}`,
    );
  }
  if (freeBytes !== undefined && freeBytes < bytes) {
    const mib = (count: number) => `${Math.floor(count / (1 << 20))} MiB`;
    warnings.push(`The backup root has ${mib(freeBytes)} free; about ${mib(bytes)} may be needed`);
  }
  return warnings;
}

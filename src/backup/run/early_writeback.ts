import type { Writeback } from "../../fs/writeback.ts";
import type { BackupDeps } from "../deps.ts";

/** How often it is looked whether there is enough to write. */
const LOOK_MS = 1000;
/** Less than this is left to the sync at the end. */
const WORTHWHILE_BYTES = 32 * 1024 ** 2;

/**
 * Lets the disk write while the run goes on. The kernel would keep what is stored in memory for half a
 * minute, and the sync at the end then waits for all of it. Returns what ends that.
 */
export function writeEarly(
  writeback: Writeback | undefined,
  { storedBytes, every }: { storedBytes: () => number } & Pick<BackupDeps, "every">,
): () => void {
  if (writeback === undefined) return () => {};
  let writtenBytes = 0;
  let isWriting = false;
  const stop = every(LOOK_MS, () => {
    if (isWriting || storedBytes() - writtenBytes < WORTHWHILE_BYTES) return;
    isWriting = true;
    writtenBytes = storedBytes();
    void writeback.start().finally(() => isWriting = false);
  });
  return () => {
    stop();
    writeback.close();
  };
}

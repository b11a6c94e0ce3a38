/**
 * What the kernel lets each thread reach: nothing of the source can be written by any of them.
 *
 * @module
 */
import type { FenceRules } from "../../fs/fence.ts";
import type { HasherStart, LinkerStart, WalkerStart } from "./thread_messages.ts";

/** The walker reads the source. */
export function walkerFence({ sourceRoot }: Pick<WalkerStart, "sourceRoot">): FenceRules {
  return { read: [sourceRoot], write: [] };
}

/** A hasher reads the source and writes into the snapshot under way, not into older ones. */
export function hasherFence(
  { sourceRoot, snapshotDir }: Pick<HasherStart, "sourceRoot" | "snapshotDir">,
): FenceRules {
  return { read: [sourceRoot], write: [snapshotDir] };
}

/** The linker has the backup root and does not see the source. */
export function linkerFence({ backupRoot }: Pick<LinkerStart, "backupRoot">): FenceRules {
  return { read: [], write: [backupRoot] };
}

import type { FileSystem } from "../../fs/file_system.ts";
import { heldBy } from "../../store/summary.ts";
import type { VerifyOptions } from "./verify_options.ts";
import { openTarget } from "./target_state.ts";
import type { RootTargets } from "./targets.ts";

/**
 * What is to be done, from the summaries of the runs, so that the time left can be told before all is
 * known; undefined when a snapshot has none or only a part of it is wanted.
 */
export function expectedOf(
  fs: FileSystem,
  { targets }: RootTargets,
  { fast, sample }: Pick<VerifyOptions, "fast" | "sample">,
): { entries: number; bytes: number } | undefined {
  const expected = { entries: 0, bytes: 0 };
  const names = new Set<string>();
  for (const address of targets) {
    if (address.relPath !== "") return undefined;
    const snapshot = openTarget(fs, address);
    if (snapshot === undefined) continue;
    snapshot.close();
    const { summary } = snapshot;
    if (summary === undefined) return undefined;
    const { counts, bytes } = summary;
    const held = heldBy(summary);
    expected.entries += held.entries;
    // Of a later snapshot, only what was stored for it is not there in the one before.
    const isFirst = !names.has(address.ref.name);
    names.add(address.ref.name);
    if (fast) continue;
    expected.bytes += isFirst ? held.bytes : bytes.copied;
    expected.entries += isFirst ? counts.linked + counts.copied : counts.copied;
  }
  return { entries: expected.entries, bytes: Math.ceil(expected.bytes * (sample ?? 1)) };
}

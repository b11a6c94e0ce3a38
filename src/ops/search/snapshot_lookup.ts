import type { Problem } from "../../base/problem.ts";
import type { SnapshotEntry } from "../../store/raw_entry.ts";
import type { OpsDeps } from "../ops_deps.ts";
import type { OpenedSnapshot } from "../read/open_snapshot.ts";
import { bareEntry } from "./bare_dir.ts";
import { lookUp } from "./manifest_walk.ts";
import { giveTurn, readEntries, tryScan } from "./snapshot_entries.ts";

/**
 * The entry at `relPath` of a snapshot, undefined when it has none; without reading more of the
 * snapshot than it takes.
 *
 * @throws {FsError} when the snapshot's directory cannot be read
 * @throws {Cancelled}
 */
export async function lookUpIn(
  deps: Pick<OpsDeps, "fs" | "signal">,
  { snapshot, onProblem }: {
    snapshot: OpenedSnapshot;
    onProblem: (problem: Problem) => void;
  },
  relPath: string,
): Promise<SnapshotEntry | undefined> {
  const { fs } = deps;
  if (!snapshot.hasManifest) return bareEntry({ fs, snapshot, onProblem }, relPath);
  const scanned = await tryScan(fs, snapshot, (scan) => {
    const entry = lookUp(scan, relPath);
    // Of a manifest that was cut off, only what is there can be believed.
    if (entry === undefined) scan.checkEnd();
    return { entry };
  });
  if (scanned !== undefined) return scanned.entry;
  let found: SnapshotEntry | undefined;
  for await (const entries of readEntries(fs, snapshot, { onProblem })) {
    found ??= entries.find((entry) => entry.relPath === relPath);
    await giveTurn(deps);
  }
  return found;
}

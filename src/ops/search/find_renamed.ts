import { detached, parseRaw, RawCursor, type SnapshotEntry } from "../../store/raw_entry.ts";
import type { OpsDeps } from "../ops_deps.ts";
import type { OpenedSnapshot } from "../read/open_snapshot.ts";
import { MEMBERS_A_TURN } from "./entries_below.ts";
import { lookUp } from "./manifest_walk.ts";
import { giveTurn, tryScan } from "./snapshot_entries.ts";

/** Entries with the same content that are looked at for the one that was renamed. */
const MAX_CANDIDATES = 1000;

/**
 * The path under which `other` has the file that the snapshot next to it has as `entry`, and that
 * is not there in `own`; undefined when there is none. Of several the same inode is preferred.
 * Empty files and snapshots without a manifest tell nothing.
 *
 * @throws {Cancelled}
 */
export async function findRenamed(
  deps: Pick<OpsDeps, "fs" | "signal">,
  entry: SnapshotEntry,
  { own, other }: { own: OpenedSnapshot; other: OpenedSnapshot },
): Promise<string | undefined> {
  const digest = entry.record?.digest;
  if (digest === undefined || entry.stats.sizeBytes(entry.row) === 0) return undefined;
  const candidates = await sameContent(deps, { snapshot: other, digest });
  const inode = entry.stats.inodeKey(entry.row);
  const isSame = ({ stats, row }: SnapshotEntry) => stats.inodeKey(row) === inode;
  const parsed = candidates.map(parseRaw).toSorted((a, b) => Number(isSame(b)) - Number(isSame(a)));
  return await tryScan(deps.fs, own, (scan) => {
    return parsed.find(({ relPath }) => lookUp(scan, relPath) === undefined)?.relPath;
  });
}

/** Lines of the files with a digest. */
async function sameContent(
  deps: Pick<OpsDeps, "fs" | "signal">,
  { snapshot, digest }: { snapshot: OpenedSnapshot; digest: string },
): Promise<string[]> {
  const literal = ` sha256digest=${digest}`;
  const found = await tryScan(deps.fs, snapshot, async (scan) => {
    const raws: string[] = [];
    for (let i = 0; i < scan.members; i++) {
      const cursor = new RawCursor(scan.member(i));
      const { text } = cursor.member;
      for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at + 1)) {
        if (raws.length < MAX_CANDIDATES && cursor.goTo(at)) raws.push(detached(cursor.raw));
      }
      if (i % MEMBERS_A_TURN === MEMBERS_A_TURN - 1) await giveTurn(deps);
    }
    return raws;
  });
  return found ?? [];
}

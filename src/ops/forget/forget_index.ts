/**
 * The index, told of what goes. Before anything goes: a run that found a name there which is gone would
 * call that damage.
 *
 * @module
 */
import { AppError } from "../../base/app_error.ts";
import { joinRel, printable } from "../../base/path_bytes.ts";
import { STAT } from "../../fs/stat_table.ts";
import { type ContentIndex, openContentIndex } from "../../store/content_index.ts";
import { PathSet } from "../../store/forgotten.ts";
import { PRIVATE_DIR } from "../../store/layout.ts";
import { indexPlace } from "../index_place.ts";
import type { ForgetDeps } from "./forget_deps.ts";
import type { FullPlan } from "./plan_forget.ts";

/** Makes the index forget names that go; contents that stay elsewhere are noted there. */
export function forgetInIndex(
  deps: ForgetDeps,
  plan: FullPlan,
  path: string | undefined,
): void {
  const { fs, onEvent } = deps;
  const { root } = plan;
  const privateDir = fs.openDir(root.dir, PRIVATE_DIR);
  const place = indexPlace(fs, { root, privateDir, path });
  const warn = (message: string) => onEvent({ kind: "log", level: "warning", message });
  try {
    const { index, reason } = openContentIndex(place);
    try {
      if (reason !== undefined) warn(reason);
      index.begin();
      forget(index, plan);
      index.commit();
    } finally {
      index.close();
    }
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    warn(`${printable(error.message)}; the next backup repairs it`);
  } finally {
    if (place.dir !== privateDir) fs.closeDir(place.dir);
    fs.closeDir(privateDir);
  }
}

function forget(index: ContentIndex, { targets, contents, elsewhere }: FullPlan): void {
  const ids = new Map(
    index.listSnapshots().filter(({ leftover }) => !leftover)
      .map(({ id, name, time }) => [joinRel(name, time), id]),
  );
  const going = new Map(
    targets.map(({ id, paths }) =>
      [ids.get(id), new PathSet(paths.map((one) => one.relPath))] as const
    ),
  );
  for (const [digest, sizeBytes] of contents) {
    const noted = index.find(digest, sizeBytes);
    if (noted === undefined || going.get(noted.snapshotId)?.has(noted.relPath) !== true) continue;
    index.remove(digest);
    const other = elsewhere.get(digest);
    const snapshotId = other === undefined
      ? undefined
      : ids.get(joinRel(other.ref.name, other.ref.time));
    if (other === undefined || snapshotId === undefined) continue;
    const { stats, row, record, relPath } = other.entry;
    index.put(digest, {
      sizeBytes,
      mtimeSec: record?.storedMtime?.sec ?? stats.get(row, STAT.mtimeSec),
      mtimeNsec: record?.storedMtime?.nsec ?? stats.get(row, STAT.mtimeNsec),
      snapshotId,
      relPath,
    });
  }
}

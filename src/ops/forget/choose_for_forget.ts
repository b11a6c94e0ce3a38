import { AppError, EXIT } from "../../base/app_error.ts";
import type { RootDir } from "../../backup/run/preflight.ts";
import type { FileSystem } from "../../fs/file_system.ts";
import type { SnapshotRef } from "../../store/snapshots.ts";
import { findListed } from "../find_listed.ts";
import { type ListedSnapshot, listRoot } from "../list_snapshots.ts";
import { listTrash } from "../repair/list_trash.ts";
import { Trash } from "../trash/trash.ts";
import type { ForgetQuery } from "./forget_deps.ts";

/** The snapshots of a root, and those from which something is to go. */
export interface ForgetScope {
  /** All that are complete. */
  readonly complete: readonly ListedSnapshot[];
  /** Removed ones, each as if its entry in the trash were its name. */
  readonly trash: readonly SnapshotRef[];
  readonly wanted: readonly SnapshotRef[];
}

/**
 * Finds the snapshots that a query means.
 *
 * @throws {SNAPSHOT_UNKNOWN} also when there is none at all, and what `findListed` throws
 */
export function chooseForForget(
  fs: FileSystem,
  { query, root }: { query: ForgetQuery; root: RootDir },
): ForgetScope {
  const { snapshots } = listRoot(fs, { root: root.path, name: undefined });
  const complete = snapshots.filter(({ kind }) => kind !== "partial");
  const trash = listTrash(fs, root.dir);
  if (!query.all) {
    const { base } = query;
    const found = query.addresses.map((text) =>
      findListed(fs, text, { base, snapshots: complete })
    );
    return { complete, trash, wanted: [...new Set(found)] };
  }
  const { name } = query.base;
  const removed = new Map(
    new Trash(fs, root.dir).list().entries.map((entry) => [entry.trashId, entry.name]),
  );
  const isWanted = (own: string | undefined) => name === undefined || own === name;
  const wanted = [
    ...complete.filter((snapshot) => isWanted(snapshot.name)),
    ...trash.filter((ref) => isWanted(removed.get(ref.name.slice(ref.name.lastIndexOf("/") + 1)))),
  ];
  if (wanted.length > 0) return { complete, trash, wanted };
  throw new AppError("Cannot forget anything: there is no complete snapshot", {
    code: "SNAPSHOT_UNKNOWN",
    exitCode: EXIT.usage,
    hint: "phlb snapshots lists what is there",
  });
}

import { openRootDir } from "../../backup/run/preflight.ts";
import type { FileSystem } from "../../fs/file_system.ts";
import { listSnapshots, type SkippedSnapshot, type SnapshotRef } from "../../store/snapshots.ts";
import { type AddressBase, requireRoot, resolveAddress } from "../read/address.ts";

/** Which snapshots are looked into. */
export interface SnapshotChoice {
  readonly base: AddressBase;
  /** Addresses; none: all that are complete, of the base's name or of every name. */
  readonly snapshots: readonly string[];
  /** Of each name only so many of the newest. */
  readonly newest?: number | undefined;
}

/** Snapshots of one root. */
export interface ChosenSnapshots {
  /** Absolute. */
  readonly root: string;
  /** Complete ones, in order of names, then times. */
  readonly snapshots: readonly SnapshotRef[];
  readonly skipped: readonly SkippedSnapshot[];
}

/**
 * The snapshots that are meant. With addresses their root is that of the first one.
 *
 * @throws {DESTINATION_UNSET} {ROOT_MISSING} and what `resolveAddress` throws
 */
export function chooseSnapshots(fs: FileSystem, choice: SnapshotChoice): ChosenSnapshots {
  const { base, snapshots: addresses, newest = Infinity } = choice;
  const wanted = addresses.map((address) => resolveAddress(fs, address, base));
  const root = openRootDir(fs, wanted[0]?.root ?? requireRoot(base.root));
  try {
    const { name } = base;
    const isNamed = name !== undefined && addresses.length === 0;
    const { snapshots, skipped } = listSnapshots(fs, root.dir, isNamed ? { name } : {});
    const ids = new Set(wanted.map(({ id }) => id));
    const complete = snapshots.filter((snapshot) =>
      snapshot.kind !== "partial" && (addresses.length === 0 || ids.has(snapshotId(snapshot)))
    );
    const byName = Map.groupBy(complete, (snapshot) => snapshot.name);
    const chosen = [...byName.values()].flatMap((ofName) =>
      ofName.slice(Math.max(0, ofName.length - newest))
    );
    return { root: root.path, snapshots: chosen, skipped };
  } finally {
    fs.closeDir(root.dir);
  }
}

/** `<name>/<time>`. */
export function snapshotId({ name, time }: Pick<SnapshotRef, "name" | "time">): string {
  return name === "" ? time : `${name}/${time}`;
}

import { join } from "node:path";
import { AppError, EXIT } from "../base/app_error.ts";
import { printable } from "../base/path_bytes.ts";
import type { FileSystem } from "../fs/file_system.ts";
import { snapshotDir } from "../store/layout.ts";
import { placeOf } from "../store/snapshots.ts";
import type { ListedSnapshot } from "./list_snapshots.ts";
import { type AddressBase, resolveAddress } from "./read/address.ts";

/**
 * The snapshot of the backup root that a user means, as a whole.
 *
 * @throws {PATH_INVALID} when it is only a part of one
 * @throws {SNAPSHOT_UNKNOWN} also when it lies in another backup root
 * @throws what `resolveAddress` throws
 */
export function findListed(
  fs: FileSystem,
  text: string,
  { base, snapshots }: { base: AddressBase; snapshots: readonly ListedSnapshot[] },
): ListedSnapshot {
  const { root, ref, id, relPath } = resolveAddress(fs, text, base);
  if (relPath !== "") {
    throw new AppError(`Cannot use "${printable(text)}": it is not a whole snapshot`, {
      code: "PATH_INVALID",
      exitCode: EXIT.usage,
      hint: `Name the snapshot alone: ${printable(id)}`,
    });
  }
  const wanted = join(root, snapshotDir(placeOf(ref)));
  const found = snapshots.find(({ path }) => path === wanted);
  if (found !== undefined) return found;
  throw new AppError(`Cannot use "${printable(text)}": it is not in this backup root`, {
    code: "SNAPSHOT_UNKNOWN",
    exitCode: EXIT.usage,
    hint: `Give its backup root: --root ${printable(root)}`,
  });
}

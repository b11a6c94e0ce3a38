import { basename } from "node:path";
import { openRootDir, openSource, type RootDir } from "../../backup/run/preflight.ts";
import { AppError, EXIT } from "../../base/app_error.ts";
import type { FileSystem } from "../../fs/file_system.ts";
import { type Address, resolveAddress } from "../read/address.ts";
import { type OpenedSnapshot, openSnapshot } from "../read/open_snapshot.ts";

/** What is to be compared. */
export interface CompareQuery {
  /** As a user named it; undefined: the current directory. */
  readonly source: string | undefined;
  /** The backup root as a user named it. */
  readonly destination: string | undefined;
  /** Under which the source was backed up; undefined: the last part of its path. */
  readonly name: string | undefined;
  /** `SNAPSHOT[:PATH]` to compare with; undefined: the newest of that name. */
  readonly snapshot: string | undefined;
  /** Absolute. */
  readonly cwd: string;
}

/** Both sides, open. */
export interface CompareSides {
  readonly source: RootDir;
  readonly root: RootDir;
  /** Whether the backup root lies inside the source, and so has to be left out. */
  readonly rootInSource: boolean;
  readonly address: Address;
  readonly snapshot: OpenedSnapshot;
}

/**
 * Opens what is to be compared; `close` the snapshot when done, the rest with the file system.
 *
 * @throws {AppError} SOURCE_MISSING, SOURCE_UNREADABLE, DESTINATION_UNSET, ROOT_MISSING,
 * SNAPSHOT_UNKNOWN, SNAPSHOT_UNREADABLE
 */
export function openSides(fs: FileSystem, query: CompareQuery): CompareSides {
  const { destination, cwd } = query;
  if (destination === undefined) throw noDestination();
  const root = openRootDir(fs, destination);
  const source = openSource(fs, query.source ?? cwd);
  const name = query.name ?? basename(source.path);
  const address = resolveAddress(fs, query.snapshot ?? "latest", { root: root.path, name, cwd });
  const snapshot = openSnapshot(fs, address);
  const inside = `${source.path === "/" ? "" : source.path}/`;
  const rootInSource = root.path.startsWith(inside) || root.path === source.path;
  return { source, root, rootInSource, address, snapshot };
}

function noDestination(): AppError {
  return new AppError("Cannot compare: no backup root is given", {
    code: "DESTINATION_UNSET",
    exitCode: EXIT.usage,
    hint: "Give it as the second argument (phlb compare SOURCE DESTINATION), set `destination` " +
      "in phlb.toml, or set PHLB_DESTINATION",
  });
}

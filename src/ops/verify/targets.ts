import { openRootDir } from "../../backup/run/preflight.ts";
import { AppError, EXIT } from "../../base/app_error.ts";
import { joinRel, printable } from "../../base/path_bytes.ts";
import type { FileSystem } from "../../fs/file_system.ts";
import { listSnapshots, type SkippedSnapshot, type SnapshotRef } from "../../store/snapshots.ts";
import { type Address, type AddressBase, requireRoot, resolveAddress } from "../read/address.ts";

/** What is to be verified. */
export interface VerifyRequest {
  /** `SNAPSHOT[:PATH]` or paths; none: the newest snapshot of each name, or all with `all`. */
  readonly addresses: readonly string[];
  readonly all: boolean;
  readonly base: AddressBase;
}

/** Snapshots of one backup root that are to be verified, in order of names, then times. */
export interface RootTargets {
  /** Absolute, without symlinks. */
  readonly root: string;
  readonly targets: readonly Address[];
  /** Says which run an unfinished one is, for `--resume`. */
  readonly scope: string;
  /** Whether these are all snapshots of the root. */
  readonly isWhole: boolean;
  /** What could hold or be a snapshot and cannot be looked at. */
  readonly skipped: readonly SkippedSnapshot[];
}

/**
 * Finds what is to be verified, by backup root.
 *
 * @throws {SNAPSHOT_UNKNOWN} also when the root holds no complete snapshot
 * @throws what `resolveAddress` throws
 */
export function resolveTargets(fs: FileSystem, request: VerifyRequest): RootTargets[] {
  const { addresses, base } = request;
  if (addresses.length === 0) return [wholeRoot(fs, request)];
  const found = new Map<string, Address>();
  for (const text of addresses) {
    const address = resolveAddress(fs, text, base);
    found.set(`${address.root}\0${address.id}\0${address.relPath}`, address);
  }
  const byRoot = Map.groupBy(found.values(), ({ root }) => root);
  return [...byRoot].map(([root, targets]) => ({
    root,
    targets,
    scope: targets.map(({ id, relPath }) => `${id}:${relPath}`).toSorted().join("\n"),
    isWhole: false,
    skipped: [],
  }));
}

function wholeRoot(fs: FileSystem, { all, base }: VerifyRequest): RootTargets {
  const { name } = base;
  const root = openRootDir(fs, requireRoot(base.root));
  try {
    const query = name === undefined ? {} : { name };
    const { snapshots, skipped } = listSnapshots(fs, root.dir, query);
    const complete = snapshots.filter(({ kind }) => kind !== "partial");
    if (complete.length === 0 && skipped.length === 0) throw nothingThere(root.path, name);
    const wanted = all ? complete : newestOfEach(complete);
    const targets = wanted.map((ref) => ({
      root: root.path,
      ref,
      id: joinRel(ref.name, ref.time),
      relPath: "",
    }));
    const scope = `${all ? "all" : "newest"}${name === undefined ? "" : ` ${name}`}`;
    const isWhole = all && name === undefined && skipped.length === 0;
    return { root: root.path, targets, scope, isWhole, skipped };
  } finally {
    fs.closeDir(root.dir);
  }
}

function newestOfEach(snapshots: readonly SnapshotRef[]): SnapshotRef[] {
  const byName = Map.groupBy(snapshots, ({ name }) => name);
  return [...byName.values()].flatMap((ofName) => ofName.at(-1) ?? []);
}

function nothingThere(root: string, name: string | undefined): AppError {
  const of = name === undefined ? "" : ` of the name "${printable(name)}"`;
  return new AppError(`Cannot verify "${printable(root)}": it holds no complete snapshot${of}`, {
    code: "SNAPSHOT_UNKNOWN",
    exitCode: EXIT.usage,
    hint: "phlb snapshots lists what is there",
  });
}

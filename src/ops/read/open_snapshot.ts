/**
 * Opens one snapshot for reading, whoever made it. Nothing is written and no lock is taken.
 *
 * @module
 */
import { join } from "node:path";
import { openRootDir } from "../../backup/run/preflight.ts";
import { readSmallText } from "../../backup/run/small_text.ts";
import { joinRel, printable } from "../../base/path_bytes.ts";
import type { Problem } from "../../base/problem.ts";
import { AppError, EXIT } from "../../base/app_error.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { fileChunks } from "../../store/file_chunks.ts";
import { companionName, snapshotDir } from "../../store/layout.ts";
import { ManifestError, readManifest } from "../../store/manifest_reader.ts";
import type { ManifestSection } from "../../store/section.ts";
import { placeOf, type SnapshotRef } from "../../store/snapshots.ts";
import { parseSummary, type Summary } from "../../store/summary.ts";
import type { Address } from "./address.ts";
import { type Position, treeSections } from "./tree_sections.ts";

/** A snapshot that can be read. */
export interface OpenedSnapshot {
  readonly ref: SnapshotRef;
  /** `<name>/<time>`. */
  readonly id: string;
  /** Absolute path of its directory. */
  readonly path: string;
  /** The backup root: absolute, without symlinks; open in `rootDir`. */
  readonly root: string;
  readonly rootDir: Dir;
  /** `<root>/<name>`, open: the manifest and the other companions lie there. */
  readonly nameDir: Dir;
  /** The snapshot's directory, open. */
  readonly dir: Dir;
  /** What its run wrote down; undefined when there is none that can be read. */
  readonly summary: Summary | undefined;
  /** Whether it has a manifest. Without one, metadata is that of the stored files. */
  readonly hasManifest: boolean;
  /**
   * The manifest's sections, undefined when it has none.
   *
   * @throws {ManifestError} {FsError} after everything before the damage
   */
  manifest(): AsyncGenerator<ManifestSection> | undefined;
  close(): void;
}

/**
 * Opens the snapshot at an address.
 *
 * @throws {ROOT_MISSING}
 * @throws {SNAPSHOT_UNREADABLE} when its directory cannot be opened
 */
export function openSnapshot(
  fs: FileSystem,
  address: Pick<Address, "root" | "ref">,
): OpenedSnapshot {
  const { ref } = address;
  const root = openRootDir(fs, address.root);
  const opened: Dir[] = [root.dir];
  const close = () => {
    for (const dir of opened.splice(0).toReversed()) fs.closeDir(dir);
  };
  const open = (relPath: string): Dir => {
    if (relPath === "") return root.dir;
    const dir = openDirPath(fs, root.dir, relPath);
    opened.push(dir);
    return dir;
  };
  const relPath = snapshotDir(placeOf(ref));
  try {
    const nameDir = open(ref.name);
    const manifestName = companionName(ref.time, "manifest");
    const hasManifest = ref.companions.has("manifest");
    return {
      ref,
      id: joinRel(ref.name, ref.time),
      path: join(root.path, relPath),
      root: root.path,
      rootDir: root.dir,
      nameDir,
      dir: open(relPath),
      summary: summaryOf(fs, nameDir, ref),
      hasManifest,
      manifest: () => hasManifest ? readManifest(fileChunks(fs, nameDir, manifestName)) : undefined,
      close,
    };
  } catch (error) {
    close();
    if (!(error instanceof FsError)) throw error;
    throw new AppError(
      `Cannot open the snapshot "${printable(join(root.path, relPath))}": ${error.message}`,
      {
        code: "SNAPSHOT_UNREADABLE",
        exitCode: EXIT.failed,
        hint: "May this user read it, and is the disk well?",
        cause: error,
      },
    );
  }
}

function summaryOf(fs: FileSystem, nameDir: Dir, ref: SnapshotRef): Summary | undefined {
  if (!ref.companions.has("summaryJson")) return undefined;
  const text = readSmallText(fs, nameDir, companionName(ref.time, "summaryJson"));
  return text === undefined ? undefined : parseSummary(text);
}

/** How {@link readSections} tells what is wrong. */
export interface ReadOptions {
  readonly onProblem: (problem: Problem) => void;
}

/**
 * The sections of a snapshot: from its manifest, from where that is damaged on and without one from
 * its tree. What had to be taken from the tree for want of a readable manifest is a problem.
 *
 * @throws {FsError} when the snapshot's directory cannot be read
 */
export async function* readSections(
  fs: FileSystem,
  snapshot: OpenedSnapshot,
  { onProblem }: ReadOptions,
): AsyncGenerator<ManifestSection> {
  const sections = snapshot.manifest();
  let after: Position | undefined;
  if (sections !== undefined) {
    try {
      for await (const section of sections) {
        after = { relPath: section.relPath, name: section.names.at(-1) };
        yield section;
      }
      return;
    } catch (error) {
      if (!(error instanceof ManifestError) && !(error instanceof FsError)) throw error;
      onProblem(damagedManifest(snapshot, error));
    }
  }
  const { dir, ref } = snapshot;
  const ownSums = sections !== undefined || isPredecessors(ref);
  yield* treeSections({ fs, dir, ownSums, onProblem, ...(after === undefined ? {} : { after }) });
}

/** Whether PyHardLinkBackup 1.x made it: it writes a log beside each snapshot. */
export function isPredecessors({ companions }: SnapshotRef): boolean {
  return companions.has("log") && !companions.has("manifest");
}

/** What it means for the reader that a manifest breaks off with `error`. */
export function damagedManifest({ ref }: OpenedSnapshot, error: Error): Problem {
  const file = joinRel(ref.name, companionName(ref.time, "manifest"));
  return {
    relPath: "",
    step: "read",
    code: "damaged",
    message: `Cannot read all of "${printable(file)}": ${error.message}; ` +
      "from there on, names, times and modes are those of the stored files",
    stored: true,
  };
}

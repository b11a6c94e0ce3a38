/**
 * The chain of manifests: each has the digest of the one before it, which proves that this one is
 * still what it was then. What was removed leaves a gap, and that is no damage.
 *
 * @module
 */
import { printable } from "../../base/path_bytes.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { fileChunks } from "../../store/file_chunks.ts";
import { fileSha256 } from "../../store/file_digest.ts";
import { companionName } from "../../store/layout.ts";
import type { ManifestHeader, PreviousManifest } from "../../store/manifest_header.ts";
import { ManifestError, readManifestHeader } from "../../store/manifest_reader.ts";
import type { SnapshotRef } from "../../store/snapshots.ts";

/**
 * How a manifest goes on from the one before it: `first` names none; `follows`: the other one is as
 * it was; `rewritten`: phlb wrote that anew, and it says so; `rebuilt`: `phlb rebuild` made that
 * anew, so that nobody can say what it was; `gap`: the snapshot before was removed; `broken`: the
 * other one is not what it was.
 */
export type ChainState = "first" | "follows" | "rewritten" | "rebuilt" | "gap" | "broken";

/** A manifest and the one before it. */
export interface ChainLink {
  /** The later of the two. */
  readonly ref: SnapshotRef;
  readonly state: ChainState;
  /** Time of the snapshot that the later one names as the one before; undefined when it names none. */
  readonly previousTime: string | undefined;
}

/** Something that is wrong with the manifest of `time`. */
export interface ChainFault {
  readonly time: string;
  /** Goes on from `Cannot confirm "…": `. */
  readonly reason: string;
}

/** What {@link checkChain} is to look at. */
export interface ChainQuery {
  readonly name: string;
  /** All snapshots of the name, by time. */
  readonly snapshots: readonly SnapshotRef[];
  /** Times of those whose manifests are to be proved, by that of the next one too. */
  readonly wanted: ReadonlySet<string>;
  readonly onFault: (fault: ChainFault) => void;
  /** Awaited before each manifest. */
  readonly onTurn: () => Promise<void>;
}

/** Checks the manifests of one name; returns a link for each wanted one that can be read. */
export async function checkChain(
  fs: FileSystem,
  root: Dir,
  query: ChainQuery,
): Promise<ChainLink[]> {
  const dir = openDirPath(fs, root, query.name);
  try {
    const links: ChainLink[] = [];
    for (const ref of withManifest(query)) {
      await query.onTurn();
      const header = await headerOf(fs, dir, ref.time);
      if (header === undefined) continue;
      checkPlace(ref, header, query);
      const { previous } = header;
      const previousTime = previous === undefined ? undefined : timeOf(previous);
      const isWanted = query.wanted.has(ref.time);
      if (!isWanted && (previousTime === undefined || !query.wanted.has(previousTime))) continue;
      const state = await stateOf(fs, dir, { ref, previous, query });
      if (isWanted) links.push({ ref, state, previousTime });
    }
    return links;
  } finally {
    fs.closeDir(dir);
  }
}

/** The wanted ones, and after each the next one that may tell of it. */
function withManifest({ snapshots, wanted }: ChainQuery): SnapshotRef[] {
  let follows = false;
  return snapshots.filter(({ kind, time }) => {
    if (kind !== "phlb") return false;
    const isNeeded = follows || wanted.has(time);
    follows = wanted.has(time);
    return isNeeded;
  });
}

/** Undefined for another program's manifest, and for one that is told to be unreadable elsewhere. */
async function headerOf(
  fs: FileSystem,
  dir: Dir,
  time: string,
): Promise<ManifestHeader | undefined> {
  try {
    return await readManifestHeader(fileChunks(fs, dir, companionName(time, "manifest")));
  } catch (error) {
    if (error instanceof ManifestError || error instanceof FsError) return undefined;
    throw error;
  }
}

/** The name in front of the time may be another: people rename directories. */
function checkPlace({ time }: SnapshotRef, { snapshot }: ManifestHeader, query: ChainQuery): void {
  if (!query.wanted.has(time) || snapshot === "" || snapshot.split("/").at(-1) === time) return;
  const reason = `its manifest is that of "${printable(snapshot)}"`;
  query.onFault({ time, reason });
}

interface Link {
  readonly ref: SnapshotRef;
  readonly previous: PreviousManifest | undefined;
  readonly query: ChainQuery;
}

async function stateOf(
  fs: FileSystem,
  dir: Dir,
  { ref, previous, query }: Link,
): Promise<ChainState> {
  if (previous === undefined) return "first";
  const time = timeOf(previous);
  const before = query.snapshots.find((other) => other.time === time && other.kind !== "partial");
  if (before === undefined) return "gap";
  const fault = (reason: string): ChainState => {
    query.onFault({ time, reason });
    return "broken";
  };
  const witness = `when "${printable(ref.time)}" was made`;
  if (before.kind !== "phlb") return fault(`its manifest is gone; it was there ${witness}`);
  try {
    const sha256 = fileSha256(fs, dir, previous.fileName);
    if (sha256 === previous.sha256) return "follows";
    const header = await headerOf(fs, dir, time);
    if (header?.rewritten?.includes(previous.sha256) === true) return "rewritten";
    if (header?.rebuiltAt !== undefined) return "rebuilt";
    return fault(
      `its manifest is not the one that was there ${witness}: it was edited, replaced or damaged ` +
        `(SHA-256 ${sha256}, ${previous.sha256} is recorded)`,
    );
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return error.code === "ENOENT" ? "gap" : fault(`its manifest cannot be read: ${error.message}`);
  }
}

function timeOf({ fileName }: PreviousManifest): string {
  const suffix = companionName("", "manifest");
  return fileName.endsWith(suffix) ? fileName.slice(0, -suffix.length) : fileName;
}

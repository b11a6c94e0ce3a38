/**
 * Makes equal files hard links of one inode, snapshot by snapshot. What each entry had stands in its
 * manifest before; only the mtime of the inode that now holds the content is added there.
 *
 * @module
 */
import { joinRel } from "../../base/path_bytes.ts";
import { type Dir, FsError } from "../../fs/file_system.ts";
import { DirCache } from "../../fs/open_path.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import { fileChunks } from "../../store/file_chunks.ts";
import type { Keeper } from "../../store/inode_store.ts";
import { companionName } from "../../store/layout.ts";
import { readManifest } from "../../store/manifest_reader.ts";
import type { ManifestSection } from "../../store/section.ts";
import { trySeal } from "../../store/protection.ts";
import { keepingTimes, unlinkIfThere } from "./dir_sums.ts";
import type { SnapshotInRebuild } from "./examine.ts";
import type { RebuildWork } from "./rebuild_work.ts";

/** The link, in `.phlb`, until it takes the place of the file: there no user's file has that name. */
export const NEW_LINK = "link-new";

/** The inode takes no more links. ERANGE comes from ntfs-3g. */
const FULL = new Set(["EMLINK", "ERANGE"]);

/** This user may not, or not here: the file stays as it is. */
const REFUSED = new Set(["EACCES", "EPERM", "EXDEV", "ENOENT", "ENOTDIR", "EOPNOTSUPP", "ENOSYS"]);

/** Files after which signals get their turn. */
const TURN_FILES = 1000;

/** Links what can be linked in one snapshot; `dirOf` is the directory of a snapshot by its number. */
export async function linkDuplicates(
  work: RebuildWork,
  snapshot: SnapshotInRebuild,
  dirOf: (snapshot: number) => string,
): Promise<void> {
  const linker = new DuplicateLinker(work, snapshot, dirOf);
  const { nameDir, ref } = snapshot.opened;
  const chunks = fileChunks(work.fs, nameDir, companionName(ref.time, "manifest"));
  try {
    let files = 0;
    for await (const section of readManifest(chunks)) {
      linker.linkSection(section);
      files += section.names.length;
      if (files < TURN_FILES) continue;
      files = 0;
      await work.turn();
    }
  } finally {
    linker.close();
  }
}

interface Candidate {
  readonly relPath: string;
  readonly name: string;
  readonly digest: string;
  /** mtime of the inode, as the manifest has it. */
  readonly mtime: { readonly sec: number; readonly nsec: number };
}

class DuplicateLinker {
  readonly #work: RebuildWork;
  readonly #snapshot: SnapshotInRebuild;
  readonly #dirOf: (snapshot: number) => string;
  readonly #dirs: DirCache;
  readonly #rootDirs: DirCache;
  readonly #stats = new StatTable(2);

  constructor(
    work: RebuildWork,
    snapshot: SnapshotInRebuild,
    dirOf: (snapshot: number) => string,
  ) {
    this.#work = work;
    this.#snapshot = snapshot;
    this.#dirOf = dirOf;
    this.#dirs = new DirCache(work.fs, snapshot.opened.dir);
    this.#rootDirs = new DirCache(work.fs, work.root.dir);
  }

  close(): void {
    this.#dirs.close();
    this.#rootDirs.close();
  }

  linkSection(section: ManifestSection): void {
    const candidates = this.#candidates(section);
    if (candidates.length === 0) return;
    const { fs } = this.#work;
    const place = { dir: this.#dirs.get(section.relPath), recorded: section.stats };
    try {
      keepingTimes(fs, place, () => {
        for (const candidate of candidates) this.#linkOne(place.dir, candidate);
      });
    } catch (error) {
      if (!(error instanceof FsError) || !REFUSED.has(error.code)) throw error;
      this.#tellRefused(section.relPath, error.message);
    }
  }

  #candidates({ relPath, names, stats, records }: ManifestSection): Candidate[] {
    const { store } = this.#work;
    const found: Candidate[] = [];
    for (const [i, name] of names.entries()) {
      const record = records[i + 1];
      if (stats.type(i + 1) !== "file" || record?.digest === undefined) continue;
      if (record.state !== undefined || !store.hasDuplicates(record.digest)) continue;
      const mtime = record.storedMtime ?? mtimeOf(stats, i + 1);
      found.push({ relPath: joinRel(relPath, name), name, digest: record.digest, mtime });
    }
    // Most of a directory is linked or nothing of it: only the latter is to cost little.
    return found.some((candidate) => this.#keeperOf(candidate) !== undefined) ? found : [];
  }

  /** What the file is to be linked to; undefined when it stays. */
  #keeperOf(
    { relPath, name, digest }: Candidate,
  ): { keeper: Keeper; id: number } | undefined {
    const slash = relPath.length - name.length - 1;
    const dir = this.#tryFs(() => this.#dirs.get(slash < 0 ? "" : relPath.slice(0, slash)));
    if (dir === undefined) return undefined;
    const { fs, store } = this.#work;
    if (this.#tryFs(() => (fs.lstat(dir, name, this.#stats, 0), true)) === undefined) {
      return undefined; // told when it was looked for
    }
    const found = store.keeperFor(this.#stats, 0);
    return found?.keeper.digest === digest ? found : undefined;
  }

  #tryFs<T>(step: () => T): T | undefined {
    try {
      return step();
    } catch (error) {
      if (error instanceof FsError) return undefined;
      throw error;
    }
  }

  #linkOne(dir: Dir, candidate: Candidate): void {
    const found = this.#keeperOf(candidate);
    if (found === undefined) return;
    const { keeper, id } = found;
    const { relPath, name } = candidate;
    const { counts, store } = this.#work;
    const { number: snapshot } = this.#snapshot;
    const isLast = this.#stats.get(0, STAT.nlink) === 1;
    try {
      this.#replace(dir, name, keeper);
    } catch (error) {
      if (error instanceof NotEqual) return this.#tellRefused(relPath, error.message);
      if (!(error instanceof FsError)) throw error;
      if (FULL.has(error.code)) return store.setKeeper(keeper.group, { id, snapshot, relPath });
      if (!REFUSED.has(error.code)) throw error;
      return this.#tellRefused(relPath, error.message);
    }
    counts.linked++;
    if (isLast) counts.bytesSaved += keeper.sizeBytes;
    const { sec, nsec } = candidate.mtime;
    if (keeper.mtime.sec === sec && keeper.mtime.nsec === nsec) return;
    const { digest } = candidate;
    store.addFault("stored", { snapshot, relPath, digest, sizeBytes: keeper.sizeBytes });
  }

  /** Links under another name, looks at what was linked, then takes the place of the file. */
  #replace(dir: Dir, name: string, keeper: Keeper): void {
    const { fs } = this.#work;
    const slash = keeper.relPath.lastIndexOf("/");
    const inside = slash < 0 ? "" : keeper.relPath.slice(0, slash);
    const from = this.#dirOf(keeper.snapshot);
    const keeperDir = this.#rootDirs.get(inside === "" ? from : joinRel(from, inside));
    const { privateDir } = this.#work;
    unlinkIfThere(fs, privateDir, NEW_LINK); // of a run that was killed
    fs.link(keeperDir, keeper.relPath.slice(slash + 1), privateDir, NEW_LINK);
    try {
      fs.lstat(privateDir, NEW_LINK, this.#stats, 1);
      const { sec, nsec } = mtimeOf(this.#stats, 1);
      const asRead = this.#stats.type(1) === "file" &&
        this.#work.store.find(this.#stats, 1)?.id === keeper.id &&
        this.#stats.sizeBytes(1) === keeper.sizeBytes &&
        this.#stats.sizeBytes(0) === keeper.sizeBytes &&
        sec === keeper.mtime.sec && nsec === keeper.mtime.nsec;
      if (!asRead) throw new NotEqual("the equal file changed since it was read");
      const isSealed = fs.isSealed(dir, name);
      fs.replace(privateDir, NEW_LINK, dir, name);
      if (isSealed) trySeal(() => fs.seal(dir, name));
    } catch (error) {
      unlinkIfThere(fs, privateDir, NEW_LINK);
      throw error;
    }
  }

  #tellRefused(relPath: string, reason: string): void {
    this.#work.problem(joinRel(this.#snapshot.dir, relPath), {
      code: "unsupported",
      action: "Cannot link",
      reason: `${reason}; it stays as it is`,
    });
  }
}

/** What was linked is not what was read. */
class NotEqual extends Error {}

function mtimeOf(stats: StatTable, row: number): { sec: number; nsec: number } {
  return { sec: stats.get(row, STAT.mtimeSec), nsec: stats.get(row, STAT.mtimeNsec) };
}

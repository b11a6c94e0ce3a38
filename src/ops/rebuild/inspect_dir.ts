/**
 * Looks at one directory of a snapshot as a whole: its checksum file, names that nobody recorded,
 * and what a killed run left there.
 *
 * @module
 */
import { printable } from "../../base/path_bytes.ts";
import { type Dir, FsError } from "../../fs/file_system.ts";
import { DirCache } from "../../fs/open_path.ts";
import { StatTable } from "../../fs/stat_table.ts";
import { type CollectedDir, pathIn } from "./dir_collector.ts";
import { isOwnSums, keepingTimes, planDirSums, TEMPORARY_NAME, unlinkIfThere } from "./dir_sums.ts";
import type { SnapshotInRebuild } from "./examine.ts";
import type { RebuildWork } from "./rebuild_work.ts";
import { besideOldSum, OLD_CONFIG } from "../../store/old_companion.ts";

/** Names without a record that are told one by one. */
const NAMED_EXTRAS = 20;

/** See the module text; takes the directories of a snapshot in the order of its manifest. */
export class DirInspector {
  readonly #work: RebuildWork;
  readonly #snapshot: SnapshotInRebuild;
  readonly #dirs: DirCache;
  /** Whether a manifest tells what belongs to the snapshot. */
  readonly #hasManifest: boolean;
  /** Subdirectories that were seen, as long as their own turn has not come. */
  readonly #unmet = new Set<string>();
  #extras = 0;

  constructor(
    work: RebuildWork,
    snapshot: SnapshotInRebuild,
    { hasManifest }: { hasManifest: boolean },
  ) {
    this.#work = work;
    this.#snapshot = snapshot;
    this.#hasManifest = hasManifest;
    this.#dirs = new DirCache(work.fs, snapshot.opened.dir);
  }

  inspect(collected: CollectedDir): void {
    this.#unmet.delete(collected.relPath);
    try {
      const dir = this.#dirs.get(collected.relPath);
      if (this.#hasManifest) this.#lookForExtras(dir, collected);
      this.#planSums(dir, collected);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return; // told where it is listed
      const path = this.#pathInRoot(collected.relPath);
      const problem = {
        code: "unreadable",
        action: "Cannot check",
        reason: error.message,
      } as const;
      this.#work.problem(path, problem);
    }
  }

  /** Tells of directories that nobody recorded. */
  finish(): void {
    for (const relPath of this.#unmet) this.#tellExtra(relPath);
    if (this.#extras > NAMED_EXTRAS) {
      const more = this.#extras - NAMED_EXTRAS;
      this.#work.log("warning", `${more} more names are not in the manifest of that snapshot`);
    }
    this.#dirs.close();
  }

  #planSums(dir: Dir, collected: CollectedDir): void {
    const { store, counts } = this.#work;
    const { number } = this.#snapshot;
    const isDamaged = (name: string) =>
      store.hasFault("damaged", { snapshot: number, relPath: pathIn(collected, name) });
    const { lines, corrected, fileName } = planDirSums(this.#work.fs, dir, {
      collected,
      isDamaged,
    });
    for (const name of corrected) {
      this.#work.problem(this.#pathInRoot(pathIn(collected, fileName)), {
        code: "damaged",
        action: "Cannot trust",
        reason: `its line for "${printable(name)}" is wrong; it is written anew`,
      });
    }
    if (lines === undefined) return;
    store.addSums(number, collected.relPath);
    counts.sumsWritten++;
  }

  #lookForExtras(dir: Dir, collected: CollectedDir): void {
    const { fs, dryRun } = this.#work;
    const { names, error } = fs.readDir(dir);
    if (error !== undefined) throw error;
    const stats = new StatTable(1);
    for (const name of names) {
      if (collected.names.has(name) || isOwnSums(name, collected)) continue;
      if (TEMPORARY_NAME.test(name)) {
        if (dryRun) continue;
        const place = { dir, recorded: collected.stats };
        keepingTimes(fs, place, () => unlinkIfThere(fs, dir, name));
        continue;
      }
      fs.lstat(dir, name, stats, 0);
      if (stats.isDir(0)) this.#unmet.add(pathIn(collected, name));
      else if (!isOldCompanion(name, collected)) this.#tellExtra(pathIn(collected, name));
    }
  }

  #tellExtra(relPath: string): void {
    this.#extras++;
    if (this.#extras > NAMED_EXTRAS) return;
    const path = printable(this.#pathInRoot(relPath));
    this.#work.log("warning", `"${path}" is not in the manifest: it came there later`);
  }

  #pathInRoot(relPath: string): string {
    return relPath === "" ? this.#snapshot.dir : `${this.#snapshot.dir}/${relPath}`;
  }
}

/** What PyHardLinkBackup 0.x put beside a file and into a snapshot. */
function isOldCompanion(name: string, { relPath, names }: CollectedDir): boolean {
  if (name === OLD_CONFIG) return relPath === "";
  const beside = besideOldSum(name);
  return beside !== undefined && names.has(beside);
}

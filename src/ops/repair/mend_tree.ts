/**
 * What is not content: directories, symlinks and special files that are missing or not as recorded,
 * and what killed runs left.
 *
 * @module
 */
import type { Attributes } from "../../fs/file_system.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import { FsError } from "../../fs/file_system.ts";
import type { StoredName } from "../../store/inode_store.ts";
import type { ManifestSection } from "../../store/section.ts";
import { mtimeIn, type WoundedDir } from "../../store/wounds.ts";
import type { RecordedEntry } from "./describe_wounds.ts";
import type { RepairWork } from "./repair_work.ts";
import { NEW_FILE, withMtime } from "./staging.ts";

const NO_CONTENT = { names: 1, from: undefined, sizeBytes: 0 } as const;

/** Nobody else enters a directory until it gets its attributes. */
const NEW_DIR_MODE = 0o700;

/** Makes a missing directory; false when that is refused. */
export function makeDirectory(
  work: RepairWork,
  at: StoredName,
  { relPath }: ManifestSection,
): boolean {
  if (work.dryRun) return true;
  const { fs, store } = work;
  if (relPath === "") return false; // then there is no snapshot
  const why = work.refusal(() =>
    work.inDirOf(work.pathOf(at), (dir, name) => {
      // Where that is wrong, it is among the findings and gets right at the end.
      const now = new StatTable(1);
      fs.lstat(dir, "", now, 0);
      withMtime(fs, { dir, mtime: mtimeIn(now, 0) }, () => fs.makeDir(dir, name, NEW_DIR_MODE));
    })
  );
  if (why !== undefined) store.markLeft(at, why);
  return why === undefined;
}

/** Makes a symlink or special file anew, in place of what has its name. */
export function remakeEntry(work: RepairWork, snapshot: number, entry: RecordedEntry): void {
  const { section: { stats }, row, record, relPath } = entry;
  const at = { snapshot, relPath };
  const isLink = stats.type(row) === "link";
  if (isLink && record?.linkTarget === undefined) {
    return work.store.markLeft(at, "its target is not recorded");
  }
  const why = work.dryRun ? undefined : work.refusal(() => {
    const { fs, staging } = work;
    staging.clear();
    if (isLink) fs.symlink(record?.linkTarget ?? "", staging.dir, NEW_FILE);
    else fs.makeSpecial(staging.dir, NEW_FILE, stats, row);
    fs.setAttributes(staging.dir, NEW_FILE, attributesOf(entry));
    const dirMtime = mtimeIn(stats, 0);
    work.inDirOf(work.pathOf(at), (dir, name) => staging.move({ dir, name, dirMtime }));
  });
  if (why !== undefined) return work.store.markLeft(at, why);
  work.healed({ action: isLink ? "symlink" : "special", ...NO_CONTENT }, [at]);
}

/** Removes a file that a killed run was about to put in place. */
export function removeLeftover(work: RepairWork, at: StoredName): void {
  const { fs } = work;
  const why = work.dryRun
    ? undefined
    : work.refusal(() =>
      work.inDirOf(work.pathOf(at), (dir, name) => {
        const now = work.look(work.pathOf(at).slice(0, -name.length - 1));
        if (now === undefined) return fs.unlink(dir, name);
        withMtime(fs, { dir, mtime: mtimeIn(now, 0) }, () => fs.unlink(dir, name));
      })
    );
  if (why !== undefined) return work.store.markLeft(at, why);
  work.healed({ action: "leftover", ...NO_CONTENT }, [at]);
}

/** Gives directories what is recorded of them, when nothing is made in them any more. */
export function finishDirectories(work: RepairWork): void {
  for (const dir of [...work.store.dirs()]) {
    const why = work.dryRun ? undefined : work.refusal(() => giveAttributes(work, dir));
    if (why !== undefined) work.store.markLeft(dir.at, why);
    else work.healed({ action: dir.isMade ? "directory" : "attributes", ...NO_CONTENT }, [dir.at]);
  }
}

function giveAttributes(work: RepairWork, { at, attributes, mtime }: WoundedDir): void {
  const { fs } = work;
  const { mode, uid, gid, xattrs } = attributes;
  const times = {
    atimeSec: mtime.sec,
    atimeNsec: mtime.nsec,
    mtimeSec: mtime.sec,
    mtimeNsec: mtime.nsec,
  };
  work.inDirOf(work.pathOf(at), (dir, name) => {
    const now = work.look(work.pathOf(at));
    if (now?.isDir(0) !== true) throw new FsError(notADirectory(work.pathOf(at)));
    fs.setAttributes(dir, name, {
      mode,
      owner: { uid, gid },
      times,
      ...(xattrs.length > 0 ? { xattrs } : {}),
    });
  });
}

function notADirectory(path: string): ConstructorParameters<typeof FsError>[0] {
  return { code: "ENOTDIR", op: "change", path, reason: "it is no directory" };
}

function attributesOf({ section: { stats }, row, record }: RecordedEntry): Attributes {
  const { sec, nsec } = mtimeIn(stats, row);
  const xattrs = record?.xattrs ?? [];
  return {
    mode: stats.permissions(row),
    owner: { uid: stats.get(row, STAT.uid), gid: stats.get(row, STAT.gid) },
    times: { atimeSec: sec, atimeNsec: nsec, mtimeSec: sec, mtimeNsec: nsec },
    ...(xattrs.length > 0 ? { xattrs } : {}),
  };
}

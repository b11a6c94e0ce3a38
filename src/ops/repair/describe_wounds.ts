/**
 * Step 2 of a repair: what was found, beside what is recorded of it. Damaged files are noted with
 * their digests; directories, symlinks and special files are made anew here and now.
 *
 * @module
 */
import { joinRel } from "../../base/path_bytes.ts";
import { FsError } from "../../fs/file_system.ts";
import { STAT, type StatTable } from "../../fs/stat_table.ts";
import { isSumsName } from "../../store/checksum_file.ts";
import { isWithin } from "../../store/raw_entry.ts";
import type { EntryRecord, ManifestSection } from "../../store/section.ts";
import { type Finding, mtimeIn, type NamedUnit, TRUST } from "../../store/wounds.ts";
import { TEMPORARY_NAME } from "../rebuild/dir_sums.ts";
import { makeDirectory, remakeEntry, removeLeftover } from "./mend_tree.ts";
import { readRecords } from "./read_records.ts";
import type { RepairWork } from "./repair_work.ts";

/** An entry as it is recorded. */
export interface RecordedEntry {
  readonly section: ManifestSection;
  readonly row: number;
  readonly record: EntryRecord | undefined;
  readonly relPath: string;
}

/** Notes what can be done about each finding. */
export async function describeWounds(work: RepairWork): Promise<void> {
  for (const number of work.store.woundedSnapshots()) {
    const ref = work.snapshots[number];
    if (ref === undefined) continue;
    const describer = new Describer(work, number);
    const isRead = await readRecords(work, { root: work.root.path, ref }, {
      section: ({ section }) => describer.section(section),
    });
    if (isRead) describer.end();
  }
}

/** What a finding may say of a file whose content is right. */
const HARMLESS = new Set(["mtime", "mode"]);

/** What a finding may say of a directory that is there. */
const ATTRIBUTES = new Set(["mtime", "mode", "owner"]);

class Describer {
  readonly #work: RepairWork;
  readonly #number: number;
  /** Those whose entry was not met yet. */
  readonly #findings: Map<string, Finding>;
  /** A directory that is missing with all that is in it. */
  #lost: string | undefined;

  constructor(work: RepairWork, number: number) {
    this.#work = work;
    this.#number = number;
    const found = work.store.findings(number);
    this.#findings = new Map([...found].map((finding) => [finding.relPath, finding]));
  }

  section(section: ManifestSection): void {
    const { relPath, names, records } = section;
    if (!section.continues) this.#entry({ section, row: 0, record: records[0], relPath });
    for (const [i, name] of names.entries()) {
      const row = i + 1;
      this.#entry({ section, row, record: records[row], relPath: joinRel(relPath, name) });
    }
  }

  /** What is left has no entry. */
  end(): void {
    const { store } = this.#work;
    for (const { relPath, codes } of this.#findings.values()) {
      const at = { snapshot: this.#number, relPath };
      const slash = relPath.lastIndexOf("/");
      const [dir, name] = [relPath.slice(0, Math.max(slash, 0)), relPath.slice(slash + 1)];
      const isExtra = codes === "extra";
      if (isExtra && TEMPORARY_NAME.test(name)) removeLeftover(this.#work, at);
      else if (!isExtra && isSumsName(name)) {
        store.addSums({ snapshot: this.#number, relPath: dir });
      } else store.markLeft(at, whyLeft(codes));
    }
  }

  #entry(entry: RecordedEntry): void {
    const { section, row, record, relPath } = entry;
    const isLost = this.#lost !== undefined && isWithin(relPath, this.#lost);
    const finding = this.#findings.get(relPath);
    if (finding === undefined && !isLost) return;
    this.#findings.delete(relPath);
    if (record?.state === "recorded") return;
    const codes = finding?.codes.split(" ") ?? ["missing"];
    const at = { snapshot: this.#number, relPath };
    if (finding === undefined) this.#work.store.addFinding(at, "missing", "it is missing");
    if (section.stats.type(row) === "file") this.#file(entry, codes);
    else if (section.stats.isDir(row)) this.#directory(entry, codes);
    else remakeEntry(this.#work, this.#number, entry);
  }

  #directory({ section, record, relPath }: RecordedEntry, codes: readonly string[]): void {
    const { store } = this.#work;
    const at = { snapshot: this.#number, relPath };
    const isMade = codes.includes("missing");
    if (!isMade && !codes.every((code) => ATTRIBUTES.has(code))) {
      return store.markLeft(at, whyLeft(codes.join(" ")));
    }
    if (isMade) {
      if (this.#lost === undefined || !isWithin(relPath, this.#lost)) this.#lost = relPath;
      if (!makeDirectory(this.#work, at, section)) return;
      store.addSums(at);
    }
    const attributes = recordedAttributes({ section, row: 0, record, relPath });
    store.addDir({ at, isMade, attributes, mtime: mtimeIn(section.stats, 0) });
  }

  #file(entry: RecordedEntry, codes: readonly string[]): void {
    describeFile(this.#work, { entry, snapshot: this.#number, codes });
  }
}

/** Notes a damaged or missing file with what is recorded of it. */
export function describeFile(
  work: RepairWork,
  { entry, snapshot, codes }: { entry: RecordedEntry; snapshot: number; codes: readonly string[] },
): void {
  const { store } = work;
  const { relPath, record } = entry;
  const at = { snapshot, relPath };
  const path = work.pathOf(at);
  const found = work.look(path);
  if (found?.isDir(0) === true) return store.markLeft(at, IN_THE_WAY);
  if (record?.digest === undefined) return store.markLeft(at, "its digest is not recorded");
  if (codes.includes("unreadable") && isDenied(work, path)) {
    return store.markLeft(at, "this user may not read it; run phlb repair as root");
  }
  const named = namedUnit(entry, { snapshot, digest: record.digest, found });
  const isContentRight = codes.every((code) => HARMLESS.has(code));
  const unit = store.addUnit(named, { isContentRight });
  if (codes.includes("mode")) store.distrustInode(unit);
  offerAttributes(work, unit, entry);
  if (named.found !== undefined) offerOwn(work, unit, { path, found: named.found });
}

/** What the damaged inode has is right, unless that is what is wrong with it. */
function offerOwn(
  work: RepairWork,
  unit: number,
  { path, found }: { path: string; found: StatTable },
): void {
  const [uid, gid] = ownerOf(found, 0);
  try {
    const xattrs = work.inDirOf(path, (dir, name) => work.fs.xattrs(dir, name));
    work.store.offerAttributes(unit, TRUST.inode, { mode: found.permissions(0), uid, gid, xattrs });
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
  }
}

function isDenied(work: RepairWork, path: string): boolean {
  const { fs } = work;
  try {
    work.inDirOf(path, (dir, name) => fs.closeFile(fs.openFile(dir, name)));
    return false;
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    return error.code === "EACCES" || error.code === "EPERM";
  }
}

const IN_THE_WAY = "a directory is in its place: move it away, then run phlb repair again";

function whyLeft(codes: string): string {
  if (codes === "extra") return "it stays: whoever put it there may want it";
  if (codes.includes("manifest")) {
    return "phlb rebuild makes a new manifest of what the snapshot holds";
  }
  if (/chain|signature/.test(codes)) return "phlb repair does not change manifests";
  if (codes.includes("type")) return "something else is in its place: move it away first";
  return "nothing is recorded of it by which it could be made again";
}

/** What an entry says of the inode that should hold its content. */
export function namedUnit(
  { section: { stats }, row, record, relPath }: RecordedEntry,
  { snapshot, digest, found }: { snapshot: number; digest: string; found: StatTable | undefined },
): NamedUnit {
  return {
    at: { snapshot, relPath },
    found: found?.type(0) === "file" ? found : undefined,
    digest,
    sizeBytes: stats.sizeBytes(row),
    mtime: record?.storedMtime ?? mtimeIn(stats, row),
    dirMtime: mtimeIn(stats, 0),
  };
}

/** Takes what an entry has for what its inode should have, as far as it is to be trusted. */
export function offerAttributes(
  { store }: RepairWork,
  unit: number,
  entry: RecordedEntry,
): void {
  const trust = entry.record?.storedMtime === undefined ? TRUST.own : TRUST.entry;
  store.offerAttributes(unit, trust, recordedAttributes(entry));
}

/** What is recorded of an entry, without its times. */
export function recordedAttributes(
  { section: { stats }, row, record }: RecordedEntry,
): Parameters<RepairWork["store"]["offerAttributes"]>[2] {
  const [uid, gid] = ownerOf(stats, row);
  return { mode: stats.permissions(row), uid, gid, xattrs: record?.xattrs ?? [] };
}

function ownerOf(stats: StatTable, row: number): [uid: number, gid: number] {
  return [stats.get(row, STAT.uid), stats.get(row, STAT.gid)];
}

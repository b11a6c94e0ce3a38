/**
 * Reads one snapshot: compares every stored file with what is recorded of it, each inode once, and
 * hands on its sections as they belong into a manifest. Writes nothing.
 *
 * @module
 */
import { isTimeOf } from "../../base/coarse_time.ts";
import { joinRel } from "../../base/path_bytes.ts";
import type { Problem } from "../../base/problem.ts";
import { type Dir, FsError } from "../../fs/file_system.ts";
import { DirCache } from "../../fs/open_path.ts";
import { STAT, STAT_FIELDS, StatTable } from "../../fs/stat_table.ts";
import type { InodeContent } from "../../store/inode_store.ts";
import type { EntryRecord, ManifestSection } from "../../store/section.ts";
import type { OpenedSnapshot } from "../read/open_snapshot.ts";
import type { HashOutcome } from "./hash_queue.ts";
import { judge } from "./judge.ts";
import { ownsSums, type RecordedSection, recordedSections } from "./records.ts";
import type { RebuildWork } from "./rebuild_work.ts";

/** A snapshot that is rebuilt. */
export interface SnapshotInRebuild {
  readonly opened: OpenedSnapshot;
  /** Its number in this run. */
  readonly number: number;
  /** Relative to the backup root. */
  readonly dir: string;
  /** Whether its files were stored without write bits. */
  readonly isProtected?: boolean;
}

/** Hears of each section, in order, when all of its files have been read. */
export type OnSection = (settled: SettledSection) => void;

/** A section as it is to be written down. */
export interface SettledSection {
  readonly section: ManifestSection;
  readonly fromTree: boolean;
  /** Content of inodes that this run met first, and of those it had met before. */
  readonly newBytes: number;
  readonly newFiles: number;
  readonly knownBytes: number;
  readonly knownFiles: number;
}

/** Files that are read ahead of the section that is settled next. */
const WINDOW_FILES = 4096;

/**
 * Reads the snapshot and calls `onSection` for every section of it. Resolves with whether all of it
 * could be seen: what this user may not read has no place in a manifest yet.
 */
export async function examineSnapshot(
  work: RebuildWork,
  snapshot: SnapshotInRebuild,
  onSection: OnSection,
): Promise<boolean> {
  const examiner = new Examiner(work, snapshot);
  const onProblem = (problem: Problem) => examiner.treeProblem(problem);
  const waiting: LookedAt[] = [];
  let ahead = 0;
  let sinceTurn = 0;
  const settleNext = async () => {
    const next = waiting.shift();
    if (next === undefined) return;
    ahead -= next.recorded.section.names.length;
    onSection(await examiner.settle(next));
  };
  try {
    for await (
      const recorded of recordedSections(work.fs, snapshot.opened, { onProblem })
    ) {
      waiting.push(examiner.look(recorded));
      ahead += recorded.section.names.length;
      sinceTurn += recorded.section.names.length + 1;
      while (ahead > WINDOW_FILES) await settleNext();
      if (sinceTurn < TURN_ENTRIES) continue;
      sinceTurn = 0;
      await work.turn();
    }
    work.hashers.flush();
    while (waiting.length > 0) await settleNext();
    return examiner.sawAll;
  } finally {
    examiner.close();
  }
}

/** Entries after which signals get their turn. */
const TURN_ENTRIES = 2000;

/** A section whose files are being read. */
interface LookedAt {
  readonly recorded: RecordedSection;
  /** lstat of the stored entries. */
  readonly stored: StatTable;
  /** By row: entries that are not there, or are something else. */
  readonly absent: ReadonlySet<number>;
  /** By row: what is known already, and what is being read. */
  readonly contents: ReadonlyMap<number, InodeContent | Promise<HashOutcome>>;
  /** Rows of inodes that this run met for the first time. */
  readonly first: ReadonlySet<number>;
}

class Examiner {
  readonly #work: RebuildWork;
  readonly #snapshot: SnapshotInRebuild;
  readonly #dirs: DirCache;
  readonly #vouched: boolean;
  sawAll = true;

  constructor(work: RebuildWork, snapshot: SnapshotInRebuild) {
    this.#work = work;
    this.#snapshot = snapshot;
    this.#dirs = new DirCache(work.fs, snapshot.opened.dir);
    this.#vouched = ownsSums(snapshot.opened);
  }

  close(): void {
    this.#dirs.close();
  }

  /** Tells of what is wrong with the tree. */
  treeProblem(problem: Problem): void {
    if (problem.code !== "metadata") this.sawAll = false;
    const relPath = this.#pathInRoot("", problem.relPath);
    this.#work.tell({ ...problem, relPath, step: "rebuild" });
  }

  /** Looks at the stored entries and has those files read that nobody has read yet. */
  look(recorded: RecordedSection): LookedAt {
    const { section, fromTree } = recorded;
    const absent = new Set<number>();
    const stored = fromTree ? section.stats : this.#lstatAll(section, absent);
    const contents = new Map<number, InodeContent | Promise<HashOutcome>>();
    const first = new Set<number>();
    for (const [i, name] of section.names.entries()) {
      const row = i + 1;
      if (absent.has(row) || stored.type(row) !== "file") continue;
      contents.set(row, this.#read(section, { row, name, stored, first }));
    }
    return { recorded, stored, absent, contents, first };
  }

  #read(
    { relPath, records }: ManifestSection,
    { row, name, stored, first }: {
      row: number;
      name: string;
      stored: StatTable;
      first: Set<number>;
    },
  ): InodeContent | Promise<HashOutcome> {
    const { store, hashers, options } = this.#work;
    const sha512 = records[row]?.sha512 !== undefined;
    const known = store.find(stored, row);
    const isEnough = known !== undefined && (!sha512 || known.sha512 !== "");
    if (isEnough && options.skipSameInode) return known;
    this.#work.bytesFound += stored.sizeBytes(row);
    const { dir: snapshotDir, number: snapshot } = this.#snapshot;
    const { outcome, isFirst } = hashers.add(
      { snapshotDir, snapshot, dir: relPath, name, stats: stored, row, sha512 },
      { again: !options.skipSameInode },
    );
    if (isFirst && known === undefined) first.add(row);
    return outcome;
  }

  #lstatAll(section: ManifestSection, absent: Set<number>): StatTable {
    const { names, relPath } = section;
    const stored = new StatTable(names.length + 1);
    const dir = this.#openDir(relPath);
    for (const [i, name] of names.entries()) {
      const row = i + 1;
      const reason = dir === undefined
        ? "its directory cannot be opened"
        : this.#lstat(dir, { section, name, row, stored });
      if (reason === undefined) continue;
      absent.add(row);
      if (reason === EXPECTED) continue;
      const path = this.#pathInRoot(relPath, name);
      const code = reason === OTHER_TYPE ? "replaced" : "vanished";
      this.#work.problem(path, { code, action: "Cannot find", reason, stored: false });
    }
    return stored;
  }

  #openDir(relPath: string): Dir | undefined {
    try {
      return this.#dirs.get(relPath);
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      this.#work.problem(this.#pathInRoot(relPath, ""), {
        code: error.code === "ENOENT" ? "vanished" : "unreadable",
        action: "Cannot open",
        reason: error.message,
        stored: false,
      });
      return undefined;
    }
  }

  /** Why the entry is not there; undefined when it is. */
  #lstat(
    dir: Dir,
    { section: { stats, records }, name, row, stored }: {
      section: ManifestSection;
      name: string;
      row: number;
      stored: StatTable;
    },
  ): string | undefined {
    if (records[row]?.state === "recorded") return EXPECTED;
    try {
      this.#work.fs.lstat(dir, name, stored, row);
      return stored.type(row) === stats.type(row) ? undefined : OTHER_TYPE;
    } catch (error) {
      if (error instanceof FsError) return error.message;
      throw error;
    }
  }

  /** Waits for the section's files and judges them. */
  async settle({ recorded, stored, absent, contents, first }: LookedAt): Promise<SettledSection> {
    const { section, fromTree } = recorded;
    const records = [...section.records];
    const totals = { newBytes: 0, newFiles: 0, knownBytes: 0, knownFiles: 0 };
    this.#work.hashers.flush();
    for (const [i, name] of section.names.entries()) {
      const row = i + 1;
      if (stored.type(row) !== "file" || section.stats.type(row) !== "file") continue;
      this.#work.counts.files++;
      if (absent.has(row)) continue;
      const known = contents.get(row);
      const outcome = known instanceof Promise ? await known : known;
      if (outcome === undefined) continue;
      records[row] = this.#settleFile({ section, fromTree, row, name, stored }, outcome);
      count(stored.sizeBytes(row), { totals, isFirst: first.has(row) });
    }
    this.#work.currentPath = this.#pathInRoot(section.relPath, section.names.at(-1) ?? "");
    const settled = fromTree ? { ...section, stats: this.#asSource(section) } : section;
    return { section: { ...settled, records }, fromTree, ...totals };
  }

  /** The stats of stored files as far as they tell of the source's. */
  #asSource({ stats, names }: ManifestSection): StatTable {
    const told = withoutPlace(stats);
    if (this.#snapshot.isProtected !== true) return told;
    for (let row = 1; row <= names.length; row++) {
      if (told.type(row) === "file") {
        told.set(row, STAT.mode, told.get(row, STAT.mode) | OWNER_WRITES);
      }
    }
    return told;
  }

  /** The file's record as it belongs into the manifest; tells what is wrong with it. */
  #settleFile(file: FileInSection, outcome: HashOutcome): EntryRecord | undefined {
    const { section, row, name, fromTree } = file;
    const record = section.records[row];
    const at = { snapshot: this.#snapshot.number, relPath: joinRel(section.relPath, name) };
    const path = joinRel(this.#snapshot.dir, at.relPath);
    const { store } = this.#work;
    if ("reason" in outcome) {
      const { code, reason, denied } = outcome;
      if (denied === true) this.sawAll = false;
      this.#work.problem(path, { code, action: "Cannot read", reason });
    }
    const actual = "reason" in outcome ? undefined : outcome;
    const { digest, fault } = judge({
      recorded: record?.digest,
      recordedSha512: record?.sha512,
      vouched: !fromTree || this.#vouched,
      actual,
    });
    if (fault !== undefined) {
      this.#tellFault(path, fault);
      if (actual !== undefined) store.markUnsound(actual.id);
    }
    const isUntold = !fromTree && record?.digest === undefined;
    if (isUntold) this.#tellFault(path, "disputed");
    if (actual === undefined || fault !== undefined || isUntold) {
      store.addFault("damaged", { ...at, digest, sizeBytes: section.stats.sizeBytes(row) });
    } else if (!fromTree && !hasRecordedMtime(file)) {
      store.addFault("stored", { ...at, digest, sizeBytes: section.stats.sizeBytes(row) });
    }
    if (!fromTree) return record;
    return this.#newRecord(file, { digest, attributed: actual?.attributed === true });
  }

  #newRecord(
    { section: { relPath, records }, row, name }: FileInSection,
    { digest, attributed }: { digest: string | undefined; attributed: boolean },
  ): EntryRecord {
    const { digest: _old, sha512: _sha512, ...rest } = records[row] ?? {};
    const xattrs = attributed ? this.#work.fs.xattrs(this.#dirs.get(relPath), name) : [];
    return {
      ...rest,
      ...(digest === undefined ? {} : { digest }),
      ...(xattrs.length === 0 ? {} : { xattrs }),
    };
  }

  #tellFault(path: string, fault: "damaged" | "disputed"): void {
    const reason = fault === "damaged"
      ? "its content is not what was recorded"
      : "its content is not what a checksum file beside it said when it was taken in; " +
        "no checksum is recorded for it";
    this.#work.problem(path, { code: "damaged", action: "Cannot trust", reason });
  }

  #pathInRoot(relPath: string, name: string): string {
    const inside = name === "" ? relPath : joinRel(relPath, name);
    return inside === "" ? this.#snapshot.dir : joinRel(this.#snapshot.dir, inside);
  }
}

function count(
  sizeBytes: number,
  { totals, isFirst }: { totals: Mutable<Totals>; isFirst: boolean },
): void {
  if (isFirst) {
    totals.newFiles++;
    totals.newBytes += sizeBytes;
  } else {
    totals.knownFiles++;
    totals.knownBytes += sizeBytes;
  }
}

type Totals = Omit<SettledSection, "section" | "fromTree">;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Most files had it: who could not write to it would not get it back either. */
const OWNER_WRITES = 0o200;

const EXPECTED = "it is only recorded";
const OTHER_TYPE = "it is of another type than recorded";

interface FileInSection {
  readonly section: ManifestSection;
  readonly fromTree: boolean;
  readonly row: number;
  readonly name: string;
  readonly stored: StatTable;
}

function hasRecordedMtime({ section, row, stored }: FileInSection): boolean {
  const recorded = section.records[row]?.storedMtime ?? {
    sec: section.stats.get(row, STAT.mtimeSec),
    nsec: section.stats.get(row, STAT.mtimeNsec),
  };
  return stored.get(row, STAT.mtimeSec) === recorded.sec &&
    isTimeOf(stored.get(row, STAT.mtimeNsec), recorded.nsec);
}

/** What says where a stored file lies, and nothing of the source. */
const PLACE_FIELDS = [
  STAT.devMajor,
  STAT.devMinor,
  STAT.inoHigh,
  STAT.inoLow,
  STAT.ctimeSec,
  STAT.ctimeNsec,
];

/** The stats without inode and ctime, which are unknown of the source: 0 in the manifest. */
function withoutPlace(stats: StatTable): StatTable {
  const copy = new StatTable(stats.data.slice());
  for (let at = 0; at < copy.data.length; at += STAT_FIELDS) {
    for (const field of PLACE_FIELDS) copy.data[at + field] = 0;
  }
  return copy;
}

/**
 * Step 4 of a repair: each damaged or missing content is found, written anew, made durable, and then
 * put in place under all its names, each by one rename. An inode that is there is never written to.
 *
 * @module
 */
import { giveStored } from "../../backup/hash/stored_file.ts";
import { joinRel } from "../../base/path_bytes.ts";
import { type Dir, FsError } from "../../fs/file_system.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import { type Protection, trySeal } from "../../store/protection.ts";
import { isStoredMode } from "../verify/compare_entry.ts";
import { mtimeIn, type Unit, type UnitName } from "../../store/wounds.ts";
import type { Candidate, Origins } from "./origins.ts";
import { NotWanted, pour, type PourOptions, reading } from "./pour.ts";
import type { RepairWork } from "./repair_work.ts";
import { NEW_FILE } from "./staging.ts";

/** The inode takes no more links. ERANGE comes from ntfs-3g. */
const FULL = new Set(["EMLINK", "ERANGE"]);

/** Heals all that can be healed with what is at hand; then once more with what replicas have. */
export async function mendContents(
  work: RepairWork,
  origins: Origins,
  onMended: (unit: Unit, at: UnitName) => void,
): Promise<void> {
  const { store, deps, options, progress } = work;
  const { units, bytes } = store.total();
  if (units === 0) return;
  progress.entriesFound = units;
  progress.bytesFound = bytes;
  const text = `${work.dryRun ? "Looking for" : "Healing"} ${units} contents`;
  deps.onEvent({ kind: "begin", text, expected: { entries: units, bytes } });
  const endTicks = deps.every(options.settings["log.progress_interval"], () => work.tick());
  try {
    for (const isLast of origins.hasReplicas ? [false, true] : [true]) {
      if (isLast && origins.hasReplicas && store.total().units > 0) await origins.searchReplicas();
      for (const unit of store.units()) {
        await work.turn();
        const mender = new Mender(work, unit);
        const from = await mender.mend(origins);
        if (from !== undefined) onMended(unit, from);
        else if (isLast) mender.tellLeft();
      }
    }
  } finally {
    endTicks();
  }
  work.tick();
}

/** Whether an equal file of the root is linked to, or a new one is written. */
type Action = "linked" | "content";

class Mender {
  readonly #work: RepairWork;
  readonly #unit: Unit;
  readonly #names: readonly UnitName[];
  /** Names that are still to be had; an inode takes so many alone. */
  #open: readonly UnitName[];
  /** Why the last thing that was tried was not good. */
  #why = "nothing in reach has its content";
  /** Then no other origin of it helps. */
  #lacksRoom = false;

  constructor(work: RepairWork, unit: Unit) {
    this.#work = work;
    this.#unit = unit;
    this.#names = [...work.store.names(unit.id)];
    this.#open = this.#names;
  }

  /** Heals the unit; resolves with a name that is right now, undefined when there is none. */
  async mend(origins: Origins): Promise<UnitName | undefined> {
    const [first] = this.#names;
    this.#work.progress.path = first === undefined ? "" : this.#work.pathOf(first);
    const placed = await this.#mendOnce(origins);
    if (placed === undefined) return undefined;
    // What an inode could not take gets another one.
    while (this.#open.length > 0 && await this.#mendOnce(origins) !== undefined);
    this.#tellOpen();
    const { progress } = this.#work;
    progress.entriesDone++;
    progress.bytesDone += this.#unit.sizeBytes;
    return placed;
  }

  /** A name that is right now; undefined when none could be had. */
  async #mendOnce(origins: Origins): Promise<UnitName | undefined> {
    return await this.#firstOf(origins.stored(this.#unit), "linked") ??
      await this.#firstOf(origins.of(this.#unit, this.#names), "content");
  }

  async #firstOf(candidates: Iterable<Candidate>, action: Action): Promise<UnitName | undefined> {
    for (const candidate of candidates) {
      const placed = await this.#tryCandidate(candidate, action);
      if (placed !== undefined) return placed;
      if (this.#lacksRoom) return undefined;
    }
    return undefined;
  }

  /** Says for each name why it stays. */
  tellLeft(): void {
    for (const name of this.#names) this.#work.store.markLeft(name, this.#why);
  }

  #tellOpen(): void {
    for (const name of this.#open) this.#work.store.markLeft(name, this.#why);
  }

  /** A name that it now has; undefined when the content is not there, or nothing could be placed. */
  async #tryCandidate(candidate: Candidate, action: Action): Promise<UnitName | undefined> {
    const { dryRun, fs } = this.#work;
    const dir = this.#openDirOf(candidate);
    if (dir === undefined) return undefined;
    const from = { dir, name: candidate.path.slice(candidate.path.lastIndexOf("/") + 1) };
    try {
      const isLink = action === "linked";
      if (isLink && !(candidate.isStored && this.#isTwin(from))) return undefined;
      if (isLink || dryRun) await this.#read(from);
      else await this.#copy(from);
      if (dryRun) return this.#told(action, candidate, this.#takeAll());
      const good = isLink ? from : { dir: this.#work.staging.dir, name: NEW_FILE };
      return this.#told(action, candidate, this.#place(good));
    } catch (error) {
      const why = this.#work.wantOfRoom(error);
      if (why === undefined && !(error instanceof NotWanted)) throw error;
      if (why !== undefined) [this.#why, this.#lacksRoom] = [why, true];
      return undefined;
    } finally {
      if (!dryRun) this.#work.staging.clear();
      fs.closeDir(dir);
    }
  }

  #told(
    action: Action,
    { shown }: Candidate,
    placed: readonly UnitName[],
  ): UnitName | undefined {
    const { sizeBytes, id } = this.#unit;
    const [first] = placed;
    if (first === undefined) return undefined;
    this.#work.healed({ action, names: placed.length, from: shown, sizeBytes }, placed);
    this.#work.store.markUnitHealed(id);
    return first;
  }

  #openDirOf({ base, path }: Candidate): Dir | undefined {
    const slash = path.lastIndexOf("/");
    try {
      return openDirPath(this.#work.fs, base, slash < 0 ? "" : path.slice(0, slash));
    } catch (error) {
      if (error instanceof FsError) return undefined; // not there, or a symlink leads elsewhere
      throw error;
    }
  }

  /** Whether the file is in all respects what the new one would be. */
  #isTwin({ dir, name }: { dir: Dir; name: string }): boolean {
    const { fs } = this.#work;
    const { mtime, attributes: { mode, uid, gid, xattrs }, sizeBytes } = this.#unit;
    const stats = new StatTable(1);
    return reading(() => {
      fs.lstat(dir, name, stats, 0);
      const { sec, nsec } = mtimeIn(stats, 0);
      const isSame = stats.type(0) === "file" && stats.sizeBytes(0) === sizeBytes &&
        sec === mtime.sec && nsec === mtime.nsec;
      if (!isSame || this.#isMtimeEnough) return isSame;
      return isStoredMode(stats.permissions(0), mode, { owners: true }) &&
        stats.get(0, STAT.uid) === uid &&
        stats.get(0, STAT.gid) === gid && isSameXattrs(fs.xattrs(dir, name), xattrs);
    });
  }

  /** Of an inode that is gone, only the mtime is recorded: its names may have had another mode. */
  get #isMtimeEnough(): boolean {
    return !this.#unit.hasInode && this.#work.options.settings["dedup.metadata"] !== "inode";
  }

  /** The strongest of the snapshots that have one of the names. */
  get #protection(): Protection {
    const all = this.#names.map(({ snapshot }) => this.#work.protectionOf(snapshot));
    return all.find((one) => one === "immutable") ?? all.find((one) => one !== "none") ?? "none";
  }

  async #read(from: { dir: Dir; name: string }): Promise<void> {
    await pour(this.#work.fs, this.#pourOptions(from, undefined));
  }

  /** Writes the content under a temporary name, gives it what is recorded and makes it durable. */
  async #copy(from: { dir: Dir; name: string }): Promise<void> {
    const { fs, staging } = this.#work;
    const { attributes: { mode, uid, gid, xattrs }, mtime: { sec, nsec } } = this.#unit;
    staging.clear();
    const file = fs.createFile(staging.dir, NEW_FILE);
    try {
      await pour(fs, this.#pourOptions(from, file));
      const attributes = {
        mode,
        owner: { uid, gid },
        times: { atimeSec: sec, atimeNsec: nsec, mtimeSec: sec, mtimeNsec: nsec },
        ...(xattrs.length > 0 ? { xattrs } : {}),
      };
      giveStored(fs, file, { attributes, protection: this.#protection });
      fs.syncFile(file);
    } finally {
      fs.closeFile(file);
    }
  }

  #pourOptions(from: PourOptions["from"], to: PourOptions["to"]): PourOptions {
    const { options, progress } = this.#work;
    const before = progress.bytesDone;
    const { sizeBytes, digest } = this.#unit;
    return {
      from,
      to,
      sizeBytes,
      digest,
      bufferBytes: options.settings["performance.buffer"],
      onBytes: (bytes) => progress.bytesDone = before + bytes,
      turn: () => this.#work.turn(),
    };
  }

  /** Gives the file the names that are still to be had; those that it got. */
  #place(from: { dir: Dir; name: string }): UnitName[] {
    const [placed, full]: [UnitName[], UnitName[]] = [[], []];
    for (const name of this.#open) {
      try {
        const why = this.#work.refusal(() => this.#placeOne(from, name));
        if (why === undefined) placed.push(name);
        else this.#work.store.markLeft(name, this.#why = why);
      } catch (error) {
        if (!(error instanceof FsError) || !FULL.has(error.code)) throw error;
        this.#why = error.message;
        full.push(name);
      }
    }
    if (placed.length > 0) this.#open = full;
    this.#seal(placed);
    return placed;
  }

  /** A dry run knows of no limit. */
  #takeAll(): readonly UnitName[] {
    const all = this.#open;
    this.#open = [];
    return all;
  }

  #seal([first]: readonly UnitName[]): void {
    if (first === undefined || this.#protection !== "immutable") return;
    const { fs } = this.#work;
    this.#work.inDirOf(this.#work.pathOf(first), (dir, name) => {
      trySeal(() => fs.seal(dir, name));
    });
  }

  #placeOne(from: { dir: Dir; name: string }, at: UnitName): void {
    const { staging } = this.#work;
    this.#work.inDirOf(this.#work.pathOf(at), (dir, name) => {
      staging.place(from, { dir, name, dirMtime: at.dirMtime });
    });
  }
}

function isSameXattrs(
  one: Parameters<typeof sortedXattrs>[0],
  other: Parameters<typeof sortedXattrs>[0],
): boolean {
  return sortedXattrs(one) === sortedXattrs(other);
}

function sortedXattrs(xattrs: readonly (readonly [name: string, value: Uint8Array])[]): string {
  const texts = xattrs.map(([name, value]) => joinRel(name, new Uint8Array(value).toHex()));
  return texts.toSorted().join("\n");
}

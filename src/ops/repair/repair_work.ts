import { joinRel, printable } from "../../base/path_bytes.ts";
import type { RootDir } from "../../backup/run/preflight.ts";
import { readSmallText } from "../../backup/run/small_text.ts";
import type { LogLevel } from "../../backup/snapshot/run_log.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { lacksRoom } from "../../fs/lacks_room.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { StatTable } from "../../fs/stat_table.ts";
import type { StoredName } from "../../store/inode_store.ts";
import { companionName, snapshotDir } from "../../store/layout.ts";
import { placeOf, type SnapshotRef } from "../../store/snapshots.ts";
import type { Protection } from "../../store/protection.ts";
import { parseSummary } from "../../store/summary.ts";
import type { WoundStore } from "../../store/wound_store.ts";
import type { CancelFlag } from "../../threads/cancel.ts";
import type { Staging } from "./staging.ts";
import type { Healed, RepairCounts, RepairDeps, RepairOptions } from "./repair_deps.ts";

/** What all steps of a repair share. */
export interface RepairWorkParts {
  readonly deps: Pick<RepairDeps, "fs" | "every" | "onEvent" | "onHealed">;
  readonly options: Pick<RepairOptions, "dryRun" | "replicas" | "settings">;
  readonly root: RootDir;
  /** Complete snapshots, oldest first, then those in the trash; their places are their numbers. */
  readonly snapshots: readonly SnapshotRef[];
  readonly store: WoundStore;
  readonly cancel: CancelFlag;
  /** Undefined when nothing is written. */
  readonly staging: Staging | undefined;
  /** Whether a file system without room ends the work; default: it leaves what it has none for. */
  readonly needsRoom?: boolean;
}

/** A repair of one root under way: what it works with, what it has done, and how that is told. */
export class RepairWork {
  readonly fs: FileSystem;
  readonly deps: RepairWorkParts["deps"];
  readonly options: RepairWorkParts["options"];
  readonly root: RootDir;
  readonly snapshots: readonly SnapshotRef[];
  readonly store: WoundStore;
  readonly cancel: CancelFlag;
  readonly #staging: Staging | undefined;
  readonly #needsRoom: boolean;
  #wantOfRoom: FsError | undefined;
  readonly #protections = new Map<number, Protection>();
  readonly counts: RepairCounts = { found: 0, healed: 0, names: 0, bytes: 0, remaining: 0 };
  /** Of the snapshots that were opened, by number: where their sources are. */
  readonly sourcePaths = new Map<number, string>();
  /** What is being healed now, for the progress display. */
  readonly progress = { entriesFound: 0, entriesDone: 0, bytesFound: 0, bytesDone: 0, path: "" };

  constructor(parts: RepairWorkParts) {
    const { deps, options, root, snapshots, store, cancel, staging, needsRoom = false } = parts;
    this.fs = deps.fs;
    this.deps = deps;
    this.options = options;
    this.root = root;
    this.snapshots = snapshots;
    this.store = store;
    this.cancel = cancel;
    this.#staging = staging;
    this.#needsRoom = needsRoom;
  }

  get staging(): Staging {
    if (this.#staging === undefined) throw new Error("A dry run makes nothing");
    return this.#staging;
  }

  get dryRun(): boolean {
    return this.options.dryRun;
  }

  /** `<name>/<time>` of a snapshot. */
  idOf(number: number): string {
    const ref = this.snapshots[number];
    return ref === undefined ? "" : joinRel(ref.name, ref.time);
  }

  /** Path relative to the backup root. */
  pathOf({ snapshot, relPath }: StoredName): string {
    const ref = this.snapshots[snapshot];
    const dir = ref === undefined ? "" : snapshotDir(placeOf(ref));
    return relPath === "" ? dir : joinRel(dir, relPath);
  }

  /** How the stored files of a snapshot are kept from being changed. */
  protectionOf(number: number): Protection {
    const ref = this.snapshots[number];
    if (ref === undefined || !ref.companions.has("summaryJson")) return "none";
    const known = this.#protections.get(number);
    if (known !== undefined) return known;
    const summary = this.inDirOf(this.pathOf({ snapshot: number, relPath: "" }), (dir) => {
      const text = readSmallText(this.fs, dir, companionName(ref.time, "summaryJson"));
      return text === undefined ? undefined : parseSummary(text);
    });
    const found = summary?.protect ?? "none";
    this.#protections.set(number, found);
    return found;
  }

  log(level: LogLevel, message: string): void {
    this.deps.onEvent({ kind: "log", level, message });
  }

  /** Counts and tells what is right again; its findings are done with. */
  healed(healed: Omit<Healed, "snapshotId" | "relPath">, names: readonly StoredName[]): void {
    const [first] = names;
    if (first === undefined) return;
    for (const name of names) {
      this.store.markHealed(name);
      const verb = this.dryRun ? "Would heal" : "Healed";
      const from = healed.from === undefined ? "" : ` from "${printable(healed.from)}"`;
      this.log("info", `${verb} "${printable(this.pathOf(name))}"${from}`);
    }
    this.counts.healed++;
    this.counts.names += names.length;
    if (healed.action === "content") this.counts.bytes += healed.sizeBytes;
    this.deps.onHealed({
      ...healed,
      snapshotId: this.idOf(first.snapshot),
      relPath: first.relPath,
    });
  }

  tick(): void {
    const { path: currentPath, ...done } = this.progress;
    const { remaining: problems } = this.counts;
    this.deps.onEvent({ kind: "progress", ...done, walkDone: true, problems, currentPath });
  }

  /** Lets signals and the display have their turn. */
  async turn(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.cancel.check();
  }

  /** Opens the directory of a path relative to the backup root while `use` works in it. */
  inDirOf<T>(path: string, use: (dir: Dir, name: string) => T): T {
    const slash = path.lastIndexOf("/");
    const dir = openDirPath(this.fs, this.root.dir, slash < 0 ? "" : path.slice(0, slash));
    try {
      return use(dir, path.slice(slash + 1));
    } finally {
      this.fs.closeDir(dir);
    }
  }

  /**
   * Runs a step that writes; the reason when it is refused, or when there is no room for it, so that
   * the finding stays.
   */
  refusal(step: () => void): string | undefined {
    try {
      step();
      return undefined;
    } catch (error) {
      const why = this.wantOfRoom(error);
      if (why !== undefined) return why;
      if (!(error instanceof FsError) || !REFUSED.has(error.code)) throw error;
      return error.message;
    }
  }

  /** Why something stays for which there was no room; undefined for any other error. */
  wantOfRoom(error: unknown): string | undefined {
    if (this.#needsRoom || !lacksRoom(error)) return undefined;
    this.#wantOfRoom ??= error;
    return error.message;
  }

  /** Whether something stays for want of room. */
  isWantOfRoom(why: string): boolean {
    return why === this.#wantOfRoom?.message;
  }

  /**
   * Call it when all is told that remains: a root that takes no more is more than a finding.
   *
   * @throws {FsError} when there was no room for something
   */
  assertRoom(): void {
    if (this.#wantOfRoom !== undefined) throw this.#wantOfRoom;
  }

  /** lstat of a path relative to the backup root; undefined when there is nothing. */
  look(path: string): StatTable | undefined {
    const stats = new StatTable(1);
    try {
      this.inDirOf(path, (dir, name) => this.fs.lstat(dir, name, stats, 0));
      return stats;
    } catch (error) {
      if (!(error instanceof FsError)) throw error;
      return undefined;
    }
  }
}

/** What a user or a directory may refuse; anything else is a failure of the backup root. */
const REFUSED = new Set([
  "EACCES",
  "EPERM",
  "EXDEV",
  "ENOENT",
  "ENOTDIR",
  "EISDIR",
  "ELOOP",
  "ENOTEMPTY",
  "EEXIST",
  "EOPNOTSUPP",
  "ENOSYS",
]);

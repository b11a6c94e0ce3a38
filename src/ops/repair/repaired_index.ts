import { AppError } from "../../base/app_error.ts";
import { type ContentIndex, openContentIndex } from "../../store/content_index.ts";
import { type Unit, type UnitName } from "../../store/wounds.ts";
import { indexPlace } from "../index_place.ts";
import type { RepairWork } from "./repair_work.ts";

/**
 * The index, told of what is right again. It is a cache: a failure is a warning, and the next backup
 * makes it agree with the snapshots.
 */
export class RepairedIndex {
  readonly #work: RepairWork;
  readonly #index: ContentIndex;
  readonly #close: () => void;
  #isLost = false;

  private constructor(work: RepairWork, index: ContentIndex, close: () => void) {
    this.#work = work;
    this.#index = index;
    this.#close = close;
  }

  /** Opens it and begins the one transaction of the repair; undefined when there is no way to. */
  static open(work: RepairWork): RepairedIndex | undefined {
    const { fs, root, options, staging } = work;
    const path = options.settings["index.path"];
    const place = indexPlace(fs, { root, privateDir: staging.dir, path });
    const closeDir = () => {
      if (place.dir !== staging.dir) fs.closeDir(place.dir);
    };
    try {
      const { index, reason } = openContentIndex(place);
      if (reason !== undefined) work.log("warning", reason);
      index.begin();
      return new RepairedIndex(work, index, () => {
        index.close();
        closeDir();
      });
    } catch (error) {
      closeDir();
      if (!(error instanceof AppError)) throw error;
      work.log("warning", `${error.message}; the next backup repairs it`);
      return undefined;
    }
  }

  /** The content of `unit` lies at `at` now. */
  note(unit: Unit, at: UnitName): void {
    this.#tried(() => this.#note(unit, at));
  }

  /** Forgets what stays damaged, and keeps the rest. */
  commit(): void {
    this.#tried(() => this.#commit());
  }

  close(): void {
    this.#close();
  }

  /** Without room, say, or on a bad disk, there is nothing to be done about it here. */
  #tried(step: () => void): void {
    if (this.#isLost) return;
    try {
      step();
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      this.#isLost = true;
      this.#work.log("warning", `${error.message}; the next backup repairs it`);
    }
  }

  #note({ digest, sizeBytes, mtime }: Unit, { snapshot, relPath }: UnitName): void {
    if (this.#work.dryRun || sizeBytes === 0) return;
    const ref = this.#work.snapshots[snapshot];
    const known = this.#index.listSnapshots().find(({ name, time, leftover }) =>
      !leftover && name === ref?.name && time === ref.time
    );
    if (known === undefined) return; // taken in from its manifest by the next backup
    const { sec: mtimeSec, nsec: mtimeNsec } = mtime;
    this.#index.put(digest, { sizeBytes, mtimeSec, mtimeNsec, snapshotId: known.id, relPath });
  }

  #commit(): void {
    for (const { digest, sizeBytes, isContentRight } of this.#work.store.units()) {
      if (!isContentRight && this.#index.find(digest, sizeBytes) !== undefined) {
        this.#index.remove(digest);
      }
    }
    this.#index.commit();
  }
}

/**
 * What comes free when holders are removed one after the other. Only what goes is looked at: an
 * inode comes free with the last of its names, and how many it has the file system knows.
 *
 * @module
 */
import { Cancelled } from "../../threads/cancel.ts";
import type { Settings } from "../../config/schema.ts";
import type { Dir } from "../../fs/file_system.ts";
import { type CountAnswer, DIR, DIR_FIELDS, ROW, ROW_FIELDS } from "./count_batch.ts";
import type { StartCounter } from "./count_threads.ts";
import { CountingLanes } from "./counting_lanes.ts";
import type { OpsDeps } from "../ops_deps.ts";
import type { HolderPlan } from "./holders.ts";
import { type Holder, InodeTable, SEEN } from "./inode_table.ts";
import { countEntries } from "./own_entries.ts";

/** What removing one holder gives back, once those before it are gone. */
export interface Freed {
  readonly bytes: number;
  readonly inodes: number;
  /** How many names it has. */
  readonly names: number;
}

/** What {@link FreedCounter} needs. */
export interface FreedDeps extends OpsDeps {
  readonly startCounter: StartCounter;
}

/** Threads beyond this gain nothing: main takes in what they find. */
const MAX_THREADS = 4;

/** See the module text. */
export class FreedCounter {
  readonly #deps: FreedDeps;
  readonly #rootDir: Dir;
  readonly #lanes: CountingLanes;
  readonly #table = new InodeTable();
  #number = 0;
  #entries = 0;

  private constructor(deps: FreedDeps, rootDir: Dir, lanes: CountingLanes) {
    this.#deps = deps;
    this.#rootDir = rootDir;
    this.#lanes = lanes;
  }

  /**
   * Starts the threads.
   *
   * @throws {FENCE_MISSING} {Cancelled}
   */
  static async start(
    deps: FreedDeps,
    { root, rootDir, cores, fence }: {
      root: string;
      rootDir: Dir;
      cores: number;
      fence: Settings["performance.fence"];
    },
  ): Promise<FreedCounter> {
    const lanes = await CountingLanes.start({
      start: deps.startCounter,
      threads: Math.max(1, Math.min(cores, MAX_THREADS)),
      fence,
      fileSystem: deps.fs.kind,
      backupRoot: root,
      linkLimit: undefined,
      signal: deps.signal,
    });
    return new FreedCounter(deps, rootDir, lanes);
  }

  /**
   * Counts the next one that goes.
   *
   * @throws {Cancelled}
   */
  async count(
    { dirs, entries, ownSums }: Pick<HolderPlan, "dirs" | "entries" | "ownSums">,
  ): Promise<Freed> {
    const { fs, signal, onEvent } = this.#deps;
    if (signal.aborted) throw new Cancelled();
    const holder = { number: this.#number++, isChosen: true };
    const freed = { bytes: 0, inodes: 0, names: 0 };
    const take = (answer: Omit<CountAnswer, "left">) => {
      this.#take(answer, holder, freed);
      for (const problem of answer.problems) onEvent({ kind: "problem", problem });
    };
    take(countEntries(fs, this.#rootDir, entries));
    await this.#lanes.count({ dirs, ownSums }, take);
    this.#entries += freed.names;
    return freed;
  }

  /** Ends the threads. */
  async close(): Promise<void> {
    await this.#lanes.close();
  }

  #take(
    { paths, dirs, rows }: Omit<CountAnswer, "left">,
    holder: Holder,
    freed: { bytes: number; inodes: number; names: number },
  ): void {
    for (const i of paths.keys()) {
      const of = (column: number) => dirs[i * DIR_FIELDS + column] ?? 0;
      freed.bytes += of(DIR.loneContentBytes) + of(DIR.loneOtherBytes);
      freed.inodes += of(DIR.loneContents) + of(DIR.loneOthers);
      freed.names += of(DIR.loneContents) + of(DIR.loneOthers) + of(DIR.rows);
    }
    const count = rows.length / ROW_FIELDS;
    for (let row = 0; row < count; row++) {
      if ((this.#table.add(rows, row, holder) & SEEN.last) === 0) continue;
      freed.bytes += rows[row * ROW_FIELDS + ROW.allocatedBytes] ?? 0;
      freed.inodes++;
    }
    this.#tell(freed.names, paths.at(-1) ?? "");
  }

  #tell(names: number, currentPath: string): void {
    const entries = this.#entries + names;
    this.#deps.onEvent({
      kind: "progress",
      entriesDone: entries,
      entriesFound: entries,
      bytesDone: 0,
      bytesFound: 0,
      walkDone: false,
      problems: 0,
      currentPath,
    });
  }
}

/**
 * Verifies snapshots of one backup root: trees against manifests one after the other, contents by the
 * reader threads at the same time (or afterwards, when only some are to be read), and at last what can
 * only be told when all names of an inode are known.
 *
 * @module
 */
import { openRootDir } from "../../backup/run/preflight.ts";
import { joinRel } from "../../base/path_bytes.ts";
import type { Problem } from "../../base/problem.ts";
import type { Dir } from "../../fs/file_system.ts";
import { CancelFlag, Cancelled } from "../../threads/cancel.ts";
import {
  chooseReadersOf,
  type ReaderCount,
  readersText,
  widenReaders,
} from "../../threads/reader_count.ts";
import { openReadBudget, type ReadBudget } from "../../threads/read_budget.ts";
import { checkTarget } from "./check_target.ts";
import { InodeTable } from "./inode_table.ts";
import { lookAt } from "./look_at.ts";
import { ModeRule } from "./mode_rule.ts";
import { ProgressTally } from "./progress_tally.ts";
import { Reading } from "./reading.ts";
import type { CheckListener, SoundFile } from "./recorded_check.ts";
import { ScrubMemory } from "./scrub_memory.ts";
import { openTarget, TargetState } from "./target_state.ts";
import type { RootTargets } from "./targets.ts";
import type { VerifiedRoot, VerifyDeps, VerifyOptions } from "./verify_options.ts";
import { verifyChain } from "./verify_chain.ts";
import { VerifyLanes } from "./verify_lanes.ts";
import { verifySignatures } from "./verify_signatures.ts";
import { isHistoryWhole } from "./whole_history.ts";

/** What of the time may go by until reading begins, when reading has to wait. */
const WALK_SHARE = 0.5;

/** The time for looking at trees is up. */
class TimeUp extends Error {}

/**
 * Verifies snapshots of one root; findings are told as problems. Takes no lock.
 *
 * @throws {Cancelled} when the user stops it: what was read is remembered
 * @throws {FENCE_MISSING}
 */
export async function verifyRoot(
  wanted: RootTargets,
  options: VerifyOptions,
  deps: VerifyDeps,
): Promise<VerifiedRoot> {
  const root = openRootDir(deps.fs, wanted.root);
  try {
    const verify = new RootVerify(wanted, options, { ...deps, rootDir: root.dir });
    try {
      return await verify.run();
    } finally {
      await verify.close();
    }
  } finally {
    deps.fs.closeDir(root.dir);
  }
}

class RootVerify {
  readonly #wanted: RootTargets;
  readonly #options: VerifyOptions;
  readonly #deps: VerifyDeps & { readonly rootDir: Dir };
  readonly #cancel = new CancelFlag();
  readonly #stop = new CancelFlag();
  readonly #tally = new ProgressTally();
  readonly #table = new InodeTable();
  readonly #targets: readonly TargetState[];
  readonly #memory: ScrubMemory;
  readonly #modes: ModeRule<TargetState>;
  readonly #budget: ReadBudget | undefined;
  readonly #readers: ReaderCount;
  readonly #lanes: VerifyLanes;
  readonly #reading: Reading;
  readonly #startedMs: number;
  /** As of the last tick or section: a look at the clock for each file would cost too much. */
  #aboutNowSec: number;
  readonly #run: { readonly startedAtSec: number; readonly resumed: boolean };
  readonly #endTicks: () => void;
  readonly #onAbort = () => this.#cancel.raise();

  constructor(
    wanted: RootTargets,
    options: VerifyOptions,
    deps: VerifyDeps & { readonly rootDir: Dir },
  ) {
    const { fs, rootDir, clock, signal, cores, cpuMs, machineMs, every } = deps;
    const look = (relPath: string) => lookAt(fs, rootDir, relPath);
    [this.#wanted, this.#options, this.#deps] = [wanted, options, deps];
    this.#startedMs = clock.monotonicMs();
    this.#aboutNowSec = this.#nowSec();
    const onProblem = (problem: Problem) => this.#tell(problem);
    this.#targets = wanted.targets.map((address, number) =>
      new TargetState(address, { number, look, onProblem })
    );
    const hashers = options.settings["performance.hashers"];
    this.#readers = chooseReadersOf(fs, rootDir, { wanted: hashers, cores });
    // From here on nothing may fail: nobody would close it.
    this.#memory = this.#openMemory();
    this.#run = this.#startRun();
    this.#modes = new ModeRule(this.#table, (inode) => this.#memory.find(inode));
    const bytesPerSecond = options.settings["performance.bwlimit"];
    this.#budget = openReadBudget({ bytesPerSecond, clock, every });
    deps.onEvent({ kind: "log", level: "debug", message: readersText(this.#readers) });
    this.#lanes = this.#openLanes();
    this.#reading = this.#openReading();
    signal.addEventListener("abort", this.#onAbort);
    if (signal.aborted) this.#cancel.raise();
    const endTicks = every(options.settings["log.progress_interval"], () => this.#tick());
    const pool = this.#lanes.readers;
    const readers = this.#readers;
    const endWidening = widenReaders({ readers, pool, cores, cpuMs, machineMs, clock, every });
    this.#endTicks = () => {
      endTicks();
      endWidening();
    };
  }

  async run(): Promise<VerifiedRoot> {
    await this.#checkManifests();
    const sawAll = await this.#checkTrees();
    this.#tally.walkDone = !this.#isLate;
    let isComplete = sawAll;
    if (!this.#options.fast) {
      const share = this.#options.sample ?? 1;
      const isTimeUp = () => {
        this.#checkCancel();
        return this.#isTimeUp(1);
      };
      this.#tally.walkDone = true;
      const late = await this.#reading.readLate({ share, isTimeUp });
      await this.#reading.settled();
      isComplete &&= late.isComplete && this.#reading.stopped === 0;
      await this.#tellOtherNames();
    }
    const modesUnjudged = await this.#judgeModes();
    this.#remember({ sawAll, isComplete });
    this.#tick();
    return this.#result({ modesUnjudged, isComplete });
  }

  async close(): Promise<void> {
    this.#endTicks();
    this.#deps.signal.removeEventListener("abort", this.#onAbort);
    this.#cancel.raise();
    await this.#lanes.close();
    this.#budget?.close();
    this.#memory.flush();
    this.#memory.close();
    this.#reading.close();
  }

  /** Whether contents are read when all of them are known, to choose among them. */
  get #isLate(): boolean {
    const { fast, sample, maxDurationMs } = this.#options;
    return !fast && (sample !== undefined || maxDurationMs !== undefined);
  }

  #openMemory(): ScrubMemory {
    const { fs, rootDir, onEvent } = this.#deps;
    const { fast, resume } = this.#options;
    const create = fast ? "nothing" : this.#isLate || resume ? "directory" : "file";
    return new ScrubMemory({ fs, root: this.#wanted.root, rootDir }, {
      create,
      onLost: (reason) => {
        const message = `What is read now will not be remembered: ${reason}`;
        const level = create === "directory" ? "warning" : "info";
        onEvent({ kind: "log", level, message });
      },
    });
  }

  #startRun(): { startedAtSec: number; resumed: boolean } {
    const { fast, resume } = this.#options;
    const nowSec = this.#nowSec();
    if (fast) return { startedAtSec: nowSec, resumed: false };
    const run = this.#memory.startRun(this.#wanted.scope, { nowSec, resume });
    if (resume) {
      const since = new Date(run.startedAtSec * 1000).toISOString().slice(0, 19).replace("T", " ");
      const message = run.resumed
        ? `Going on with the verify that began ${since} UTC`
        : "There is no unfinished verify of these snapshots: it starts from the beginning";
      this.#deps.onEvent({ kind: "log", level: run.resumed ? "info" : "warning", message });
    }
    return run;
  }

  #openLanes(): VerifyLanes {
    const { threads, fs } = this.#deps;
    const { settings } = this.#options;
    return new VerifyLanes({
      threads,
      root: this.#wanted.root,
      fileSystem: fs.kind,
      fence: settings["performance.fence"],
      bufferBytes: settings["performance.buffer"],
      readers: this.#readers,
      cancel: this.#cancel,
      stop: this.#stop,
      budget: this.#budget?.shared,
    });
  }

  #openReading(): Reading {
    return new Reading({
      pool: this.#lanes.readers,
      maxJobs: this.#readers.most * 2,
      table: this.#table,
      memory: this.#memory,
      tally: this.#tally,
      targets: this.#targets,
      late: this.#isLate,
      readSinceSec: this.#run.resumed ? this.#run.startedAtSec : undefined,
      nowSec: () => this.#aboutNowSec,
      look: (relPath) => lookAt(this.#deps.fs, this.#deps.rootDir, relPath),
    });
  }

  async #checkManifests(): Promise<void> {
    const { fs, rootDir, signatures: check } = this.#deps;
    const onProblem = (problem: Problem) => this.#tell(problem);
    const onTurn = async () => {
      await new Promise((resolve) => setTimeout(resolve, 0));
      this.#checkCancel();
    };
    const work = { fs, rootDir, targets: this.#targets, onTurn };
    await verifyChain({ ...work, onProblem });
    if (check === undefined) return;
    await verifySignatures({ ...work, root: this.#wanted.root, check });
  }

  /** False when the time was up before all were looked at. */
  async #checkTrees(): Promise<boolean> {
    for (const target of this.#targets) {
      const startedMs = this.#deps.clock.monotonicMs();
      try {
        await this.#checkTree(target);
        target.isComplete = true;
      } catch (error) {
        if (error instanceof TimeUp) return false;
        throw error;
      } finally {
        target.durationSeconds = (this.#deps.clock.monotonicMs() - startedMs) / 1000;
      }
    }
    return true;
  }

  async #checkTree(target: TargetState): Promise<void> {
    const { fs } = this.#deps;
    const snapshot = openTarget(fs, target.address);
    if (snapshot === undefined) return target.markRemoved();
    try {
      const tree = this.#lanes.tree.bind(this.#lanes);
      await checkTarget(target, { fs, snapshot, tree, listener: this.#listener(target) });
      if (!this.#options.fast && !this.#isLate) await this.#reading.settled();
    } finally {
      snapshot.close();
    }
  }

  #listener(target: TargetState): CheckListener {
    const { counts } = target;
    const tally = this.#tally;
    return {
      onFinding: (relPath, difference) => target.report(relPath, difference),
      onEntry(fileBytes) {
        counts.entries++;
        tally.entriesFound++;
        tally.entriesDone++;
        if (fileBytes === undefined) return;
        counts.files++;
        counts.bytes += fileBytes;
      },
      onFile: (file) => this.#takeFile(target, file),
      pause: () => this.#pause(target),
    };
  }

  #takeFile(target: TargetState, file: SoundFile): void {
    const before = this.#table.size;
    const inode = this.#table.add(file.stats, file.row);
    if (file.digest === "") target.counts.filesWithoutDigest++;
    this.#modes.see(inode, file, { rules: target.rules, place: target });
    const isNew = this.#table.size > before;
    if (this.#options.fast) this.#reading.count(file, { isNew });
    else this.#reading.add(target, file, { inode, isNew });
  }

  async #pause(target: TargetState): Promise<void> {
    this.#checkCancel();
    this.#aboutNowSec = this.#nowSec();
    if (this.#isTimeUp(this.#options.fast ? 1 : WALK_SHARE)) throw new TimeUp();
    this.#tally.currentPath = target.address.id;
    this.#memory.flushSometimes(this.#deps.clock.monotonicMs());
    await this.#reading.room();
  }

  /** A damaged inode may have names that were met before the damage. */
  async #tellOtherNames(): Promise<void> {
    const { damages } = this.#reading;
    const isOpen = () =>
      [...damages].some(([inode, { told }]) => told.size < this.#table.names(inode));
    for (const target of this.#targets) {
      if (!isOpen()) return;
      if (target.wasRemoved) continue;
      const plan = { snapshotDir: target.dir, below: target.address.relPath, bare: undefined };
      for await (const { relPath, names, stats } of this.#lanes.tree(plan)) {
        this.#checkCancel();
        for (const [i, name] of names.entries()) {
          const inode = this.#table.find(stats, i + 1);
          if (inode !== undefined) this.#reading.tell(target, joinRel(relPath, name), inode);
        }
      }
    }
  }

  async #judgeModes(): Promise<number> {
    const { fs, rootDir } = this.#deps;
    return await this.#modes.judge({
      isHistoryWhole: () => isHistoryWhole(fs, rootDir),
      onFinding: ({ place, relPath }, reason) => place.report(relPath, { code: "mode", reason }),
      onUnjudged: (inode) => {
        const mode = inode.stats.permissions(inode.row);
        this.#memory.note(inode, { readAtSec: undefined, damaged: false, mode });
      },
    });
  }

  #remember({ sawAll, isComplete }: { sawAll: boolean; isComplete: boolean }): void {
    if (this.#options.fast) return;
    if (isComplete) {
      this.#memory.finishRun(this.#wanted.scope, { startedAtSec: this.#run.startedAtSec });
    }
    const isBlind = this.#targets.some((target) => target.hasBlindSpots || target.wasRemoved);
    if (!sawAll || !this.#wanted.isWhole || isBlind) return;
    this.#memory.forgetGone((stats) => this.#table.find(stats, 0) !== undefined);
  }

  #result(
    { modesUnjudged, isComplete }: { modesUnjudged: number; isComplete: boolean },
  ): VerifiedRoot {
    const { total, skipped } = this.#reading;
    return {
      root: this.#wanted.root,
      snapshots: this.#targets.map(({ result }) => result),
      inodes: total.inodes,
      bytes: total.bytes,
      inodesReadBefore: skipped.inodes,
      bytesReadBefore: skipped.bytes,
      modesUnjudged,
      isComplete,
    };
  }

  #tell(problem: Problem): void {
    this.#tally.problems++;
    this.#deps.onEvent({ kind: "problem", problem });
  }

  #tick(): void {
    this.#aboutNowSec = this.#nowSec();
    if (!this.#options.fast && this.#isTimeUp(1)) {
      this.#stop.raise();
      this.#budget?.close(); // who waits for it is to see that the time is up
    }
    this.#deps.onEvent(this.#tally.event(this.#lanes.bytesUnderWay));
  }

  /** Whether `share` of the time has gone by. */
  #isTimeUp(share: number): boolean {
    const { maxDurationMs } = this.#options;
    if (maxDurationMs === undefined) return false;
    return this.#deps.clock.monotonicMs() - this.#startedMs >= maxDurationMs * share;
  }

  #checkCancel(): void {
    if (this.#cancel.raised) throw new Cancelled();
  }

  #nowSec(): number {
    return Math.floor(this.#deps.clock.now().getTime() / 1000);
  }
}

/**
 * The dry run: steps 1, 2 and the first half of 3, with nothing written anywhere.
 *
 * @module
 */
import { VERSION } from "../base/version.ts";
import type { Job } from "../config/config.ts";
import { type Dir, type FileSystem, FsError } from "../fs/file_system.ts";
import { type Summary, SUMMARY_VERSION } from "../store/summary.ts";
import { CancelFlag } from "../threads/cancel.ts";
import { PreviousTree } from "./settle/compare.ts";
import type { BackupDeps } from "./deps.ts";
import { isoTime } from "./snapshot/iso_time.ts";
import { jobRules, readPatternFiles } from "./run/job_rules.ts";
import { ACTION } from "./link/link_messages.ts";
import { planLinks, type PlanOptions, planOptions } from "./settle/plan_links.ts";
import { type Checked, checkJob, seenFolding } from "./run/preflight.ts";
import { checkMark } from "./run/root_mark.ts";
import { RunLanes } from "./run/run_lanes.ts";
import type { LogLevel } from "./snapshot/run_log.ts";
import { findPrevious, type PreviousSnapshot, refuseEmptySource } from "./run/previous_snapshot.ts";
import { ProgressCounter } from "./snapshot/progress_counter.ts";
import { OUTCOME, SettlingSection } from "./settle/settling.ts";
import { StageTimes } from "./snapshot/stage_times.ts";
import { Tally } from "./snapshot/tally.ts";
import { walkBatches } from "./walk/walk_batches.ts";

/**
 * Walks and compares as a backup would. In the summary `linked` is what is unchanged, `copied` what
 * would be read and, unless the root holds its content, stored.
 *
 * @throws {AppError} what `checkJob` and `checkMark` throw, and SOURCE_EMPTY
 */
export async function previewBackup(job: Job, deps: BackupDeps): Promise<Summary> {
  const { fs, note } = deps.openFileSystem(job.settings["performance.file_system"]);
  if (note !== undefined) deps.onEvent({ kind: "log", level: "warning", message: note });
  try {
    return await preview(job, { deps, fs });
  } finally {
    fs.closeAll();
  }
}

async function preview(
  job: Job,
  { deps, fs }: { deps: BackupDeps; fs: FileSystem },
): Promise<Summary> {
  const startedAt = deps.clock.now();
  const times = new StageTimes(deps.clock);
  const checked = checkJob(fs, job, deps);
  const { state, unmarkedRoot: unmarked = "new" } = deps;
  checkMark(fs, checked.root, { state, unmarked });
  const previous = previousOf(fs, checked);
  refuseEmptySource(fs, { job, checked, previous });
  const tally = await compareTree(job, { deps, fs, checked, previous });
  times.mark("walk");
  const summary: Summary = {
    format_version: SUMMARY_VERSION,
    phlb_version: VERSION,
    name: checked.name,
    snapshot_id: "",
    source: checked.source.path,
    hostname: deps.host.name,
    started_at: isoTime(startedAt),
    finished_at: isoTime(deps.clock.now()),
    duration_seconds: times.totalSeconds,
    complete: false,
    interrupted: false,
    ...tally.summary,
    previous: previous === undefined ? null : {
      time: previous.time,
      duration_seconds: previous.summary?.duration_seconds ?? null,
    },
    tags: job.settings.tags,
    note: job.settings.note ?? null,
    stage_seconds: times.seconds,
    threads: {},
  };
  const snapshotPath = checked.root.path;
  deps.onEvent({ kind: "summary", summary, published: false, dryRun: true, snapshotPath });
  return summary;
}

function previousOf(fs: FileSystem, checked: Checked): PreviousSnapshot | undefined {
  let nameDir: Dir;
  try {
    nameDir = fs.openDir(checked.root.dir, checked.name);
  } catch (error) {
    if (error instanceof FsError && error.code === "ENOENT") return undefined;
    throw error;
  }
  return findPrevious(fs, { checked, nameDir });
}

interface Comparison {
  readonly deps: BackupDeps;
  readonly fs: FileSystem;
  readonly checked: Checked;
  readonly previous: PreviousSnapshot | undefined;
}

async function compareTree(job: Job, comparison: Comparison): Promise<Tally> {
  const { deps, fs, checked, previous } = comparison;
  const cancel = new CancelFlag();
  deps.signal.addEventListener("abort", () => cancel.raise());
  if (deps.signal.aborted) cancel.raise();
  const tally = new Tally();
  const progress = new ProgressCounter(tally, []);
  const rootInSource = checked.rootInSource ? checked.root : undefined;
  const rules = jobRules(job, { patternFiles: readPatternFiles(job, deps), rootInSource });
  const note = (level: LogLevel, message: string) => deps.onEvent({ kind: "log", level, message });
  const lanes = new RunLanes(job, { cancel, note });
  const interval = job.settings["log.progress_interval"];
  const stop = deps.every(interval, () => deps.onEvent(progress.event));
  const tree = new PreviousTree(previous?.parts(), () => {});
  try {
    const walker = await lanes.start(() =>
      deps.threads.walker({
        fileSystem: fs.kind,
        fence: job.settings["performance.fence"] !== "off",
        cancel: cancel.shared,
        sourceRoot: checked.source.path,
        rules,
        folding: seenFolding(fs, checked.root.dir),
      })
    );
    for await (const batch of walkBatches(walker)) {
      progress.found(batch);
      for (const walked of batch) {
        const section = new SettlingSection(walked, await tree.match(walked));
        assumeOutcomes(section, planOptions(job, previous));
        tally.add(section);
        progress.done([section]);
        for (const problem of section.problems) deps.onEvent({ kind: "problem", problem });
      }
    }
    return tally;
  } finally {
    stop();
    await lanes.close();
    await tree.close();
  }
}

function assumeOutcomes(section: SettlingSection, options: PlanOptions): void {
  for (const [index, action] of planLinks(section, options).actions.entries()) {
    const isFile = section.stats.type(index + 1) === "file";
    const ofFile = action === ACTION.linkPrevious ? OUTCOME.linked : OUTCOME.copied;
    section.outcomes[index] = isFile ? ofFile : OUTCOME.made;
  }
}

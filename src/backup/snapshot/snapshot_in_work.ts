/**
 * The snapshot that a run is making: its files, its log, its place in the index.
 *
 * @module
 */
import { join } from "node:path";
import { VERSION } from "../../base/version.ts";
import type { Job } from "../../config/config.ts";
import { renderEffectiveConfig } from "../../config/render_config.ts";
import { type File, FsError } from "../../fs/file_system.ts";
import { threadCpuMs } from "../../fs/thread_time.ts";
import { fileChunks } from "../../store/file_chunks.ts";
import { partialName, snapshotDir, unpublishedName } from "../../store/layout.ts";
import { MANIFEST_VERSION } from "../../store/manifest_header.ts";
import { ManifestWriter } from "../../store/manifest_writer.ts";
import { NOT_LIFTED, NOT_SEALED, parseProtection } from "../../store/protection.ts";
import { formatSummaryJson, type Summary, SUMMARY_VERSION } from "../../store/summary.ts";
import { sign } from "../../store/signature.ts";
import { Cancelled } from "../../threads/cancel.ts";
import type { BackupDeps } from "../deps.ts";
import { isoTime } from "./iso_time.ts";
import { type Leftover, leftoverPath, removeLeftover } from "../run/leftovers.ts";
import type { OpenedRoot } from "../run/open_root.ts";
import { type LogLevel, RunLog } from "./run_log.ts";
import { SnapshotFiles } from "./snapshot_files.ts";
import { contentsTime } from "./snapshot_time.ts";
import type { StageTimes } from "./stage_times.ts";
import { ThreadProfile } from "./thread_profile.ts";
import type { Tally } from "./tally.ts";

/** What is told of refusals that are about no attribute. */
const NOT_KEPT: ReadonlyMap<string, string> = new Map([
  [NOT_SEALED, "At least one stored file could not be made immutable; it has no write bits"],
  [
    NOT_LIFTED,
    "Stored files are immutable, and only root can link to these: their contents are stored again",
  ],
]);

function notKept(attribute: string): string {
  const what = `The backup root does not keep the attribute "${attribute}" of at least one entry`;
  return `${what}; the manifest has it`;
}

/** See the module text. */
export class SnapshotInWork {
  readonly manifest: ManifestWriter;
  readonly log: RunLog;
  readonly profile = new ThreadProfile(threadCpuMs);
  /** Id of this snapshot in the index; until it is published it stands there as a leftover. */
  readonly snapshotId: number;
  /** Id in the index of what {@link makeContentsDir} made. */
  contentsId: number | undefined;
  readonly #job: Job;
  readonly #deps: BackupDeps;
  readonly #root: OpenedRoot;
  readonly #files: SnapshotFiles;
  readonly #startedAt: Date;
  readonly #manifestFile: File;
  readonly #refused = new Set<string>();
  readonly #contentsDirs: Leftover[] = [];
  #manifestBytes = 0;
  #manifestOpen = true;
  #open = true;

  constructor(job: Job, { deps, root }: { deps: BackupDeps; root: OpenedRoot }) {
    this.#job = job;
    this.#deps = deps;
    this.#root = root;
    this.#startedAt = deps.clock.now();
    const { fs, nameDir, name, previous } = root;
    const timeFormat = job.settings["snapshot.time_format"];
    this.#files = new SnapshotFiles(fs, {
      dir: nameDir,
      now: this.#startedAt,
      timeFormat,
      previous,
    });
    const level = job.settings["log.file_level"];
    const logName = this.#files.companion("log");
    this.log = new RunLog({ fs, dir: nameDir, name: logName, clock: deps.clock, level });
    this.#files.write("config", renderEffectiveConfig(job));
    this.#manifestFile = this.#files.create("manifest");
    this.manifest = this.#newManifest();
    this.snapshotId = root.index.addSnapshot({ name, time: this.#files.time, leftover: true });
    this.#announce();
  }

  /** As it stands in the names of the snapshot and its companions. */
  get time(): string {
    return this.#files.time;
  }

  /** Relative to the backup root. */
  get partialDir(): string {
    return snapshotDir({ name: this.#root.name, time: this.#files.time, leftover: true });
  }

  /** Absolute. */
  get partialPath(): string {
    return join(this.#root.root.path, this.partialDir);
  }

  /** Absolute path of the published snapshot. */
  get finalPath(): string {
    return join(this.#root.root.path, this.#root.name, this.#files.time);
  }

  /** Makes a directory for contents that are linked into the tree later; removed at publishing. */
  makeContentsDir(): { contents: Leftover; contentsId: number } {
    const { fs, nameDir, name, index } = this.#root;
    const contents = { name, time: contentsTime(this.#files.time) };
    fs.makeDir(nameDir, partialName(contents.time), 0o700);
    this.#contentsDirs.push(contents);
    this.contentsId = index.addSnapshot({ ...contents, leftover: true });
    return { contents, contentsId: this.contentsId };
  }

  /** Tells the user and the log. */
  note(level: LogLevel, message: string): void {
    this.log.add(level, message);
    this.#deps.onEvent({ kind: "log", level, message });
  }

  /** Tells once for each kind of attribute that the backup root does not keep it. */
  noteRefused(names: readonly string[]): void {
    for (const name of names) {
      if (this.#refused.has(name)) continue;
      this.#refused.add(name);
      this.note("warning", NOT_KEPT.get(name) ?? notKept(name));
    }
  }

  /** Finishes all files, makes everything durable and gives the snapshot its name. */
  async publish(tally: Tally, times: StageTimes): Promise<Summary> {
    const { fs, root, leftovers } = this.#root;
    const totals = this.manifest.finish();
    this.#closeManifest();
    await this.#sign();
    times.mark("manifest");
    // All the data first, so that the duration in the summary has the waiting in it.
    this.#files.sync();
    times.mark("sync");
    const summary = this.#summary(tally, { times, complete: true, interrupted: false });
    this.#files.write("summaryText", this.#deps.summaryText(summary, this.finalPath));
    this.#files.write("summaryJson", formatSummaryJson(summary));
    this.log.add("info", `Manifest: ${totals.entries} entries, sha256 ${totals.sha256}`);
    this.log.add("info", `Snapshot complete: "${this.finalPath}"`);
    this.log.close();
    this.#open = false;
    this.#files.publish();
    for (const leftover of [...leftovers, ...this.#contentsDirs]) {
      removeLeftover(fs, root.dir, leftover);
    }
    return summary;
  }

  /**
   * Leaves a run that ended early so that nobody takes it for complete: the log and a summary that
   * says so. Returns that summary, undefined when not even that could be written.
   */
  abandon(
    tally: Tally,
    { times, cause }: { times: StageTimes; cause: unknown },
  ): Summary | undefined {
    if (!this.#open) return undefined;
    const interrupted = cause instanceof Cancelled;
    const summary = this.#summary(tally, { times, complete: false, interrupted });
    const reason = cause instanceof Error ? cause.message : String(cause);
    try {
      this.log.add("error", `The run ended early: ${reason}`);
      this.log.add("error", `What was stored stays in "${this.partialPath}" for the next run`);
      this.log.flush();
      this.#files.write("summaryText", this.#deps.summaryText(summary, this.partialPath));
      this.#files.write("summaryJson", formatSummaryJson(summary));
      this.#files.abandon();
    } catch (error) {
      // A full or vanished disk: what ended the run is told, this adds nothing.
      if (!(error instanceof FsError)) throw error;
    }
    return summary;
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    for (const close of [() => this.#closeManifest(), () => this.log.close()]) {
      try {
        close();
      } catch (error) {
        if (!(error instanceof FsError)) throw error; // the same full disk that ended the run
      }
    }
  }

  async #sign(): Promise<void> {
    const { fs, nameDir } = this.#root;
    const keyFile = this.#job.settings["snapshot.sign_key"];
    if (keyFile === undefined) return;
    const manifest = unpublishedName(this.#files.companion("manifest"));
    const content = fileChunks(fs, nameDir, manifest);
    this.#files.write("signature", await sign(this.#deps.sshKeygen, { keyFile, content }));
  }

  #closeManifest(): void {
    if (!this.#manifestOpen) return;
    this.#manifestOpen = false;
    this.#root.fs.closeFile(this.#manifestFile);
  }

  #newManifest(): ManifestWriter {
    const { fs, name, source, previous } = this.#root;
    return new ManifestWriter({
      header: {
        formatVersion: MANIFEST_VERSION,
        phlbVersion: VERSION,
        source: source.path,
        snapshot: `${name}/${this.#files.time}`,
        startedAt: isoTime(this.#startedAt),
        hostname: this.#deps.host.name,
        previous: previous?.manifest,
        protect: parseProtection(this.#root.protection),
      },
      sink: (bytes) => {
        fs.write(this.#manifestFile, bytes, this.#manifestBytes);
        this.#manifestBytes += bytes.length;
      },
      level: this.#job.settings["snapshot.manifest_level"],
      userName: (uid) => fs.userName(uid),
      groupName: (gid) => fs.groupName(gid),
    });
  }

  #announce(): void {
    const { source, fs, notes, rootInSource, root, leftovers, previous } = this.#root;
    for (const { level, message } of this.#deps.earlier ?? []) this.log.add(level, message);
    this.log.add("info", `phlb ${VERSION}, ${fs.kind} file system`);
    this.log.add("info", `Backup of "${source.path}" to "${this.finalPath}"`);
    const counts = previous?.summary?.counts;
    const bytes = previous?.summary?.bytes.processed;
    this.#deps.onEvent({
      kind: "start",
      ...(this.#job.id === undefined ? {} : { jobId: this.#job.id }),
      source: source.path,
      snapshotPath: this.finalPath,
      ...(counts === undefined || bytes === undefined
        ? {}
        : { expected: { entries: counts.walked, bytes } }),
    });
    for (const { level, message } of notes) this.note(level, message);
    if (rootInSource) {
      this.note("warning", `The backup root "${root.path}" lies in the source and is left out`);
    }
    for (const leftover of leftovers) {
      this.note("warning", `An earlier run was cut off and left "${leftoverPath(leftover)}"`);
    }
  }

  #summary(
    tally: Tally,
    { times, complete, interrupted }: {
      times: StageTimes;
      complete: boolean;
      interrupted: boolean;
    },
  ): Summary {
    const { name, source, previous } = this.#root;
    const { settings } = this.#job;
    const previousSummary = previous?.summary;
    const protect = parseProtection(this.#root.protection);
    return {
      format_version: SUMMARY_VERSION,
      phlb_version: VERSION,
      name,
      snapshot_id: `${name}/${this.#files.time}`,
      source: source.path,
      hostname: this.#deps.host.name,
      started_at: isoTime(this.#startedAt),
      finished_at: isoTime(this.#deps.clock.now()),
      duration_seconds: times.totalSeconds,
      complete,
      interrupted,
      ...tally.summary,
      previous: previous === undefined ? null : {
        time: previous.time,
        duration_seconds: previousSummary?.duration_seconds ?? null,
      },
      tags: settings.tags,
      note: settings.note ?? null,
      stage_seconds: times.seconds,
      threads: this.profile.threads,
      ...(protect === undefined ? {} : { protect }),
    };
  }
}

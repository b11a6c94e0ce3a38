/**
 * `phlb status`: how each job stands, by what this machine remembers of it and by what its backup
 * root says. No snapshot is looked into, nothing is written, no lock is taken.
 *
 * @module
 */
import { AppError } from "../../base/app_error.ts";
import type { Clock } from "../../base/clock.ts";
import type { StateTexts } from "../../base/state_texts.ts";
import { checkMark } from "../../backup/run/root_mark.ts";
import { openRootDir } from "../../backup/run/preflight.ts";
import type { Job } from "../../config/config.ts";
import { type FileSystem, FsError } from "../../fs/file_system.ts";
import { type ScrubCoverage, scrubCoverage } from "../../store/scrub_record.ts";
import { type ListedSnapshot, listRoot, type RootListing } from "../list_snapshots.ts";
import { lateness } from "../schedule/due.ts";
import { calendarOf } from "../schedule/scheduled_job.ts";
import { type JobRecord, readJobRecord } from "../state/job_record.ts";
import { nameOf, newestOf } from "../state/last_good.ts";
import { estimateRoom, type Room } from "../stats/room.ts";
import { Trash } from "../trash/trash.ts";

/** What {@link statusOf} needs from the outside. */
export interface StatusDeps {
  readonly fs: FileSystem;
  readonly clock: Clock;
  readonly state: StateTexts | undefined;
  /** Absolute; what is backed up when no source is configured. */
  readonly cwd: string;
}

/** How a backup root stands. */
export interface RootStatus {
  /** Absolute. */
  readonly path: string;
  /** Why it cannot be used now; undefined when it can. */
  readonly fault: string | undefined;
  /** The rest is undefined then. */
  readonly trash: number | undefined;
  readonly room: Room | undefined;
  readonly coverage: ScrubCoverage | undefined;
}

/** How a job stands. */
export interface JobStatus {
  readonly id: string | undefined;
  /** Absolute. */
  readonly source: string;
  /** Absolute. */
  readonly root: string;
  /** Of its snapshots. */
  readonly name: string;
  readonly record: JobRecord;
  /** When the last good run began; undefined when there was none. */
  readonly lastGood: Date | undefined;
  readonly every: string | undefined;
  readonly next: Date | undefined;
  readonly overdueSince: Date | undefined;
  /** Complete ones in the root; undefined when it cannot be used. */
  readonly snapshots: number | undefined;
  readonly pinned: number | undefined;
  /** Cut off, or under way. */
  readonly partial: number | undefined;
  readonly newest: ListedSnapshot | undefined;
}

/** How everything stands. */
export interface Status {
  readonly jobs: readonly JobStatus[];
  /** Each once. */
  readonly roots: readonly RootStatus[];
}

/** See the module text. Jobs without a destination are left out. */
export function statusOf(deps: StatusDeps, jobs: readonly Job[]): Status {
  const roots = new Map<string, { status: RootStatus; listing: RootListing | undefined }>();
  for (const { settings: { destination } } of jobs) {
    if (destination === undefined || roots.has(destination)) continue;
    roots.set(destination, rootStatus(deps, destination));
  }
  return {
    jobs: jobs.flatMap((job) => {
      const { destination } = job.settings;
      const listing = destination === undefined ? undefined : roots.get(destination)?.listing;
      return destination === undefined ? [] : [jobStatus(deps, job, { destination, listing })];
    }),
    roots: [...roots.values()].map(({ status }) => status),
  };
}

function rootStatus(
  { fs, clock, state }: StatusDeps,
  path: string,
): { status: RootStatus; listing: RootListing | undefined } {
  try {
    const root = openRootDir(fs, path);
    try {
      checkMark(fs, root, { state, unmarked: "snapshots" });
      const listing = listRoot(fs, { root: path, name: undefined });
      const { entries, others } = new Trash(fs, root.dir).list();
      const place = { fs, root: root.path, rootDir: root.dir };
      return {
        listing,
        status: {
          path,
          fault: undefined,
          trash: entries.length + others.length,
          room: estimateRoom(fs.space(root.dir), takenBy(listing)),
          coverage: scrubCoverage(place, { now: clock.now() }),
        },
      };
    } finally {
      fs.closeDir(root.dir);
    }
  } catch (error) {
    if (!(error instanceof AppError) && !(error instanceof FsError)) throw error;
    const nothing = { trash: undefined, room: undefined, coverage: undefined };
    return { listing: undefined, status: { path, fault: error.message, ...nothing } };
  }
}

/** First snapshots take everything, and are no measure of the next. */
function takenBy({ snapshots }: RootListing) {
  const names = new Set<string>();
  return snapshots.filter(({ kind, name }) => {
    if (kind === "partial") return false;
    const isFirst = !names.has(name);
    names.add(name);
    return !isFirst;
  }).toSorted((a, b) => a.time < b.time ? -1 : a.time > b.time ? 1 : 0)
    .flatMap(({ summary }) =>
      summary === undefined ? [] : [{ bytes: summary.bytes.copied, inodes: undefined }]
    );
}

function jobStatus(
  { fs, clock, state, cwd }: StatusDeps,
  { id, settings }: Job,
  { destination, listing }: { destination: string; listing: RootListing | undefined },
): JobStatus {
  const key = { id, source: settings.source ?? cwd, settings };
  const record = readJobRecord(state, key);
  const name = nameOf(fs, key);
  const own = listing?.snapshots.filter((snapshot) => snapshot.name === name);
  const complete = own?.filter(({ kind }) => kind !== "partial");
  const inRoot = listing === undefined ? undefined : newestOf(listing, name);
  const remembered = record.last_good === null ? undefined : new Date(record.last_good.started_at);
  const lastGood = later(inRoot, remembered);
  const every = settings["schedule.every"];
  const late = every === undefined ? { next: undefined, overdueSince: undefined } : lateness({
    calendar: calendarOf(every),
    now: clock.now(),
    lastGood,
    randomizedDelayMs: settings["schedule.randomized_delay"],
  });
  return {
    id,
    source: key.source,
    root: destination,
    name,
    record,
    lastGood,
    every,
    ...late,
    snapshots: complete?.length,
    pinned: complete?.filter(({ marks }) => marks?.pinned === true).length,
    partial: own === undefined || complete === undefined ? undefined : own.length - complete.length,
    newest: complete?.at(-1),
  };
}

function later(a: Date | undefined, b: Date | undefined): Date | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return a > b ? a : b;
}

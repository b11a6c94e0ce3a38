import { listSnapshots } from "../../store/snapshots.ts";
import type { RootDir } from "../../backup/run/preflight.ts";
import { checkMark } from "../../backup/run/root_mark.ts";
import { rememberRoot } from "../../backup/run/root_memory.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { statIfThere } from "../../fs/stat_if_there.ts";
import { StatTable } from "../../fs/stat_table.ts";
import { LOCK_FILE, PRIVATE_DIR } from "../../store/layout.ts";
import { readRootFile, type RootFile, writeRootFile } from "../../store/root_file.ts";
import { acquireRootLock } from "../../store/root_lock.ts";
import { benchRoot, type Measurement } from "./bench.ts";
import type { DoctorDeps, DoctorQuery } from "./doctor_deps.ts";
import type { RootReport } from "./doctor_report.ts";
import { type Mount, mountOf } from "../../backup/run/mount_table.ts";
import { probeContent } from "./probe_content.ts";
import { probeLinks } from "./probe_links.ts";
import { probeMetadata } from "./probe_metadata.ts";
import { probeNames } from "./probe_names.ts";
import { findProtections } from "./find_protections.ts";
import { makeInner, type ProbePlace, withProbePlace } from "./probe_place.ts";
import { type RootTraits, storedTraits } from "./traits.ts";
import { type FenceReport, tryFence } from "./try_fence.ts";

/** A root's report, and how fast it is. */
export interface ExaminedRoot {
  readonly report: RootReport;
  readonly measurements: readonly Measurement[];
  /** What `.phlb/root.json` said before. */
  readonly before: RootFile | undefined;
}

/**
 * Tries what a backup root can do, in a directory below `.phlb` that is removed again, and stores
 * what was found out. A directory that does not look like a backup root is left as it was.
 *
 * @throws {AppError} ROOT_UNMARKED, ROOT_NOT_MOUNTED, LOCKED, ROOT_NEWER
 * @throws {FsError} when the root fails while it is examined
 */
export async function examineRoot(
  root: RootDir,
  deps: DoctorDeps,
  query: DoctorQuery,
): Promise<ExaminedRoot> {
  const { fs } = deps;
  const isNew = !statIfThere(fs, { dir: root.dir, name: PRIVATE_DIR, stats: new StatTable(1) });
  checkMark(fs, root, { state: deps.state, unmarked: "new" });
  const place = { path: root.path, mount: mountOf(fs, root.path), space: fs.space(root.dir) };
  const opened = openPrivateDir(fs, root, query);
  if (opened instanceof FsError) {
    const report = { ...place, ...UNTRIED, notStored: opened.message };
    return { report, measurements: [], before: undefined };
  }
  const looksForeign = isNew && !looksLikeRoot(fs, root.dir);
  try {
    return await examineLocked({ root, privateDir: opened, place, deps, query, looksForeign });
  } finally {
    if (looksForeign) removePrivateDir(fs, root.dir, opened);
  }
}

const UNTRIED = { traits: undefined, fence: undefined, file: undefined, protections: [] };

interface Examination {
  readonly root: RootDir;
  readonly privateDir: Dir;
  readonly place: Pick<RootReport, "path" | "mount" | "space">;
  readonly deps: DoctorDeps;
  readonly query: DoctorQuery;
  readonly looksForeign: boolean;
}

async function examineLocked(examination: Examination): Promise<ExaminedRoot> {
  const { root, privateDir, place, deps, query } = examination;
  const lock = await lockRoot(root, deps, query);
  if (lock instanceof FsError) {
    const report = { ...place, ...UNTRIED, notStored: lock.message };
    return { report, measurements: [], before: undefined };
  }
  try {
    const before = fileBefore(deps.fs, privateDir);
    const tried = await withProbePlace(
      deps.fs,
      privateDir,
      (probes) => tryAll(probes, examination),
    );
    const { traits, fence, measurements } = tried;
    const stored = store(examination, before, traits);
    const protections = await findProtections(deps.fs, root.dir);
    const report = { ...place, traits, fence, protections, ...stored };
    return { report, measurements, before };
  } finally {
    lock.release();
  }
}

async function tryAll(
  probes: ProbePlace,
  { place: { mount }, deps, query }: Examination,
): Promise<{ traits: RootTraits; fence: FenceReport; measurements: Measurement[] }> {
  const traits = probeTraits(probes, mount);
  const wanted = query.job.settings["performance.fence"];
  const { startFenceTest } = deps;
  const fence = await tryFence(makeInner(probes, "fence"), { wanted, startFenceTest });
  const measurements = query.bench ? await benchRoot(deps, makeInner(probes, "bench")) : [];
  return { traits, fence, measurements };
}

function probeTraits(probes: ProbePlace, mount: Mount | undefined): RootTraits {
  return {
    ...probeLinks(makeInner(probes, "links"), mount?.type),
    ...probeNames(makeInner(probes, "names")),
    ...probeMetadata(makeInner(probes, "metadata")),
    ...probeContent(makeInner(probes, "content")),
  };
}

function store(
  { privateDir, place, deps, looksForeign }: Examination,
  before: RootFile | undefined,
  traits: RootTraits,
): Pick<RootReport, "file" | "notStored"> {
  if (looksForeign) return { file: undefined, notStored: FOREIGN };
  const now = deps.clock.now().toISOString();
  const file: RootFile = {
    id: before?.id ?? crypto.randomUUID(),
    created_at: before?.created_at ?? now,
    examined_at: now,
    file_access: deps.fs.kind,
    file_system: { type: place.mount?.type ?? null, type_id: place.space.typeId },
    traits: storedTraits(traits),
  };
  writeRootFile(deps.fs, privateDir, file);
  if (deps.state !== undefined) rememberRoot(deps.state, { path: place.path, id: file.id });
  return { file, notStored: undefined };
}

const FOREIGN = "it holds other files and no snapshot, so nothing was left in it";

function fileBefore(fs: FileSystem, dir: Dir): RootFile | undefined {
  const state = readRootFile(fs, dir);
  return state.kind === "valid" ? state.file : undefined;
}

/** The error is what keeps it from being written. */
function openPrivateDir(fs: FileSystem, { dir }: RootDir, { job }: DoctorQuery): Dir | FsError {
  try {
    fs.makeDir(dir, PRIVATE_DIR, job.settings["snapshot.dir_mode"]);
  } catch (error) {
    if (!(error instanceof FsError)) throw error;
    if (error.code !== "EEXIST") return error;
  }
  try {
    return fs.openDir(dir, PRIVATE_DIR);
  } catch (error) {
    if (error instanceof FsError) return error;
    throw error;
  }
}

async function lockRoot(
  root: RootDir,
  { fs, host, clock, command, sleep }: DoctorDeps,
  { job }: DoctorQuery,
): Promise<{ release(): void } | FsError> {
  const holder = { host: host.name, pid: host.pid, since: clock.now().toISOString(), command };
  const waitMs = job.settings["backup.lock_wait"];
  try {
    return await acquireRootLock(fs, root.dir, { holder, waitMs, sleep });
  } catch (error) {
    if (error instanceof FsError) return error;
    throw error;
  }
}

/** Empty as a new disk is, or with snapshots. */
function looksLikeRoot(fs: FileSystem, dir: Dir): boolean {
  const others = fs.readDir(dir).names.filter((name) =>
    name !== PRIVATE_DIR && name !== "lost+found"
  );
  return others.length === 0 || listSnapshots(fs, dir).snapshots.length > 0;
}

function removePrivateDir(fs: FileSystem, root: Dir, privateDir: Dir): void {
  fs.unlink(privateDir, LOCK_FILE);
  fs.removeDir(root, PRIVATE_DIR);
}

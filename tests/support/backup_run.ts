import { backup } from "../../src/backup/backup.ts";
import type { Aftercare } from "../../src/backup/aftercare.ts";
import type { BackupDeps } from "../../src/backup/deps.ts";
import type { BackupEvent } from "../../src/backup/events.ts";
import { type Handler, inlineLane } from "../../src/threads/lane.ts";
import { hasherRole, linkerRole, walkerRole } from "../../src/backup/threads/roles.ts";
import type { Threads } from "../../src/backup/threads/threads.ts";
import type { Started } from "../../src/threads/start_thread.ts";
import type { Job } from "../../src/config/config.ts";
import { loadConfig } from "../../src/config/load_config.ts";
import type { FileSystem } from "../../src/fs/file_system.ts";
import { openFileSystem } from "../../src/fs/open_file_system.ts";
import type { Summary } from "../../src/store/summary.ts";
import { FakeClock } from "./fake_clock.ts";
import { type Fault, faultyFileSystem } from "./faulty_file_system.ts";
import type { Around } from "./inline_thread.ts";

/** Where faults are put: the role that meets them, or main. */
export type Role = "walker" | "hasher" | "linker" | "main";

/** What a run in a test may set. */
export interface BackupRunOptions {
  /** Settings by dotted key, as flags. */
  readonly settings?: Readonly<Record<string, string | number | boolean | readonly string[]>>;
  readonly faults?: Partial<Readonly<Record<Role, readonly Fault[]>>>;
  /** Put around the file system of each role, inside of the faults. */
  readonly around?: Around;
  /** Roles whose thread says that the kernel gave it no fence. */
  readonly unfenced?: readonly Role[];
  readonly clock?: FakeClock;
  readonly fileSystem?: "posix" | "portable";
  readonly signal?: AbortSignal;
  readonly onEvent?: (event: BackupEvent) => void;
  readonly aftercare?: Aftercare;
}

/** How a run ended. */
export interface BackupRun {
  /** Of the published snapshot. */
  readonly summary?: Summary;
  /** What ended it early. */
  readonly error?: unknown;
  readonly events: readonly BackupEvent[];
}

/** Backs up `source` into `root` within the test's own thread, so that it can be made to fail. */
export async function runBackup(
  source: string,
  root: string,
  options: BackupRunOptions = {},
): Promise<BackupRun> {
  const events: BackupEvent[] = [];
  const deps = makeDeps({
    ...options,
    onEvent: (event) => {
      events.push(event);
      options.onEvent?.(event);
    },
  });
  try {
    const summary = await backup(makeJob({ source, destination: root, ...options.settings }), deps);
    return { summary, events };
  } catch (error) {
    return { error, events };
  }
}

/** A job as it would be configured by flags alone. */
export function makeJob(
  settings: Readonly<Record<string, string | number | boolean | readonly string[]>>,
): Job {
  const deps = { reader: { readText: () => undefined }, env: {}, cwd: "/", home: undefined };
  return loadConfig(deps, settings).main;
}

/** Everything a backup needs, with roles that run in the caller's thread. */
function makeDeps(options: BackupRunOptions): BackupDeps {
  const kind = options.fileSystem ?? "auto";
  const fsOf = (role: Role): FileSystem => {
    const fs = (options.around ?? ((inner) => inner))(openFileSystem(kind).fs);
    const faults = options.faults?.[role];
    return faults === undefined ? fs : faultyFileSystem(fs, faults);
  };
  const begin = <Call, Answer>(role: Role, make: (fs: FileSystem) => Handler<Call, Answer>) =>
    started(make, { fs: fsOf(role), isFenced: options.unfenced?.includes(role) !== true });
  const threads: Threads = {
    walker: (start) => begin("walker", (fs) => walkerRole(fs, start)),
    hasher: (start) => begin("hasher", (fs) => hasherRole(fs, start)),
    linker: (start) => begin("linker", (fs) => linkerRole(fs, start)),
  };
  return {
    clock: options.clock ?? new FakeClock(),
    threads,
    openFileSystem: () => ({ fs: fsOf("main") }),
    readText: (path) => Deno.readTextFileSync(path),
    cwd: "/",
    host: { name: "testhost", pid: 4711, cores: 2 },
    command: "phlb backup",
    sshKeygen: () => Promise.resolve(undefined),
    sleep: () => Promise.resolve(),
    every: () => () => {},
    summaryText: (summary) => `${JSON.stringify(summary.counts)}\n`,
    signal: options.signal ?? new AbortController().signal,
    onEvent: options.onEvent ?? (() => {}),
    ...(options.aftercare === undefined ? {} : { aftercare: options.aftercare }),
  };
}

/** As `enterThread` does it in a worker. */
function started<Call, Answer>(
  make: (fs: FileSystem) => Handler<Call, Answer>,
  { fs, isFenced }: { fs: FileSystem; isFenced: boolean },
): Promise<Started<Call, Answer>> {
  const close = () => fs.closeAll();
  try {
    const report = { fence: { raised: isFenced, abi: 0 } };
    return Promise.resolve({ lane: inlineLane(make(fs), close), report });
  } catch (error) {
    close();
    return Promise.reject(error);
  }
}

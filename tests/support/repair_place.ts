import assert from "node:assert/strict";
import type { Problem } from "../../src/base/problem.ts";
import type { FileSystem } from "../../src/fs/file_system.ts";
import { openFileSystem } from "../../src/fs/open_file_system.ts";
import type { WorkEvent } from "../../src/ops/ops_deps.ts";
import { repair } from "../../src/ops/repair/repair.ts";
import type { Healed, RepairOptions, RepairResult } from "../../src/ops/repair/repair_deps.ts";
import { readerRole, treeRole } from "../../src/ops/verify/threads/roles.ts";
import { type Handler, inlineLane } from "../../src/threads/lane.ts";
import type { Started } from "../../src/threads/start_thread.ts";
import { makeJob, runBackup } from "./backup_run.ts";
import { FakeClock } from "./fake_clock.ts";
import { run } from "./run.ts";
import { makeTempDir } from "./temp_dir.ts";
import { type Tree, writeTree } from "./tree.ts";

/** A source and a root with two snapshots of it, made within the test's own thread. */
export interface RepairPlace extends AsyncDisposable {
  readonly temp: string;
  readonly source: string;
  readonly root: string;
  /** Relative to the root: `source/<time>`. */
  readonly snapshots: readonly string[];
  /** Makes one more snapshot. */
  backup(): Promise<void>;
}

/** Makes a place whose source has the given content. */
export async function makeRepairPlace(tree: Tree): Promise<RepairPlace> {
  const temp = await makeTempDir();
  const [source, root] = [`${temp.path}/source`, `${temp.path}/root`];
  await Deno.mkdir(root);
  await writeTree(source, tree);
  const clock = new FakeClock();
  const place: RepairPlace = {
    temp: temp.path,
    source,
    root,
    get snapshots() {
      const dirs = [...Deno.readDirSync(`${root}/source`)].filter((entry) => entry.isDirectory);
      return dirs.map(({ name }) => `source/${name}`).toSorted();
    },
    backup: async () => {
      clock.advance(60_000);
      const { error } = await runBackup(source, root, { clock });
      assert.strictEqual(error, undefined);
    },
    [Symbol.asyncDispose]: () => temp[Symbol.asyncDispose](),
  };
  await place.backup();
  await place.backup();
  return place;
}

/** A copy of a root in which the same names share inodes. */
export async function copyRoot(from: string, to: string): Promise<void> {
  await run("cp", ["-a", from, to]);
}

/** What a repair in the test's own thread did and told. */
export interface RepairRun {
  readonly result: RepairResult | undefined;
  readonly error: unknown;
  /** `<action> <path> <names>`. */
  readonly healed: readonly string[];
  readonly origins: readonly string[];
  /** `<code> <path>`. */
  readonly left: readonly string[];
  readonly problems: readonly Problem[];
}

/** How it is run. */
export interface RepairSetting extends Partial<RepairOptions> {
  /** Put around the file system. */
  readonly around?: (fs: FileSystem) => FileSystem;
}

/** Repairs a root, in this thread alone. */
export async function runRepair(root: string, setting: RepairSetting = {}): Promise<RepairRun> {
  const { around = (fs) => fs, ...options } = setting;
  const fs = around(openFileSystem("posix").fs);
  const readers = around(openFileSystem("posix").fs);
  const { settings } = makeJob({ "performance.fence": "off" });
  const [events, healed]: [WorkEvent[], Healed[]] = [[], []];
  let [result, error]: [RepairResult | undefined, unknown] = [undefined, undefined];
  try {
    const request = { addresses: [], all: true, base: { root, name: undefined, cwd: "/" } };
    const given = { request, fast: false, dryRun: false, replicas: [], settings, ...options };
    result = await repair({
      ...makeDeps(fs, { events, readers }),
      onHealed: (one) => healed.push(one),
    }, given);
  } catch (thrown) {
    error = thrown;
  } finally {
    fs.closeAll();
    readers.closeAll();
  }
  const problems = events.flatMap((event) => event.kind === "problem" ? [event.problem] : []);
  return {
    result,
    error,
    healed: healed.map(({ action, relPath, names }) => `${action} ${relPath} ${names}`),
    origins: healed.flatMap(({ from }) => from ?? []),
    problems,
    left: problems.map(({ code, relPath }) => `${code} ${relPath}`).toSorted(),
  };
}

function makeDeps(
  fs: FileSystem,
  { events, readers }: { events: WorkEvent[]; readers: FileSystem },
) {
  return {
    fs,
    clock: new FakeClock(),
    signal: new AbortController().signal,
    cores: 1,
    every: () => () => {},
    host: { name: "testhost", pid: 4711, cores: 1 },
    command: "phlb repair",
    sleep: () => Promise.resolve(),
    onEvent: (event: WorkEvent) => void events.push(event),
    threads: {
      tree: (start: Parameters<typeof treeRole>[1]) => started(treeRole(readers, start)),
      reader: (start: Parameters<typeof readerRole>[1]) => started(readerRole(readers, start)),
    },
  };
}

function started<Call, Answer>(handler: Handler<Call, Answer>): Promise<Started<Call, Answer>> {
  return Promise.resolve({
    lane: inlineLane(handler),
    report: { fence: { raised: false, abi: 0 } },
  });
}

/** The process was killed. */
export class Killed extends Error {}

/** Calls that change what is on disk. */
const WRITES: ReadonlySet<string | symbol> = new Set<keyof FileSystem>([
  "createFile",
  "write",
  "truncate",
  "setFileAttributes",
  "setAttributes",
  "syncFile",
  "syncAll",
  "makeDir",
  "link",
  "symlink",
  "makeSpecial",
  "unlink",
  "removeDir",
  "rename",
  "replace",
]);

/** Ends a file system before its `nth` write. */
export function killedAt(nth: number): (fs: FileSystem) => FileSystem {
  let writes = 0;
  return (fs) =>
    new Proxy(fs, {
      get(target, op) {
        const method: unknown = Reflect.get(target, op);
        if (typeof method !== "function") return method;
        return (...args: unknown[]): unknown => {
          if (WRITES.has(op) && ++writes >= nth) throw new Killed();
          return Reflect.apply(method, target, args);
        };
      },
    });
}

import type { FileSystem } from "../../src/fs/file_system.ts";
import { openFileSystem } from "../../src/fs/open_file_system.ts";
import type { ForgetPlan, ForgetQuery } from "../../src/ops/forget/forget_deps.ts";
import { forgetPath } from "../../src/ops/forget/forget_path.ts";
import type { WorkEvent } from "../../src/ops/ops_deps.ts";
import { makeJob } from "./backup_run.ts";
import { FakeClock } from "./fake_clock.ts";

/** What a run of `phlb forget-path` in the test's own thread did and told. */
export interface ForgetRun {
  readonly plan: ForgetPlan | undefined;
  readonly error: unknown;
  readonly events: readonly WorkEvent[];
}

/** How it is run. */
export interface ForgetSetting extends Partial<ForgetQuery> {
  readonly path: string;
  /** Put around the file system. */
  readonly around?: (fs: FileSystem) => FileSystem;
}

/** Forgets a path, in this thread alone; without addresses in all snapshots. */
export async function runForget(root: string, setting: ForgetSetting): Promise<ForgetRun> {
  const { around = (fs) => fs, ...query } = setting;
  const { fs } = openFileSystem("posix");
  const events: WorkEvent[] = [];
  let [plan, error]: [ForgetPlan | undefined, unknown] = [undefined, undefined];
  try {
    plan = await forgetPath(
      {
        fs: around(fs),
        clock: new FakeClock(),
        signal: new AbortController().signal,
        host: { name: "testhost", pid: 4711, cores: 1 },
        command: "phlb forget-path",
        sleep: () => Promise.resolve(),
        onEvent: (event) => void events.push(event),
        summaryText: (summary) => `${JSON.stringify(summary.forgotten)}\n`,
      },
      {
        addresses: [],
        all: query.addresses === undefined,
        everywhere: false,
        base: { root, name: undefined, cwd: "/" },
        settings: makeJob({ "performance.fence": "off" }).settings,
        dryRun: false,
        force: false,
        ...query,
      },
      () => {},
    );
  } catch (thrown) {
    error = thrown;
  } finally {
    fs.closeAll();
  }
  return { plan, error, events };
}

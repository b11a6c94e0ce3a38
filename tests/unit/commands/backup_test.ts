import assert from "node:assert/strict";
import { Cancelled } from "../../../src/threads/cancel.ts";
import { AppError, EXIT } from "../../../src/base/app_error.ts";
import type { Operations, RunDeps } from "../../../src/commands/operations.ts";
import {
  type FakeMachine,
  fakeMachine,
  NO_OPERATIONS,
  runFake,
} from "../../support/fake_machine.ts";
import { PLAIN_SUMMARY } from "../../support/summaries.ts";
import { runCli } from "../../../src/cli.ts";

type RunJobs = Operations["runJobs"];

const SNAPSHOT = "/mnt/ann/2026-01-07-085247";

/** A backup of nothing in particular that goes well. */
const goesWell: RunJobs = (deps, jobs) => {
  for (const { id } of jobs) {
    const jobId = id === undefined ? {} : { jobId: id };
    deps.onEvent({ kind: "start", ...jobId, source: "/home/ann", snapshotPath: SNAPSHOT });
    deps.onEvent({
      kind: "summary",
      summary: PLAIN_SUMMARY,
      published: true,
      dryRun: false,
      snapshotPath: SNAPSHOT,
    });
  }
  return Promise.resolve(jobs.map((job) => ({ job, exitCode: EXIT.ok, summary: PLAIN_SUMMARY })));
};

/** Every job fails, each with its own exit code. */
function failsWith(...exitCodes: AppError["exitCode"][]): RunJobs {
  return (_deps, jobs) =>
    Promise.resolve(jobs.map((job, i) => {
      const exitCode = exitCodes[i] ?? EXIT.ok;
      if (exitCode === EXIT.ok || exitCode === EXIT.problems) return { job, exitCode };
      const error = new AppError(`Cannot do job ${i + 1}`, { code: "IT", exitCode });
      return { job, exitCode, error };
    }));
}

const TWO_JOBS = `
[[job]]
id = "one"
source = "/home/ann/one"
destination = "/mnt"

[[job]]
id = "two"
source = "/home/ann/two"
destination = "/mnt"
`;

const WITH_TWO_JOBS = { files: { "/home/ann/work/phlb.toml": TWO_JOBS } };

Deno.test("phlb backup writes the summary to the output and all else to the error stream", async () => {
  const ran = await runFake(["backup", "src", "/mnt"], { operations: { runJobs: goesWell } });
  assert.strictEqual(ran.exitCode, EXIT.ok);
  assert.match(ran.out, /^\nBackup complete: \/mnt\/ann\/2026-01-07-085247\n/);
  assert.strictEqual(ran.err, `Backing up "/home/ann" to "${SNAPSHOT}"\n`);
});

Deno.test("phlb backup --quiet writes nothing when all goes well", async () => {
  const ran = await runFake(["backup", "src", "/mnt", "-q"], { operations: { runJobs: goesWell } });
  assert.deepStrictEqual([ran.exitCode, ran.out, ran.err], [0, "", ""]);
});

Deno.test("phlb backup --json writes JSON lines alone", async () => {
  const operations = { runJobs: goesWell };
  const { out, err } = await runFake(["backup", "src", "/mnt", "--json"], { operations });
  assert.strictEqual(err, "");
  const types = out.trimEnd().split("\n").map((line) => JSON.parse(line).message_type);
  assert.deepStrictEqual(types, ["summary"]);
});

Deno.test("phlb backup --dry-run asks for a dry run", async () => {
  const seen: boolean[] = [];
  const runJobs: RunJobs = (_deps, jobs, { dryRun }) => {
    seen.push(dryRun);
    return Promise.resolve(jobs.map((job) => ({ job, exitCode: EXIT.ok })));
  };
  for (const args of [["--dry-run"], ["--dry_run"], []]) {
    await runFake(["backup", "src", "/mnt", ...args], { operations: { runJobs } });
  }
  assert.deepStrictEqual(seen, [true, true, false]);
});

Deno.test("phlb backup --job runs that job, --all runs all of them in their order", async () => {
  const idsOf = async (...args: string[]) => {
    const ids: (string | undefined)[] = [];
    const runJobs: RunJobs = (_deps, jobs) => {
      ids.push(...jobs.map(({ id }) => id));
      return Promise.resolve(jobs.map((job) => ({ job, exitCode: EXIT.ok })));
    };
    await runFake(["backup", ...args], { ...WITH_TWO_JOBS, operations: { runJobs } });
    return ids;
  };
  assert.deepStrictEqual(await idsOf("--job", "two"), ["two"]);
  assert.deepStrictEqual(await idsOf("--all"), ["one", "two"]);
  assert.deepStrictEqual(await idsOf("src", "/mnt"), [undefined]);
});

Deno.test("phlb backup says what to choose when the configuration has jobs alone", async () => {
  const { exitCode, err } = await runFake(["backup"], WITH_TWO_JOBS);
  assert.strictEqual(exitCode, EXIT.usage);
  assert.strictEqual(
    err,
    "Error: Cannot choose what to back up: there are jobs in the configuration, and none was " +
      'chosen\nHint: Give --all, or --job ID with one of: "one", "two"\n',
  );
});

Deno.test("phlb backup refuses choices of jobs that contradict each other", async () => {
  for (
    const [args, reason] of [
      [["--all", "--job", "one"], "--job and --all exclude each other"],
      [["src", "--all"], "a source was given, but with --all every job has its own"],
      [["--job", "none"], "no configuration file has it"],
    ] as const
  ) {
    const { exitCode, err } = await runFake(["backup", ...args], WITH_TWO_JOBS);
    assert.strictEqual(exitCode, EXIT.usage);
    assert.ok(err.includes(reason), err);
  }
});

Deno.test("phlb backup --all without any job is a usage error", async () => {
  const { exitCode, err } = await runFake(["backup", "--all"]);
  assert.strictEqual(exitCode, EXIT.usage);
  assert.match(err, /no configuration file has a \[\[job\]\]/);
});

Deno.test("the failure of a single job is told once, with its exit code", async () => {
  const runJobs = failsWith(EXIT.noRoot);
  const ran = await runFake(["backup", "src", "/mnt"], { operations: { runJobs } });
  assert.deepStrictEqual([ran.exitCode, ran.err], [EXIT.noRoot, "Error: Cannot do job 1\n"]);
});

Deno.test("with several jobs each failure is told with its job, and the first decides", async () => {
  const runJobs = failsWith(EXIT.locked, EXIT.noRoot);
  const ran = await runFake(["backup", "--all"], { ...WITH_TWO_JOBS, operations: { runJobs } });
  assert.strictEqual(ran.exitCode, EXIT.locked);
  assert.strictEqual(
    ran.err,
    'Error: Job "one": Cannot do job 1\nError: Job "two": Cannot do job 2\n',
  );
});

Deno.test("problems in one job make the exit code 3 when the others went well", async () => {
  const runJobs = failsWith(EXIT.ok, EXIT.problems);
  const ran = await runFake(["backup", "--all"], { ...WITH_TWO_JOBS, operations: { runJobs } });
  assert.deepStrictEqual([ran.exitCode, ran.err], [EXIT.problems, ""]);
});

Deno.test("warnings about the configuration are shown before the run", async () => {
  const env = { PHLB_NAM: "x" };
  const ran = await runFake(["backup", "src", "/mnt"], { env, operations: { runJobs: goesWell } });
  assert.match(
    ran.err,
    /^Warning: The environment variable "PHLB_NAM" is not known; .*\nBacking up/,
  );
});

/** Starts a backup that waits for Ctrl-C as `wait` says, and presses it once. */
async function interrupted(wait: (deps: RunDeps, machine: FakeMachine) => Promise<unknown>) {
  const machine = { ...fakeMachine(), sleep: () => new Promise<void>(() => {}) };
  const exitCode = await runCli(["backup", "src", "/mnt"], machine, {
    ...NO_OPERATIONS,
    runJobs: async (deps, [job]) => {
      assert.ok(job);
      assert.strictEqual(deps.signal.aborted, false);
      const waiting = wait(deps, machine);
      machine.askToStop();
      assert.strictEqual(deps.signal.aborted, true);
      const error = await waiting.then(() => undefined, (reason) => reason);
      assert.ok(error instanceof Cancelled);
      return [{ job, exitCode: EXIT.interrupted, error }];
    },
  });
  return { exitCode, machine };
}

const untilAborted = ({ signal }: RunDeps) =>
  new Promise((_, reject) => signal.addEventListener("abort", () => reject(new Cancelled())));

Deno.test("Ctrl-C aborts the run, which exits 130 and says what is left", async () => {
  const { exitCode, machine } = await interrupted(untilAborted);
  assert.strictEqual(exitCode, EXIT.interrupted);
  assert.strictEqual(
    machine.terminal.errText,
    "Warning: Stopping; ask once more to stop at once\n" +
      "Error: The run was interrupted; earlier snapshots are as they were\n" +
      "Hint: Run the same command again: what was stored already is used\n",
  );
  assert.deepStrictEqual(machine.exits, []);
});

Deno.test("a second Ctrl-C ends the process at once", async () => {
  const { machine } = await interrupted((deps, pressed) => {
    const waiting = untilAborted(deps);
    deps.signal.addEventListener("abort", () => pressed.askToStop());
    return waiting;
  });
  assert.deepStrictEqual(machine.exits, [EXIT.interrupted]);
});

Deno.test("Ctrl-C ends the wait for a lock", async () => {
  const { exitCode } = await interrupted(({ sleep }) => sleep(3_600_000));
  assert.strictEqual(exitCode, EXIT.interrupted);
});

import assert from "node:assert/strict";
import { AppError, EXIT } from "../../src/base/app_error.ts";
import { VERSION } from "../../src/base/version.ts";
import type { Operations } from "../../src/commands/operations.ts";
import { FsError } from "../../src/fs/file_system.ts";
import { runFake } from "../support/fake_machine.ts";

Deno.test("phlb without a command writes its help to the error stream and exits 2", async () => {
  const { exitCode, out, err } = await runFake([]);
  assert.strictEqual(exitCode, EXIT.usage);
  assert.strictEqual(out, "");
  assert.match(err, /^Usage: phlb /);
});

Deno.test("phlb --version and -V print version and runtime", async () => {
  for (const flag of ["--version", "-V"]) {
    const { exitCode, out, err } = await runFake([flag]);
    assert.deepStrictEqual([exitCode, out, err], [0, `phlb ${VERSION} (Deno 1.2.3)\n`, ""]);
  }
});

Deno.test("the version is that of deno.json", () => {
  const text = Deno.readTextFileSync(new URL("../../deno.json", import.meta.url));
  const { version } = JSON.parse(text);
  assert.strictEqual(VERSION, version);
});

Deno.test("an unknown command is a usage error with the nearest one", async () => {
  const { exitCode, out, err } = await runFake(["backp"]);
  assert.strictEqual(exitCode, EXIT.usage);
  assert.strictEqual(out, "");
  assert.strictEqual(
    err,
    'Error: Cannot run "phlb": unknown command "backp"\n' +
      'Hint: Did you mean backup? "phlb --help" lists what there is\n',
  );
});

Deno.test("an unknown option is a usage error with the nearest one", async () => {
  const { exitCode, err } = await runFake(["backup", "--exclud-caches"]);
  assert.strictEqual(exitCode, EXIT.usage);
  assert.strictEqual(
    err,
    'Error: Cannot run "phlb backup": unknown option "--exclud-caches"\n' +
      'Hint: Did you mean --exclude-caches? "phlb backup --help" lists what there is\n',
  );
});

Deno.test("with --json a usage error is one exit_error line", async () => {
  const { exitCode, out, err } = await runFake(["backup", "--json", "--nme"]);
  assert.strictEqual(exitCode, EXIT.usage);
  assert.strictEqual(out, "");
  const { message_type, code, error_code } = JSON.parse(err);
  assert.deepStrictEqual([message_type, code, error_code], ["exit_error", 2, "USAGE"]);
});

Deno.test("--json behind -- is a file's name and no option", async () => {
  const { err } = await runFake(["backup", "a", "b", "--", "--json"]);
  assert.match(err, /^Error: Cannot run "phlb backup": too many arguments/);
});

Deno.test("every exit code of an AppError is that of the program", async () => {
  for (const exitCode of Object.values(EXIT)) {
    const failing = () => Promise.reject(new AppError("Cannot do it", { code: "IT", exitCode }));
    const ran = await runFake(["snapshots", "/mnt"], { operations: { listSnapshots: failing } });
    assert.strictEqual(ran.exitCode, exitCode);
    assert.strictEqual(ran.err, "Error: Cannot do it\n");
  }
});

Deno.test("what the system refused is told with its path, its reason and what to do", async () => {
  const refusal = { code: "EIO", op: "lstat", path: "/mnt/a\nb", reason: "input/output error" };
  const failing = () => Promise.reject(new FsError(refusal));
  const ran = await runFake(["snapshots", "/mnt"], { operations: { listSnapshots: failing } });
  assert.strictEqual(ran.exitCode, EXIT.failed);
  assert.match(
    ran.err,
    /^Error: Cannot lstat "\/mnt\/a\\x0ab": input\/output error\nHint: .*health.*\n$/,
  );
});

Deno.test("an error that nobody named is shown with its stack and exits 1", async () => {
  const failing = () => Promise.reject(new RangeError("off by one"));
  const ran = await runFake(["snapshots", "/mnt"], { operations: { listSnapshots: failing } });
  assert.strictEqual(ran.exitCode, EXIT.failed);
  assert.match(ran.err, /mistake in phlb itself.*\nRangeError: off by one\n {4}at /);
});

Deno.test("Ctrl-C is left to the system by commands that cannot be interrupted half-way", async () => {
  for (const args of [["version"], ["config", "path"], ["snapshots"]]) {
    const { machine } = await runFake(args);
    machine.askToStop();
    machine.askToStop();
    assert.deepStrictEqual(machine.exits, []);
  }
});

Deno.test("Ctrl-C is ours to handle in a backup", async () => {
  const runJobs: Operations["runJobs"] = ({ signal }, jobs) => {
    assert.strictEqual(signal.aborted, false);
    return Promise.resolve(jobs.map((job) => ({ job, exitCode: EXIT.ok })));
  };
  const { machine } = await runFake(["backup", "a", "/mnt"], { operations: { runJobs } });
  machine.askToStop();
  machine.askToStop();
  assert.deepStrictEqual(machine.exits, [EXIT.interrupted]);
});

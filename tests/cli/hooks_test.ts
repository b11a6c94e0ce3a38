import assert from "node:assert/strict";
import { makeHookPlace } from "../support/hook_place.ts";

/** A hook that writes down its own name and some of what it is told. */
const TRACE = (name: string) =>
  `'''echo "${name} job=$PHLB_JOB exit=$PHLB_EXIT_CODE problems=$PHLB_PROBLEMS" >> @/trace'''`;

/** All four hooks, each writing down that it ran, but for those that are given. */
function hooks(given: Readonly<Record<string, string>> = {}): string {
  const lines = ["before", "after", "failed", "finally"]
    .map((name) => `run_${name} = ${given[`run_${name}`] ?? TRACE(name)}\n`);
  return `[hooks]\n${lines.join("")}`;
}

Deno.test("hooks run around the backup, those of a job inside of the others", async () => {
  await using place = await makeHookPlace();
  const own = ["before", "after", "failed", "finally"]
    .map((name) => `hooks.run_${name} = ${TRACE(`own ${name}`)}`).join("\n");
  await place.configure(`${hooks()}\n[[job]]\nid = "a"\n${own}\n`);
  const { code, stderr } = await place.phlb(["backup", "--job", "a"]);
  assert.strictEqual(code, 0, stderr);
  assert.deepStrictEqual(place.trace(), [
    "before job=a exit= problems=",
    "own before job=a exit= problems=",
    "own after job=a exit=0 problems=0",
    "after job=a exit=0 problems=0",
    "own finally job=a exit=0 problems=0",
    "finally job=a exit=0 problems=0",
  ]);
  assert.doesNotMatch(stderr, /Hook/);
});

Deno.test("hooks are told about the run, and their output is in its log and with -v on screen", async () => {
  await using place = await makeHookPlace();
  await place.configure(`[hooks]
run_before = "echo prepared; echo warned >&2; ls @/root | wc -l >> @/trace"
run_after = [["sh", "-c", 'cat "$PHLB_SUMMARY" > @/summary; ls -d "$0" "$PHLB_SNAPSHOT"', "@/"]]
run_finally = '''printf "%s\\n" "$PHLB_HOOK" "$PHLB_SOURCE" "$PHLB_ROOT" "$PHLB_SNAPSHOT" >> @/trace'''
`);
  const { code, stderr } = await place.phlb(["backup", "-v"]);
  assert.strictEqual(code, 0, stderr);
  const snapshot = place.latest();
  const told = ["0", "run_finally", place.source, place.root, snapshot];
  assert.deepStrictEqual(place.trace(), told);
  const summary = JSON.parse(await Deno.readTextFile(`${place.dir}/summary`));
  assert.strictEqual(summary.complete, true);
  const log = await Deno.readTextFile(`${snapshot}-backup.log`);
  for (const text of [stderr, log]) {
    assert.match(text, /Hook run_before \| prepared$/m);
    assert.match(text, /Hook run_before \| warned$/m);
    assert.match(text, /Hook run_after: sh -c .*: done after [\d.]+ s$/m);
    assert.ok(text.includes(`Hook run_after | ${snapshot}\n`), text);
  }
  assert.match(log, /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d INFO {4}Hook run_before: echo prepared/);
  assert.ok(log.indexOf("Snapshot complete") < log.indexOf("Hook run_after"));
});

Deno.test("a run_before that fails ends the job before anything is read or written", async () => {
  await using place = await makeHookPlace();
  const fails = '[["sh", "-c", "echo no database >&2; exit 4"], ["touch", "@/never"]]';
  await place.configure(hooks({ run_before: fails }));
  const { code, stdout, stderr } = await place.phlb(["backup", "--json"]);
  assert.strictEqual(code, 1, stderr);
  assert.deepStrictEqual([...Deno.readDirSync(place.root)], []);
  assert.deepStrictEqual(place.trace(), [
    "failed job= exit=1 problems=",
    "finally job= exit=1 problems=",
  ]);
  await assert.rejects(Deno.stat(`${place.dir}/never`), Deno.errors.NotFound);
  const error = JSON.parse(stderr.trimEnd().split("\n").at(-1) ?? "");
  assert.strictEqual(error.error_code, "HOOK_FAILED");
  assert.match(error.message, /^Cannot run the hook run_before "echo no database >&2; exit 4": /);
  assert.match(error.message, /it ended with exit code 4: no database$/);
  const [first, ...others] = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepStrictEqual({ ...first, duration: 0 }, {
    schema_version: 1,
    message_type: "hook",
    hook: "run_before",
    command: ["sh", "-c", "echo no database >&2; exit 4"],
    ok: false,
    error: "it ended with exit code 4: no database",
    exit_code: 4,
    duration: 0,
    stdout: "",
    stderr: "no database\n",
  });
  assert.deepStrictEqual(others.map(({ hook }) => hook), ["run_failed", "run_finally"]);
});

Deno.test("a hook that fails after the backup leaves the snapshot, and makes the exit code 3", async () => {
  await using place = await makeHookPlace();
  await place.configure(hooks({ run_after: '"x"' }));
  const missing = await place.phlb(["backup"]);
  assert.strictEqual(missing.code, 3, missing.stderr);
  assert.match(
    missing.stderr,
    /^Error: Cannot run the hook run_after "x": it ended with exit code/m,
  );
  assert.strictEqual(place.snapshots().length, 1);
  assert.strictEqual(place.trace().at(-1), "finally job= exit=3 problems=0");
});

Deno.test("hooks.on_failure says what a hook means that fails", async () => {
  await using place = await makeHookPlace();
  const failing = 'run_before = [["no-such-program", "a b"], ["touch", "@/next"]]\n' +
    'run_after = "exit 5"\ntimeout = 0\n';
  await place.configure(`[hooks]\non_failure = "warn"\n${failing}`);
  const warned = await place.phlb(["backup"]);
  assert.strictEqual(warned.code, 0, warned.stderr);
  assert.match(
    warned.stderr,
    /^Warning: Cannot run the hook run_before "no-such-program 'a b'": there is no program "no/m,
  );
  assert.match(warned.stderr, /^Warning: Cannot run the hook run_after "exit 5": .* code 5$/m);
  await Deno.stat(`${place.dir}/next`);
  await place.configure(`[hooks]\non_failure = "ignore"\n${failing}`);
  const ignored = await place.phlb(["backup"]);
  assert.strictEqual(ignored.code, 0, ignored.stderr);
  assert.doesNotMatch(ignored.stderr, /hook/i);
  const log = await Deno.readTextFile(`${place.latest()}-backup.log`);
  assert.match(log, /WARNING Hook run_after: exit 5: it ended with exit code 5$/m);
});

Deno.test("a hook that takes too long is ended and has failed", async () => {
  await using place = await makeHookPlace();
  await place.configure('[hooks]\nrun_before = "sleep 600"\ntimeout = "0.3s"\n');
  const { code, stderr } = await place.phlb(["backup"]);
  assert.strictEqual(code, 1, stderr);
  assert.match(stderr, /run_before "sleep 600": it took longer than 0\.3s and was ended$/m);
});

Deno.test("a dry run runs no hook, and says so", async () => {
  await using place = await makeHookPlace();
  await place.configure(hooks());
  const { code, stderr } = await place.phlb(["backup", "--dry-run"]);
  assert.strictEqual(code, 0, stderr);
  assert.match(stderr, /^Warning: A dry run runs none of the commands in \[hooks\]/m);
  assert.deepStrictEqual(place.trace(), []);
});

/** Resolves when the first hook has written its line. */
async function untilTraced(dir: string): Promise<void> {
  using changes = Deno.watchFs(dir);
  if (await Deno.stat(`${dir}/trace`).then(() => true, () => false)) return;
  for await (const { paths } of changes) if (paths.some((path) => path.endsWith("/trace"))) return;
}

Deno.test("an interruption ends the hook that is running; run_failed and run_finally still run", async () => {
  await using place = await makeHookPlace();
  const waits = `'''echo up >> @/trace; trap "echo ended >> @/trace; exit 1" TERM
    while :; do sleep 0.05; done'''`;
  await place.configure(hooks({ run_before: waits }));
  const started = place.start(["backup"]);
  await untilTraced(place.dir);
  started.kill("SIGINT");
  const { code, stderr } = await started.outcome;
  assert.strictEqual(code, 130, stderr);
  assert.match(stderr, /^Error: The run was interrupted/m);
  assert.deepStrictEqual(place.trace(), [
    "up",
    "ended",
    "failed job= exit=130 problems=",
    "finally job= exit=130 problems=",
  ]);
  assert.deepStrictEqual([...Deno.readDirSync(place.root)], []);
});

Deno.test("hooks of a file that others may write to do not run", async () => {
  await using place = await makeHookPlace();
  const config = `${place.dir}/phlb.toml`;
  await place.configure(hooks());
  await Deno.chmod(config, 0o664);
  const writable = await place.phlb(["backup"]);
  assert.strictEqual(writable.code, 2, writable.stderr);
  assert.match(
    writable.stderr,
    /^Error: Cannot use the hooks and notifications: "hooks\.run_before" is set in ".*phlb\.toml", /m,
  );
  assert.match(writable.stderr, /others may write to that file/);
  await Deno.chmod(config, 0o600);
  await Deno.chown(config, 65534, 65534);
  const theirs = await place.phlb(["backup"]);
  assert.strictEqual(theirs.code, 2, theirs.stderr);
  assert.match(theirs.stderr, /belongs to another user \(65534\)/);
  assert.strictEqual((await place.phlb(["config", "check"])).code, 2);
  assert.deepStrictEqual(place.trace(), []);
  assert.deepStrictEqual([...Deno.readDirSync(place.root)], []);
  await place.configure("");
  await Deno.chown(config, 65534, 65534);
  assert.strictEqual((await place.phlb(["backup"])).code, 0); // nothing in it acts on its own
});

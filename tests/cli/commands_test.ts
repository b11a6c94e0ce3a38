import assert from "node:assert/strict";
import { VERSION } from "../../src/base/version.ts";
import { makePlace } from "../support/backup_place.ts";
import { phlbCommand, phlbEnvironment, runPhlb } from "../support/phlb.ts";
import { runAnyhow } from "../support/run.ts";
import { makeTempDir } from "../support/temp_dir.ts";

Deno.test("phlb version names the version and the runtime", async () => {
  const { code, stdout, stderr } = await runPhlb(["version"]);
  assert.deepStrictEqual([code, stderr], [0, ""]);
  assert.match(
    stdout,
    new RegExp(`^phlb ${VERSION.replaceAll(".", "\\.")} \\(Deno [0-9.]+, .*\\)\n$`),
  );
});

Deno.test("phlb snapshots lists what phlb backup made, and --json its summary", async () => {
  await using place = await makePlace({ "a": "one", "b": "one" });
  await place.mustBackup(["--tag", "first", "--note", "a note"]);
  await place.mustBackup();
  const table = await runPhlb(["snapshots", place.root]);
  assert.strictEqual(table.code, 0);
  assert.match(table.stdout, /^source\/\S+ +complete +2 +6 Bytes +3 Bytes .* #first a note$/m);
  assert.match(table.stdout, /^2 snapshots in /m);
  const { stdout } = await runPhlb(["snapshots", place.root, "--json"]);
  const lines = stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepStrictEqual(
    lines.map(({ path, complete, counts, tags }) => [path, complete, counts.copied, tags]),
    [[place.snapshots()[0], true, 1, ["first"]], [place.snapshots()[1], true, 0, []]],
  );
});

Deno.test("phlb backup takes source and destination from phlb.toml", async () => {
  await using place = await makePlace({ "data": { "file": "text" } });
  const toml = 'source = "data"\ndestination = "../root"\nname = "mine"\n';
  Deno.writeTextFileSync(`${place.source}/phlb.toml`, toml);
  const { code, stderr } = await runPhlb(["backup"], { cwd: place.source });
  assert.strictEqual(code, 0, stderr);
  const [name = ""] = [...Deno.readDirSync(place.root)].map((entry) => entry.name)
    .filter((entry) => !entry.startsWith("."));
  assert.strictEqual(name, "mine");
});

Deno.test("phlb backup without a source backs up the current directory", async () => {
  await using place = await makePlace({ "file": "text" });
  const env = { PHLB_DESTINATION: place.root };
  const { code, stderr } = await runPhlb(["backup"], { cwd: place.source, env });
  assert.strictEqual(code, 0, stderr);
  assert.strictEqual(Deno.readTextFileSync(`${place.latest()}/file`), "text");
});

Deno.test("phlb backup --all runs every job, also those behind one that fails", async () => {
  await using place = await makePlace({ "a": { "file": "a" }, "b": { "file": "b" } });
  const job = (id: string) => `[[job]]\nid = "${id}"\nsource = "${id}"\ndestination = "../root"\n`;
  const toml = job("a") + job("gone") + job("b");
  Deno.writeTextFileSync(`${place.source}/phlb.toml`, toml);
  const { code, stderr } = await runPhlb(["backup", "--all"], { cwd: place.source });
  assert.strictEqual(code, 1);
  assert.match(stderr, /^Error: Job "gone": Cannot read the source /m);
  const names = [...Deno.readDirSync(place.root)].map(({ name }) => name).sort();
  assert.deepStrictEqual(names, [".phlb", "a", "b"]);
});

Deno.test("phlb config init writes a file that phlb config check accepts", async () => {
  await using temp = await makeTempDir();
  const options = { cwd: temp.path };
  const init = await runPhlb(["config", "init", "phlb.toml"], options);
  assert.deepStrictEqual([init.code, init.stdout], [0, `Created ${temp.path}/phlb.toml\n`]);
  const check = await runPhlb(["config", "check"], options);
  assert.deepStrictEqual(
    [check.code, check.stdout, check.stderr],
    [0, `No errors: ${temp.path}/phlb.toml\n`, ""],
  );
});

Deno.test("a snapshot's configuration copy is a valid phlb.toml that says the same", async () => {
  await using place = await makePlace({ "file": "text" });
  await place.mustBackup(["--name", "source", "--exclude", "*.o"]);
  const { stdout } = await runPhlb(["config", "show", "--config", `${place.latest()}-config.toml`]);
  assert.match(stdout, new RegExp(`^source = "${place.source}"$`, "m"));
  assert.match(stdout, /^exclude\.patterns = \["\*\.o"\]$/m);
});

Deno.test("a reader that has gone away ends a command quietly, with 141", async () => {
  await using temp = await makeTempDir();
  // A pipe whose only reader is closed before anything is written to it.
  const script = 'mkfifo pipe; exec 3<>pipe 4>pipe 3>&-; "$@" >&4 4>&-; echo "code $?"';
  const args = ["-c", script, "bash", ...phlbCommand(), "config", "schema"];
  const { stdout, stderr } = await runAnyhow("bash", args, {
    cwd: temp.path,
    env: phlbEnvironment(),
  });
  assert.deepStrictEqual([stdout, stderr], ["code 141\n", ""]);
});

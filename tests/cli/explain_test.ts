import assert from "node:assert/strict";
import { makePlace } from "../support/backup_place.ts";
import { runPhlb } from "../support/phlb.ts";
import { run } from "../support/run.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Runs `phlb explain --json`. */
async function explain(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const outcome = await runPhlb(["explain", "--json", ...args], { env });
  const [first = {}, ...versions]: Fields[] = outcome.stdout.split("\n")
    .filter((line) => line !== "").map((line) => JSON.parse(line));
  return { ...outcome, first, versions };
}

/** What is said of the rules, in a list. */
function verdict({ kept, rule, layer, rule_about }: Fields): unknown[] {
  return [kept, rule, layer, rule_about];
}

Deno.test("phlb explain leaves out the backup root and what is mounted below the source", async () => {
  await using place = await makePlace({ mounted: {}, a: "a" });
  await Deno.mkdir(`${place.source}/root`);
  await run("mount", ["-t", "tmpfs", "none", `${place.source}/mounted`]);
  try {
    await Deno.writeTextFile(`${place.source}/mounted/file`, "x");
    const args = ["--root", `${place.source}/root`, "--source", place.source];
    const of = async (path: string) => (await explain([path, ...args])).first;
    assert.deepStrictEqual(verdict(await of("root/x")), [false, "backup root", "built in", "root"]);
    assert.deepStrictEqual(verdict(await of("mounted/file")), [
      false,
      "backup.one_file_system",
      "default",
      "mounted",
    ]);
    assert.strictEqual((await of("mounted"))["kept"], true);
  } finally {
    await run("umount", [`${place.source}/mounted`]);
  }
});

Deno.test("phlb explain lists the inodes that hold a path, and the snapshots of each", async () => {
  await using place = await makePlace({ dir: { file: "one" } });
  await place.mustBackup();
  await place.mustBackup();
  await Deno.writeTextFile(`${place.source}/dir/file`, "three");
  await place.mustBackup();
  const { code, versions, first } = await explain([
    `${place.source}/dir/file`,
    "--root",
    place.root,
  ]);
  assert.strictEqual(code, 0, "the source is known from the snapshots");
  assert.deepStrictEqual([first["snapshots"], first["snapshots_having_it"]], [3, 3]);
  assert.deepStrictEqual(
    versions.map(({ size, snapshot_ids, stored_links }) => [size, snapshot_ids, stored_links]),
    [
      [3, place.snapshots().slice(0, 2).map((path) => path.slice(place.root.length + 1)), 2],
      [5, place.snapshots().slice(2).map((path) => path.slice(place.root.length + 1)), 1],
    ],
  );
  const { ino } = await Deno.stat(`${place.latest()}/dir/file`);
  assert.strictEqual(versions[1]?.["stored_inode"], ino);
});

Deno.test("phlb explain tells damage: by a look, and with --check by reading", async () => {
  await using place = await makePlace({ file: "content", gone: "g" });
  await place.mustBackup();
  const stored = `${place.latest()}/file`;
  const args = ["--root", place.root, "--source", place.source];
  const script =
    'cp -p "$0" "$0.times" && printf CONTENT 1<>"$0" && touch -r "$0.times" "$0" && rm "$0.times"';
  await run("sh", ["-c", script, stored]);
  const look = await explain(["file", ...args]);
  assert.deepStrictEqual([look.code, look.versions[0]?.["damaged"]], [0, false]);
  const read = await explain(["file", "--check", ...args]);
  assert.deepStrictEqual([read.code, read.versions[0]?.["read"]], [3, true]);
  assert.match(JSON.stringify(read.versions[0]?.["differences"]), /"code":"content"/);
  await Deno.writeTextFile(stored, "longer than it was");
  assert.strictEqual((await explain(["file", ...args])).code, 3);
  await Deno.remove(`${place.latest()}/gone`);
  const gone = await explain(["gone", ...args]);
  assert.deepStrictEqual([gone.code, gone.versions[0]?.["stored_inode"]], [3, null]);
});

Deno.test("phlb explain works without a root, exits 10 when it is missing and 2 outside of the source", async () => {
  await using place = await makePlace({ a: "a" });
  const text = await runPhlb(["explain", "a"], { cwd: place.source });
  assert.strictEqual(text.code, 0);
  assert.match(text.stdout, /Backed up: no rule leaves it out\n\nNo backup root is known/);
  const missing = await explain(["a", "--source", place.source, "--root", `${place.root}/none`]);
  assert.deepStrictEqual([missing.code, missing.first["kept"]], [10, true]);
  const outside = await explain(["/etc/passwd", "--source", place.source]);
  assert.deepStrictEqual([outside.code, /lies outside of the source/.test(outside.stderr)], [
    2,
    true,
  ]);
});

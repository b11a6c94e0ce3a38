import assert from "node:assert/strict";
import { type BackupPlace, makePlace } from "../support/backup_place.ts";
import { runPhlb } from "../support/phlb.ts";
import { writeTree } from "../support/tree.ts";

/** Backs up as at a time of its own, so that there is nothing to wait for. */
async function backUp(place: BackupPlace, day: number): Promise<void> {
  await place.mustBackup();
  const latest = place.snapshots().find((path) => !path.includes("/2026-01-0"));
  assert.ok(latest !== undefined);
  const dir = latest.slice(0, latest.lastIndexOf("/"));
  const old = latest.slice(dir.length + 1);
  for (const { name } of [...Deno.readDirSync(dir)]) {
    if (!name.startsWith(old)) continue;
    await Deno.rename(`${dir}/${name}`, `${dir}/2026-01-0${day}-000000${name.slice(old.length)}`);
  }
}

/** A file that is changed, renamed, given up and taken up again. */
async function makeHistory(): Promise<BackupPlace> {
  const place = await makePlace({ "docs": { "a.txt": "one", "b": "b", "deep": { "c": "c" } } });
  const file = `${place.source}/docs/a.txt`;
  await backUp(place, 1);
  await backUp(place, 2);
  await Deno.remove(file);
  await writeTree(`${place.source}/docs`, { "a.txt": "two!" });
  await backUp(place, 3);
  await Deno.chmod(file, 0o600);
  await writeTree(`${place.source}/docs/deep`, { "d": "d" });
  await backUp(place, 4);
  await Deno.rename(file, `${place.source}/docs/z.txt`);
  await backUp(place, 5);
  await writeTree(`${place.source}/docs`, { "a.txt": "one" });
  await backUp(place, 6);
  return place;
}

async function history(
  place: BackupPlace,
  args: readonly string[],
  options: { code?: number; cwd?: string } = {},
): Promise<Record<string, unknown>[]> {
  const { code = 0, ...rest } = options;
  const outcome = await runPhlb(["history", "--root", place.root, "--json", ...args], rest);
  assert.strictEqual(outcome.code, code, outcome.stderr);
  return outcome.stdout.trim().split("\n").map((line) => JSON.parse(line));
}

const day = (event: Record<string, unknown>) => String(event["snapshot_id"]).slice(-8, -7);

Deno.test("history tells what happened to a file from snapshot to snapshot", async () => {
  await using place = await makeHistory();
  const events = await history(place, ["docs/a.txt"]);
  const outline = events.map((it) => [day(it), it["event"], it["snapshots"], it["fields"]]);
  assert.deepStrictEqual(outline, [
    ["1", "first", 2, []],
    ["3", "changed", 1, ["content"]],
    ["4", "changed", 1, ["mode"]],
    ["5", "deleted", 1, []],
    ["6", "returned", 1, ["content", "mode"]],
  ]);
  assert.deepStrictEqual(events.map((it) => it["renamed_to"]), [
    null,
    null,
    null,
    "docs/z.txt",
    null,
  ]);
  const [renamed, ...others] = await history(place, ["docs/z.txt"]);
  assert.deepStrictEqual(
    [renamed?.["event"], renamed?.["renamed_from"], renamed?.["snapshots"], others],
    ["created", "docs/a.txt", 2, []],
  );
  const { stdout } = await runPhlb(["history", "--root", place.root, "docs/a.txt"]);
  assert.strictEqual(
    stdout.split("\n").slice(0, 8).join("\n"),
    `docs/a.txt in 6 snapshots of "source"

Snapshot             In         Size  Modified             What
2026-01-01-000000     2      3 Bytes  2023-11-14 22:13:20  in the first snapshot
2026-01-03-000000     1      4 Bytes  2023-11-14 22:13:20  changed
    changed: content
2026-01-04-000000     1      4 Bytes  2023-11-14 22:13:20  changed
    changed: mode`,
  );
});

Deno.test("history of a directory counts what changed below it", async () => {
  await using place = await makeHistory();
  const events = await history(place, ["docs"]);
  assert.deepStrictEqual(events.map((it) => [day(it), it["event"], it["below"] ?? null]), [
    ["1", "first", null],
    ["3", "changed", { added: 0, removed: 0, changed: 1 }],
    ["4", "changed", { added: 1, removed: 0, changed: 1 }],
    ["5", "changed", { added: 1, removed: 1, changed: 0 }],
    ["6", "changed", { added: 1, removed: 0, changed: 0 }],
  ]);
});

Deno.test("history takes a path in the source, absolute or from where one stands", async () => {
  await using place = await makeHistory();
  const wanted = await history(place, ["docs/deep/d"]);
  assert.deepStrictEqual(wanted.map((it) => [day(it), it["event"]]), [["4", "created"]]);
  assert.deepStrictEqual(await history(place, [`${place.source}/docs/deep/d`]), wanted);
  assert.deepStrictEqual(await history(place, ["d"], { cwd: `${place.source}/docs/deep` }), wanted);
  const beside = { cwd: `${place.source}/docs/deep` };
  assert.deepStrictEqual(await history(place, ["../deep/d"], beside), wanted);
  const { code, stderr } = await runPhlb(["history", "--root", place.root, "nix"]);
  assert.strictEqual(code, 2);
  assert.match(stderr, /^Error: Cannot find "nix" in any snapshot: there are 6\nHint: /);
});

Deno.test("history reads bare snapshots and damaged manifests, too", async () => {
  await using place = await makeHistory();
  const manifest = (number: number) =>
    `${place.root}/source/2026-01-0${number}-000000-manifest.mtree.gz`;
  await Deno.remove(manifest(2));
  const bytes = await Deno.readFile(manifest(3));
  await Deno.writeFile(manifest(3), bytes.subarray(0, bytes.length - 40));
  const events = await history(place, ["docs/a.txt"], { code: 3 });
  assert.deepStrictEqual(events.map((it) => [day(it), it["event"]]).slice(0, 2), [
    ["1", "first"],
    ["3", "changed"],
  ]);
  assert.strictEqual(events.at(-1)?.["event"], "returned");
});

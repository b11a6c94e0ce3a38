import assert from "node:assert/strict";
import { makePlace } from "../support/backup_place.ts";

const TREE = { a: "1", dir: { b: "2", large: "x".repeat(5 << 20) } };

Deno.test("a summary tells what each stage took and what each kind of thread did", async () => {
  await using place = await makePlace(TREE);
  const { stdout } = await place.mustBackup(["--json"]);
  const { threads, stage_seconds } = place.summary();
  assert.deepStrictEqual(Object.keys(threads).sort(), ["hasher", "linker", "main", "walker"]);
  for (
    const [role, { count, busy_seconds, cpu_seconds, call_seconds }] of Object.entries(threads)
  ) {
    assert.ok(count >= 1, role);
    assert.ok(cpu_seconds !== null, role);
    if (role === "main") assert.deepStrictEqual([busy_seconds, call_seconds], [null, {}]);
    else assert.ok(busy_seconds !== null && busy_seconds >= 0, role);
  }
  const calls = (role: string) => Object.keys(threads[role]?.call_seconds ?? {}).sort();
  assert.deepStrictEqual(calls("walker"), ["next"]);
  assert.deepStrictEqual(calls("hasher"), ["copy", "hash", "store"]);
  assert.ok(calls("linker").includes("finish"), "the kinds of calls of the linker");
  assert.deepStrictEqual(Object.keys(stage_seconds), ["walk", "store", "manifest", "sync"]);
  const last: unknown = JSON.parse(stdout.trimEnd().split("\n").at(-1) ?? "");
  assert.ok(typeof last === "object" && last !== null && "stage_seconds" in last);
  assert.deepStrictEqual(Object.keys(Object(last.stage_seconds)), [
    ...Object.keys(stage_seconds),
    "publish",
    "index",
  ]);
});

Deno.test("phlb backup -v shows where the time went; without it, and in the file, it is not shown", async () => {
  await using place = await makePlace(TREE);
  const { stdout } = await place.mustBackup(["-v"]);
  assert.match(stdout, /\n\nWhere the time went\n {2}stage +seconds +share\n {2}walk +\d/);
  assert.match(stdout, /\n {2}hasher.* (hash|copy|store) \d/);
  assert.doesNotMatch(Deno.readTextFileSync(`${place.latest()}-summary.txt`), /Where the time/);
  assert.doesNotMatch((await place.mustBackup()).stdout, /Where the time/);
});

import assert from "node:assert/strict";
import { openFileSystem } from "../../../../src/fs/open_file_system.ts";
import { STAT, type StatTable } from "../../../../src/fs/stat_table.ts";
import type { Problem } from "../../../../src/base/problem.ts";
import { sampleSource } from "../../../../src/backup/run/source_rot.ts";
import { AFTERCARE } from "../../../../src/ops/care_after.ts";
import { runBackup } from "../../../support/backup_run.ts";
import { FakeClock } from "../../../support/fake_clock.ts";
import { makeRepairPlace, type RepairPlace } from "../../../support/repair_place.ts";
import { flipByte } from "../../../support/verify_run.ts";

/** Bits flip without a change of the change time, which no program can do: it is passed over. */
const exceptCtime = (now: StatTable, row: number, before: { stats: StatTable; row: number }) =>
  [STAT.sizeBytes, STAT.mtimeSec, STAT.mtimeNsec].every((field) =>
    now.get(row, field) === before.stats.get(before.row, field)
  );

function sample(
  place: RepairPlace,
  { budgetBytes = 1 << 20, random = Math.random }: {
    budgetBytes?: number;
    random?: () => number;
  } = {},
): readonly Problem[] {
  const { fs } = openFileSystem("posix");
  try {
    const last = place.snapshots.at(-1) ?? assert.fail("there is no snapshot");
    return sampleSource({
      fs,
      source: fs.openRoot(place.source),
      nameDir: fs.openRoot(`${place.root}/source`),
      manifest: `${last.slice("source/".length)}-manifest.mtree.gz`,
      isUnchanged: exceptCtime,
      budgetBytes,
      random,
    });
  } finally {
    fs.closeAll();
  }
}

Deno.test("a sample finds a file whose content changed though nothing else did", async () => {
  await using place = await makeRepairPlace({ "d": { "a": "content" } });
  assert.deepStrictEqual(sample(place, { random: () => 0.3 }), []);
  await flipByte(`${place.source}/d/a`);
  const found = Array.from({ length: 20 }, () => sample(place)).flat();
  assert.ok(found.length > 0);
  const [first] = found;
  assert.deepStrictEqual([first?.code, first?.relPath, first?.stored], ["bit-rot", "d/a", true]);
  assert.match(first?.message ?? "", /^Cannot trust "d\/a" in the source: its content changed/);
});

Deno.test("what was changed, and what is larger than the budget, is no rot", async () => {
  await using place = await makeRepairPlace({ "a": "content" });
  await flipByte(`${place.source}/a`);
  const many = (setting: Parameters<typeof sample>[1]) =>
    Array.from({ length: 20 }, () => sample(place, setting)).flat();
  assert.deepStrictEqual(many({ budgetBytes: 3 }), []);
  await Deno.utime(`${place.source}/a`, 5, 5);
  assert.deepStrictEqual(many({}), []);
});

Deno.test("with backup.checksum, both versions are kept and the good one is pinned", async () => {
  await using place = await makeRepairPlace({ "a": "content", "b": "else" });
  const last = place.snapshots.at(-1) ?? "";
  await flipByte(`${place.source}/a`);
  const clock = new FakeClock();
  clock.advance(3_600_000);
  const settings = { "backup.checksum": true, "backup.ignore_ctime": true };
  const { summary, error } = await runBackup(place.source, place.root, {
    clock,
    settings,
    aftercare: AFTERCARE,
  });
  assert.strictEqual(error, undefined);
  assert.deepStrictEqual(summary?.problems.map(({ code, path }) => [code, path]), [[
    "bit-rot",
    "a",
  ]]);
  assert.strictEqual(await Deno.readTextFile(`${place.root}/${last}/a`), "content");
  const now = place.snapshots.at(-1) ?? "";
  assert.notStrictEqual(now, last);
  assert.strictEqual(await Deno.readTextFile(`${place.root}/${now}/a`), "Xontent");
  const marks = JSON.parse(await Deno.readTextFile(`${place.root}/${last}-marks.json`));
  assert.strictEqual(marks.pinned, true);
});

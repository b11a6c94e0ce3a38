import assert from "node:assert/strict";
import { SnapshotFiles } from "../../../../src/backup/snapshot/snapshot_files.ts";
import { DEFAULT_TIME_FORMAT } from "../../../../src/store/layout.ts";
import type { FileSystem } from "../../../../src/fs/file_system.ts";
import type { Fault } from "../../../support/faulty_file_system.ts";
import type { Tree } from "../../../support/tree.ts";
import { makeWorkPlace } from "../hash/work_place.ts";

/** Local time, as in the names of snapshots. */
const NOW = new Date(2026, 0, 7, 8, 52, 59);
const TIME = "2026-01-07-085259";

/** The files of a snapshot in a directory that holds `tree`; `calls` tells what was done to names. */
async function makeFiles(
  tree: Tree,
  { timeFormat = DEFAULT_TIME_FORMAT, faults = [] }: {
    timeFormat?: string;
    faults?: readonly Fault[];
  } = {},
) {
  const calls: string[] = [];
  const note = (op: keyof FileSystem): Fault => ({
    op,
    path: (path) => {
      calls.push(`${op} ${path.split("/").at(-1)}`);
      return false;
    },
  });
  const noted = (["syncAll", "rename", "syncDir"] as const).map(note);
  const work = await makeWorkPlace({ n: tree }, [...noted, ...faults]);
  const options = { dir: work.open("n"), now: NOW, timeFormat };
  return {
    calls,
    make: () => new SnapshotFiles(work.fs, options),
    names: () => [...Deno.readDirSync(`${work.path}/n`)].map(({ name }) => name).sort(),
    mode: (name: string) => (Deno.statSync(`${work.path}/n/${name}`).mode ?? 0) & 0o777,
    text: (name: string) => Deno.readTextFileSync(`${work.path}/n/${name}`),
    path: work.path,
    [Symbol.asyncDispose]: () => work[Symbol.asyncDispose](),
  };
}

Deno.test("SnapshotFiles makes a directory of the time that nobody takes for a snapshot", async () => {
  await using made = await makeFiles({});
  assert.strictEqual(made.make().time, TIME);
  assert.deepStrictEqual(made.names(), [`.${TIME}.partial`]);
  assert.strictEqual(made.mode(`.${TIME}.partial`), 0o700);
});

Deno.test("SnapshotFiles gives way to a time that is taken, in whatever form", async () => {
  const taken: Tree = {
    [TIME]: {},
    ".2026-01-07-085300.partial": {},
    "2026-01-07-085301-backup.log": "of a run that failed",
    "2026-01-07-085303": {},
  };
  await using made = await makeFiles(taken);
  assert.strictEqual(made.make().time, "2026-01-07-085304");
  assert.strictEqual(made.make().time, "2026-01-07-085305", "the first one is taken by now");
});

Deno.test("SnapshotFiles names snapshots as configured", async () => {
  await using made = await makeFiles({ "20260107T0852": {} }, { timeFormat: "%Y%m%dT%H%M" });
  assert.strictEqual(made.make().time, "20260107T0853", "the next minute is the next free name");
});

Deno.test("SnapshotFiles shows log and configuration at once, the rest with the snapshot", async () => {
  await using made = await makeFiles({});
  const files = made.make();
  for (const companion of ["config", "manifest", "summaryText", "summaryJson"] as const) {
    files.write(companion, `${companion} \udcff`);
  }
  assert.deepStrictEqual(made.names(), [
    `.${TIME}-manifest.mtree.gz.new`,
    `.${TIME}-summary.json.new`,
    `.${TIME}-summary.txt.new`,
    `.${TIME}.partial`,
    `${TIME}-config.toml`,
  ]);
  assert.throws(() => files.create("config"), { code: "EEXIST" });
  files.publish();
  assert.deepStrictEqual(made.names(), [
    TIME,
    `${TIME}-config.toml`,
    `${TIME}-manifest.mtree.gz`,
    `${TIME}-summary.json`,
    `${TIME}-summary.txt`,
  ]);
  const bytes = Deno.readFileSync(`${made.path}/n/${TIME}-config.toml`);
  assert.strictEqual(bytes.at(-1), 0xff, "bytes of names are written as they are");
});

Deno.test("SnapshotFiles publishes what is durable, the directory last", async () => {
  await using made = await makeFiles({});
  const files = made.make();
  for (const companion of ["manifest", "summaryText", "summaryJson"] as const) {
    files.write(companion, "");
  }
  files.publish();
  assert.deepStrictEqual(made.calls, [
    "syncAll n",
    `rename ${TIME}-manifest.mtree.gz`,
    `rename ${TIME}-summary.txt`,
    `rename ${TIME}-summary.json`,
    "syncDir n",
    `rename ${TIME}`,
    "syncDir n",
  ]);
});

Deno.test("SnapshotFiles publishes nothing when it cannot be made durable", async () => {
  for (const fault of [{ op: "syncAll" }, { op: "syncDir" }, { op: "syncDir", nth: 2 }] as const) {
    await using made = await makeFiles({}, { faults: [{ ...fault, code: "EIO" }] });
    const files = made.make();
    for (const companion of ["manifest", "summaryText", "summaryJson"] as const) {
      files.write(companion, "");
    }
    assert.throws(() => files.publish(), { code: "EIO" });
    assert.ok(!made.names().includes(TIME), JSON.stringify(fault));
    assert.ok(made.names().includes(`.${TIME}.partial`), JSON.stringify(fault));
  }
});

Deno.test("SnapshotFiles never replaces what has its name by now", async () => {
  await using made = await makeFiles({});
  const files = made.make();
  for (const companion of ["manifest", "summaryText", "summaryJson"] as const) {
    files.write(companion, "");
  }
  Deno.writeTextFileSync(`${made.path}/n/${TIME}`, "somebody's");
  assert.throws(() => files.publish(), { code: "EEXIST" });
  assert.strictEqual(made.text(TIME), "somebody's");
});

Deno.test("SnapshotFiles leaves the story of a run that was broken off, and what it stored", async () => {
  await using made = await makeFiles({});
  const files = made.make();
  files.write("log", "what happened");
  files.write("manifest", "half of it");
  files.write("summaryText", "not complete");
  Deno.writeTextFileSync(`${made.path}/n/.${TIME}.partial/file`, "stored");
  files.abandon();
  assert.deepStrictEqual(made.names(), [
    `.${TIME}.partial`,
    `${TIME}-backup.log`,
    `${TIME}-summary.txt`,
  ]);
});

Deno.test("SnapshotFiles leaves no directory of a run that stored nothing", async () => {
  await using made = await makeFiles({});
  made.make().abandon();
  assert.deepStrictEqual(made.names(), []);
});

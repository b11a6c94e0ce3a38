import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { openFileSystem } from "../../../src/fs/open_file_system.ts";
import { STAT, StatTable } from "../../../src/fs/stat_table.ts";
import { UNKNOWN_MODE } from "../../../src/store/scrub_chunk.ts";
import { openScrubRecord, scrubCoverage } from "../../../src/store/scrub_record.ts";
import type { FoundInode, ScrubRecord } from "../../../src/store/scrub_table.ts";
import { makeTempDir } from "../../support/temp_dir.ts";

/** A root with a `.phlb`. */
async function makeRoot() {
  const temp = await makeTempDir();
  await Deno.mkdir(`${temp.path}/.phlb`);
  const { fs } = openFileSystem("posix");
  const rootDir = fs.openRoot(temp.path);
  const own = new StatTable(1);
  fs.lstat(rootDir, "", own, 0);
  return {
    place: { fs, root: temp.path, rootDir },
    file: `${temp.path}/.phlb/scrub.sqlite3`,
    inode: (ino: number, options: InodeOptions = {}) => inodeOf(own, ino, options),
    [Symbol.asyncDispose]: async () => {
      fs.closeDir(rootDir);
      await temp[Symbol.asyncDispose]();
    },
  };
}

interface InodeOptions {
  readonly size?: number;
  readonly digest?: string;
  readonly high?: number;
  readonly otherDevice?: true;
}

function inodeOf(
  own: StatTable,
  ino: number,
  { size = 10, digest = "ab".repeat(32), high = 0, otherDevice }: InodeOptions,
): FoundInode {
  const stats = new StatTable(1);
  stats.copyRow(0, own, 0);
  if (otherDevice) stats.set(0, STAT.devMinor, own.get(0, STAT.devMinor) + 1);
  stats.set(0, STAT.inoLow, ino);
  stats.set(0, STAT.inoHigh, high);
  stats.set(0, STAT.sizeBytes, size);
  return { stats, row: 0, digest };
}

function opened(place: Parameters<typeof openScrubRecord>[0]): ScrubRecord {
  const { record, reason } = openScrubRecord(place, { create: "file" });
  assert.strictEqual(reason, undefined);
  return record ?? assert.fail("there is no record");
}

const read = (readAtSec: number) => ({ readAtSec, damaged: false, mode: 0o644 });

Deno.test("a scrub record remembers inodes when it is opened again", async () => {
  await using root = await makeRoot();
  const first = opened(root.place);
  const places = [
    root.inode(1),
    root.inode(255),
    root.inode(256, { high: 7 }),
    root.inode(2 ** 32 - 1),
  ];
  for (const [i, inode] of places.entries()) first.note(inode, read(100 + i));
  first.note(root.inode(9, { otherDevice: true }), {
    readAtSec: 5,
    damaged: true,
    mode: undefined,
  });
  first.flush();
  first.close();

  const again = opened(root.place);
  assert.deepStrictEqual(places.map((inode) => again.find(inode)?.readAtSec), [100, 101, 102, 103]);
  const { mode, damaged } = again.find(root.inode(9, { otherDevice: true })) ?? {};
  assert.deepStrictEqual([mode, damaged], [UNKNOWN_MODE, true]);
  assert.strictEqual(again.find(root.inode(9)), undefined);
  assert.strictEqual([...again.inodes()].length, 5);
  again.close();
});

Deno.test("another file with the same inode number counts as never read", async () => {
  await using root = await makeRoot();
  const record = opened(root.place);
  record.note(root.inode(1), read(100));
  assert.strictEqual(record.find(root.inode(1))?.readAtSec, 100);
  assert.strictEqual(record.find(root.inode(1, { size: 11 })), undefined);
  assert.strictEqual(record.find(root.inode(1, { digest: "cd".repeat(32) })), undefined);
  record.note(root.inode(1, { size: 11 }), {
    readAtSec: undefined,
    damaged: false,
    mode: undefined,
  });
  assert.strictEqual(record.find(root.inode(1, { size: 11 }))?.readAtSec, 0);
  record.close();
});

Deno.test("to meet an inode again changes nothing that is known of it", async () => {
  await using root = await makeRoot();
  const record = opened(root.place);
  record.note(root.inode(1), { readAtSec: 100, damaged: true, mode: 0o600 });
  record.note(root.inode(1), { readAtSec: undefined, damaged: false, mode: undefined });
  const { readAtSec, damaged, mode } = record.find(root.inode(1)) ?? {};
  assert.deepStrictEqual([readAtSec, damaged, mode], [100, true, 0o600]);
  record.close();
});

Deno.test("a run is unfinished until it is finished, each scope for itself", async () => {
  await using root = await makeRoot();
  const record = opened(root.place);
  assert.deepStrictEqual(record.startRun("all", { nowSec: 10, resume: true }), {
    startedAtSec: 10,
    resumed: false,
  });
  record.startRun("newest", { nowSec: 11, resume: false });
  record.finishRun("newest", { startedAtSec: 11 });
  assert.deepStrictEqual(record.startRun("all", { nowSec: 20, resume: true }), {
    startedAtSec: 10,
    resumed: true,
  });
  assert.strictEqual(record.unfinishedSince("newest"), undefined);
  assert.strictEqual(record.startRun("all", { nowSec: 30, resume: false }).startedAtSec, 30);
  record.close();
});

Deno.test("inodes that are gone are forgotten", async () => {
  await using root = await makeRoot();
  const record = opened(root.place);
  for (let ino = 0; ino < 600; ino++) record.note(root.inode(ino), read(1));
  record.flush();
  record.forget(({ inoLow }) => inoLow < 300);
  const left = [...record.inodes()].map(({ inoLow }) => inoLow).toSorted((a, b) => a - b);
  assert.deepStrictEqual([left.length, left[0], left.at(-1)], [300, 300, 599]);
  assert.strictEqual(record.find(root.inode(299)), undefined);
  assert.strictEqual(record.find(root.inode(300))?.readAtSec, 1);
  record.close();
});

Deno.test("scrubCoverage() tells what was read within 30, 90 and 365 days", async () => {
  await using root = await makeRoot();
  assert.strictEqual(scrubCoverage(root.place, { now: new Date() }), undefined);
  const now = new Date("2026-06-01T00:00:00Z");
  const day = (days: number) => now.getTime() / 1000 - days * 86_400;
  const record = opened(root.place);
  record.note(root.inode(1, { size: 1 }), read(day(1)));
  record.note(root.inode(2, { size: 2 }), read(day(60)));
  record.note(root.inode(3, { size: 4 }), { readAtSec: day(300), damaged: true, mode: undefined });
  record.note(root.inode(4, { size: 8 }), read(day(400)));
  record.note(root.inode(5, { size: 16 }), {
    readAtSec: undefined,
    damaged: false,
    mode: undefined,
  });
  record.flush();
  record.close();
  assert.deepStrictEqual(scrubCoverage(root.place, { now }), {
    known: { inodes: 5, bytes: 31 },
    within: [
      { days: 30, inodes: 1, bytes: 1 },
      { days: 90, inodes: 2, bytes: 3 },
      { days: 365, inodes: 3, bytes: 7 },
    ],
    neverRead: { inodes: 1, bytes: 16 },
    damaged: { inodes: 1, bytes: 4 },
    oldestReadAt: new Date(day(400) * 1000),
    newestReadAt: new Date(day(1) * 1000),
  });
});

Deno.test("a record that is no database is made anew", async () => {
  await using root = await makeRoot();
  await Deno.writeTextFile(root.file, "nonsense ".repeat(1000));
  const record = opened(root.place);
  record.note(root.inode(1), read(7));
  record.flush();
  record.close();
  assert.strictEqual(scrubCoverage(root.place, { now: new Date() })?.known.inodes, 1);
});

Deno.test("a symlink in the record's place is not followed", async () => {
  await using root = await makeRoot();
  const victim = `${root.place.root}/victim`;
  await Deno.symlink(victim, root.file);
  const { record, reason } = openScrubRecord(root.place, { create: "file" });
  assert.deepStrictEqual([record, reason], [undefined, "it is not a regular file"]);
  await assert.rejects(Deno.lstat(victim), Deno.errors.NotFound);
});

Deno.test("a record that another program holds is read, and what is noted is refused", async () => {
  await using root = await makeRoot();
  const record = opened(root.place);
  record.note(root.inode(1), read(7));
  record.flush();
  const other = new DatabaseSync(root.file);
  other.exec("BEGIN IMMEDIATE");
  record.note(root.inode(2), read(8));
  assert.throws(() => record.flush(), /database is locked/);
  other.exec("ROLLBACK");
  record.flush();
  assert.strictEqual([...record.inodes()].length, 2);
  other.close();
  record.close();
});

Deno.test("without .phlb there is no record, unless it may be made", async () => {
  await using root = await makeRoot();
  await Deno.remove(`${root.place.root}/.phlb`);
  const none = openScrubRecord(root.place, { create: "file" });
  assert.strictEqual(none.record, undefined);
  assert.match(none.reason ?? "", /no such file/i);
  const { record, reason } = openScrubRecord(root.place, { create: "directory" });
  assert.strictEqual(reason, undefined);
  record?.close();
});

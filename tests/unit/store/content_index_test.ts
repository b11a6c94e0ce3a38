import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { hash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { AppError } from "../../../src/base/app_error.ts";
import { openFileSystem } from "../../../src/fs/open_file_system.ts";
import {
  type ContentIndex,
  openContentIndex,
  type OpenedIndex,
  type StoredFile,
} from "../../../src/store/content_index.ts";
import { SCHEMA_VERSION, SIZE_INDEX_FROM } from "../../../src/store/index_schema.ts";
import { makeTempDir } from "../../support/temp_dir.ts";

const DIGEST = hash("sha256", "one", "hex");
const OTHER = hash("sha256", "two", "hex");

/** A directory for an index, opened as often as a test likes. */
async function makePlace() {
  const temp = await makeTempDir();
  const { fs } = openFileSystem("auto");
  const dir = fs.openRoot(temp.path);
  const path = `${temp.path}/index.sqlite3`;
  const opened: OpenedIndex[] = [];
  const open = () => {
    const index = openContentIndex({ path, fs, dir, name: "index.sqlite3" });
    opened.push(index);
    return index;
  };
  const dispose = async () => {
    for (const { index } of opened) index.close();
    fs.closeDir(dir);
    await temp[Symbol.asyncDispose]();
  };
  return { path, open, [Symbol.asyncDispose]: dispose };
}

/** The first that is registered has the number 1. */
const SNAPSHOT = { name: "home", time: "2026-01-07-085247", leftover: false };

function storedAt(relPath: string, more: Partial<StoredFile> = {}): StoredFile {
  return { sizeBytes: 3, mtimeSec: -5, mtimeNsec: 999_999_999, snapshotId: 1, relPath, ...more };
}

Deno.test("find() gives back what put() noted, whatever the bytes of the path", async () => {
  await using place = await makePlace();
  const { index } = place.open();
  index.addSnapshot(SNAPSHOT);
  const stored = storedAt("a\udcff/ü\n\\", { sizeBytes: 2 ** 45 });
  index.put(DIGEST, stored);
  deepStrictEqual(index.find(DIGEST, 2 ** 45), stored);
});

Deno.test("find() knows nothing of another digest or another size", async () => {
  await using place = await makePlace();
  const { index } = place.open();
  index.addSnapshot(SNAPSHOT);
  index.put(DIGEST, storedAt("a"));
  strictEqual(index.find(OTHER, 3), undefined);
  strictEqual(index.find(DIGEST, 4), undefined);
});

Deno.test("find() knows nothing in a snapshot that the index does not have", async () => {
  await using place = await makePlace();
  const { index } = place.open();
  index.addSnapshot(SNAPSHOT);
  index.put(DIGEST, storedAt("a", { snapshotId: 4711 }));
  strictEqual(index.find(DIGEST, 3), undefined);
});

Deno.test("an index with a number beyond all that it may hold is made anew by the next run", async () => {
  await using place = await makePlace();
  const { index } = place.open();
  index.addSnapshot(SNAPSHOT);
  index.put(DIGEST, storedAt("a"));
  const other = new DatabaseSync(place.path);
  other.exec("UPDATE content SET size = 9223372036854775807");
  other.close();
  throws(() => index.find(DIGEST, 3), { code: "INDEX_FAILED" });
  strictEqual(place.open().state, "fresh");
});

Deno.test("put() replaces an older note, putIfAbsent() does not", async () => {
  await using place = await makePlace();
  const { index } = place.open();
  index.addSnapshot(SNAPSHOT);
  strictEqual(index.putIfAbsent(DIGEST, storedAt("first")), true);
  strictEqual(index.putIfAbsent(DIGEST, storedAt("second")), false);
  strictEqual(index.find(DIGEST, 3)?.relPath, "first");
  index.put(DIGEST, storedAt("third"));
  strictEqual(index.find(DIGEST, 3)?.relPath, "third");
  strictEqual(index.count(), 1);
});

Deno.test("remove() forgets one content", async () => {
  await using place = await makePlace();
  const { index } = place.open();
  index.put(DIGEST, storedAt("a"));
  index.put(OTHER, storedAt("b"));
  index.remove(DIGEST);
  strictEqual(index.find(DIGEST, 3), undefined);
  strictEqual(index.count(), 1);
});

Deno.test("knowsSize() is exact from 1 MiB on and never denies a smaller size", async () => {
  await using place = await makePlace();
  const { index } = place.open();
  strictEqual(index.knowsSize(5), true);
  strictEqual(index.knowsSize(SIZE_INDEX_FROM), false);
  index.put(DIGEST, storedAt("a", { sizeBytes: SIZE_INDEX_FROM }));
  strictEqual(index.knowsSize(SIZE_INDEX_FROM), true);
  strictEqual(index.knowsSize(SIZE_INDEX_FROM + 1), false);
});

Deno.test("snapshots are registered once and come back after the index is opened again", async () => {
  await using place = await makePlace();
  const { index } = place.open();
  const snapshot = { name: "mé\udcff", time: "2026-01-07-085247", leftover: false };
  const id = index.addSnapshot(snapshot);
  strictEqual(index.addSnapshot(snapshot), id);
  const leftoverId = index.addSnapshot({ ...snapshot, leftover: true });
  index.close();
  const { index: again } = place.open();
  deepStrictEqual(again.listSnapshots(), [
    { ...snapshot, id },
    { ...snapshot, id: leftoverId, leftover: true },
  ]);
  deepStrictEqual(again.snapshot(id), { ...snapshot, id });
});

Deno.test("publishSnapshot() makes a leftover a snapshot", async () => {
  await using place = await makePlace();
  const { index } = place.open();
  const id = index.addSnapshot({ name: "me", time: "t", leftover: true });
  index.publishSnapshot(id);
  strictEqual(index.snapshot(id)?.leftover, false);
  index.close();
  strictEqual(place.open().index.snapshot(id)?.leftover, false);
});

Deno.test("removeSnapshot() forgets a snapshot with all that was noted there", async () => {
  await using place = await makePlace();
  const { index } = place.open();
  const gone = index.addSnapshot({ name: "me", time: "1", leftover: false });
  const kept = index.addSnapshot({ name: "me", time: "2", leftover: false });
  index.put(DIGEST, storedAt("a", { snapshotId: gone }));
  index.put(OTHER, storedAt("b", { snapshotId: kept }));
  strictEqual(index.pointsTo(gone), 1);
  strictEqual(index.removeSnapshot(gone), 1);
  strictEqual(index.find(DIGEST, 3), undefined);
  strictEqual(index.find(OTHER, 3)?.relPath, "b");
  deepStrictEqual(index.listSnapshots().map(({ id }) => id), [kept]);
});

Deno.test("rollback() undoes contents and snapshots since begin()", async () => {
  await using place = await makePlace();
  const { index } = place.open();
  index.begin();
  index.put(DIGEST, storedAt("a"));
  index.addSnapshot({ name: "me", time: "1", leftover: false });
  index.rollback();
  strictEqual(index.count(), 0);
  deepStrictEqual(index.listSnapshots(), []);
});

Deno.test("a run that ends without commit() leaves the index as it was", async () => {
  await using place = await makePlace();
  const { index } = place.open();
  index.addSnapshot(SNAPSHOT);
  index.begin();
  index.put(DIGEST, storedAt("a"));
  index.commit();
  index.begin();
  index.put(OTHER, storedAt("b"));
  index.close();
  const { index: again, state } = place.open();
  strictEqual(state, "ok");
  strictEqual(again.find(DIGEST, 3)?.relPath, "a");
  strictEqual(again.find(OTHER, 3), undefined);
});

Deno.test("openContentIndex() tells a new index from one that was there", async () => {
  await using place = await makePlace();
  const first = place.open();
  strictEqual(first.state, "fresh");
  first.index.close();
  strictEqual(place.open().state, "ok");
});

Deno.test("openContentIndex() makes an index that is not a database anew", async () => {
  await using place = await makePlace();
  await Deno.writeTextFile(place.path, "this is no database\n".repeat(500));
  const { index, state, reason } = place.open();
  strictEqual(state, "recreated");
  ok(reason?.includes("is damaged"), reason);
  strictEqual(index.count(), 0);
});

Deno.test("openContentIndex() makes an index from a newer program anew", async () => {
  await using place = await makePlace();
  place.open().index.close();
  withDatabase(place.path, `PRAGMA user_version = ${SCHEMA_VERSION + 1}`);
  const { state, reason } = place.open();
  strictEqual(state, "recreated");
  ok(reason?.includes("newer than"), reason);
});

Deno.test("openContentIndex() makes a database of another program anew", async () => {
  await using place = await makePlace();
  withDatabase(place.path, "CREATE TABLE bookmarks (url TEXT)");
  const { state, reason } = place.open();
  strictEqual(state, "recreated");
  ok(reason?.includes("another program"), reason);
});

Deno.test("openContentIndex() makes an index with damaged pages anew", async () => {
  await using place = await makePlace();
  const { index } = place.open();
  fill(index);
  index.close();
  const bytes = await Deno.readFile(place.path);
  ok(bytes.length > 40_000);
  await Deno.writeFile(place.path, bytes.fill(0xa5, 20_000, 40_000));
  const { index: again, state, reason } = place.open();
  strictEqual(state, "recreated");
  ok(reason?.includes("is damaged"), reason);
  strictEqual(again.count(), 0);
});

Deno.test("an index damaged under way ends the run and is deleted for the next one", async () => {
  await using place = await makePlace();
  const { index } = place.open();
  fill(index);
  const bytes = await Deno.readFile(place.path);
  await Deno.writeFile(place.path, bytes.fill(0xa5));
  throws(() => index.find(DIGEST, 3), (error) => {
    return error instanceof AppError && error.code === "INDEX_FAILED" && error.exitCode === 1;
  });
  strictEqual(place.open().state, "fresh");
});

Deno.test("openContentIndex() says where it failed when there can be no index", async () => {
  await using temp = await makeTempDir();
  const { fs } = openFileSystem("auto");
  const dir = fs.openRoot(temp.path);
  const path = `${temp.path}/missing/index.sqlite3`;
  throws(
    () => openContentIndex({ path, fs, dir, name: "index.sqlite3" }),
    (error) => error instanceof AppError && error.message.includes(`"${path}"`),
  );
  fs.closeDir(dir);
});

function withDatabase(path: string, sql: string): void {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
}

function fill(index: ContentIndex): void {
  index.begin();
  for (let i = 0; i < 1000; i++) index.put(hash("sha256", `${i}`, "hex"), storedAt(`file ${i}`));
  index.commit();
}

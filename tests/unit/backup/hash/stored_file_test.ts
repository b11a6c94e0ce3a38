import assert from "node:assert/strict";
import { attributesOf, StoredFile } from "../../../../src/backup/hash/stored_file.ts";
import { StatTable } from "../../../../src/fs/stat_table.ts";
import type { Fault } from "../../../support/faulty_file_system.ts";
import { readTree, withMeta } from "../../../support/tree.ts";
import { makeWorkPlace } from "./work_place.ts";

const CONTENT = new TextEncoder().encode("content");
const NO_ATTRIBUTES = { mode: 0o644 };

Deno.test("StoredFile gives a new file the content, mode, owner, times and attributes of another", async () => {
  const xattrs = { "user.one": "1", "user.two": new Uint8Array([0, 255]) };
  const meta = { mode: 0o4751, mtimeNs: -1_000_000_007n, uid: 1234, gid: 4321, xattrs };
  await using work = await makeWorkPlace({ from: withMeta("content", meta) });
  const { fs, open, rows } = work;
  const dir = open();
  const stored = new StoredFile(fs, dir, { name: "to" });
  const from = fs.openFile(dir, "from");
  stored.finish(() => {
    stored.writeWhole(CONTENT, { sparse: false });
    return attributesOf(rows("", ["from"]), 0, fs.fileXattrs(from));
  });
  fs.closeFile(from);
  const tree = await readTree(work.path);
  const same = (path: string) => ({ ...tree[path], inode: "" });
  assert.deepStrictEqual(same("to"), same("from"));
});

Deno.test("StoredFile never writes over an existing file", async () => {
  await using work = await makeWorkPlace({ taken: "older" });
  const dir = work.open();
  assert.throws(() => new StoredFile(work.fs, dir, { name: "taken" }), { code: "EEXIST" });
  assert.strictEqual(Deno.readTextFileSync(`${work.path}/taken`), "older");
});

const FAULTS: readonly (readonly [when: string, fault: Fault])[] = [
  ["writing fails", { op: "write", code: "ENOSPC" }],
  ["its attributes cannot be set", { op: "setFileAttributes", code: "EIO" }],
  ["closing it fails, as on a full server", { op: "closeFile", code: "EDQUOT" }],
];

for (const [when, fault] of FAULTS) {
  Deno.test(`StoredFile is removed again when ${when}`, async () => {
    await using work = await makeWorkPlace({}, [fault]);
    const stored = new StoredFile(work.fs, work.open(), { name: "to" });
    const finish = () =>
      stored.finish(() => {
        stored.writeWhole(CONTENT, { sparse: false });
        return NO_ATTRIBUTES;
      });
    assert.throws(finish, { code: fault.code });
    assert.deepStrictEqual(Object.keys(await readTree(work.path)), ["."]);
  });
}

Deno.test("StoredFile tells the first failure, not that of taking the file away", async () => {
  await using work = await makeWorkPlace({}, [
    { op: "write", code: "ENOSPC" },
    { op: "unlink", code: "EROFS" },
  ]);
  const stored = new StoredFile(work.fs, work.open(), { name: "to" });
  const finish = () =>
    stored.finish(() => {
      stored.writeWhole(CONTENT, { sparse: false });
      return NO_ATTRIBUTES;
    });
  assert.throws(finish, { code: "ENOSPC" });
});

Deno.test("StoredFile.writeWhole() makes holes of zeros only when asked to", async () => {
  await using work = await makeWorkPlace({});
  const dir = work.open();
  const content = new Uint8Array(100_000);
  content[50_000] = 1;
  for (const sparse of [true, false]) {
    const stored = new StoredFile(work.fs, dir, { name: `sparse ${sparse}` });
    stored.finish(() => {
      stored.writeWhole(content, { sparse });
      return NO_ATTRIBUTES;
    });
    assert.deepStrictEqual(Deno.readFileSync(`${work.path}/sparse ${sparse}`), content);
  }
  const tree = await readTree(work.path);
  assert.strictEqual(tree["sparse true"]?.allocatedBytes, 4096);
  assert.ok((tree["sparse false"]?.allocatedBytes ?? 0) >= content.length);
});

Deno.test("attributesOf() leaves out attributes that there are none of", () => {
  assert.ok(!("xattrs" in attributesOf(new StatTable(1), 0, [])));
});

import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { CancelFlag, Cancelled } from "../../../../src/threads/cancel.ts";
import { FATE, type FileList, type HashAnswer } from "../../../../src/backup/hash/hash_messages.ts";
import type { HashCall } from "../../../../src/backup/hash/hash_messages.ts";
import { makeHasher } from "../../../../src/backup/hash/hasher.ts";
import { STAT_FIELDS, StatTable } from "../../../../src/fs/stat_table.ts";
import type { Protection } from "../../../../src/store/protection.ts";
import type { Fault } from "../../../support/faulty_file_system.ts";
import { run } from "../../../support/run.ts";
import { fifo, readTree, sparse, symlink, type Tree, withMeta } from "../../../support/tree.ts";
import { called, makeWorkPlace } from "./work_place.ts";

const KIB = 1024;

/** A hasher between `source` and `snapshot` of a place. */
async function makeHashPlace(
  source: Tree,
  faults: readonly Fault[] = [],
  protection: Protection = "none",
) {
  const work = await makeWorkPlace({ source, snapshot: { sub: {} } }, faults);
  const cancel = new CancelFlag();
  const handler = makeHasher({
    fs: work.fs,
    source: work.open("source"),
    snapshot: work.open("snapshot"),
    bufferBytes: 64 * KIB,
    protection,
    cancel,
    onBytes: () => {},
  });
  return {
    path: work.path,
    cancel,
    call: (call: HashCall): HashAnswer => handler(call).answer,
    /** Files at the top of the source, as they are now. */
    list: (...names: string[]): FileList => ({
      groups: [{ relPath: "", names }],
      stats: work.rows("source", names).data,
    }),
    [Symbol.asyncDispose]: () => work[Symbol.asyncDispose](),
  };
}

function sha256(content: string): string {
  return hash("sha256", content, "hex");
}

function told(answer: HashAnswer): (readonly [path: string, code: string, stored: boolean])[] {
  return answer.problems.map(({ relPath, code, stored }) => [relPath, code, stored] as const);
}

Deno.test("a hasher tells digests and attributes of files in several directories", async () => {
  const xattrs = { "user.phlb": "x" };
  await using place = await makeHashPlace({
    a: "alpha",
    b: withMeta("beta", { xattrs }),
    sub: { c: "", d: sparse(100 * KIB, [[99 * KIB, "end"]]) },
  });
  const { stats } = place.list("a", "b", "sub/c", "sub/d");
  const groups = [{ relPath: "", names: ["a", "b"] }, { relPath: "sub", names: ["c", "d"] }];
  for (const hold of [true, false]) {
    const answer = place.call({ kind: "hash", hold, files: { groups, stats } });
    const tree = await readTree(`${place.path}/source`);
    assert.deepStrictEqual(
      answer.digests,
      ["a", "b", "sub/c", "sub/d"].map((path) => tree[path]?.sha256),
    );
    assert.deepStrictEqual([...answer.fates], new Array(4).fill(FATE.hashed));
    const value = new TextEncoder().encode("x");
    assert.deepStrictEqual(answer.xattrs, new Map([[1, [["user.phlb", value]]]]));
    assert.deepStrictEqual([answer.rows.size, answer.problems, answer.unsettled], [0, [], []]);
  }
  assert.deepStrictEqual(Object.keys(await readTree(`${place.path}/snapshot`)), [".", "sub"]);
});

Deno.test("a hasher stores of held files what is wanted, the oldest job first", async () => {
  await using place = await makeHashPlace({
    a: withMeta("alpha", { mode: 0o640, mtimeNs: 123_456_789n, uid: 7, gid: 8 }),
    b: "beta",
    c: sparse(64 * KIB, [[0, "start"]]),
  });
  const { call } = place;
  call({ kind: "hash", hold: true, files: place.list("a", "b") });
  call({ kind: "hash", hold: true, files: place.list("b", "c") });
  Deno.writeTextFileSync(`${place.path}/source/a`, "later content");
  const first = call({ kind: "store", wanted: new Uint8Array([1, 0]) });
  const second = call({ kind: "store", wanted: new Uint8Array([0, 1]) });
  assert.deepStrictEqual([[...first.fates], [...second.fates]], [[FATE.stored, 0], [
    0,
    FATE.stored,
  ]]);
  const stored = await readTree(`${place.path}/snapshot`);
  assert.deepStrictEqual(Object.keys(stored), [".", "a", "c", "sub"]);
  const { sha256: digest, mode, mtimeNs, uid, gid } = stored["a"] ?? assert.fail();
  assert.deepStrictEqual(
    { digest, mode, mtimeNs, uid, gid },
    { digest: sha256("alpha"), mode: 0o640, mtimeNs: 123_456_789n, uid: 7, gid: 8 },
  );
  assert.strictEqual(stored["c"]?.allocatedBytes, 4096);
});

Deno.test("a hasher copies in one pass, also to another name", async () => {
  await using place = await makeHashPlace({ a: "alpha", b: "beta" });
  const same = place.call({ kind: "copy", files: place.list("a", "b") });
  assert.deepStrictEqual(same.digests, [sha256("alpha"), sha256("beta")]);
  const other = place.call({ kind: "copy", files: place.list("b"), storedAs: ["0"] });
  assert.deepStrictEqual([...other.fates], [FATE.stored]);
  const stored = await readTree(`${place.path}/snapshot`);
  const digests = Object.entries(stored).map(([path, entry]) => [path, entry.sha256]);
  assert.deepStrictEqual(Object.fromEntries(digests), {
    ".": undefined,
    "0": sha256("beta"),
    a: sha256("alpha"),
    b: sha256("beta"),
    sub: undefined,
  });
});

Deno.test("a hasher tells why a file cannot be had, and goes on with the next", async () => {
  await using place = await makeHashPlace(
    { dir: "", gone: "", link: "", pipe: "", secret: "", torn: "torn", z: "last" },
    [
      { op: "openFile", path: called("secret"), code: "EACCES", always: true },
      { op: "read", path: called("torn"), code: "EIO", always: true },
    ],
  );
  const names = ["dir", "gone", "link", "pipe", "secret", "torn", "z"];
  const files = place.list(...names);
  const source = `${place.path}/source`;
  for (const name of ["dir", "gone", "link", "pipe"]) Deno.removeSync(`${source}/${name}`);
  Deno.mkdirSync(`${source}/dir`);
  Deno.symlinkSync("/etc/passwd", `${source}/link`);
  await using pipe = await makeWorkPlace({ pipe: fifo() });
  Deno.renameSync(`${pipe.path}/pipe`, `${source}/pipe`);
  for (const call of [{ kind: "hash", hold: true }, { kind: "hash", hold: false }] as const) {
    const answer = place.call({ ...call, files });
    assert.deepStrictEqual(told(answer), [
      ["dir", "replaced", false],
      ["gone", "vanished", false],
      ["link", "replaced", false],
      ["pipe", "replaced", false],
      ["secret", "unreadable", false],
      ["torn", "unreadable", false],
    ]);
    assert.deepStrictEqual(answer.digests, ["", "", "", "", "", "", sha256("last")]);
    assert.deepStrictEqual([...answer.fates], [2, 2, 2, 2, 2, 2, FATE.hashed]);
  }
  const copied = place.call({ kind: "copy", files });
  assert.strictEqual(copied.problems.length, 6);
  assert.deepStrictEqual(
    Object.keys(await readTree(`${place.path}/snapshot`)),
    [".", "sub", "z"],
    "nothing half-done is left",
  );
});

/** What can be asked of a hasher for one file. */
const CALLS = [
  { kind: "hash", hold: true },
  { kind: "hash", hold: false },
  { kind: "copy" },
] as const;

for (const call of CALLS) {
  const what = call.kind === "copy" ? "copied" : call.hold ? "read" : "hashed";

  Deno.test(`a file that changes once while it is ${what} is read again`, async () => {
    const act = { now: () => {} };
    await using place = await makeHashPlace({ moving: "before" }, [
      { op: "read", path: called("moving"), before: () => act.now() },
    ]);
    act.now = () => Deno.writeTextFileSync(`${place.path}/source/moving`, "after it");
    const files = place.list("moving");
    const answer = place.call({ ...call, files });
    assert.deepStrictEqual(answer.digests, [sha256("after it")]);
    assert.deepStrictEqual([answer.problems, answer.unsettled], [[], []]);
    const row = answer.rows.get(0) ?? assert.fail("the new size is not told");
    assert.strictEqual(new StatTable(row).sizeBytes(0), "after it".length);
    if (call.kind !== "copy") return;
    assert.strictEqual(Deno.readTextFileSync(`${place.path}/snapshot/moving`), "after it");
  });

  Deno.test(`a file that changes whenever it is ${what} is told as unsettled`, async () => {
    const act = { now: () => {} };
    await using place = await makeHashPlace({ moving: "0", still: "still" }, [
      { op: "read", path: called("moving"), before: () => act.now(), always: true },
    ]);
    const moving = `${place.path}/source/moving`;
    let line = 0;
    act.now = () => Deno.writeTextFileSync(moving, `,${++line}`, { append: true });
    const answer = place.call({ ...call, files: place.list("moving", "still") });
    assert.deepStrictEqual(told(answer), [["moving", "changed", true]]);
    assert.deepStrictEqual(answer.unsettled, [0]);
    assert.deepStrictEqual(answer.digests, [sha256("0,1,2"), sha256("still")]);
    const row = answer.rows.get(0) ?? assert.fail("the new size is not told");
    assert.strictEqual(new StatTable(row).sizeBytes(0), "0,1,2".length);
  });

  Deno.test(`a file that shrinks whenever it is ${what} has the size of what was read`, async () => {
    const act = { now: () => {} };
    await using place = await makeHashPlace({ moving: "0123456789" }, [
      { op: "read", path: called("moving"), before: () => act.now(), always: true },
    ]);
    const moving = `${place.path}/source/moving`;
    let size = 10;
    act.now = () => Deno.truncateSync(moving, --size);
    const answer = place.call({ ...call, files: place.list("moving") });
    const told = { digest: answer.digests[0], fate: answer.fates[0], unsettled: answer.unsettled };
    const row = answer.rows.get(0) ?? assert.fail("the new size is not told");
    const sizeBytes = new StatTable(row).sizeBytes(0);
    assert.deepStrictEqual(told, {
      digest: sha256("0123456789".slice(0, sizeBytes)),
      fate: call.kind === "copy" ? FATE.stored : FATE.hashed,
      unsettled: [0],
    });
    assert.strictEqual(row.length, STAT_FIELDS);
  });
}

Deno.test("a copy of a file whose end cannot be looked at is taken back", async () => {
  await using place = await makeHashPlace({ far: "content" }, [
    // The walk looked before reading; now it is looked at again: a server may have lost the file.
    { op: "fstat", path: called("far"), nth: 1, code: "ESTALE" },
  ]);
  const answer = place.call({ kind: "copy", files: place.list("far") });
  assert.deepStrictEqual(told(answer), [["far", "vanished", false]]);
  assert.deepStrictEqual([...answer.fates], [FATE.failed]);
  assert.deepStrictEqual(Object.keys(await readTree(`${place.path}/snapshot`)), [".", "sub"]);
});

Deno.test("a file that outgrew the memory of its job is to be copied, the others are held", async () => {
  await using place = await makeHashPlace({ small: "small", grown: "was small" });
  const files = place.list("grown", "small");
  Deno.truncateSync(`${place.path}/source/grown`, 9 << 20);
  const answer = place.call({ kind: "hash", hold: true, files });
  assert.deepStrictEqual([...answer.fates], [FATE.grown, FATE.hashed]);
  place.call({ kind: "store", wanted: new Uint8Array([1, 1]) });
  assert.deepStrictEqual(
    Object.keys(await readTree(`${place.path}/snapshot`)),
    [".", "small", "sub"],
  );
});

Deno.test("a file that outgrew its memory and keeps changing is not told as unsettled: nothing is kept", async () => {
  const grow = () => Deno.writeTextFileSync(`${path}/source/grown`, "more", { append: true });
  const fault: Fault = { op: "fstat", path: called("grown"), before: grow, always: true };
  await using place = await makeHashPlace({ grown: "was small" }, [fault]);
  const { path } = place;
  const files = place.list("grown");
  Deno.truncateSync(`${path}/source/grown`, 9 << 20);
  const answer = place.call({ kind: "hash", hold: true, files });
  assert.deepStrictEqual([...answer.fates], [FATE.grown]);
  assert.deepStrictEqual([answer.unsettled, answer.problems], [[], []]);
});

Deno.test("a hasher throws what the backup root refuses, and never mistakes it for the source", async () => {
  await using place = await makeHashPlace({ a: "alpha" }, [
    { op: "createFile", code: "ENOSPC", always: true },
  ]);
  const files = place.list("a");
  assert.throws(() => place.call({ kind: "copy", files }), { name: "FsError", code: "ENOSPC" });
  place.call({ kind: "hash", hold: true, files });
  const wanted = new Uint8Array([1]);
  assert.throws(() => place.call({ kind: "store", wanted }), { name: "FsError", code: "ENOSPC" });
});

Deno.test("a hasher stops before the next file when the run is cancelled", async () => {
  await using place = await makeHashPlace({ a: "alpha" });
  const files = place.list("a");
  place.call({ kind: "hash", hold: true, files });
  place.cancel.raise();
  assert.throws(() => place.call({ kind: "hash", hold: true, files }), Cancelled);
  assert.throws(() => place.call({ kind: "copy", files }), Cancelled);
  const wanted = new Uint8Array([1]);
  assert.throws(() => place.call({ kind: "store", wanted }), Cancelled);
});

Deno.test("a hasher never writes over what is there, nor through a symlink", async () => {
  await using place = await makeHashPlace({ a: "alpha", sub: symlink("nowhere") });
  Deno.symlinkSync(`${place.path}/source/a`, `${place.path}/snapshot/a`);
  const { fates, problems } = place.call({ kind: "copy", files: place.list("a") });
  assert.deepStrictEqual([...fates], [FATE.failed]);
  assert.deepStrictEqual(problems.map(({ code, stored }) => [code, stored]), [["bad-name", false]]);
  assert.strictEqual(Deno.readTextFileSync(`${place.path}/source/a`), "alpha");
});

Deno.test("a hasher stores what is protected without write bits, whatever its list of rights says", async () => {
  const tree = { a: withMeta("alpha", { mode: 0o666 }), b: withMeta("beta", { mode: 0o6775 }) };
  await using place = await makeHashPlace(tree, [], "readonly");
  await run("setfacl", ["-m", "u:7:rw", `${place.path}/source/b`]);
  place.call({ kind: "hash", hold: true, files: place.list("a", "b") });
  place.call({ kind: "store", wanted: new Uint8Array([1, 1]) });
  place.call({ kind: "copy", files: place.list("a", "b"), storedAs: ["c", "d"] });
  const stored = await readTree(`${place.path}/snapshot`);
  for (const [name, mode] of [["a", 0o444], ["b", 0o6555], ["c", 0o444], ["d", 0o6555]] as const) {
    assert.strictEqual(stored[name]?.mode, mode, name);
  }
});

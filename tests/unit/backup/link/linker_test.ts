import assert from "node:assert/strict";
import { CancelFlag, Cancelled } from "../../../../src/threads/cancel.ts";
import {
  ACTION,
  type LinkCall,
  type LinkSection,
} from "../../../../src/backup/link/link_messages.ts";
import type {
  LinkAnswer,
  LinkToStored,
  SumsFile,
} from "../../../../src/backup/link/link_messages.ts";
import { makeLinker } from "../../../../src/backup/link/linker.ts";
import { STAT, StatTable, TYPE_BITS } from "../../../../src/fs/stat_table.ts";
import type { Fault } from "../../../support/faulty_file_system.ts";
import { assertSameTree } from "../../../support/same_tree.ts";
import { fifo, hardlink, readTree, symlink, type Tree, withMeta } from "../../../support/tree.ts";
import { called, makeWorkPlace } from "../hash/work_place.ts";

/** An action for each name. */
type Actions = Readonly<Record<string, keyof typeof ACTION>>;

/** A backup root with a previous snapshot, and a linker for the next one. */
async function makeLinkPlace(previous: Tree, faults: readonly Fault[] = [], maxLinks = 0) {
  const work = await makeWorkPlace({ root: { previous, partial: {} } }, faults);
  const cancel = new CancelFlag();
  const handler = makeLinker({
    fs: work.fs,
    root: work.open("root"),
    snapshot: work.open("root/partial"),
    previous: work.open("root/previous"),
    maxLinks,
    cancel,
  });
  const made = new Set([""]);
  /** A section whose entries are like those of the same path in the previous snapshot. */
  const section = (
    relPath: string,
    actions: Actions,
    more: Partial<LinkSection> = {},
  ): LinkSection => {
    const names = Object.keys(actions);
    const dir = relPath === "" ? "root/previous" : `root/previous/${relPath}`;
    return {
      relPath,
      names: names.join("/"),
      stats: work.rows(dir, ["", ...names]).data,
      actions: new Uint8Array(Object.values(actions).map((action) => ACTION[action])),
      storedMtimes: new Map(),
      linkTargets: new Map(),
      xattrs: new Map(),
      sameMetadataOnly: false,
      ...more,
    };
  };
  return {
    work,
    cancel,
    section,
    call: (call: LinkCall): LinkAnswer => handler(call).answer,
    make: (...sections: LinkSection[]) => {
      const relPaths = sections.map(({ relPath }) => relPath).filter((path) => !made.has(path));
      for (const path of relPaths) made.add(path);
      handler({ kind: "dirs", relPaths });
      return handler({ kind: "sections", sections }).answer.failures;
    },
    stored: (...links: LinkToStored[]) => handler({ kind: "stored", links }).answer.failures,
    partial: () => readTree(`${work.path}/root/partial`),
    previous: () => readTree(`${work.path}/root/previous`),
    [Symbol.asyncDispose]: () => work[Symbol.asyncDispose](),
  };
}

Deno.test("a linker makes directories for their owner alone, and links what is unchanged", async () => {
  await using place = await makeLinkPlace({
    a: "alpha",
    b: "left to a hasher",
    sub: { deep: { c: withMeta("gamma", { mode: 0o400 }), s: symlink("\udcff") } },
  });
  const before = await place.previous();
  const failures = place.make(
    place.section("", { a: "linkPrevious", b: "leave" }),
    place.section("sub", {}),
    place.section("sub/deep", { c: "linkPrevious", s: "linkPrevious" }),
  );
  assert.deepStrictEqual(failures, []);
  const made = await place.partial();
  assert.deepStrictEqual(Object.keys(made), [
    ".",
    "a",
    "sub",
    "sub/deep",
    "sub/deep/c",
    "sub/deep/s",
  ]);
  assert.deepStrictEqual([made["sub"]?.mode, made["sub/deep"]?.mode], [0o700, 0o700]);
  for (const path of ["a", "sub/deep/c", "sub/deep/s"]) {
    assert.strictEqual(made[path]?.inode, before[path]?.inode, path);
  }
  assertSameTree(await place.previous(), before, { ignore: ["nlink"] });
});

Deno.test("a linker makes a slice in the directory that is there already", async () => {
  await using place = await makeLinkPlace({ d: { a: "1", b: "2" } });
  place.make(place.section("d", { a: "linkPrevious" }));
  const failures = place.make(place.section("d", { b: "linkPrevious" }));
  assert.deepStrictEqual(failures, []);
  assert.deepStrictEqual(Object.keys(await place.partial()), [".", "d", "d/a", "d/b"]);
});

Deno.test("a linker gives no file more names than it may, as if the file system refused", async () => {
  await using place = await makeLinkPlace(
    { a: "1", b: hardlink("root/previous/a"), c: hardlink("root/previous/a") },
    [],
    4,
  );
  const failures = place.make(
    place.section("", { a: "linkPrevious", b: "linkPrevious", c: "linkPrevious" }),
  );
  const refused = { kind: "refused", reason: "it has dedup.max_links names" };
  assert.deepStrictEqual(failures, [
    { section: 0, index: 1, ...refused },
    { section: 0, index: 2, ...refused },
  ]);
  assert.deepStrictEqual(Object.keys(await place.partial()), [".", "a"]);
});

/** What can have happened to the stored file `a` ("alpha") since its record. */
const DAMAGE: Readonly<Record<string, { change: (path: string) => void; reason: RegExp }>> = {
  "of another size": {
    change: (path) => Deno.writeTextFileSync(path, "alph"),
    reason: /its size is 4 bytes instead of 5/,
  },
  "touched": {
    change: (path) => Deno.utimeSync(path, 1, 1),
    reason: /its modification time differs/,
  },
  "gone": { change: (path) => Deno.removeSync(path), reason: /it is missing/ },
  "a symlink": {
    change: (path) => {
      Deno.removeSync(path);
      Deno.symlinkSync("/etc/passwd", path);
    },
    reason: /it is of type "link" now/,
  },
  "a directory": {
    change: (path) => {
      Deno.removeSync(path);
      Deno.mkdirSync(path);
    },
    reason: /./,
  },
};

for (const [what, { change, reason }] of Object.entries(DAMAGE)) {
  Deno.test(`a linker does not link to a stored file that is ${what}`, async () => {
    await using place = await makeLinkPlace({ a: "alpha", b: "beta" });
    const section = place.section("", { a: "linkPrevious", b: "linkPrevious" });
    change(`${place.work.path}/root/previous/a`);
    const before = await place.previous();
    const [failure, ...more] = place.make(section);
    assert.deepStrictEqual(more, []);
    assert.strictEqual(failure?.index, 0);
    assert.strictEqual(failure.kind, what === "a directory" ? "refused" : "damaged");
    assert.match(failure.reason, reason);
    assert.deepStrictEqual(Object.keys(await place.partial()), [".", "b"]);
    assertSameTree(await place.previous(), before, { ignore: ["nlink"] });
  });
}

Deno.test("a linker expects the recorded mtime of a shared inode instead of the entry's own", async () => {
  await using place = await makeLinkPlace({ a: withMeta("alpha", { mtimeNs: 5_000_000_007n }) });
  const section = place.section("", { a: "linkPrevious" });
  new StatTable(section.stats).set(1, STAT.mtimeSec, 77);
  assert.strictEqual(place.make(section)[0]?.kind, "damaged");
  const storedMtimes = new Map([[1, { sec: 5, nsec: 7 }]]);
  assert.deepStrictEqual(place.make({ ...section, storedMtimes }), []);
});

Deno.test("a linker never follows a symlink on the way to the previous snapshot", async () => {
  await using place = await makeLinkPlace({ d: { a: "alpha" }, other: { a: "alpha" } });
  const section = place.section("d", { a: "linkPrevious" });
  const previous = `${place.work.path}/root/previous`;
  Deno.removeSync(`${previous}/d`, { recursive: true });
  Deno.symlinkSync("other", `${previous}/d`);
  const [failure] = place.make(section);
  assert.strictEqual(failure?.kind, "damaged");
  assert.match(failure.reason, /it is missing/);
  assert.deepStrictEqual(Object.keys(await place.partial()), [".", "d"]);
});

const REFUSALS = ["EMLINK", "ERANGE", "EIO", "EPERM", "EACCES", "EXDEV", "EOPNOTSUPP", "ENOSYS"];

for (const code of REFUSALS) {
  Deno.test(`a linker tells that a link is refused with ${code}, and goes on`, async () => {
    const fault = { op: "link", path: called("a"), code } as const;
    await using place = await makeLinkPlace({ a: "alpha", b: "beta" }, [fault]);
    const failures = place.make(place.section("", { a: "linkPrevious", b: "linkPrevious" }));
    assert.deepStrictEqual(failures, [
      { section: 0, index: 0, kind: "refused", reason: "injected fault" },
    ]);
    assert.deepStrictEqual(Object.keys(await place.partial()), [".", "b"]);
  });
}

for (const code of ["ENOSPC", "EDQUOT", "EROFS"]) {
  Deno.test(`a linker ends the run when a link fails with ${code}: a copy would fail too`, async () => {
    await using place = await makeLinkPlace({ a: "alpha" }, [{ op: "link", code }]);
    const section = place.section("", { a: "linkPrevious" });
    assert.throws(() => place.make(section), { name: "FsError", code });
  });
}

Deno.test("a linker makes symlinks and special files with their attributes", async () => {
  const entries = {
    fifo: withMeta(fifo(), { mode: 0o621, mtimeNs: 1_000_000_001n, uid: 5, gid: 6 }),
    link: withMeta(symlink("../\udcff\n"), { mtimeNs: 2_000_000_002n, uid: 7, gid: 8 }),
  };
  await using place = await makeLinkPlace(entries);
  const linkTargets = new Map([[2, "../\udcff\n"]]);
  const failures = place.make(
    place.section("", { fifo: "create", link: "create" }, { linkTargets }),
  );
  assert.deepStrictEqual(failures, []);
  const [made, model] = [await place.partial(), await place.previous()];
  assertSameTree(made, model, { skip: (path) => path === "." });
  assert.notStrictEqual(made["fifo"]?.inode, model["fifo"]?.inode);
});

Deno.test("a linker makes a symlink anew when the old one cannot be linked", async () => {
  const fault = { op: "link", code: "EPERM", always: true } as const;
  await using place = await makeLinkPlace({ l: symlink("target") }, [fault]);
  const linkTargets = new Map([[1, "target"]]);
  const failures = place.make(place.section("", { l: "linkPrevious" }, { linkTargets }));
  assert.deepStrictEqual(failures.map(({ kind }) => kind), ["refused"]);
  const { l } = await place.partial();
  assert.strictEqual(l?.target, "target");
});

Deno.test("a linker records what cannot be made here, and goes on", async () => {
  const fault = { op: "makeSpecial", path: called("device"), code: "EPERM" } as const;
  await using place = await makeLinkPlace({ device: fifo(), pipe: fifo() }, [fault]);
  const section = place.section("", { device: "create", pipe: "create" });
  new StatTable(section.stats).set(1, STAT.mode, TYPE_BITS.char | 0o600);
  assert.deepStrictEqual(place.make(section).map(({ index, kind }) => [index, kind]), [
    [0, "unsupported"],
  ]);
  assert.deepStrictEqual(Object.keys(await place.partial()), [".", "pipe"]);
});

/** A link to the file `a` ("alpha") of the previous snapshot. */
function toAlpha(more: Partial<LinkToStored> = {}): LinkToStored {
  return {
    fromDir: "previous",
    fromName: "a",
    toDir: "",
    toName: "copy",
    sizeBytes: 5,
    mtime: { sec: 5, nsec: 7 },
    ...more,
  };
}

const ALPHA = withMeta("alpha", { mtimeNs: 5_000_000_007n, mode: 0o640, uid: 1, gid: 2 });

Deno.test("a linker links to any stored file of the root that is what its record says", async () => {
  await using place = await makeLinkPlace({ a: ALPHA });
  const failures = place.stored(
    toAlpha(),
    toAlpha({ toName: "b", sizeBytes: 6 }),
    toAlpha({ toName: "c", mtime: { sec: 5, nsec: 8 } }),
    toAlpha({ toName: "d", fromDir: "previous/gone" }),
    toAlpha({ toName: "e", fromName: "gone" }),
    toAlpha({ toName: "f" }),
  );
  assert.deepStrictEqual(failures.map(({ index, kind }) => [index, kind]), [
    [1, "damaged"],
    [2, "damaged"],
    [3, "damaged"],
    [4, "damaged"],
  ]);
  const [made, { a }] = [await place.partial(), await place.previous()];
  assert.deepStrictEqual(Object.keys(made), [".", "copy", "f"]);
  assert.deepStrictEqual([made["copy"]?.inode, made["f"]?.inode], [a?.inode, a?.inode]);
});

const METADATA = { mode: 0o640, uid: 1, gid: 2, mtime: { sec: 5, nsec: 7 } };

for (const [field, value] of Object.entries({ mode: 0o600, uid: 3, gid: 3 })) {
  Deno.test(`a linker that must keep metadata in the inode sees another ${field}`, async () => {
    await using place = await makeLinkPlace({ a: ALPHA });
    const failures = place.stored(
      toAlpha({ metadata: METADATA }),
      toAlpha({ toName: "other", metadata: { ...METADATA, [field]: value } }),
    );
    assert.deepStrictEqual(failures.map(({ index, kind }) => [index, kind]), [[1, "metadata"]]);
    assert.deepStrictEqual(Object.keys(await place.partial()), [".", "copy"]);
  });
}

for (const change of [{ mode: 0o600 }, { uid: 3 }, { gid: 3 }]) {
  const [field] = Object.keys(change);
  Deno.test(`a linker that must keep metadata in the inode links no previous one of another ${field}`, async () => {
    const other = withMeta("alpha", {
      mtimeNs: 5_000_000_007n,
      mode: 0o640,
      uid: 1,
      gid: 2,
      ...change,
    });
    await using place = await makeLinkPlace({ a: ALPHA, b: other });
    // What the manifest says of an entry that shares the inode of another one: its own metadata.
    const stats = place.work.rows("root/previous", ["", "a", "a"]).data;
    const section = place.section("", { a: "linkPrevious", b: "linkPrevious" }, { stats });
    assert.deepStrictEqual(place.make({ ...section, relPath: "", sameMetadataOnly: true }), [
      {
        section: 0,
        index: 1,
        kind: "metadata",
        reason: "its mode, owner or modification time differs",
      },
    ]);
    assert.deepStrictEqual(Object.keys(await place.partial()), [".", "a"]);
  });
}

/** The checksum file of the root; its bytes need not make sense here. */
function sums(text: string, more: Partial<SumsFile> = {}): SumsFile {
  return {
    relPath: "",
    fileName: "SHA256SUMS",
    content: new TextEncoder().encode(text),
    mtime: { sec: 5, nsec: 7 },
    linkPrevious: true,
    ...more,
  };
}

Deno.test("a linker links a checksum file that is the same, and writes any other", async () => {
  const sumsFile = withMeta("sums", { mtimeNs: 5_000_000_007n });
  const cases = {
    same: { call: sums("sums"), linked: true },
    "of another size": { call: sums("more sums"), linked: false },
    "of another time": { call: sums("sums", { mtime: { sec: 6, nsec: 7 } }), linked: false },
    "not to be linked": { call: sums("sums", { linkPrevious: false }), linked: false },
    "new": { call: sums("sums", { fileName: "SHA256SUMS.phlb" }), linked: false },
  };
  for (const [what, { call, linked }] of Object.entries(cases)) {
    await using place = await makeLinkPlace({ SHA256SUMS: sumsFile });
    const before = await place.previous();
    place.call({ kind: "finish", sums: [call], dirs: [] });
    const made = (await place.partial())[call.fileName];
    assert.strictEqual(made?.inode === before["SHA256SUMS"]?.inode, linked, what);
    assert.strictEqual(made?.size, call.content.length);
    assert.strictEqual(made?.mode, 0o644);
    assert.strictEqual(made?.mtimeNs, BigInt(call.mtime.sec) * 1_000_000_000n + 7n);
    assertSameTree(await place.previous(), before, { ignore: ["nlink"] });
  }
});

Deno.test("a linker gives complete directories their attributes", async () => {
  const xattrs = [["user.phlb", new TextEncoder().encode("x")]] as const;
  const meta = { mode: 0o2751, mtimeNs: 9n, uid: 3, gid: 4, xattrs: { "user.phlb": "x" } };
  await using place = await makeLinkPlace({ d: withMeta({ e: {} }, meta) });
  place.make(place.section("d", {}), place.section("d/e", {}));
  const rows = (relPath: string) => place.work.rows(relPath, [""]).data;
  place.call({
    kind: "finish",
    sums: [],
    dirs: [
      { relPath: "d/e", stats: rows("root/previous/d/e"), xattrs: [] },
      { relPath: "d", stats: rows("root/previous/d"), xattrs },
    ],
  });
  assertSameTree(await place.partial(), await place.previous(), { skip: (path) => path === "." });
});

Deno.test("a linker stops when the run is cancelled", async () => {
  await using place = await makeLinkPlace({ a: ALPHA });
  const section = place.section("", { a: "linkPrevious" });
  place.cancel.raise();
  assert.throws(() => place.make(section), Cancelled);
  assert.throws(() => place.stored(toAlpha()), Cancelled);
  assert.throws(() => place.call({ kind: "finish", sums: [sums("x")], dirs: [] }), Cancelled);
});

import assert from "node:assert/strict";
import { assertSameTree, compareTrees } from "../../support/same_tree.ts";
import { makeTempDir } from "../../support/temp_dir.ts";
import {
  fifo,
  hardlink,
  readTree,
  sparse,
  symlink,
  withMeta,
  writeTree,
} from "../../support/tree.ts";

Deno.test("writeTree() and readTree() agree on every kind of entry, name and attribute", async () => {
  await using dir = await makeTempDir();
  const long = "x".repeat(255);
  await writeTree(
    dir.path,
    withMeta({
      "bytes\udcff\n\\": "odd name",
      "-dash 🎉": new Uint8Array([0, 255]),
      [long]: { deep: { empty: {} } },
      link: symlink("nowhere\udcff"),
      pipe: fifo(),
      again: hardlink("-dash 🎉"),
      holes: sparse(1 << 20, [[500_000, "x"]]),
      own: withMeta("me", {
        mode: 0o4710,
        mtimeNs: -1_500_000_001n,
        uid: 1234,
        gid: 4321,
        xattrs: { "user.note": "hello" },
      }),
    }, { mode: 0o711, mtimeNs: 5n }),
  );
  const tree = await readTree(dir.path);
  assert.deepStrictEqual(
    Object.keys(tree).sort(),
    [
      "-dash 🎉",
      ".",
      "again",
      "bytes\udcff\n\\",
      "holes",
      "link",
      "own",
      "pipe",
      long,
      `${long}/deep`,
      `${long}/deep/empty`,
    ].sort(),
  );
  assert.strictEqual(tree["."]?.mode, 0o711);
  assert.strictEqual(tree["."]?.mtimeNs, 5n);
  assert.strictEqual(tree.link?.target, "nowhere\udcff");
  assert.strictEqual(tree.pipe?.type, "fifo");
  assert.strictEqual(tree.again?.inode, tree["-dash 🎉"]?.inode);
  assert.strictEqual(tree.again?.nlink, 2);
  assert.strictEqual(tree.holes?.size, 1 << 20);
  assert.ok((tree.holes?.allocatedBytes ?? Infinity) < 100_000);
  const { inode: _, allocatedBytes: __, ...own } = tree.own ?? {};
  assert.deepStrictEqual(own, {
    type: "file",
    mode: 0o4710,
    uid: 1234,
    gid: 4321,
    mtimeNs: -1_500_000_001n,
    xattrs: { "user.note": btoa("hello") },
    nlink: 1,
    size: 2,
    sha256: "2744ccd10c7533bd736ad890f9dd5cab2adb27b07d500b9493f29cdc420cb2e0",
  });
});

Deno.test("compareTrees() tells what is missing, extra and different", async () => {
  await using left = await makeTempDir();
  await using right = await makeTempDir();
  await writeTree(left.path, { same: "1", extra: "", other: withMeta("a", { mode: 0o600 }) });
  await writeTree(right.path, { same: "1", missing: "", other: "a" });
  const [actual, expected] = [await readTree(left.path), await readTree(right.path)];
  assert.deepStrictEqual(compareTrees(actual, expected), [
    'extra: "extra"',
    'missing: "missing"',
    'differs: "other" mode 0o600, not 0o644',
  ]);
  assert.throws(() => assertSameTree(actual, expected), /missing: "missing"/);
  assertSameTree(actual, expected, {
    ignore: ["mode", "inode"],
    skip: (path) => path === "extra" || path === "missing",
  });
});

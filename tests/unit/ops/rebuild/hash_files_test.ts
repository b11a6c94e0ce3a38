import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { openFileSystem } from "../../../../src/fs/open_file_system.ts";
import { hashFence, hashRole } from "../../../../src/ops/rebuild/hash_files.ts";
import { CancelFlag, Cancelled } from "../../../../src/threads/cancel.ts";
import { makeTempDir } from "../../../support/temp_dir.ts";
import { fifo, symlink, withMeta, writeTree } from "../../../support/tree.ts";

Deno.test("the hashing thread tells digests, attributes and what it could not read", async () => {
  await using dir = await makeTempDir();
  await writeTree(dir.path, {
    d: { a: withMeta("alpha", { xattrs: { "user.x": "y" } }), big: "0123456789".repeat(10) },
    link: symlink("d/a"),
    pipe: fifo(),
    empty: "",
  });
  const { fs } = openFileSystem("posix");
  const cancel = new CancelFlag();
  const start = {
    fileSystem: "posix",
    fence: false,
    cancel: cancel.shared,
    root: dir.path,
    bufferBytes: 7,
    progress: new SharedArrayBuffer(4),
  } as const;
  try {
    const handle = hashRole(fs, start);
    const groups = [
      { dir: "d", names: ["a", "big"] },
      { dir: "", names: ["link", "pipe", "empty", "missing"] },
    ];
    const { answer } = handle({ groups, sha512: true });
    const digest = (name: string, text: string) => createHash(name).update(text).digest("hex");
    const texts = ["alpha", "0123456789".repeat(10), undefined, undefined, "", undefined];
    assert.deepStrictEqual(
      answer.digests,
      texts.map((text) => text === undefined ? "" : digest("sha256", text)),
    );
    assert.strictEqual(answer.sha512s[0], digest("sha512", "alpha"));
    assert.deepStrictEqual([...answer.failures].map(([i, { code }]) => [i, code]), [
      [2, "replaced"],
      [3, "replaced"],
      [5, "vanished"],
    ]);
    assert.deepStrictEqual(answer.attributed, [0]);
    cancel.raise();
    assert.throws(() => handle({ groups, sha512: false }), Cancelled);
  } finally {
    fs.closeAll();
  }
});

Deno.test("the hashing thread may write nowhere", () => {
  assert.deepStrictEqual(hashFence({ root: "/r" }), { read: ["/r"], write: [] });
});

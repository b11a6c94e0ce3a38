import assert from "node:assert/strict";
import { makePlace } from "../support/backup_place.ts";
import { runPhlb } from "../support/phlb.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { readTree, symlink } from "../support/tree.ts";

const env = { PHLB_PERFORMANCE_FILE_SYSTEM: "portable" };

Deno.test("the portable file system stores, verifies and restores, symlinks too", async () => {
  // Whole milliseconds are all that it keeps.
  const mtimeNs = 1_700_000_000_123_000_000n;
  await using place = await makePlace({
    "a.txt": "a",
    link: symlink("a.txt"),
    dangling: symlink("../nowhere"),
    sub: { "b.txt": "b", empty: {} },
  });
  for (const path of ["a.txt", "sub/b.txt"]) {
    await Deno.utime(`${place.source}/${path}`, Number(mtimeNs) / 1e9, Number(mtimeNs) / 1e9);
  }
  for (let run = 0; run < 2; run++) {
    const { code, stderr } = await place.backup([], { env });
    assert.strictEqual(code, 0, stderr);
  }
  assert.strictEqual(place.summary().counts.linked, 2);
  const target = `${place.root}/../restored`;
  const restored = await runPhlb(["restore", "--root", place.root, "latest", target], { env });
  assert.strictEqual(restored.code, 0, restored.stderr);
  const storage = ["inode", "nlink", "allocatedBytes"] as const;
  assertSameTree(await readTree(target), await readTree(place.source), {
    ignore: [...storage, "mtimeNs"],
  });
  const verified = await runPhlb(["verify", "--root", place.root, "--all"], { env });
  assert.strictEqual(verified.code, 0, verified.stderr);
});

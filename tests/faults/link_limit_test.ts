import assert from "node:assert/strict";
import { makeLoopPlace } from "../support/backup_place.ts";
import { run } from "../support/run.ts";
import type { Tree } from "../support/tree.ts";

/** File systems and how many names one inode may have there. */
const LIMITS = [
  { type: "ext4", links: 65_000, sizeMib: 256 },
  { type: "btrfs", links: 65_535, sizeMib: 256 },
] as const;

for (const { type, links, sizeMib } of LIMITS) {
  const files = links + 1;
  Deno.test(`${files} equal files and a second run of them all arrive on ${type}`, async () => {
    await using place = await makeLoopPlace({ type, sizeMib }, equalFiles(files));
    await place.mustBackup();
    const first = place.summary().counts;
    await place.mustBackup();
    const second = place.summary().counts;

    for (const { copied, linked, problems } of [first, second]) {
      assert.deepStrictEqual([copied + linked, problems], [files, 0]);
      assert.ok(copied < 10, `${copied} files were stored anew, although one more would do`);
    }
    for (const snapshot of place.snapshots()) {
      const differences = ["-rq", "--no-dereference", "--exclude=SHA256SUMS"];
      await run("diff", [...differences, place.source, snapshot]);
    }
  });
}

function equalFiles(count: number): Tree {
  const dirs: Record<string, Record<string, string>> = {};
  for (let i = 0; i < count; i++) {
    const dir = dirs[`dir ${Math.floor(i / 1000)}`] ??= {};
    dir[`file ${i}`] = "the same";
  }
  return dirs;
}

import assert from "node:assert/strict";
import { isSumsFile } from "../support/backup_place.ts";
import { makeLoopPlace } from "../support/loop_place.ts";
import { rememberPast } from "../support/past.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { readTree, type Tree } from "../support/tree.ts";

/** File systems and how many names one inode may have there. */
const LIMITS = [
  { type: "ext4", links: 65_000, sizeMib: 256 },
  { type: "btrfs", links: 65_535, sizeMib: 256 },
] as const;

for (const { type, links, sizeMib } of LIMITS) {
  const files = links + 1;
  Deno.test(`${files} equal files and a second run of them all arrive on ${type}`, async () => {
    await using place = await makeLoopPlace({ type, sizeMib }, equalFiles(files));
    const expected = await readTree(place.source);
    const differences = { skip: isSumsFile };

    await place.mustBackup();
    assertSameTree(await readTree(place.latest()), expected, differences);
    const { copied, linked, problems } = place.summary().counts;
    assert.deepStrictEqual([copied + linked, problems], [files, 0]);
    assert.ok(copied < 10, `${copied} of them were stored, although one more would do`);
    const past = await rememberPast(place);

    await place.mustBackup();
    assertSameTree(await readTree(place.latest()), expected, differences);
    const again = place.summary().counts;
    assert.deepStrictEqual([again.copied + again.linked, again.problems], [files, 0]);
    assert.ok(again.copied < 10, `${again.copied} of them were stored again`);
    await past.assertKept();
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

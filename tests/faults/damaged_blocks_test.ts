/**
 * Blocks of a disk that hold garbage: verify finds every file that they belong to, whether the file
 * system notices (btrfs) or not, and repair heals it from the source.
 */
import assert from "node:assert/strict";
import { type LoopPlace, makeLoopPlace } from "../support/backup_place.ts";
import { rememberPast } from "../support/past.ts";
import { repair } from "../support/repair_run.ts";
import { run } from "../support/run.ts";
import { verify } from "../support/verify_run.ts";
import { tellCounts } from "./proof.ts";

const MEDIA = [
  { type: "ext4", sizeMib: 32 },
  { type: "xfs", sizeMib: 300 },
  { type: "btrfs", sizeMib: 128 },
] as const;

/** What the damaged files are full of; no other file has it. */
const MARK = "0123456789 a mark that stands on the disk as it is, ";

const VICTIMS = ["first", "dir/second"];

for (const { type, sizeMib } of MEDIA) {
  Deno.test(`garbage in blocks of ${type} is found by verify and healed by repair`, async () => {
    await using place = await makeLoopPlace({ type, sizeMib }, {
      "first": contentOf("first"),
      "dir": { "second": contentOf("second"), "sound": "sound" },
      "other": "o".repeat(50_000),
    });
    await place.mustBackup();
    await Deno.writeTextFile(`${place.source}/third`, "third");
    await place.mustBackup();
    const past = await rememberPast(place);
    const blocks = await damageBlocks(place);

    const { code, found } = await verify(place.root, ["--all"]);
    assert.strictEqual(code, 3);
    for (const victim of VICTIMS) {
      const told = found.filter((line) => line.endsWith(` ${victim}`));
      assert.ok(told.length > 0, `"${victim}" is damaged and not told: ${found}`);
    }
    for (const line of found) assert.match(line, /^(content|unreadable) (first|dir\/second)$/);

    const healed = await repair(place.root, ["--all"]);
    assert.deepStrictEqual([healed.code, healed.left], [0, []], healed.stderr);
    assert.strictEqual((await verify(place.root, ["--all"])).code, 0);
    await past.assertSame();
    await place.mustBackup();
    tellCounts(`damaged blocks, ${type}`, { points: blocks, runs: 1 });
  });
}

function contentOf(name: string): string {
  return `${name} ${MARK}`.repeat(3000);
}

/** Puts garbage in place of every block that holds the mark; how many places that were. */
async function damageBlocks({ mount }: LoopPlace): Promise<number> {
  let count = 0;
  await mount.whileUnmounted(async (image) => {
    const wanted = `(first|second) ${MARK}`;
    const found = await run("grep", ["-aobE", "--", wanted, image]);
    const offsets = found.split("\n").filter((line) => line !== "").map((line) => parseInt(line));
    using file = await Deno.open(image, { write: true });
    for (const offset of offsets.filter((_, i) => i % 500 === 0)) {
      await file.seek(offset, Deno.SeekMode.Start);
      await file.write(crypto.getRandomValues(new Uint8Array(30)));
      count++;
    }
  });
  assert.ok(count >= 10, `${count} places were found`);
  return count;
}

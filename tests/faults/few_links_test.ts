/**
 * Beyond what one inode takes of names: a Btrfs without extended references takes few of long names
 * in one directory, so that the limit is soon reached.
 */
import assert from "node:assert/strict";
import { isSumsFile, makeLoopPlace } from "../support/backup_place.ts";
import { runPhlb } from "../support/phlb.ts";
import { repair } from "../support/repair_run.ts";
import { run } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { hardlink, readTree, type Tree, writeTree } from "../support/tree.ts";
import { flipByte, verify } from "../support/verify_run.ts";

const FEW_LINKS = {
  type: "btrfs",
  sizeMib: 128,
  mkfs: ["-O", "^extref", "--nodesize", "4096"],
} as const;

/** How many names of {@link long} an inode takes in a directory there. */
const LIMIT = 18;
const COUNT = 2 * LIMIT + 5;

Deno.test("restore makes as many hard links as an inode takes, and tells of the others", async () => {
  await using place = await makeLoopPlace(FEW_LINKS, { hard: linked("hard") });
  await place.mustBackup();
  const target = `${place.mount.path}/target`;
  const outcome = await runPhlb(["restore", "--root", place.root, "source/latest", target]);
  assert.strictEqual(outcome.code, 0, outcome.stderr);
  assert.match(outcome.stderr, /^Warning: \d+ hard links could not be made/m);
  assertSameTree(await readTree(target), await readTree(place.source), {
    ignore: ["inode", "nlink", "allocatedBytes"],
  });
  assert.ok(mostLinks(await readTree(target)) >= LIMIT);
});

Deno.test("repair heals more names of a content than one inode takes", async () => {
  await using place = await makeLoopPlace(FEW_LINKS, { one: equal("one"), other: equal("other") });
  await place.mustBackup();
  await place.mustBackup();
  const before = await readTree(`${place.root}/source`);
  const latest = place.latest();
  const names = Object.keys(equal("one")).map((name) => `${latest}/one/${name}`);
  await flipByte(names[0] ?? "");
  for (const name of names.slice(5, COUNT - 2)) await Deno.remove(name);
  for (const name of Object.keys(equal("other"))) await Deno.remove(`${latest}/other/${name}`);

  const healed = await repair(place.root, ["--all"]);
  assert.deepStrictEqual([healed.code, healed.left], [0, []], healed.stderr);
  assertSameTree(await readTree(`${place.root}/source`), before, {
    ignore: ["inode", "nlink", "allocatedBytes"],
  });
  assert.ok(mostLinks(await readTree(latest)) > LIMIT / 2, "they share inodes all the same");
  assert.deepStrictEqual((await verify(place.root, ["--all"])).found, []);
});

Deno.test("rebuild --link links duplicates beyond what one inode takes", async () => {
  await using place = await makeLoopPlace(FEW_LINKS, { a: "of the first snapshot" });
  await place.mustBackup();
  const by = `${place.root}/hand/2020-01-02-030405`;
  await writeTree(by, equal("by hand"));
  const before = await readTree(by);
  await must(["add", place.root]);
  await must(["rebuild", place.root, "--link"]);
  const after = await readTree(by);
  assertSameTree(after, before, {
    ignore: ["inode", "nlink", "allocatedBytes", "mtimeNs"],
    skip: isSumsFile,
  });
  const inodes = new Set(Object.keys(equal("")).map((name) => after[name]?.inode));
  assert.ok(inodes.size <= Math.ceil(COUNT / LIMIT) + 1, `${inodes.size} inodes`);
  assert.deepStrictEqual((await verify(place.root, ["--all"])).found, []);
  await run("sh", ["-c", 'cd "$1" && sha256sum --quiet -c SHA256SUMS', "sh", by]);
});

async function must(args: string[]): Promise<void> {
  const { code, stdout, stderr } = await runPhlb(args);
  assert.strictEqual(code, 0, stdout + stderr);
}

function mostLinks(tree: Awaited<ReturnType<typeof readTree>>): number {
  return Math.max(...Object.values(tree).map(({ type, nlink = 0 }) => type === "file" ? nlink : 0));
}

/** Files of one content. */
function equal(content: string): Tree {
  return Object.fromEntries(
    Array.from({ length: COUNT }, (_, i) => [long(i), `the same ${content}`]),
  );
}

/** One file of so many names. */
function linked(dir: string): Tree {
  const names = Array.from({ length: COUNT }, (_, i) => [
    long(i),
    i === 0 ? "one inode" : hardlink(`${dir}/${long(0)}`),
  ]);
  return Object.fromEntries(names);
}

function long(index: number): string {
  return `${"n".repeat(200)}${String(index).padStart(2, "0")}`;
}

import assert from "node:assert/strict";
import { assertHealed, readRoot, sharing } from "../../../support/repair_run.ts";
import {
  copyRoot,
  Killed,
  killedAt,
  makeRepairPlace,
  type RepairPlace,
  runRepair,
} from "../../../support/repair_place.ts";
import { run } from "../../../support/run.ts";
import { compareTrees } from "../../../support/same_tree.ts";
import { readTree, type Tree, type TreeOnDisk, withMeta } from "../../../support/tree.ts";
import { flipByte, VERIFY_TREE } from "../../../support/verify_run.ts";

const TREE: Tree = {
  ...VERIFY_TREE,
  "kept": withMeta("attributes", { mode: 0o640, uid: 1234, gid: 4321, xattrs: { "user.x": "y" } }),
  "twin": withMeta("attributes", { mode: 0o600 }),
};

/** Damages by name, each done to a snapshot's directory. */
const DAMAGES: Readonly<Record<string, (dir: string) => Promise<unknown>>> = {
  "a flipped byte": (dir) => flipByte(`${dir}/d/big`),
  "a flipped byte in a file with attributes": (dir) => flipByte(`${dir}/kept`),
  "a file that was cut short": (dir) => Deno.truncate(`${dir}/d/big`, 1000),
  "a missing file": (dir) => Deno.remove(`${dir}/a`),
  "a changed time": (dir) => Deno.utime(`${dir}/a`, 1, 1),
  "a changed mode": (dir) => Deno.chmod(`${dir}/a`, 0o777),
  "a missing SHA256SUMS": (dir) => Deno.remove(`${dir}/SHA256SUMS`),
  "a damaged SHA256SUMS": (dir) => flipByte(`${dir}/d/SHA256SUMS`),
  "a SHA256SUMS of another mode": (dir) => Deno.chmod(`${dir}/d/SHA256SUMS`, 0o600),
  "a missing directory": (dir) => Deno.remove(`${dir}/d`, { recursive: true }),
  "a directory of another mode": (dir) => Deno.chmod(`${dir}/none`, 0o700),
  "a missing symlink": (dir) => Deno.remove(`${dir}/d/link`),
  "a missing pipe": (dir) => Deno.remove(`${dir}/d/pipe`),
  "a symlink in place of a file": async (dir) => {
    await Deno.remove(`${dir}/twin`);
    await Deno.symlink("/etc/passwd", `${dir}/twin`);
  },
};

Deno.test("repair() heals every kind of damage, and touches nothing else", async (test) => {
  await using place = await makeRepairPlace(TREE);
  const before = await readRoot(place.root);
  for (const [what, damage] of Object.entries(DAMAGES)) {
    await test.step(what, async () => {
      const root = `${place.temp}/copy`;
      await copyRoot(place.root, root);
      await damage(`${root}/${place.snapshots[1]}`);
      const damaged = await readRoot(root);
      const wounds = woundedInodes(damaged, before);
      const { error, left, healed } = await runRepair(root);
      assert.strictEqual(error, undefined);
      assert.deepStrictEqual(left, []);
      assert.notStrictEqual(healed.length, 0);
      const after = await readRoot(root);
      assertHealed(after, before);
      for (const [path, { inode, type }] of Object.entries(damaged)) {
        if (type !== "file" || path.includes("SHA256SUMS") || wounds.has(inode)) continue;
        assert.strictEqual(after[path]?.inode, inode, path);
      }
      assert.deepStrictEqual((await runRepair(root)).healed, []);
      await Deno.remove(root, { recursive: true });
    });
  }
});

/** Inodes that are not what they were. */
function woundedInodes(damaged: TreeOnDisk, before: TreeOnDisk): Set<string> {
  return new Set(
    Object.entries(damaged).flatMap(([path, entry]) => {
      const was = before[path];
      return was !== undefined && compareTrees({ x: entry }, { x: was }).length === 0
        ? []
        : [entry.inode];
    }),
  );
}

Deno.test("all names in all snapshots get one new inode, also when one snapshot is looked at", async () => {
  await using place = await makeRepairPlace(TREE);
  const before = await readRoot(place.root);
  await flipByte(`${place.root}/${place.snapshots[0]}/kept`);
  const [, second] = place.snapshots;
  const base = { root: place.root, name: undefined, cwd: "/" };
  const request = { addresses: [`${second}:kept`], all: false, base };
  const { healed } = await runRepair(place.root, { request });
  assert.deepStrictEqual(healed, ["content kept 4"]);
  assertHealed(await readRoot(place.root), before);
});

Deno.test("killed before any write, a repair has lost nothing, and the next one ends it", async () => {
  await using place = await makeRepairPlace(TREE);
  const good = await readRoot(place.root);
  const damagedRoot = `${place.temp}/damaged`;
  await copyRoot(place.root, damagedRoot);
  await damageMuch(`${damagedRoot}/${place.snapshots[1]}`);
  const damaged = await readRoot(damagedRoot);
  const copy = `${place.temp}/copy`;
  // Not before each write: a try takes two repairs, and two looks at the whole tree.
  for (let nth = 1, isKilled = true; isKilled; nth += 7) {
    await copyRoot(damagedRoot, copy);
    const { error } = await runRepair(copy, { around: killedAt(nth) });
    isKilled = error instanceof Killed;
    if (isKilled) assertBetween(await readRoot(copy), damaged, good);
    else assert.strictEqual(error, undefined);
    const next = await runRepair(copy);
    assert.deepStrictEqual([next.left, next.error], [[], undefined], `killed at write ${nth}`);
    assertHealed(await readRoot(copy), good);
    assert.deepStrictEqual(await privateNames(copy), [
      "index.sqlite3",
      "lock",
      "root.json",
      "scrub.sqlite3",
    ]);
    await Deno.remove(copy, { recursive: true });
    assert.ok(isKilled || nth > 30, `there were less than ${nth} writes`);
  }
});

async function damageMuch(dir: string): Promise<void> {
  await flipByte(`${dir}/a`);
  await Deno.utime(`${dir}/kept`, 1, 1);
  await Deno.remove(`${dir}/d`, { recursive: true });
  await Deno.remove(`${dir}/SHA256SUMS`);
}

/** Every entry is as it was before the repair or as it should be; none is gone. */
function assertBetween(now: TreeOnDisk, damaged: TreeOnDisk, good: TreeOnDisk): void {
  for (const [path, entry] of Object.entries(now)) {
    if (entry.type !== "file") continue;
    const candidates = [damaged[path], good[path]].flatMap((was) => was ?? []);
    const isOne = candidates.some((was) => compareTrees({ x: entry }, { x: was }).length === 0);
    assert.ok(isOne || /SHA256SUMS|\.phlb-sums-new/.test(path), path);
  }
  for (const path of Object.keys(damaged)) assert.ok(now[path] !== undefined, path);
}

async function privateNames(root: string): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(`${root}/.phlb`))).map(({ name }) => name).toSorted();
}

/** What is left when neither the source nor an equal file has the content. */
async function withoutSource(place: RepairPlace): Promise<void> {
  await Deno.rename(place.source, `${place.source}-gone`);
}

/** Puts a copy in place of a stored file: an inode of its own. */
async function makeGeneration({ temp }: RepairPlace, path: string): Promise<void> {
  const dir = path.slice(0, path.lastIndexOf("/"));
  await run("cp", ["-p", path, `${temp}/generation`]);
  await run("touch", ["-r", dir, `${temp}/time`]);
  await Deno.rename(`${temp}/generation`, path);
  await run("touch", ["-r", `${temp}/time`, dir]);
}

Deno.test("another generation in the root heals, by a link", async () => {
  await using place = await makeRepairPlace(TREE);
  const [first, second] = place.snapshots;
  await makeGeneration(place, `${place.root}/${second}/d/big`);
  await withoutSource(place);
  const before = await readRoot(place.root);
  await flipByte(`${place.root}/${first}/d/big`);
  const { healed, origins, left } = await runRepair(place.root);
  assert.deepStrictEqual([healed, origins, left], [
    ["linked d/big 1"],
    [`${second}/d/big`],
    [],
  ]);
  assert.deepStrictEqual(compareTrees(await readRoot(place.root), before), []);
});

Deno.test("the trash heals", async () => {
  await using place = await makeRepairPlace(TREE);
  const [first = "", second = ""] = place.snapshots;
  const trash = `${place.root}/.phlb/trash/2026-01-01-1`;
  await Deno.mkdir(trash, { recursive: true });
  for (const suffix of ["", "-manifest.mtree.gz", "-summary.json"]) {
    const time = first.slice("source/".length);
    await Deno.rename(`${place.root}/${first}${suffix}`, `${trash}/${time}${suffix}`);
  }
  await withoutSource(place);
  const before = await readRoot(place.root);
  for (const name of ["a", "b"]) await Deno.remove(`${place.root}/${second}/${name}`);
  const { left, origins } = await runRepair(place.root);
  assert.deepStrictEqual(left, []);
  assert.match(origins[0] ?? "", /^\.phlb\/trash\//);
  assertHealed(await readRoot(place.root), before);
});

Deno.test("a replica that has the content at another place heals", async () => {
  await using place = await makeRepairPlace({ "a": "content", "b": "else" });
  await using other = await makeRepairPlace({ "elsewhere": "content" });
  await withoutSource(place);
  const before = await readRoot(place.root);
  await flipByte(`${place.root}/${place.snapshots[0]}/a`);
  const alone = await runRepair(place.root);
  assert.deepStrictEqual(alone.left, ["content a", "content a"]);
  const { origins, left } = await runRepair(place.root, { replicas: [other.root] });
  assert.deepStrictEqual([origins.length, left], [1, []]);
  assert.match(origins[0] ?? "", /elsewhere$/);
  assertHealed(await readRoot(place.root), before);
});

Deno.test("a hostile replica gives nothing: neither its symlinks nor a wrong content", async () => {
  await using place = await makeRepairPlace({ "a": "content", "d": { "b": "below" } });
  await withoutSource(place);
  const replica = `${place.temp}/copy`;
  await copyRoot(place.root, replica);
  const [first, second] = place.snapshots;
  for (const dir of [`${replica}/${first}`, `${replica}/${second}`]) {
    await Deno.rename(`${dir}/d`, `${dir}.d`);
    await Deno.symlink(`${dir}.d`, `${dir}/d`);
    await Deno.rename(`${dir}/a`, `${dir}.a`);
    await Deno.symlink(`${dir}.a`, `${dir}/a`);
  }
  await flipByte(`${place.root}/${first}/a`);
  await flipByte(`${place.root}/${first}/d/b`);
  const before = await readRoot(place.root);
  const { healed, left } = await runRepair(place.root, { replicas: [replica] });
  assert.deepStrictEqual([healed, left.length], [[], 4]);
  assert.deepStrictEqual(compareTrees(await readRoot(place.root), before, { ignore: [] }), []);
});

Deno.test("what is in the way is told and left, and so is what nobody recorded", async () => {
  await using place = await makeRepairPlace(TREE);
  const dir = `${place.root}/${place.snapshots[1]}`;
  await Deno.remove(`${dir}/a`);
  await Deno.mkdir(`${dir}/a`);
  await Deno.writeTextFile(`${dir}/a/inside`, "a hand");
  await Deno.writeTextFile(`${dir}/.phlb-link-new`, "a killed run");
  const { left, healed } = await runRepair(place.root);
  assert.ok(left.every((line) => line.endsWith(" a")), left.join());
  assert.ok(healed.includes("leftover .phlb-link-new 1"), healed.join());
  assert.strictEqual(await Deno.readTextFile(`${dir}/a/inside`), "a hand");
});

Deno.test("equal names of a damaged and of a sound inode are not mixed up", async () => {
  await using place = await makeRepairPlace({ "a": "same", "b": "same" });
  const [first, second] = place.snapshots;
  await makeGeneration(place, `${place.root}/${second}/b`);
  await flipByte(`${place.root}/${first}/a`);
  const sound = (await readTree(`${place.root}/${second}`))["b"];
  const { healed } = await runRepair(place.root);
  assert.deepStrictEqual(healed, ["linked a 3"]);
  const after = await readRoot(place.root);
  assert.deepStrictEqual(sharing(after).length, 1 + 2 * 5);
  assert.strictEqual(after[`${second}/b`]?.inode, sound?.inode);
});

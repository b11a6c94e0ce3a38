/**
 * Blocks that hold garbage, met by every command that reads or removes: restore brings back the rest
 * and says what it could not, prune and verify go on, repair takes from wherever the content is.
 */
import assert from "node:assert/strict";
import { isSumsFile, type LoopPlace, makeLoopPlace } from "../support/backup_place.ts";
import { rememberPast } from "../support/past.ts";
import { runPhlb } from "../support/phlb.ts";
import { repair } from "../support/repair_run.ts";
import { run } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import { readTree } from "../support/tree.ts";
import { verify } from "../support/verify_run.ts";
import { tellCounts } from "./proof.ts";

const MEDIA = [
  { type: "ext4", sizeMib: 32 },
  { type: "xfs", sizeMib: 300 },
  { type: "btrfs", sizeMib: 128 },
] as const;

/** What the damaged files are full of. */
const MARK = "a mark that stands on the disk as it is, 0123456789, ";

/** Files by where their content is to be had again. */
const VICTIMS = ["nowhere", "of-generation", "of-replica", "of-source"] as const;

/** Metadata is kept by inodes here, so that a changed mode stores a content once more. */
const OPTIONS = { env: { PHLB_DEDUP_METADATA: "inode" } };

for (const medium of MEDIA) {
  Deno.test(`garbage in blocks of ${medium.type}: each command does what can be done`, async () => {
    const files = VICTIMS.map((name) => [name, `${name} ${MARK}`.repeat(2000)]);
    await using place = await makeLoopPlace(medium, { ...Object.fromEntries(files), sound: "1" });
    await using replica = await makeTempDir();
    const { root, source } = place;
    await backup(place);
    const past = await rememberPast(place);
    const good = await readTree(place.latest());
    const first = place.latest();
    await run("cp", ["-a", root, `${replica.path}/root`]);
    await Deno.chmod(`${source}/of-generation`, 0o600);
    const blocks = await damageBlocks(place);
    await backup(place);
    for (const name of VICTIMS) if (name !== "of-source") await Deno.remove(`${source}/${name}`);
    await Deno.writeTextFile(`${source}/sound`, "2");
    await backup(place);

    await restoreRest(place, { id: idOf(first), target: `${replica.path}/restored`, good });
    const healed = await repair(root, ["--all"]);
    assert.strictEqual(healed.code, 3, healed.stderr);
    assert.deepStrictEqual(victimsIn(healed.left), ["nowhere", "of-replica"], healed.stderr);
    const more = await repair(root, ["--all", "--from", `${replica.path}/root`]);
    assert.deepStrictEqual([more.code, more.left], [0, []], more.stderr);
    await past.assertSame();

    await damageBlocks(place);
    const pruned = await runPhlb(["prune", root, "--keep-last", "1", "--free", "1T"], OPTIONS);
    assert.strictEqual(pruned.code, 3, `so much cannot become free\n${pruned.stderr}`);
    assert.strictEqual(place.snapshots().length, 1, pruned.stderr);
    assert.deepStrictEqual(victimsIn((await verify(root, ["--all"])).found), ["of-source"]);
    const last = await repair(root, ["--all"]);
    assert.deepStrictEqual([last.code, last.left], [0, []], last.stderr);
    assertSameTree(await readTree(place.latest()), await readTree(source), { skip: isSumsFile });
    tellCounts(`damaged medium, ${medium.type}`, { points: blocks, runs: 1 });
  });
}

/** What cannot be read is named, and everything else comes back. */
async function restoreRest(
  { root }: LoopPlace,
  { id, target, good }: { id: string; target: string; good: Awaited<ReturnType<typeof readTree>> },
): Promise<void> {
  const { code, stdout, stderr } = await runPhlb(["restore", "--root", root, id, target]);
  assert.strictEqual(code, 3, stdout + stderr);
  const told = VICTIMS.filter((name) => stderr.includes(`Cannot restore "${name}"`));
  assert.deepStrictEqual(told, [...VICTIMS], stderr);
  const isVictim = (path: string) => VICTIMS.some((name) => name === path);
  const restored = await readTree(target);
  assert.deepStrictEqual(Object.keys(restored).filter(isVictim), [], "nothing wrong comes back");
  assertSameTree(restored, good, { skip: (path) => isVictim(path) || isSumsFile(path) });
}

/** Names of the victims among problems, each once. */
function victimsIn(lines: readonly string[]): string[] {
  return [...new Set(lines.map((line) => line.split(/[ /]/).at(-1) ?? ""))].toSorted();
}

function idOf(path: string): string {
  return path.split("/").slice(-2).join("/");
}

async function backup(place: LoopPlace): Promise<void> {
  const { code, stderr } = await place.backup([], OPTIONS);
  assert.ok(code === 0 || code === 3, stderr);
}

/** Puts garbage into every file that holds the mark; how many places that were. */
async function damageBlocks({ mount }: LoopPlace): Promise<number> {
  let count = 0;
  await mount.whileUnmounted(async (image) => {
    const found = await run("grep", ["-aobE", "--", `[a-z-]+ ${MARK}`, image]);
    const offsets = found.split("\n").filter((line) => line !== "").map((line) => parseInt(line));
    using file = await Deno.open(image, { write: true });
    for (const offset of offsets.filter((_, i) => i % 300 === 0)) {
      await file.seek(offset, Deno.SeekMode.Start);
      await file.write(crypto.getRandomValues(new Uint8Array(30)));
      count++;
    }
  });
  assert.ok(count >= VICTIMS.length, `${count} places were found`);
  return count;
}

/**
 * A backup root on a disk on which nothing is left, neither for a file nor for a name: what makes
 * room works, what needs room says so and changes nothing, and all of it works when there is room.
 */
import assert from "node:assert/strict";
import { isSumsFile, type LoopPlace, makeLoopPlace } from "../support/backup_place.ts";
import { fillToTheLast, takeAllInodes } from "../support/full_disk.ts";
import type { LoopMountOptions } from "../support/loop_mount.ts";
import { runPhlb } from "../support/phlb.ts";
import { repair, type Repaired } from "../support/repair_run.ts";
import type { Outcome } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { readTree, type TreeOnDisk, writeTree } from "../support/tree.ts";
import { flipByte, verify } from "../support/verify_run.ts";
import { tellCounts } from "./proof.ts";

/** A disk, and how all that it has is taken. */
interface Medium extends LoopMountOptions {
  readonly name: string;
  readonly fill: (mounted: string) => Promise<() => Promise<void>>;
  /** Whether nothing can be done there any more but deleting files. */
  readonly onlyDeletes?: true;
}

const MEDIA: readonly Medium[] = [
  { name: "ext4 without bytes", type: "ext4", sizeMib: 16, fill: fillToTheLast },
  { name: "xfs without bytes", type: "xfs", sizeMib: 300, fill: fillToTheLast },
  { name: "btrfs without bytes", type: "btrfs", sizeMib: 128, fill: fillToTheLast },
  {
    name: "btrfs without bytes for data and metadata",
    type: "btrfs",
    sizeMib: 32,
    mkfs: ["--mixed"],
    fill: fillToTheLast,
    onlyDeletes: true,
  },
  { name: "ext4 without inodes", type: "ext4", sizeMib: 16, inodes: 400, fill: takeAllInodes },
  {
    name: "xfs without inodes",
    type: "xfs",
    sizeMib: 300,
    mkfs: ["-i", "maxpct=1"],
    fill: takeAllInodes,
  },
];

for (const medium of MEDIA) {
  Deno.test(`${medium.name}: room can be made, all else waits for it`, async () => {
    await using place = await makeLoopPlace(medium, {
      shared: "of all snapshots ".repeat(3000),
      dir: { moved: "linked to again ".repeat(200), secret: "secret" },
    });
    for (let n = 0; n < 4; n++) {
      await writeTree(`${place.source}`, { [`own ${n}`]: `of ${n} `.repeat(9000) });
      await place.mustBackup();
      await Deno.remove(`${place.source}/own ${n}`);
    }
    const life = new FullLife(place, medium);
    await life.damage();
    let giveBack = await medium.fill(place.mount.path);
    await life.refuseWhatNeedsRoom();
    await life.pruneFree();
    await giveBack();

    await life.must("remove", "--root", place.root, life.ids()[0] ?? "");
    giveBack = await medium.fill(place.mount.path);
    await life.emptyTrash();
    await giveBack();
    await life.doAll();
    tellCounts(`full root, ${medium.name}`, { points: life.steps, runs: 1 });
  });
}

/** What is done to the place, and what must have come of it. */
class FullLife {
  steps = 0;
  readonly #place: LoopPlace;
  readonly #medium: Medium;

  constructor(place: LoopPlace, medium: Medium) {
    this.#place = place;
    this.#medium = medium;
  }

  /** `<name>/<time>` of all snapshots. */
  ids(): string[] {
    return this.#place.snapshots().map((path) => path.split("/").slice(-2).join("/"));
  }

  get #target(): string {
    return `${this.#place.mount.path}/target`;
  }

  /** A content that has to be written anew, a name that only has to be linked. */
  async damage(): Promise<void> {
    const snapshot = this.#place.snapshots()[2];
    await flipByte(`${snapshot}/shared`);
    await Deno.remove(`${snapshot}/dir/moved`);
    await Deno.mkdir(this.#target);
  }

  async must(...args: string[]): Promise<Outcome> {
    this.steps++;
    const outcome = await runPhlb(args);
    assert.strictEqual(outcome.code, 0, outcome.stderr);
    return outcome;
  }

  /** Prune into the trash, marks, forget-path, restore, backup, repair. */
  async refuseWhatNeedsRoom(): Promise<void> {
    const { root, source } = this.#place;
    const before = await this.#read();
    const [oldest = "", , , newest = ""] = this.ids();
    await this.#refused(["prune", root, "--keep-last", "2"], /^Hint: .*prune --free/m);
    await this.#refused(["remove", "--root", root, oldest], /^Hint: .*trash empty/m);
    await this.#refused(["pin", "--root", root, oldest]);
    await this.#refused(["tag", "--root", root, "--add", "x", oldest]);
    await this.#refused(["forget-path", "--root", root, "--all-snapshots", "dir/secret"]);
    await this.#refused(["backup", source, root]);
    await this.#refused(["restore", "--root", root, newest, this.#target], /--overwrite/);
    const ids = this.ids();
    const skip = (path: string) => !ids.some((id) => path.startsWith(id));
    assertSameTree(await this.#read(), before, { ignore: ["nlink"], skip });

    this.#assertRepaired(await repair(root, ["--all"]), before, await this.#read());
  }

  /** Ends with 1 and says what to do. */
  async #refused(args: string[], hint = /^Hint: .*(room|spare)/mi): Promise<void> {
    this.steps++;
    const { code, stdout, stderr } = await runPhlb(args);
    const told = `${args.join(" ")}\n${stdout}${stderr}`;
    assert.strictEqual(code, 1, told);
    assert.match(stderr, /^Error: Cannot [a-z -]+ ".*"[^"]*: no space \(or no inode\) left/m, told);
    assert.match(stderr, hint, told);
    assert.doesNotMatch(stderr, /^\s+at |mistake in phlb/m, told);
  }

  /** What needs no room is healed, what needs some is told, and everything else is as it was. */
  #assertRepaired(repaired: Repaired, before: TreeOnDisk, now: TreeOnDisk): void {
    this.steps++;
    const { code, healed, left, stderr } = repaired;
    assert.strictEqual(code, 1, stderr);
    const ids = this.ids();
    const moved = `${ids[2]}/dir/moved`;
    const contents = left.filter((line) => line === "content shared");
    assert.strictEqual(contents.length, ids.length, stderr);
    const missing = left.filter((line) => line !== "content shared");
    if (missing.length === 0) assert.ok(healed.some((line) => line.startsWith("linked ")), stderr);
    else {
      assert.ok(this.#medium.onlyDeletes, stderr);
      assert.ok(missing.includes("missing dir/moved"), stderr);
    }
    const isMended = (path: string) =>
      path === moved || path === `${ids[2]}/dir` || !ids.some((id) => path.startsWith(id));
    assertSameTree(now, before, { ignore: ["nlink"], skip: isMended });
    assert.match(stderr, /no space \(or no inode\) left/);
  }

  /** Deletes at once, whatever is not there for that. */
  async pruneFree(): Promise<void> {
    const { root } = this.#place;
    const before = await this.#read();
    const args = ["prune", root, "--keep-last", "3", "--free", "1T"];
    if (this.#medium.onlyDeletes) {
      await this.#refused(args, /^Hint: .*rm -rf/m);
      return assertSameTree(await this.#read(), before, { ignore: ["nlink"] });
    }
    const [oldest = "", ...kept] = this.ids();
    const { code, stderr } = await runPhlb(args);
    assert.strictEqual(code, 3, `so much cannot become free\n${stderr}`);
    this.steps++;
    assert.deepStrictEqual(this.ids(), kept);
    const isKept = (path: string) => kept.some((id) => path.startsWith(id));
    const skip = (path: string) => !isKept(path);
    assertSameTree(await this.#read(), before, { ignore: ["nlink"], skip });
    const others = [...Deno.readDirSync(`${root}/source`)].map(({ name }) => `source/${name}`);
    const left = others.filter((path) => path.replace("/.", "/").startsWith(oldest));
    assert.deepStrictEqual(left, [], "nothing of it is left");
  }

  async emptyTrash(): Promise<void> {
    const { root } = this.#place;
    const before = await this.#read();
    const { stdout } = await this.must("trash", "empty", "--root", root);
    assert.match(stdout, /names? of 1 snapshot deleted/);
    assert.deepStrictEqual([...Deno.readDirSync(`${root}/.phlb/trash`)], []);
    assertSameTree(await this.#read(), before, { ignore: ["nlink"] });
  }

  /** There is room again. */
  async doAll(): Promise<void> {
    const { root, source } = this.#place;
    const newest = this.ids().at(-1) ?? "";
    const healed = await repair(root, ["--all"]);
    assert.deepStrictEqual([healed.code, healed.left], [0, []], healed.stderr);
    await this.must("restore", "--root", root, newest, this.#target, "--overwrite", "if-changed");
    const skip = isSumsFile;
    assertSameTree(await readTree(this.#target), await readTree(this.#place.latest()), { skip });
    await this.must("forget-path", "--root", root, "--all-snapshots", "dir/secret");
    await this.must("pin", "--root", root, newest);
    await this.must("backup", source, root);
    assertSameTree(await readTree(this.#place.latest()), await readTree(source), { skip });
    await this.must("prune", root, "--keep-last", "1");
    assert.strictEqual(this.ids().length, 2, "the newest and the pinned one");
    assert.deepStrictEqual((await verify(root, ["--all"])).found, []);
    this.steps += 2;
  }

  /** All but what is phlb's own. */
  async #read(): Promise<TreeOnDisk> {
    const tree = await readTree(this.#place.root);
    return Object.fromEntries(
      Object.entries(tree).filter(([path]) => path.startsWith("source/")),
    );
  }
}

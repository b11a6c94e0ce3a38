/**
 * A backup root that is mounted read-only: what would change it is refused, what only reads works,
 * with an index and without. And one that becomes read-only, or goes away, under way.
 */
import assert from "node:assert/strict";
import { isSumsFile, type LoopPlace, makeLoopPlace } from "../support/backup_place.ts";
import { rememberPast } from "../support/past.ts";
import { runPhlb, startPhlb } from "../support/phlb.ts";
import { type Outcome, run } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { readTree, type Tree } from "../support/tree.ts";
import { flipByte, verify } from "../support/verify_run.ts";
import { tellCounts } from "./proof.ts";

const TREE: Tree = { a: "alpha", b: "b".repeat(50_000), d: { c: "gamma", e: "e".repeat(9000) } };

Deno.test("what would change a read-only root is refused, what reads it works", async () => {
  await using place = await makeLoopPlace({ type: "ext4", sizeMib: 16 }, TREE);
  const { root, source, mount } = place;
  for (let n = 0; n < 3; n++) {
    await Deno.writeTextFile(`${source}/own`, `of ${n}`);
    await place.mustBackup();
  }
  const [first = "", second = "", third = ""] = idsOf(place);
  await must(["remove", "--root", root, first]);
  const past = await rememberPast(place);

  await mount.remount("ro");
  const changing: string[][] = [
    ["backup", source, root],
    ["prune", root, "--keep-last", "1"],
    ["prune", root, "--keep-last", "1", "--free", "1T"],
    ["remove", "--root", root, second],
    ["pin", "--root", root, second],
    ["unpin", "--root", root, second],
    ["tag", "--root", root, "--add", "x", second],
    ["note", "--root", root, second, "text"],
    ["forget-path", "--root", root, "--all-snapshots", "a"],
    ["trash", "empty", "--root", root],
    ["trash", "restore", "--root", root, first],
    ["repair", "--root", root, "--all"],
    ["rebuild", root],
    ["add", root],
  ];
  for (const args of changing) assertRefused(await runPhlb(args), args);
  const dry = changing.filter(([command]) => !/pin|tag|note|add/.test(command ?? ""));
  for (const args of dry.filter(([, second]) => second !== "restore")) {
    await must([...args, "--dry-run"]);
  }

  await readAll(place, { second, third, target: `${source}-with` });
  await mount.remount("rw");
  await Deno.remove(`${root}/.phlb/index.sqlite3`);
  await mount.remount("ro");
  await readAll(place, { second, third, target: `${source}-without` });
  assert.ok(!(await run("ls", [`${root}/.phlb`])).includes("index"), "nothing was made");

  await mount.remount("rw");
  await past.assertKept();
  await place.mustBackup();
  await past.assertKept();
  tellCounts("read-only root", { points: changing.length + dry.length, runs: 1 });
});

/** Every command that only reads. */
async function readAll(
  { root, source, snapshots, latest }: LoopPlace,
  { second, third, target }: { second: string; third: string; target: string },
): Promise<void> {
  const found = await verify(root, ["--all"]);
  assert.deepStrictEqual([found.code, found.found], [0, []], found.stderr);
  assert.match(await must(["snapshots", root]), new RegExp(`${second}[^]*${third}`));
  assert.match(await must(["ls", "--root", root, third]), /own/);
  assert.match(await must(["find", "--root", root, "own"]), /own/);
  assert.match(await must(["history", "--root", root, "own"]), /^own in 2 snapshots/);
  assert.match(await must(["diff", "--root", root, second, third]), /own/);
  await must(["compare", source, root]);
  assert.strictEqual(await must(["path", "--root", root, third]), `${latest()}\n`);
  await must(["stats", "--root", root]);
  await must(["explain", "--root", root, `${source}/own`]);
  await must(["trash", "list", root]);
  await must(["status"], { PHLB_SOURCE: source, PHLB_DESTINATION: root });
  const { code, stdout } = await runPhlb(["doctor", root]);
  assert.strictEqual(code, 3, "a backup would stop at it");
  assert.match(stdout, /mounted\s+read-only/);
  await must(["restore", "--root", root, third, target]);
  assertSameTree(await readTree(target), await readTree(latest()), { skip: isSumsFile });
  assert.strictEqual(snapshots().length, 2);
}

/** Which of them it is depends on the call that comes first: a write, or one that waits for the disk. */
const FAILED_DISK =
  /^Error: Cannot [a-z ]+ ".*\/root.*": (.*read-only|input\/output error|disk I\/O error)/m;

const UNDER_WAY = [
  {
    // What the kernel itself does when the disk below a file system fails.
    name: "ext4 that becomes read-only",
    medium: { type: "ext4", sizeMib: 32 },
    fail: ({ mount }: LoopPlace) => mount.remount("abort"),
  },
  {
    name: "xfs that is shut down",
    medium: { type: "xfs", sizeMib: 300 },
    fail: async ({ mount }: LoopPlace) => void await run("xfs_io", ["-xc", "shutdown", mount.path]),
  },
] as const;

for (const { name, medium, fail } of UNDER_WAY) {
  Deno.test(`${name} under way ends prune, repair and backup clearly, and the next ones go on`, async () => {
    await using place = await makeLoopPlace(medium, { ...TREE, many: manyFiles(300) });
    const { root, source } = place;
    for (let n = 0; n < 3; n++) {
      await Deno.writeTextFile(`${source}/own`, `of ${n}`);
      await place.mustBackup();
    }
    await flipByte(`${place.latest()}/b`);
    const ids = idsOf(place);
    const commands: [string[], code: number][] = [
      [["repair", "--root", root, "--all"], 0],
      [["prune", root, "--keep-last", "1", "--free", "1T"], 3],
      [["backup", source, root], 0],
    ];
    for (const [args, code] of commands) {
      const kept = await readTree(place.latest());
      await Deno.writeTextFile(`${source}/many/file 1`, `of ${args[0]}`);
      const outcome = await failUnderWay(place, args, fail);
      assert.strictEqual(outcome.code, 1, `${args}\n${outcome.stdout}${outcome.stderr}`);
      assert.match(outcome.stderr, FAILED_DISK);
      assert.match(outcome.stderr, /^Hint: \S/m);
      assert.doesNotMatch(outcome.stderr, /^\s+at |mistake in phlb/m);
      await place.mount.mountAgain();
      const isMended = (path: string) => path === "b" || path === ".";
      const skip = args[0] === "repair" ? isMended : () => false;
      // A file system that was mounted again may have another number.
      const ignore = ["nlink", "inode"] as const;
      assertSameTree(await readTree(`${root}/${ids.at(-1)}`), kept, { ignore, skip });
      const again = await runPhlb(args);
      assert.strictEqual(again.code, code, `${args}\n${again.stdout}${again.stderr}`);
    }
    const found = await verify(root, ["--all"]);
    assert.deepStrictEqual([found.code, found.found], [0, []], found.stderr);
    assert.strictEqual(place.snapshots().length, 2, "the last one and a new one");
    assertSameTree(await readTree(place.latest()), await readTree(source), { skip: isSumsFile });
    tellCounts(`under way, ${name}`, { points: commands.length, runs: commands.length });
  });
}

/** Where a command writes first, by which call, and what shows that it does. */
const WRITES: Readonly<Record<string, { dir: string; call: string; isBegun: RegExp }>> = {
  backup: { dir: "source", call: "linkat", isBegun: /partial/ },
  prune: { dir: ".phlb", call: "unlinkat", isBegun: /trash/ },
  repair: { dir: ".phlb", call: "linkat", isBegun: /repair-/ },
};

/** Starts a command whose writes take a while, and fails the disk after its first ones. */
async function failUnderWay(
  place: LoopPlace,
  args: string[],
  fail: (place: LoopPlace) => Promise<void>,
): Promise<Outcome> {
  const { dir, call, isBegun } = WRITES[args[0] ?? ""] ?? assert.fail();
  const changes = Deno.watchFs(`${place.root}/${dir}`);
  const started = startPhlb(args, { inject: `${call}:delay_enter=${SLOW_US}` });
  for await (const { paths } of changes) if (paths.some((path) => isBegun.test(path))) break;
  await fail(place);
  return await started.outcome;
}

const SLOW_US = 30_000;

function manyFiles(count: number): Tree {
  const names = Array.from({ length: count }, (_, i) => [`file ${i}`, `content ${i}`]);
  return Object.fromEntries(names);
}

/** Ends with 1 and says why and what to do. */
function assertRefused({ code, stdout, stderr }: Outcome, args: readonly string[]): void {
  const told = `${args.join(" ")}\n${stdout}${stderr}`;
  assert.strictEqual(code, 1, told);
  assert.match(stderr, /^Error: Cannot [a-z ]+ ".*\/root": the file system is read-only$/m, told);
  assert.match(stderr, /^Hint: .*mounted read-write/m, told);
}

async function must(args: string[], env: Record<string, string> = {}): Promise<string> {
  const { code, stdout, stderr } = await runPhlb(args, { env });
  assert.strictEqual(code, 0, `${args.join(" ")}\n${stdout}${stderr}`);
  return stdout;
}

/** `<name>/<time>` of all snapshots. */
function idsOf(place: LoopPlace): string[] {
  return place.snapshots().map((path) => path.split("/").slice(-2).join("/"));
}

import assert from "node:assert/strict";
import { FakeClock } from "./fake_clock.ts";
import { type Here, runHere } from "./run_here.ts";
import { run } from "./run.ts";
import { makeTempDir } from "./temp_dir.ts";
import { readTree, symlink, type TreeOnDisk, writeTree } from "./tree.ts";

/** A small root with everything that phlb writes into one, to be copied and spoilt. */
export interface HostilePlace extends AsyncDisposable {
  /** Below the directory of a {@link Spoilt}: `root`, `source`, `outside`. */
  spoil(change: (place: Spoilt) => Promise<void> | void, commands?: Commands): Promise<void>;
}

/** A copy of the place that a test spoils. */
export interface Spoilt {
  readonly path: string;
  readonly root: string;
  readonly source: string;
  /** Nothing in here may be read into a backup, or changed. */
  readonly outside: string;
  /** `<root>/home/<time>` of the older and the newer snapshot. */
  readonly snapshots: readonly [older: string, newer: string];
}

/** What stands in the file outside; it must never come into a backup. */
export const SECRET = "nobody is to back this up";

const FULL = Deno.env.get("PHLB_TEST_FULL") === "1";

/** Which commands are tried. */
export type Commands = "reading" | "core" | "all" | "verify";

const TIMES = ["2026-01-07-085347", "2026-01-07-085447", "2026-01-07-085547"] as const;

/** Makes the place and sees that all the commands that are tried work while nothing is spoilt. */
export async function makeHostilePlace(): Promise<HostilePlace> {
  await using owned = new AsyncDisposableStack();
  const temp = owned.use(await makeTempDir());
  const base = `${temp.path}/base`;
  await writeTree(base, {
    root: {},
    outside: { "secret": SECRET, "inner": { "secret": SECRET } },
    source: {
      "a": "one",
      "b": "one",
      "c": "another",
      "d": { "big": "x".repeat(5000), "link": symlink("../a"), "deep": { "e": "deep" } },
    },
  });
  await prepare(base);
  await tryAll(spoiltAt(base), { commands: "reading", mustWork: true });
  const left = owned.move();
  let count = 0;
  return {
    spoil: async (change, commands = FULL ? "all" : "core") => {
      const path = `${temp.path}/${count++}`;
      await run("cp", ["-a", base, path]);
      const spoilt = spoiltAt(path);
      await change(spoilt);
      const before = await readTree(spoilt.outside);
      await tryAll(spoilt, { commands });
      assert.deepStrictEqual(await readTree(spoilt.outside), before, "what lies outside changed");
      assertNothingSecret(await readTree(spoilt.root));
      await run("rm", ["-rf", path]);
    },
    [Symbol.asyncDispose]: () => left[Symbol.asyncDispose](),
  };
}

function spoiltAt(path: string): Spoilt {
  const home = `${path}/root/home`;
  return {
    path,
    root: `${path}/root`,
    source: `${path}/source`,
    outside: `${path}/outside`,
    snapshots: [`${home}/${TIMES[1]}`, `${home}/${TIMES[2]}`],
  };
}

async function prepare(base: string): Promise<void> {
  const clock = new FakeClock();
  const must = async (...args: string[]) => {
    clock.advance(60_000);
    const { code, stderr } = await runHere(args, { clock });
    assert.strictEqual(code, 0, stderr);
  };
  const backup = ["backup", `${base}/source`, `${base}/root`, "--name", "home", "--tag", "t"];
  await must(...backup);
  Deno.writeTextFileSync(`${base}/source/c`, "changed");
  clock.setWallClock("2026-01-07T08:53:47Z");
  await must(...backup);
  Deno.writeTextFileSync(`${base}/source/f`, "new");
  clock.setWallClock("2026-01-07T08:54:47Z");
  await must(...backup);
  await must("pin", "--root", `${base}/root`, `home/${TIMES[1]}`);
  await must("remove", "--root", `${base}/root`, `home/${TIMES[0]}`);
  await must("verify", "--root", `${base}/root`, "--all");
}

/** Reads, then writes; a program's mistake is a failure, and so is a run that works too well. */
async function tryAll(
  { root, source }: Spoilt,
  { commands, mustWork = false }: { commands: Commands; mustWork?: boolean },
): Promise<void> {
  const clock = new FakeClock("2026-01-08T08:52:47Z");
  const target = `${root}/../restored`;
  const core = [
    ["snapshots", root],
    ["ls", "--root", root, "-R", "home/latest"],
    ["prune", root, "--keep-last", "1", "--dry-run"],
    ["restore", "--root", root, "home/latest", target],
    ["verify", "--root", root, "--all"],
  ];
  const more = [
    ["stats", "--root", root],
    ["find", "--root", root, "*e*"],
    ["history", "--root", root, "--name", "home", "c"],
    ["diff", "--root", root, "home/latest~1", "home/latest"],
    ["path", "--root", root, "home/latest:d/deep/e"],
    ["trash", "list", "--root", root],
    ["rebuild", root, "--dry-run"],
    ["repair", "--root", root, "--dry-run"],
  ];
  const writing = [
    ["repair", "--root", root],
    ["backup", source, root, "--name", "home"],
    ["trash", "restore", "--root", root, `home/${TIMES[0]}`],
  ];
  const moreWriting = [
    ["prune", root, "--keep-last", "1"],
    ["trash", "empty", "--root", root],
    ["rebuild", root],
  ];
  const chosen = {
    "reading": [...core, ...more],
    "core": [...core, ...writing],
    "all": [...core, ...more, ...writing, ...moreWriting],
    "verify": core.slice(-1),
  }[commands];
  for (const command of chosen) {
    clock.advance(60_000);
    const ran = await runHere(command, { clock });
    assertNoMistake(ran, command);
    if (mustWork) assert.strictEqual(ran.code, 0, `phlb ${command.join(" ")}\n${ran.stderr}`);
  }
  await run("rm", ["-rf", target]);
}

function assertNoMistake({ code, stdout, stderr }: Here, args: readonly string[]): void {
  const text = stdout + stderr;
  const isMistake = /mistake in phlb|"error_code":"BUG"|\n {4}at /.test(text);
  assert.ok(!isMistake, `phlb ${args.join(" ")} exited with ${code}:\n${text}`);
  assert.ok([0, 1, 2, 3, 10, 11].includes(code), `phlb ${args.join(" ")}: ${code}`);
  if (code !== 0) assert.match(text, /\S/, `phlb ${args.join(" ")} exited with ${code} silently`);
}

const SECRET_DIGEST = new Uint8Array(
  await crypto.subtle.digest("SHA-256", new TextEncoder().encode(SECRET)),
).toHex();

function assertNothingSecret(tree: TreeOnDisk): void {
  const found = Object.entries(tree).filter(([, { sha256 }]) => sha256 === SECRET_DIGEST);
  assert.deepStrictEqual(found.map(([path]) => path), [], "what lies outside was taken in");
}

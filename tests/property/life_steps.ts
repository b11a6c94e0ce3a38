/**
 * What can happen to a backup root, as commands for fast-check: each does it, says what must come of
 * it, and has the disk compared with the model.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fc } from "../support/property.ts";
import { killedAt } from "../support/repair_place.ts";
import type { Here } from "../support/run_here.ts";
import { steps } from "./history.ts";
import { choose, type Life, type Name, NAMES, type Snap } from "./life.ts";

/** A step of a life; its text says what it was, for a failure's report. */
export type Step = fc.AsyncCommand<object, Life>;

/** Makes steps of a kind. */
export function step<T>(
  kind: string,
  given: fc.Arbitrary<T>,
  run: (life: Life, given: T) => Promise<void>,
): fc.Arbitrary<Step> {
  return given.map((value) => ({
    check: () => true,
    run: (_, life) => run(life, value),
    toString: () => `${kind} ${JSON.stringify(value).replaceAll(/"[\w+/=]{40,}"/g, '"…"')}`,
  }));
}

const names: fc.Arbitrary<Name> = fc.constantFrom(...NAMES);
const picks = fc.nat(1000);

/** Changes a source. */
export const edit = step(
  "edit",
  fc.record({ name: names, changes: steps }),
  async (life, given) => {
    await life.edit(given.name, given.changes);
  },
);

const backup = step("backup", fc.record({ name: names }), (life, { name }) => life.backUp(name));

const HOUR_MS = 3_600_000;

const jump = step(
  "clock",
  fc.constantFrom(
    ...[
      ["on", HOUR_MS],
      ["on", 26 * HOUR_MS],
      ["on", 31 * 24 * HOUR_MS],
      ["back", 20 * 60_000],
      ["back", HOUR_MS],
      ["back", 5 * HOUR_MS],
      ["back", 400 * 24 * HOUR_MS],
      // A moment before summer begins and ends in Europe.
      ["to", Date.parse("2027-03-28T00:58:30Z")],
      ["to", Date.parse("2026-10-25T00:58:30Z")],
    ] satisfies [string, number][],
  ),
  (life, [how, ms]) => {
    const nowMs = life.clock.now().getTime();
    const thenMs = how === "to" ? ms : how === "on" ? nowMs + ms : nowMs - ms;
    life.clock.setWallClock(new Date(thenMs).toISOString());
    return Promise.resolve();
  },
);

const pruneGiven = fc.record({ last: fc.integer({ min: 1, max: 3 }) });

const prune = step("prune", pruneGiven, async (life, { last }) => {
  const doomed = doomedBy(life, last);
  const wasSound = life.isSound;
  const ran = await life.run(pruneCommand(life, last));
  if (isAhead(life)) assert.strictEqual(codeOf(ran), "1 CLOCK_BEHIND", ran.stderr);
  else {
    const removed = idsOf(ran, "prune_snapshot", "remove");
    for (const id of removed) assert.ok(doomed.some((snap) => snap.id === id), `${id} was pruned`);
    if (wasSound) assert.deepStrictEqual([ran.code, removed.length], [0, doomed.length]);
    else assert.ok([0, 3].includes(ran.code), ran.stderr);
    for (const snap of doomed) if (removed.includes(snap.id)) snap.place = "trash";
  }
  await life.look();
});

/** The command line of a prune. */
export function pruneCommand(life: Life, last: number): string[] {
  return ["prune", life.root, "--keep-last", String(last), "--force"];
}

/** Those that a policy of the newest `last` of each name lets go. */
export function doomedBy(life: Life, last: number): Snap[] {
  return NAMES.flatMap((name) => life.inRoot(name).slice(0, -last)).filter((snap) => !snap.pinned);
}

/** Whether there is a snapshot of a time that has not come. */
function isAhead(life: Life): boolean {
  return life.inRoot().some(({ startedMs }) => startedMs > life.clock.now().getTime());
}

/** Puts a snapshot into the trash. */
export const remove = step("remove", fc.record({ pick: picks }), async (life, { pick }) => {
  const snap = choose(life.inRoot(), pick);
  if (snap === undefined) return;
  const isNewest = life.inRoot(snap.name).at(-1) === snap;
  const ran = await life.run(["remove", "--root", life.root, snap.id]);
  const refused = snap.pinned ? "2 SNAPSHOT_PINNED" : isNewest ? "2 SNAPSHOT_NEWEST" : undefined;
  assert.strictEqual(codeOf(ran), refused ?? "0 ", ran.stderr);
  if (refused === undefined) snap.place = "trash";
  await life.look();
});

/** Pins a snapshot, or no longer. */
export const pin = step(
  "pin",
  fc.record({ pick: picks, on: fc.boolean() }),
  async (life, given) => {
    const snap = choose(life.inRoot(), given.pick);
    if (snap === undefined) return;
    const ran = await life.run([given.on ? "pin" : "unpin", "--root", life.root, snap.id]);
    assert.strictEqual(codeOf(ran), "0 ", ran.stderr);
    snap.pinned = given.on;
    await life.look();
  },
);

/** Brings something back from the trash. */
export const untrash = step("trash restore", fc.record({ pick: picks }), async (life, { pick }) => {
  const wanted = choose(life.inTrash(), pick);
  if (wanted === undefined) return;
  const last = life.inTrash().findLast(({ id }) => id === wanted.id) ?? wanted;
  const isTaken = life.inRoot().some(({ id }) => id === last.id);
  const ran = await life.run(["trash", "restore", "--root", life.root, last.id]);
  if (isTaken) assert.notStrictEqual(ran.code, 0);
  else {
    assert.strictEqual(codeOf(ran), "0 ", ran.stderr);
    last.place = "root";
  }
  await life.look();
});

const empty = step("trash empty", fc.constant({}), async (life) => {
  const ran = await life.run(["trash", "empty", "--root", life.root]);
  assert.strictEqual(codeOf(ran), "0 ", ran.stderr);
  life.snaps = life.inRoot();
  await life.look();
});

const byHand = step(
  "rm -rf",
  fc.record({ pick: picks, companions: fc.boolean() }),
  async (life, { pick, companions }) => {
    const snap = choose(life.inRoot(), pick);
    if (snap === undefined) return;
    await new Deno.Command("rm", { args: ["-rf", `${life.root}/${snap.id}`] }).output();
    if (companions) {
      for (const { name } of Deno.readDirSync(`${life.root}/${snap.name}`)) {
        if (name.startsWith(`${snap.time}-`)) Deno.removeSync(`${life.root}/${snap.name}/${name}`);
      }
    }
    life.snaps = life.snaps.filter((one) => one !== snap);
    await life.look();
  },
);

/** Damages a stored file. */
export const damage = step(
  "damage",
  fc.record({
    pick: picks,
    file: picks,
    how: fc.constantFrom("flip", "flip", "cut", "zero", "touch", "delete"),
  }),
  async (life, given) => {
    await life.damage(given);
  },
);

/** Repairs all that can be. */
export const repair = step("repair", fc.constant({}), async (life) => {
  if (life.inRoot().length === 0) return;
  const canHeal = life.canHeal();
  const ran = await life.run(["repair", "--root", life.root]);
  assert.ok([0, 3].includes(ran.code), ran.stderr);
  await life.look();
  assert.strictEqual(ran.code === 0, life.wounds().length === 0, ran.stderr);
  if (canHeal) assert.deepStrictEqual(life.wounds(), [], "not healed, though there are copies");
});

/** Verifies all. */
export const verify = step("verify", fc.constant({}), (life) => verifyAll(life));

/** Everything that is wrong is told, and nothing else. */
export async function verifyAll(life: Life): Promise<void> {
  const ran = await life.run(["verify", "--root", life.root, "--all"]);
  const wounds = life.wounds();
  if (life.inRoot().length === 0) return;
  assert.strictEqual(ran.code, wounds.length === 0 ? 0 : 3, `${wounds}\n${ran.stderr}`);
  const told = new Set(
    ran.errors.map(({ snapshot_id: id, path }) => `${id}/${path === "" ? "." : path}`),
  );
  for (const path of wounds) {
    const names = [path, ...namesake(life, path)].map((name) => name.toWellFormed());
    assert.ok(names.some((name) => told.has(name)), `nothing is told of ${path}:\n${ran.stderr}`);
  }
}

/** Where a directory has the name of the checksum file, that may be told as missing. */
function namesake(life: Life, path: string): string[] {
  const snap = life.inRoot().find(({ id }) => path.startsWith(`${id}/`));
  const relPath = path.slice((snap?.id.length ?? 0) + 1).replace(/(\.phlb)+$/, "");
  return snap?.source[relPath]?.type === "dir" ? [`${snap.id}/${relPath}`] : [];
}

const restore = step("restore", fc.record({ pick: picks }), async (life, { pick }) => {
  const snap = choose(life.inRoot(), pick);
  if (snap !== undefined) await life.restore(snap);
});

const OLD_INDEX = "index-of-before";

/** Does something bad to the index. */
export const index = step("index", fc.constantFrom("delete", "garbage", "cut", "keep", "old"), (
  life,
  how,
) => {
  const path = `${life.root}/.phlb/index.sqlite3`;
  const kept = `${life.root}/../${OLD_INDEX}`;
  const has = (file: string) => Deno.lstatSync(file).isFile;
  try {
    if (!has(path)) return Promise.resolve();
    if (how === "delete") Deno.removeSync(path);
    else if (how === "garbage") {
      Deno.writeTextFileSync(path, "SQLite format 3\0 no more ".repeat(999));
    } else if (how === "cut") Deno.truncateSync(path, Math.floor(Deno.statSync(path).size / 2));
    else if (how === "keep") Deno.copyFileSync(path, kept);
    else if (has(kept)) Deno.copyFileSync(kept, path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return Promise.resolve();
});

const killed = step(
  "kill",
  fc.record({
    name: names,
    pick: picks,
    nth: fc.integer({ min: 1, max: 60 }),
    what: fc.constantFrom("backup", "backup", "prune", "trash restore", "trash empty", "repair"),
  }),
  async (life, { name, pick, nth, what }) => {
    const trashed = choose(life.inTrash(), pick);
    const command = {
      backup: life.backupCommand(name),
      prune: pruneCommand(life, 1),
      "trash restore": ["trash", "restore", "--root", life.root, trashed?.id ?? "none"],
      "trash empty": ["trash", "empty", "--root", life.root],
      repair: ["repair", "--root", life.root],
    }[what];
    life.clock.advance(60_000);
    const startedMs = life.clock.now().getTime();
    await life.run(command, killedAt(nth));
    const id = await life.unknown(name);
    if (id !== undefined) await life.adopt({ id, name, startedMs });
    await life.findPlaces({
      mayGo: what === "trash empty",
      mayTear: ["repair", "backup"].includes(what),
    });
  },
);

const together = step(
  "at once",
  fc.record({ last: fc.integer({ min: 1, max: 3 }), waits: fc.boolean() }),
  async (life, { last, waits }) => {
    if (isAhead(life)) return;
    life.clock.advance(60_000);
    const wait = waits ? ["--lock-wait", "10m"] : [];
    const runs = NAMES.map((name) => life.run(life.backupCommand(name, wait)));
    const [pruned, ...backups] = await Promise.all([life.run(pruneCommand(life, last)), ...runs]);
    for (const [i, ran] of backups.entries()) {
      const name = NAMES[i] ?? assert.fail();
      if (ran.code === 11) assert.ok(!waits, "it did not wait");
      else await adoptBoth(life, name, ran);
    }
    assert.ok([0, 3, 11].includes(pruned.code), pruned.stderr);
    await life.findPlaces({ mayGo: false, mayTear: false });
  },
);

/** The other one may be there already, and places may have changed by the prune. */
async function adoptBoth(life: Life, name: Name, ran: Here): Promise<void> {
  assert.ok([0, 3].includes(ran.code), ran.stderr);
  const id = await life.unknown(name) ?? assert.fail(`no snapshot of ${name}`);
  await life.adoptAmong({ id, name, startedMs: life.clock.now().getTime() });
}

function codeOf(ran: Here): string {
  const error = ran.errors.find((line) => line["message_type"] === "exit_error");
  return `${ran.code} ${error?.["error_code"] ?? ""}`;
}

function idsOf(ran: Here, type: string, action: string): string[] {
  return ran.lines.filter((line) => line["message_type"] === type && line["action"] === action)
    .map((line) => String(line["snapshot_id"]));
}

/** All that can happen, in the shares in which it happens here. */
export const lives: fc.Arbitrary<Iterable<Step>> = fc.commands([
  edit,
  edit,
  edit,
  backup,
  backup,
  backup,
  backup,
  jump,
  prune,
  remove,
  pin,
  untrash,
  empty,
  byHand,
  damage,
  damage,
  repair,
  verify,
  restore,
  index,
  killed,
  killed,
  together,
], { maxCommands: 24, size: "max" });

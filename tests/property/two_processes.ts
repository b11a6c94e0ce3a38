/**
 * Two processes that start at the same moment on one backup root, as a step of a life: whatever they
 * are, however one may be killed, and whoever is first.
 *
 * @module
 */
import assert from "node:assert/strict";
import { fc } from "../support/property.ts";
import { startPhlb } from "../support/phlb.ts";
import type { Outcome, Started } from "../support/run.ts";
import type { Here } from "../support/run_here.ts";
import { choose, type Life, type Name, NAMES, type Snap } from "./life.ts";
import { doomedBy, pruneCommand, type Step, step } from "./life_steps.ts";

/** What each of the two does. */
type Work = "alpha" | "beta" | "prune" | "repair" | "trash empty" | "trash restore" | "verify";

const PAIRS = [
  ["alpha", "beta"],
  ["alpha", "beta"],
  ["alpha", "alpha"],
  ["alpha", "alpha"],
  ["alpha", "prune"],
  ["beta", "prune"],
  ["prune", "repair"],
  ["alpha", "repair"],
  ["alpha", "trash empty"],
  ["alpha", "trash restore"],
  ["prune", "trash empty"],
  ["trash restore", "trash empty"],
  ["alpha", "verify"],
  ["repair", "verify"],
] as const satisfies readonly (readonly [Work, Work])[];

const given = fc.record({
  pair: fc.constantFrom(...PAIRS),
  isSwapped: fc.boolean(),
  waits: fc.boolean(),
  /** Between their starts. */
  apart: fc.constantFrom(0, 0, 0, 0.1, 0.3, 0.6),
  /** Whose end is SIGKILL, and when; in shares of the time that a backup takes. */
  kill: fc.option(
    fc.record({
      whose: fc.constantFrom(0, 1),
      after: fc.double({ min: 0.2, max: 1, noNaN: true }),
    }),
    { freq: 2 },
  ),
  last: fc.integer({ min: 1, max: 3 }),
  pick: fc.nat(1000),
});

type Given = typeof given extends fc.Arbitrary<infer T> ? T : never;

/** What came of all pairs, for the closing lines. */
export class PairCounts {
  readonly #counts = new Map<string, number>();

  count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  of(what: string): number {
    return this.#counts.get(what) ?? 0;
  }

  /** `pair, code and code: how often`, sorted. */
  lines(): string[] {
    return [...this.#counts].map(([what, count]) => `${what}: ${count}`).toSorted();
  }
}

/** How the processes are run. */
export interface PairSettings {
  readonly env: () => Readonly<Record<string, string>>;
  /** How long a backup takes here. */
  readonly usualMs: () => number;
  readonly counts: PairCounts;
}

/** Makes the step. */
export function twoAtOnce(settings: PairSettings): fc.Arbitrary<Step> {
  return step("two processes", given, async (life, one) => {
    life.clock.setWallClock(new Date().toISOString());
    if (one.pair.some((work) => work.startsWith("trash"))) await fillTrash(life, one.pick);
    await new Pair(life, one, settings).live();
  });
}

/** Sees to it that something lies in the trash, if anything may go. */
async function fillTrash(life: Life, pick: number): Promise<void> {
  if (life.inTrash().length > 0) return;
  const snap = choose(doomedBy(life, 1), pick);
  if (snap === undefined) return;
  const { code, stderr } = await life.run(["remove", "--root", life.root, snap.id]);
  assert.strictEqual(code, 0, stderr);
  snap.place = "trash";
}

/** A process of the two that ended. */
interface Ended {
  readonly work: Work;
  readonly ran: Here;
  readonly isKilled: boolean;
}

class Pair {
  readonly #life: Life;
  readonly #given: Given;
  readonly #settings: PairSettings;
  readonly #wasInTrash: readonly Snap[];
  readonly #wasInRoot: readonly Snap[];
  readonly #wasSound: boolean;

  constructor(life: Life, one: Given, settings: PairSettings) {
    this.#life = life;
    this.#given = one;
    this.#settings = settings;
    this.#wasInTrash = life.inTrash();
    this.#wasInRoot = life.inRoot();
    this.#wasSound = life.isSound;
  }

  async live(): Promise<void> {
    const ended = await this.#run();
    const { counts } = this.#settings;
    counts.count(ended.map(({ work, ran }) => `${work} ${ran.code}`).toSorted().join(", "));
    for (const one of ended) {
      this.#checkCode(one);
      counts.count(`code ${one.ran.code}`);
    }
    await this.#adoptNew(ended);
    if (this.#given.pair.toString() === "prune,trash empty") {
      // What the first puts there the second may delete.
      for (const snap of doomedBy(this.#life, this.#given.last)) snap.place = "trash";
    }
    const isTorn = ended.some(({ work, isKilled }) =>
      isKilled && (isName(work) || work === "repair")
    );
    await this.#life.findPlaces({
      mayGo: ended.some(({ work }) => work === "trash empty"),
      mayTear: isTorn,
    });
    this.#checkPlaces(ended);
    await this.#goOn();
  }

  async #run(): Promise<readonly Ended[]> {
    const { pair, isSwapped, apart, kill } = this.#given;
    const usualMs = this.#settings.usualMs();
    const works: Work[] = isSwapped ? pair.toReversed() : [...pair];
    const started: { work: Work; process: Started }[] = [];
    for (const work of works) {
      if (started.length > 0 && apart > 0) await pause(apart * usualMs);
      started.push({ work, process: this.#start(work) });
    }
    const victim = kill === null ? undefined : started[kill.whose];
    if (kill !== null && victim !== undefined) {
      await pause(kill.after * usualMs);
      tryKill(victim.process);
    }
    return await Promise.all(started.map(async ({ work, process }) => {
      const ran = readHere(await process.outcome);
      return { work, ran, isKilled: ran.code === 128 + 9 };
    }));
  }

  #start(work: Work): Started {
    const life = this.#life;
    const { waits, last, pick } = this.#given;
    const args: Record<Exclude<Work, Name>, string[]> = {
      prune: pruneCommand(life, last),
      repair: ["repair", "--root", life.root],
      "trash empty": ["trash", "empty", "--root", life.root],
      "trash restore": ["trash", "restore", "--root", life.root, this.#wanted(pick)],
      verify: ["verify", "--root", life.root, "--all"],
    };
    const command = isName(work) ? life.backupCommand(work) : args[work];
    const env = { ...this.#settings.env(), PHLB_BACKUP_LOCK_WAIT: waits ? "10m" : "0" };
    return startPhlb([...command, "--json"], { env });
  }

  #wanted(pick: number): string {
    return choose(this.#wasInTrash, pick)?.id ?? "none";
  }

  /** Done, or locked where nobody waits; what was killed says nothing. */
  #checkCode({ work, ran, isKilled }: Ended): void {
    const { waits } = this.#given;
    const told = `${work}: ${ran.code}\n${ran.stderr}`;
    const error = ran.errors.find((line) => line["message_type"] === "exit_error");
    assert.notStrictEqual(error?.["error_code"], "BUG", told);
    if (isKilled) return assert.ok(this.#given.kill !== null, told);
    if (ran.code === 11) {
      assert.ok(!waits && work !== "verify", told);
      assert.match(ran.stderr, /locked by /, told);
      return assert.match(ran.stderr, /--lock-wait/, told);
    }
    // It may be gone, or have its place taken by the other.
    if (work === "trash restore") return assert.ok([0, 1, 2].includes(ran.code), told);
    if (this.#wasSound) assert.strictEqual(ran.code, 0, told);
    else assert.ok([0, 3].includes(ran.code), told);
  }

  /** Those that were told of first; then one that was published by a run that was killed. */
  async #adoptNew(ended: readonly Ended[]): Promise<void> {
    for (const { work, ran } of ended) {
      if (!isName(work) || (ran.code !== 0 && ran.code !== 3)) continue;
      await this.#life.adoptAmong(this.#life.toldBy(work, ran));
    }
    for (const { work, isKilled } of ended) {
      if (!isName(work) || !isKilled) continue;
      const id = await this.#life.unknown(work);
      if (id === undefined) continue;
      this.#settings.counts.count("published and killed then");
      await this.#life.adoptAmong({ id, name: work, startedMs: Date.now() });
    }
  }

  /** Only what the policy lets go went, and what is deleted was in the trash. */
  #checkPlaces(ended: readonly Ended[]): void {
    const life = this.#life;
    const { last } = this.#given;
    const prunes = ended.some(({ work }) => work === "prune");
    const restores = ended.some(({ work }) => work === "trash restore");
    const there = new Set(life.snaps);
    const went = this.#wasInRoot.filter((snap) => !there.has(snap) || snap.place === "trash");
    const all = [...this.#wasInRoot, ...life.inRoot()];
    for (const snap of went) {
      assert.ok(prunes && !snap.pinned, `${snap.id} went`);
      const newer = all.filter(({ name, time }) => name === snap.name && time > snap.time);
      assert.ok(new Set(newer).size >= last, `${snap.id} is one of the newest ${last}`);
    }
    for (const snap of this.#wasInTrash) {
      if (there.has(snap) && snap.place === "root") assert.ok(restores, `${snap.id} came back`);
    }
    const emptied = ended.find(({ work, ran }) => work === "trash empty" && ran.code === 0);
    if (emptied === undefined) return;
    const left = this.#wasInTrash.filter((snap) => there.has(snap) && snap.place === "trash");
    assert.deepStrictEqual(left.map(({ id }) => id), [], "not deleted");
    const pruned = ended.find(({ work, ran }) => work === "prune" && ran.code === 0);
    if (pruned !== undefined) assert.deepStrictEqual(doomedBy(life, last), [], "not pruned");
  }

  /** The next runs succeed, whatever the two left. */
  async #goOn(): Promise<void> {
    const life = this.#life;
    life.clock.setWallClock(new Date().toISOString());
    const name = choose(NAMES, this.#given.pick) ?? assert.fail();
    await life.published(name, await life.run(life.backupCommand(name)));
  }
}

function isName(work: Work): work is Name {
  return work === "alpha" || work === "beta";
}

function tryKill(process: Started): void {
  try {
    process.kill("SIGKILL");
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function pause(milliseconds: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/** Takes apart what a process wrote; a line that a kill cut off is none. */
export function readHere(outcome: Outcome): Here {
  return { ...outcome, lines: parse(outcome.stdout), errors: parse(outcome.stderr) };
}

function parse(text: string): Record<string, unknown>[] {
  return text.split("\n").filter((line) => line.startsWith("{") && line.endsWith("}"))
    .map((line) => JSON.parse(line));
}

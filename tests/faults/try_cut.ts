import assert from "node:assert/strict";
import { writeDisk } from "./disk_node.ts";
import { seededRandom } from "./proof.ts";
import { beginAnew, makeEmpty, type Scenario } from "./scenario.ts";
import { type Fate, VolatileDisk } from "./volatile_disk.ts";

/** What may become of what is not durable, by the seed of what is left to chance. */
export const FATES: Readonly<Record<string, (random: () => number) => Fate>> = {
  "all is lost": () => ({ happened: () => false, content: () => "before" }),
  "names without contents": () => ({ happened: () => true, content: () => "empty" }),
  "garbage": () => ({ happened: () => true, content: () => "garbage" }),
  "by chance": (random) => ({
    happened: () => random() < 0.5,
    content: () => {
      const kinds = ["now", "before", "empty", "garbage"] as const;
      return kinds[Math.floor(random() * kinds.length)] ?? "now";
    },
  }),
};

/** A moment at which the power goes. */
export interface CutPoint {
  /** Number of the call that writes and is not made any more. */
  readonly cutAt: number;
  /** One of `FATES`. */
  readonly fate: string;
}

/** Cuts a run off, makes of the root what the disk would hold, looks at it and goes on. */
export async function tryCut(
  scenario: Scenario,
  dir: string,
  { cutAt, fate }: CutPoint,
): Promise<number> {
  const before = beginAnew(dir);
  const root = `${dir}/work/root`;
  let databases: readonly Database[] = [];
  const onCut = () => databases = readDatabases(root);
  const disk = new VolatileDisk(root, { cutAt, onCut });
  await scenario.run(dir, disk.around);
  if (disk.isCut) {
    const random = seededRandom(cutAt);
    const make = FATES[fate] ?? assert.fail(`there is no fate "${fate}"`);
    makeEmpty(root);
    writeDisk(root, disk.outcome(make(random)));
    // SQLite sees to its files itself; a cache may also be what it was, or gone.
    if (cutAt % 3 === 0) writeDatabases(root, databases);
    else if (cutAt % 3 === 1) { for (const { name } of databases) removeDatabase(root, name); }
  }
  await scenario.assertSound(dir, { before, ended: undefined, isCopy: true });
  const again = await scenario.run(dir);
  assert.deepStrictEqual([again.error, again.problems], [undefined, []], "the next run succeeds");
  await scenario.assertDone(dir, before, { isCopy: true });
  return disk.isCut ? 1 : 0;
}

interface Database {
  readonly name: string;
  readonly bytes: Uint8Array;
}

function readDatabases(root: string): Database[] {
  const own = `${root}/.phlb`;
  if (![...Deno.readDirSync(root)].some(({ name }) => name === ".phlb")) return [];
  const names = [...Deno.readDirSync(own)].map(({ name }) => name);
  return names.filter((name) => name.includes(".sqlite3"))
    .map((name) => ({ name, bytes: Deno.readFileSync(`${own}/${name}`) }));
}

function writeDatabases(root: string, databases: readonly Database[]): void {
  for (const { name } of readDatabases(root)) removeDatabase(root, name);
  if (![...Deno.readDirSync(root)].some(({ name }) => name === ".phlb")) return;
  for (const { name, bytes } of databases) Deno.writeFileSync(`${root}/.phlb/${name}`, bytes);
}

function removeDatabase(root: string, name: string): void {
  try {
    Deno.removeSync(`${root}/.phlb/${name}`);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

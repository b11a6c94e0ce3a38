import assert from "node:assert/strict";
import type { Xattrs } from "../../../../src/fs/file_system.ts";
import { STAT, StatTable } from "../../../../src/fs/stat_table.ts";
import {
  ACTION,
  type EntrySide,
  type Overwrite,
  planDir,
  planEntry,
  takesMetadata,
} from "../../../../src/ops/restore/plan_entry.ts";

interface Side {
  readonly mode?: number;
  readonly size?: number;
  readonly sec?: number;
  readonly uid?: number;
  readonly nlink?: number;
  readonly minor?: number;
  readonly linkTarget?: string;
  readonly xattrs?: Xattrs;
}

function side(
  { mode = 0o100644, size = 3, sec = 100, uid = 0, nlink = 1, minor = 0, ...rest }: Side = {},
): EntrySide {
  const stats = new StatTable(1);
  stats.set(0, STAT.mode, mode);
  stats.set(0, STAT.sizeBytes, size);
  stats.set(0, STAT.mtimeSec, sec);
  stats.set(0, STAT.uid, uid);
  stats.set(0, STAT.nlink, nlink);
  stats.set(0, STAT.rdevMinor, minor);
  return { stats, row: 0, ...rest };
}

function plan(found: EntrySide | undefined, overwrite: Overwrite, wanted = side()): number {
  return planEntry(wanted, found, { overwrite, givesOwners: true });
}

Deno.test("planEntry() creates what is missing, whatever the mode", () => {
  for (const mode of ["refuse", "always", "if-changed", "if-newer", "never"] as const) {
    assert.strictEqual(plan(undefined, mode), ACTION.create, mode);
  }
});

Deno.test("planEntry() treats an entry that is just right as each mode says", () => {
  assert.strictEqual(plan(side(), "refuse"), ACTION.conflict);
  assert.strictEqual(plan(side(), "always"), ACTION.replace);
  assert.strictEqual(plan(side(), "if-changed"), ACTION.same);
  assert.strictEqual(plan(side(), "if-newer"), ACTION.keep);
  assert.strictEqual(plan(side(), "never"), ACTION.keep);
});

Deno.test("planEntry() with if-newer goes by the modification time alone", () => {
  assert.strictEqual(plan(side({ sec: 99 }), "if-newer"), ACTION.replace);
  assert.strictEqual(plan(side({ sec: 101, size: 9 }), "if-newer"), ACTION.keep);
});

Deno.test("planEntry() with if-changed tells content from metadata", () => {
  const changed = (found: Side, wanted: Side = {}) => plan(side(found), "if-changed", side(wanted));
  assert.strictEqual(changed({ size: 4 }), ACTION.replace);
  assert.strictEqual(changed({ sec: 101 }), ACTION.replace);
  assert.strictEqual(changed({ mode: 0o100600 }), ACTION.metadata);
  assert.strictEqual(changed({ uid: 5 }), ACTION.metadata);
  assert.strictEqual(changed({ mode: 0o100600, nlink: 2 }), ACTION.replace);
  assert.strictEqual(changed({ mode: 0o120777, size: 3, linkTarget: "x" }), ACTION.replace);
  const [a, b] = [[["user.a", Uint8Array.of(1)]], [["user.a", Uint8Array.of(2)]]] as const;
  assert.strictEqual(changed({ xattrs: a }, { xattrs: a }), ACTION.same);
  assert.strictEqual(changed({ xattrs: b }, { xattrs: a }), ACTION.metadata);
  assert.strictEqual(changed({}, { xattrs: a }), ACTION.metadata);
});

Deno.test("planEntry() compares links by their text and devices by their number", () => {
  const link = (linkTarget: string) => side({ mode: 0o120777, linkTarget });
  assert.strictEqual(plan(link("a"), "if-changed", link("a")), ACTION.same);
  assert.strictEqual(plan(link("a"), "if-changed", link("b")), ACTION.replace);
  const device = (minor: number) => side({ mode: 0o020644, minor });
  assert.strictEqual(plan(device(3), "if-changed", device(3)), ACTION.same);
  assert.strictEqual(plan(device(3), "if-changed", device(4)), ACTION.replace);
});

Deno.test("planEntry() does not compare owners that it could not give", () => {
  const rules = { overwrite: "if-changed", givesOwners: false } as const;
  assert.strictEqual(planEntry(side({ uid: 7 }), side(), rules), ACTION.same);
});

Deno.test("planDir() lets only --overwrite always make way for a directory", () => {
  const [dir, link] = [side({ mode: 0o040755 }), side({ mode: 0o120777 })];
  for (const overwrite of ["refuse", "always", "if-changed", "if-newer", "never"] as const) {
    assert.strictEqual(planDir(undefined, { overwrite }), "make");
    assert.strictEqual(planDir(dir, { overwrite }), "enter");
    assert.strictEqual(
      planDir(link, { overwrite }),
      overwrite === "always" ? "replace" : "conflict",
    );
  }
});

Deno.test("takesMetadata() leaves a directory with content of its own alone unless told so", () => {
  const found = side({ mode: 0o040700, sec: 100 });
  const takes = (overwrite: Overwrite, options: { isEmpty: boolean; sec?: number }) =>
    takesMetadata(side({ sec: options.sec ?? 100 }), { found, overwrite, ...options });
  assert.deepStrictEqual(
    (["refuse", "always", "if-changed", "if-newer", "never"] as const).map((mode) =>
      takes(mode, { isEmpty: false })
    ),
    [false, true, true, false, false],
  );
  assert.strictEqual(takes("refuse", { isEmpty: true }), true);
  assert.strictEqual(takes("if-newer", { isEmpty: false, sec: 101 }), true);
});

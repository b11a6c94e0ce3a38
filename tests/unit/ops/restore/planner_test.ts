import assert from "node:assert/strict";
import { joinRel } from "../../../../src/base/path_bytes.ts";
import { STAT, StatTable } from "../../../../src/fs/stat_table.ts";
import type { Overwrite } from "../../../../src/ops/restore/plan_entry.ts";
import { PlanLister } from "../../../../src/ops/restore/planned_change.ts";
import { Planner } from "../../../../src/ops/restore/planner.ts";
import { RestoreFilter } from "../../../../src/ops/restore/restore_filter.ts";
import { selectSections } from "../../../../src/ops/restore/selected_sections.ts";
import type { ManifestSection } from "../../../../src/store/section.ts";

/** Directories with their files; `null` is an absent target. */
type Listing = Readonly<Record<string, readonly string[]>>;

const SNAPSHOT: Listing = { "": ["a", "b"], "d": ["c"], "d/e": ["f", "g"], "h": [] };

interface Options {
  readonly overwrite?: Overwrite;
  readonly target?: Listing;
  readonly deletes?: boolean;
  readonly path?: string;
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  readonly rootInode?: string;
}

/** The lines of the plan: `kind path`. */
async function planned(options: Options): Promise<string[]> {
  const { target, deletes = false, path = "", include = [], exclude = [] } = options;
  const filter = new RestoreFilter({ include, exclude });
  const planner = new Planner({
    overwrite: options.overwrite ?? "refuse",
    givesOwners: true,
    look: target === undefined ? undefined : lookAt(target),
    filter,
    deletes,
    rootInode: options.rootInode ?? "",
  });
  const lister = new PlanLister();
  const lines: string[] = [];
  const sections = selectSections(sectionsOf(SNAPSHOT), { path, filter, isFromTree: () => false });
  for await (const selected of sections) {
    for (const step of planner.plan(selected)) {
      for (const { kind, relPath } of lister.list(step)) lines.push(`${kind} ${relPath || "."}`);
    }
  }
  for (const step of planner.end()) {
    for (const { kind, relPath } of lister.list(step)) lines.push(`${kind} ${relPath || "."}`);
  }
  return lines;
}

Deno.test("a missing target gets everything, directories before what is in them", async () => {
  assert.deepStrictEqual(await planned({}), [
    "create .",
    "create a",
    "create b",
    "create d",
    "create d/c",
    "create d/e",
    "create d/e/f",
    "create d/e/g",
    "create h",
  ]);
});

Deno.test("a path below the snapshot is the target itself, and a file stands alone in it", async () => {
  assert.deepStrictEqual(await planned({ path: "d" }), [
    "create .",
    "create c",
    "create e",
    "create e/f",
    "create e/g",
  ]);
  assert.deepStrictEqual(await planned({ path: "d/e/g", target: { "": ["x"] }, deletes: true }), [
    "create g",
  ]);
  assert.deepStrictEqual(await planned({ path: "d/x" }), []);
  assert.deepStrictEqual(await planned({ path: "dd" }), []);
});

Deno.test("directories that only hold what is wanted come when something is", async () => {
  assert.deepStrictEqual(await planned({ include: ["f"], exclude: ["h"] }), [
    "create .",
    "create d",
    "create d/e",
    "create d/e/f",
  ]);
  assert.deepStrictEqual(await planned({ include: ["/d/"], exclude: ["g"] }), [
    "create .",
    "create d",
    "create d/c",
    "create d/e",
    "create d/e/f",
  ]);
});

Deno.test("what the target has and the snapshot has not is removed when its directory is left", async () => {
  const target = { "": ["a", "x", "d/"], "d": ["y", "e/", "z/"], "d/e": ["f"], "d/z": [] };
  const lines = await planned({ target, overwrite: "never", deletes: true });
  assert.deepStrictEqual(lines, [
    "keep .",
    "keep a",
    "create b",
    "keep d",
    "create d/c",
    "keep d/e",
    "keep d/e/f",
    "create d/e/g",
    "remove d/y",
    "remove d/z",
    "create h",
    "remove x",
  ]);
});

Deno.test("leftovers of cut-off restores are nothing that somebody put there", async () => {
  const target = { "": [".phlb-restore-0123abcd-0-17", ".phlb-restore-mine"] };
  const lines = await planned({ target, deletes: true });
  assert.deepStrictEqual(lines.filter((line) => line.startsWith("remove")), [
    "remove .phlb-restore-mine",
  ]);
});

Deno.test("nothing is planned below what must stay in the place of a directory", async () => {
  const target = { "": ["d"] };
  assert.deepStrictEqual(await planned({ target, overwrite: "if-changed" }), [
    "attributes .",
    "create a",
    "create b",
    "conflict d",
    "conflict d/c",
    "conflict d/e",
    "conflict d/e/f",
    "conflict d/e/g",
    "create h",
  ]);
  assert.ok((await planned({ target, overwrite: "always" })).includes("replace d"));
  const unwanted = await planned({ target, overwrite: "if-changed", include: ["a"] });
  assert.deepStrictEqual(unwanted, ["attributes .", "create a"]);
});

Deno.test("the backup root is a conflict where a directory should go", async () => {
  const target = { "": ["d/"], "d": [] };
  const rootInode = lookAt(target).entry("", "d")?.stats.inodeKey(0) ?? assert.fail();
  const lines = await planned({ target, rootInode, overwrite: "always" });
  assert.ok(lines.includes("conflict d") && lines.includes("conflict d/e/f"), lines.join("\n"));
});

/** A target; names that end with a slash are directories, all others files. */
function lookAt(listing: Listing) {
  const inodes = Object.keys(listing);
  const stats = (mode: number, path: string) => {
    const table = new StatTable(1);
    table.set(0, STAT.mode, mode);
    table.set(0, STAT.inoLow, 1 + inodes.indexOf(path));
    return { stats: table, row: 0 };
  };
  return {
    entry: (relPath: string, name: string) => {
      const path = joinRel(relPath, name);
      if (listing[path] !== undefined) return stats(0o040755, path);
      return listing[relPath]?.includes(name) === true ? stats(0o100644, path) : undefined;
    },
    names: (relPath: string) =>
      new Set((listing[relPath] ?? []).map((name) => name.replace(/\/$/, ""))),
  };
}

async function* sectionsOf(listing: Listing): AsyncGenerator<ManifestSection> {
  for (const [relPath, names] of Object.entries(listing)) {
    const stats = new StatTable(names.length + 1);
    stats.set(0, STAT.mode, 0o040755);
    for (const row of names.keys()) stats.set(row + 1, STAT.mode, 0o100644);
    const records = Array.from({ length: names.length + 1 }, () => undefined);
    yield await Promise.resolve({ relPath, continues: false, names, stats, records });
  }
}

import assert from "node:assert/strict";
import {
  changeTest,
  isSameMetadata,
  type PreviousEntry,
  PreviousTree,
  type UnchangedOptions,
} from "../../../../src/backup/settle/compare.ts";
import { STAT, StatTable, TYPE_BITS } from "../../../../src/fs/stat_table.ts";
import type { EntryRecord, ManifestSection } from "../../../../src/store/section.ts";
import { makeSection, sampleDigest } from "../../store/manifest_samples.ts";
import { walkedSection } from "../walk/sample_sections.ts";

/** A part of a directory as the manifest has it; each entry's link target says where it comes from. */
function slice(relPath: string, names: string, continues = ""): ManifestSection {
  const entries = [...names].map((name) => ({
    name,
    record: { linkTarget: `${relPath}:${name}` },
  }));
  return { ...makeSection(relPath, entries), continues: continues === "continues" };
}

/** A part of a directory as the walk meets it. */
function walked(relPath: string, names: string, how: "whole" | "first" | "middle" | "last") {
  return walkedSection(relPath, [...names].map((name) => ({ name })), {
    continues: how === "middle" || how === "last",
    ends: how === "whole" || how === "last",
  });
}

async function* read(sections: readonly ManifestSection[], error?: Error) {
  for (const section of sections) {
    const part = { relPath: section.relPath, sections: () => [section] };
    yield await Promise.resolve(part);
  }
  if (error !== undefined) throw error;
}

/** `names[i]` or `-`, whether the directory was known, whether the names are the same. */
async function matchAll(tree: PreviousTree, sections: readonly ReturnType<typeof walked>[]) {
  const told: string[] = [];
  for (const section of sections) {
    const { dir, entries, sameNames } = await tree.match(section);
    const found = entries.map((entry, i) => {
      if (entry === undefined) return "-";
      assert.strictEqual(entry.record?.linkTarget, `${section.relPath}:${section.names[i]}`);
      return section.names[i];
    });
    told.push(`${found.join("")}${dir === undefined ? "" : " dir"}${sameNames ? " same" : ""}`);
  }
  return told;
}

const unbroken = (error: unknown) => assert.fail(`The manifest is not broken: ${error}`);

Deno.test("PreviousTree finds each entry although the slices of walk and manifest do not line up", async () => {
  const tree = new PreviousTree(
    read([
      slice("", "abc"),
      slice("", "def", "continues"),
      slice("", "g", "continues"),
      slice("", "hij", "continues"),
      slice("sub", "x"),
    ]),
    unbroken,
  );
  const told = await matchAll(tree, [
    walked("", "ab", "first"),
    walked("", "cdefgh", "middle"),
    walked("", "ij", "last"),
    walked("sub", "x", "whole"),
  ]);
  assert.deepStrictEqual(told, ["ab dir same", "cdefgh", "ij", "x dir same"]);
});

Deno.test("PreviousTree tells the very same names from added, removed and renamed ones", async () => {
  const manifest = ["same", "added", "removed", "removed at the end", "renamed", "sliced"];
  const tree = new PreviousTree(
    read([
      slice("", ""),
      ...manifest.toSorted().map((relPath) => slice(relPath, "bdf")),
    ]),
    unbroken,
  );
  const told = await matchAll(tree, [
    walked("", "", "whole"),
    walked("added", "abcdfg", "whole"),
    walked("removed", "bf", "whole"),
    walked("removed at the end", "bd", "whole"),
    walked("renamed", "bef", "whole"),
    walked("same", "bdf", "whole"),
    walked("sliced", "bd", "first"),
    walked("sliced", "f", "last"),
  ]);
  assert.deepStrictEqual(told, [
    " dir same",
    "-b-df- dir",
    "bf dir",
    "bd dir",
    "b-f dir",
    "bdf dir same",
    "bd dir same",
    "f",
  ]);
});

Deno.test("PreviousTree passes over directories that are gone and knows nothing of new ones", async () => {
  const gone = ["a/1", "a/2", "m"].map((relPath) => slice(relPath, "x"));
  const tree = new PreviousTree(
    read([slice("", ""), slice("a", "x"), ...gone, slice("z", "x")]),
    unbroken,
  );
  const told = await matchAll(tree, [
    walked("", "n", "whole"),
    walked("a", "x", "whole"),
    walked("a-new", "x", "whole"),
    walked("b", "x", "whole"),
    walked("z", "x", "whole"),
    walked("zz", "x", "whole"),
  ]);
  assert.deepStrictEqual(told, ["- dir", "x dir same", "-", "-", "x dir same", "-"]);
});

Deno.test("PreviousTree uses a broken manifest up to the damage, and tells of it once", async () => {
  const broken: unknown[] = [];
  const tree = new PreviousTree(
    read([slice("", "a"), slice("d", "x")], new Error("line 7: cut off")),
    (error) => broken.push(error),
  );
  const told = await matchAll(tree, [
    walked("", "a", "whole"),
    walked("d", "xy", "whole"),
    walked("e", "x", "whole"),
    walked("f", "x", "whole"),
  ]);
  assert.deepStrictEqual(told, ["a dir same", "x- dir", "-", "-"]);
  assert.deepStrictEqual(broken.map(String), ["Error: line 7: cut off"]);
});

Deno.test("PreviousTree without a manifest matches nothing, and close() ends reading one early", async () => {
  const none = new PreviousTree(undefined, unbroken);
  assert.deepStrictEqual(await matchAll(none, [walked("", "a", "whole")]), ["-"]);
  let closed = false;
  async function* source() {
    try {
      yield* read([slice("", "a"), slice("b", "a"), slice("c", "a")]);
    } finally {
      closed = true;
    }
  }
  const tree = new PreviousTree(source(), unbroken);
  await matchAll(tree, [walked("", "a", "whole")]);
  await tree.close();
  assert.ok(closed, "the manifest's file is not held open");
  assert.deepStrictEqual(await matchAll(tree, [walked("c", "a", "whole")]), ["-"]);
});

const STRICT: UnchangedOptions = {
  checksum: false,
  ignoreCtime: false,
  ignoreInode: false,
  trustBeforeSec: 2000,
};

/** A file last changed at 1000.5. */
function fileRow(): StatTable {
  const stats = new StatTable(1);
  for (const column of Object.values(STAT)) stats.set(0, column, 100 + column);
  stats.set(0, STAT.mode, TYPE_BITS.file | 0o644);
  stats.set(0, STAT.ctimeSec, 1000);
  stats.set(0, STAT.ctimeNsec, 500_000_000);
  return stats;
}

/** Whether the file counts as unchanged after `change`. */
function unchanged(
  options: Partial<UnchangedOptions>,
  { change = () => {}, before = () => {}, record = { digest: sampleDigest(1) } }: {
    change?: (now: StatTable) => void;
    before?: (stats: StatTable) => void;
    record?: EntryRecord | undefined;
  } = {},
): boolean {
  const [now, stats] = [fileRow(), fileRow()];
  change(now);
  before(stats);
  const previous: PreviousEntry = { stats, row: 0, record };
  return changeTest({ ...STRICT, ...options })(now, 0, previous);
}

/** Fields by which a file is known to be what it was. */
const IDENTITY = [
  "sizeBytes",
  "mtimeSec",
  "mtimeNsec",
  "ctimeSec",
  "ctimeNsec",
  "inoLow",
  "inoHigh",
];

for (const [field, column] of Object.entries(STAT)) {
  const counts = IDENTITY.includes(field);
  Deno.test(`changeTest() ${counts ? "sees" : "does not mind"} a change of ${field}`, () => {
    const change = (now: StatTable) => now.set(0, column, now.get(0, column) + 1);
    assert.strictEqual(unchanged({}, { change }), !counts);
    const ctime = field.startsWith("ctime");
    assert.strictEqual(unchanged({ ignoreCtime: true }, { change }), !counts || ctime);
    const inode = field.startsWith("ino");
    assert.strictEqual(unchanged({ ignoreInode: true }, { change }), !counts || inode);
  });
}

Deno.test("changeTest() sees another type, and takes nothing on trust when told so", () => {
  const change = (now: StatTable) => now.set(0, STAT.mode, TYPE_BITS.link | 0o644);
  assert.strictEqual(unchanged({}), true);
  assert.strictEqual(unchanged({ ignoreCtime: true, ignoreInode: true }, { change }), false);
  assert.strictEqual(unchanged({ checksum: true }), false);
});

Deno.test("changeTest() does not trust an entry that the manifest says nothing sure of", () => {
  const previous = { stats: fileRow(), row: 0, record: undefined };
  assert.strictEqual(changeTest(STRICT)(fileRow(), 0, previous), false);
  for (const state of ["unsettled", "recorded"] as const) {
    assert.strictEqual(unchanged({}, { record: { digest: sampleDigest(1), state } }), false);
  }
});

Deno.test("changeTest() does without an inode or change time that was not recorded", () => {
  const change = (now: StatTable) => {
    now.set(0, STAT.inoLow, 7);
    now.set(0, STAT.ctimeSec, 1001);
  };
  const before = (stats: StatTable) => {
    for (const column of [STAT.inoLow, STAT.inoHigh, STAT.ctimeSec, STAT.ctimeNsec]) {
      stats.set(0, column, 0);
    }
  };
  assert.strictEqual(unchanged({}, { change, before }), true);
  assert.strictEqual(unchanged({}, { change }), false);
});

Deno.test("changeTest() reads again what was touched when the previous run had begun", () => {
  assert.strictEqual(unchanged({ trustBeforeSec: 1000.6 }), true);
  assert.strictEqual(unchanged({ trustBeforeSec: 1000.5 }), false, "in the same tick");
  assert.strictEqual(unchanged({ trustBeforeSec: 1000 }), false);
  assert.strictEqual(unchanged({ trustBeforeSec: 0 }), false, "the time is not known");
});

Deno.test("changeTest() reads again what was modified when the previous run had begun, also without ctime", () => {
  const modified = (stats: StatTable) => {
    stats.set(0, STAT.mtimeSec, 1000);
    stats.set(0, STAT.mtimeNsec, 500_000_000);
  };
  const ofAnyAge = { change: modified, before: modified };
  const noCtime = {
    change: modified,
    before: (stats: StatTable) => {
      modified(stats);
      for (const column of [STAT.ctimeSec, STAT.ctimeNsec]) stats.set(0, column, 0);
    },
  };
  for (const [ignoreCtime, entry] of [[true, ofAnyAge], [false, noCtime]] as const) {
    assert.strictEqual(unchanged({ ignoreCtime, trustBeforeSec: 1000.6 }, entry), true);
    assert.strictEqual(unchanged({ ignoreCtime, trustBeforeSec: 1000.5 }, entry), false);
    assert.strictEqual(unchanged({ ignoreCtime, trustBeforeSec: 0 }, entry), false);
  }
});

Deno.test("isSameMetadata() compares mode, owner and modification time, and nothing else", () => {
  const told = Object.entries(STAT).filter(([, column]) => {
    const now = fileRow();
    now.set(0, column, now.get(0, column) + 1);
    return !isSameMetadata(now, 0, { stats: fileRow(), row: 0, record: undefined });
  });
  assert.deepStrictEqual(
    told.map(([field]) => field).sort(),
    ["gid", "mode", "mtimeNsec", "mtimeSec", "uid"],
  );
});

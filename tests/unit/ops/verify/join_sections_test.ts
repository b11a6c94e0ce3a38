import assert from "node:assert/strict";
import { compareNames, comparePaths, joinRel } from "../../../../src/base/path_bytes.ts";
import { StatTable } from "../../../../src/fs/stat_table.ts";
import { type EntryOf, joinSections } from "../../../../src/ops/verify/join_sections.ts";
import type { TreeSection } from "../../../../src/ops/verify/threads/verify_messages.ts";
import type { ManifestSection, Section } from "../../../../src/store/section.ts";
import { fc } from "../../../support/property.ts";

/** Directories with their names. */
type Dirs = Readonly<Record<string, readonly string[]>>;

/** Its sections in walk order, each cut into slices of `slice` names. */
function* sections(dirs: Dirs, slice: number): Generator<ManifestSection> {
  for (const relPath of Object.keys(dirs).toSorted(comparePaths)) {
    const names = [...new Set(dirs[relPath])].toSorted(compareNames);
    for (let at = 0; at === 0 || at < names.length; at += slice) {
      const part = names.slice(at, at + slice);
      const stats = new StatTable(part.length + 1);
      yield { relPath, continues: at > 0, names: part, stats, records: [] };
    }
  }
}

async function* recorded(dirs: Dirs, slice: number): AsyncGenerator<ManifestSection> {
  yield* sections(dirs, slice);
}

async function* found(dirs: Dirs, slice: number): AsyncGenerator<TreeSection> {
  for (const section of sections(dirs, slice)) {
    yield { ...section, linkTargets: new Map(), sums: new Map(), problems: [] };
  }
}

function entries(dirs: Dirs): Set<string> {
  return new Set(
    Object.entries(dirs).flatMap(([dir, names]) => [
      `${dir}/`,
      ...names.map((name) => joinRel(dir, name)),
    ]),
  );
}

const pathOf = ({ section: { relPath, names }, row }: EntryOf<Section>) =>
  row === 0 ? `${relPath}/` : joinRel(relPath, names[row - 1] ?? "");

const NAMES = fc.array(fc.constantFrom("a", "b", "c", "d", "é", "\udc80"), { maxLength: 6 });
const DIRS = fc.dictionary(fc.constantFrom("", "a", "a/b", "a-b", "b"), NAMES);

Deno.test("a join meets every entry of either side once, whatever the slices", async () => {
  await fc.assert(fc.asyncProperty(
    DIRS,
    DIRS,
    fc.integer({ min: 1, max: 3 }),
    async (left, right, slice) => {
      const met = { both: new Set<string>(), missing: new Set<string>(), extra: new Set<string>() };
      const add = (kind: keyof typeof met, entry: EntryOf<Section>) => {
        assert.ok(!met[kind].has(pathOf(entry)), "met twice");
        met[kind].add(pathOf(entry));
      };
      await joinSections(recorded(left, slice), found(right, 4 - slice), {
        section: () => {},
        both(a, b) {
          assert.strictEqual(pathOf(a), pathOf(b));
          add("both", a);
        },
        missing: (entry) => add("missing", entry),
        extra: (entry) => add("extra", entry),
        pause: () => Promise.resolve(),
      });
      const [ours, theirs] = [entries(left), entries(right)];
      assert.deepStrictEqual(met.both, ours.intersection(theirs));
      assert.deepStrictEqual(met.missing, ours.difference(theirs));
      assert.deepStrictEqual(met.extra, theirs.difference(ours));
    },
  ));
});

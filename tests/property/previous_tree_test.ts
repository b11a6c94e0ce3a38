import assert from "node:assert/strict";
import { fc } from "../support/property.ts";
import { compareNames, comparePaths } from "../../src/base/path_bytes.ts";
import { type PreviousPart, PreviousTree } from "../../src/backup/settle/compare.ts";
import { walkedSection } from "../unit/backup/walk/sample_sections.ts";
import { makeSection, sampleDigest } from "../unit/store/manifest_samples.ts";

// fast-check prints the seed of a failure.

const NAMES = ["a", "b", "c", "d", "e", "f", "g", "h", "\u{1f600}", "\uff5e", "\udcff"];

/** Directories with the names in each, and where they are cut into slices. */
const trees = fc.dictionary(
  fc.constantFrom("", "a", "a/b", "a-", "b", "b/a", "c"),
  fc.record({
    names: fc.uniqueArray(fc.constantFrom(...NAMES)),
    cuts: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 12, maxLength: 12 }),
  }),
);

interface Slice {
  readonly relPath: string;
  readonly names: string[];
  readonly first: boolean;
  readonly last: boolean;
}

/** The slices of a tree in the order of a walk; a directory has at least one. */
function slicesOf(tree: Record<string, { names: string[]; cuts: number[] }>): Slice[] {
  return Object.keys(tree).toSorted(comparePaths).flatMap((relPath) => {
    const { names, cuts } = tree[relPath] ?? { names: [], cuts: [] };
    const sorted = names.toSorted(compareNames);
    const parts: string[][] = [];
    for (const cut of cuts) {
      if (sorted.length > 0) parts.push(sorted.splice(0, cut));
    }
    if (parts.length === 0) parts.push([]);
    return parts.map((part, i) => {
      return { relPath, names: part, first: i === 0, last: i === parts.length - 1 };
    });
  });
}

async function* manifestOf(slices: readonly Slice[]): AsyncGenerator<PreviousPart> {
  for (const { relPath, names, first } of slices) {
    const entries = names.map((name) => ({
      name,
      record: { digest: sampleDigest(NAMES.indexOf(name)) },
    }));
    const section = { ...makeSection(relPath, entries), continues: !first };
    yield await Promise.resolve({ relPath, sections: () => [section] });
  }
}

Deno.test("PreviousTree matches what both trees have, whatever the slices", async () => {
  await fc.assert(fc.asyncProperty(trees, trees, async (now, before) => {
    const tree = new PreviousTree(
      manifestOf(slicesOf(before)),
      (error) => assert.fail(String(error)),
    );
    for (const { relPath, names, first, last } of slicesOf(now)) {
      const section = walkedSection(relPath, names.map((name) => ({ name })), {
        continues: !first,
        ends: last,
      });
      const { dir, entries, sameNames } = await tree.match(section);
      const known = before[relPath]?.names ?? [];
      assert.deepStrictEqual(
        entries.map((entry) => entry?.record?.digest),
        section.names.map((name) =>
          known.includes(name) ? sampleDigest(NAMES.indexOf(name)) : undefined
        ),
      );
      assert.strictEqual(dir !== undefined, first && relPath in before);
      if (first && last) {
        const same = relPath in before &&
          JSON.stringify(known.toSorted()) === JSON.stringify(names.toSorted());
        assert.strictEqual(sameNames, same);
      }
    }
  }));
});

import assert from "node:assert/strict";
import { EntryFilter, type EntryQuery } from "../../../../src/ops/search/entry_filter.ts";
import { searchMember } from "../../../../src/ops/search/search_member.ts";
import { sectionEntries } from "../../../../src/ops/search/snapshot_entries.ts";
import { parseRaw } from "../../../../src/store/raw_entry.ts";
import type { ManifestSection } from "../../../../src/store/section.ts";
import { fc } from "../../../support/property.ts";
import { makeSection, sampleDigest } from "../../store/manifest_samples.ts";
import { smallMembers, trickyNames, trickyTrees, withScan } from "../../store/scan_samples.ts";

/** Patterns that are mostly made of what the names are made of. */
const pieces = fc.oneof(
  trickyNames.map((name) => name.replace(/[*?[\\]/g, "\\$&")),
  fc.constantFrom("*", "*", "?", "[ab]", "[!a]", "[a-k]", "/", "**/", "**", "\\", "["),
);
const patterns = fc.oneof(
  fc.array(pieces, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("")),
  pieces.map((piece) => `*${piece}`),
  pieces.map((piece) => `${piece}*`),
);

/** Mostly nothing, so that most of the rest is found. */
function seldom<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary },
  );
}

const queries: fc.Arbitrary<EntryQuery> = fc.record({
  patterns: fc.array(patterns, { maxLength: 3 }),
  ignoreCase: fc.boolean(),
  digest: seldom(fc.nat(3).map((seed) => sampleDigest(seed).slice(0, 9))),
  types: seldom(fc.constantFrom(["file" as const], ["dir" as const, "link" as const])),
  leastBytes: seldom(fc.nat(3)),
  mostBytes: seldom(fc.nat(3)),
  sinceMs: seldom(fc.constantFrom(-1_000_000, 0, 1_000_000)),
  untilMs: seldom(fc.constantFrom(-1_000_000, 0, 1_000_001)),
}).map(({ types, ...query }) => ({ ...query, ...(types === undefined ? {} : { types }) }));

Deno.test("a search through raw text finds what a look at every entry finds", async () => {
  let found = 0;
  await fc.assert(
    fc.asyncProperty(trickyTrees, queries, async (tree, query) => {
      const wanted = naive(tree, query);
      assert.deepStrictEqual(await scanned(tree, query), wanted);
      found += wanted.length;
    }),
    { numRuns: 400 },
  );
  assert.ok(found > 1000, `only ${found} entries were found in all`);
});

Deno.test("a name is found by itself, its end and in the other case", async () => {
  const tree = [
    makeSection("", [{ name: "a x" }, { name: "040x" }, { name: "Straße.TXT" }, { name: "0.txt" }]),
    makeSection("txt", [{ name: "a.txt.bak" }]),
  ];
  const find = async (pattern: string, options: { ignoreCase?: boolean } = {}) =>
    await scanned(tree, { patterns: [pattern], ...options });
  // In a manifest "a x" ends with `\040x`.
  assert.deepStrictEqual(await find("*40x"), ["040x"]);
  assert.deepStrictEqual(await find("a x"), ["a x"]);
  assert.deepStrictEqual(await find("*.txt"), ["0.txt"]);
  assert.deepStrictEqual(await find("*.txt", { ignoreCase: true }), ["0.txt", "Straße.TXT"]);
  assert.deepStrictEqual(await find("STRAßE*", { ignoreCase: true }), ["Straße.TXT"]);
  assert.deepStrictEqual(await find("txt"), ["txt"]);
  assert.deepStrictEqual(await find("txt/*"), ["txt/a.txt.bak"]);
  assert.deepStrictEqual(await find("root"), []);
});

async function scanned(tree: readonly ManifestSection[], query: EntryQuery): Promise<string[]> {
  const filter = new EntryFilter(query);
  return await withScan(smallMembers(tree, 4), (scan) => {
    assert.ok(scan !== undefined);
    const raws = Array.from(
      { length: scan.members },
      (_, i) => searchMember(scan.member(i), filter),
    );
    return raws.flat().map((raw) => parseRaw(raw).relPath);
  });
}

function naive(tree: readonly ManifestSection[], query: EntryQuery): string[] {
  const filter = new EntryFilter(query);
  return tree.flatMap((section) => sectionEntries(section))
    .filter((entry) => filter.matchesPath(entry.relPath) && filter.matchesDetails(entry))
    .map(({ relPath }) => relPath);
}

Deno.test("sectionEntries() puts the paths of a section together", () => {
  const section = makeSection("a", [{ name: "b" }]);
  const paths = (...args: Parameters<typeof sectionEntries>) =>
    sectionEntries(...args).map(({ relPath }) => relPath);
  assert.deepStrictEqual(paths(section), ["a", "a/b"]);
  assert.deepStrictEqual(paths(section, "x"), ["x/a", "x/a/b"]);
  assert.deepStrictEqual(paths({ ...section, continues: true }), ["a/b"]);
});

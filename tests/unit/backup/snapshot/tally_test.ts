import assert from "node:assert/strict";
import { OUTCOME } from "../../../../src/backup/settle/settling.ts";
import { Tally } from "../../../../src/backup/snapshot/tally.ts";
import type { Problem } from "../../../../src/base/problem.ts";
import { sampleDigest, type SampleEntry } from "../../store/manifest_samples.ts";
import { settlingSection, walkedSection } from "../walk/sample_sections.ts";

function problem(relPath: string, more: Partial<Problem> = {}): Problem {
  const message = `Cannot read "${relPath}": No`;
  return { relPath, step: "walk", code: "unreadable", message, stored: false, ...more };
}

function file(name: string, sizeBytes: number, digest = sampleDigest(1)): SampleEntry {
  return { name, stat: { sizeBytes, mtimeSec: 5 }, record: { digest } };
}

/** Row by row: what the walk met, what the previous snapshot had, how it ended. */
const ENTRIES: readonly (readonly [now: SampleEntry, before: SampleEntry | null, end: number])[] = [
  [file("a unchanged", 100), file("a unchanged", 100), OUTCOME.linked],
  [file("b new, known content", 20), null, OUTCOME.linked],
  [file("c new", 3000), null, OUTCOME.copied],
  [file("d changed", 4000), file("d changed", 4000, sampleDigest(2)), OUTCOME.copied],
  [file("e touched", 5), { ...file("e touched", 5), stat: { mtimeSec: 6 } }, OUTCOME.linked],
  [{ name: "f", type: "link", record: { linkTarget: "x" } }, null, OUTCOME.made],
  [
    { name: "g", type: "link", record: { linkTarget: "x" } },
    { name: "g", type: "link", record: { linkTarget: "y" } },
    OUTCOME.made,
  ],
  [{ name: "h", type: "fifo" }, { name: "h", type: "fifo" }, OUTCOME.made],
  [{ name: "i", type: "char", record: { state: "recorded" } }, null, OUTCOME.recorded],
  [file("j lost", 6), file("j lost", 6), OUTCOME.lost],
  [file("k never settled", 7), null, OUTCOME.open],
];

/** A section of {@link ENTRIES} with two more that were left out and one that could not be seen. */
function fullSection() {
  const by = (rule: string) => ({ rule, layer: "default" });
  const walked = walkedSection("dir", ENTRIES.map(([now]) => now), {
    skipped: [
      { relPath: "dir/l", isDir: true, by: by("one") },
      { relPath: "dir/m", isDir: false, by: by("two") },
      { relPath: "dir/n", isDir: false, by: by("two") },
    ],
    problems: [problem("dir/o"), problem("dir", { stored: true })],
    seen: ENTRIES.length + 4 + 1, // the last one is a subdirectory with a section of its own
  });
  const section = settlingSection(walked, ENTRIES.flatMap(([, before]) => before ?? []));
  for (const [index, [now, , end]] of ENTRIES.entries()) {
    section.outcomes[index] = end;
    if (now.record !== undefined) section.describe(index, now.record);
  }
  section.problems.push(problem("dir/a unchanged", { code: "damaged", stored: true }));
  return section;
}

Deno.test("Tally adds up: every entry that was met ends in exactly one count", () => {
  const tally = new Tally();
  tally.add(settlingSection(walkedSection("", [], { seen: 1 })));
  tally.add(fullSection());
  tally.add(settlingSection(walkedSection("dir/p", [])));
  assert.deepStrictEqual(tally.counts, {
    walked: 1 + 1 + 16,
    linked: 3,
    copied: 2,
    directories: 3,
    symlinks: 2,
    specials: 1,
    recorded: 1,
    excluded: 3,
    failed: 3,
    problems: 3,
    new: 4,
    changed: 3,
    unchanged: 2,
    damaged: 1,
    healed: 0,
  });
  assert.strictEqual(tally.accounted, tally.counts.walked);
  assert.deepStrictEqual(tally.bytes, { processed: 7125, linked: 125, copied: 7000, saved: 125 });
});

Deno.test("Tally counts a directory once, however many slices it comes in", () => {
  const tally = new Tally();
  tally.add(settlingSection(walkedSection("", [], { ends: false })));
  tally.add(settlingSection(walkedSection("", [], { continues: true })));
  assert.strictEqual(tally.counts.directories, 1);
  assert.strictEqual(tally.accounted, tally.counts.walked);
});

Deno.test("Tally notices an entry of which nothing is known", () => {
  const tally = new Tally();
  tally.add(settlingSection(walkedSection("", [], { seen: 1 })));
  assert.notStrictEqual(tally.accounted, tally.counts.walked);
});

Deno.test("Tally lists rules by how much they left out, and each layer for itself", () => {
  const tally = new Tally();
  const skip = (rule: string, layer: string) => ({
    relPath: "x",
    isDir: false,
    by: { rule, layer },
  });
  const skipped = [skip("b", "1"), skip("a", "1"), skip("c", "1"), skip("c", "2"), skip("c", "2")];
  tally.add(settlingSection(walkedSection("", [], { skipped, seen: skipped.length })));
  assert.deepStrictEqual(tally.summary.excluded_by, [
    { rule: "c", layer: "2", count: 2 },
    { rule: "a", layer: "1", count: 1 },
    { rule: "b", layer: "1", count: 1 },
    { rule: "c", layer: "1", count: 1 },
  ]);
});

Deno.test("Tally names the first thousand problems and counts all", () => {
  const tally = new Tally();
  for (let i = 0; i < 1200; i++) tally.addProblem(problem(`${i}`));
  const { counts, problems } = tally.summary;
  assert.strictEqual(counts.problems, 1200);
  assert.strictEqual(problems.length, 1000);
  assert.deepStrictEqual(problems[999], {
    path: "999",
    step: "walk",
    code: "unreadable",
    message: 'Cannot read "999": No',
    stored: false,
  });
});

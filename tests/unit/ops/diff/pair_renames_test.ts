import assert from "node:assert/strict";
import { pairRenames, type RenameCandidate } from "../../../../src/ops/diff/pair_renames.ts";
import { fc } from "../../../support/property.ts";

function candidate(relPath: string, more: Partial<RenameCandidate> = {}): RenameCandidate {
  return {
    relPath,
    type: "file",
    sizeBytes: 5,
    digest: undefined,
    inode: undefined,
    mtime: "1.0",
    ...more,
  };
}

function pairs(gone: readonly RenameCandidate[], added: readonly RenameCandidate[]): string[] {
  return [...pairRenames(gone, added)].map(([now, before]) => `${before.relPath} ${now.relPath}`)
    .sort();
}

Deno.test("files of the same content are renamed, the same inode first and then the same name", () => {
  const digest = "d";
  const gone = [
    candidate("x/other", { digest }),
    candidate("x/name", { digest }),
    candidate("x/node", { digest, inode: "1" }),
  ];
  const added = [
    candidate("y/first", { digest }),
    candidate("y/moved", { digest, inode: "1" }),
    candidate("y/name", { digest }),
  ];
  assert.deepStrictEqual(pairs(gone, added), [
    "x/name y/name",
    "x/node y/moved",
    "x/other y/first",
  ]);
});

Deno.test("empty files are not renamed for their content", () => {
  const empty = { digest: "e", sizeBytes: 0 };
  assert.deepStrictEqual(pairs([candidate("a", empty)], [candidate("b", empty)]), []);
});

Deno.test("the inode of a removed file in another one is not a rename", () => {
  const gone = [candidate("old", { digest: "1", inode: "7", mtime: "1.0" })];
  const added = [candidate("new", { digest: "2", inode: "7", mtime: "2.0" })];
  assert.deepStrictEqual(pairs(gone, added), []);
});

Deno.test("a file that was changed and moved under its name keeps its inode", () => {
  const gone = [candidate("a/name", { digest: "1", inode: "7", mtime: "1.0" })];
  const added = [candidate("b/name", { digest: "2", inode: "7", mtime: "2.0" })];
  assert.deepStrictEqual(pairs(gone, added), ["a/name b/name"]);
});

Deno.test("the same inode as another type is not a rename", () => {
  const gone = [candidate("a/name", { inode: "7", type: "link" })];
  const added = [candidate("b/name", { inode: "7", type: "fifo" })];
  assert.deepStrictEqual(pairs(gone, added), []);
});

Deno.test("a directory is renamed by its inode when a file moved along", () => {
  const dir = { type: "dir", inode: "1" } as const;
  const gone = [candidate("old", { ...dir, mtime: "1" }), candidate("old/f", { digest: "d" })];
  const along = [candidate("new", { ...dir, mtime: "2" }), candidate("new/f", { digest: "d" })];
  assert.deepStrictEqual(pairs(gone, along), ["old new", "old/f new/f"]);
  const alone = [candidate("new", { ...dir, mtime: "2" })];
  assert.deepStrictEqual(pairs(gone, alone), []);
});

Deno.test("each entry is at most one end of one rename, and as many as can be are found", () => {
  const entries = fc.array(
    fc.record({ digest: fc.constantFrom("1", "2"), inode: fc.constantFrom("a", "b", undefined) }),
    { maxLength: 12 },
  );
  fc.assert(fc.property(entries, entries, (left, right) => {
    const gone = left.map((more, i) => candidate(`g/${i}`, more));
    const added = right.map((more, i) => candidate(`n/${i}`, more));
    const found = pairRenames(gone, added);
    assert.strictEqual(new Set(found.values()).size, found.size);
    for (const digest of ["1", "2"]) {
      const isLeft = (entry: RenameCandidate) => entry.digest === digest;
      const free = (all: readonly RenameCandidate[], taken: ReadonlySet<RenameCandidate>) =>
        all.filter((entry) => isLeft(entry) && !taken.has(entry)).length;
      const ends = [
        free(gone, new Set(found.values())),
        free(added, new Set(found.keys())),
      ];
      assert.strictEqual(Math.min(...ends), 0);
    }
  }));
});

Deno.test("thousands of equal files are paired in no time", () => {
  const many = (dir: string) =>
    Array.from({ length: 50_000 }, (_, i) => candidate(`${dir}/${i}`, { digest: "d" }));
  const [gone, added] = [many("a"), many("b")];
  const found = pairRenames(gone, added);
  assert.strictEqual(found.size, 50_000);
  for (const [now, before] of found) {
    assert.strictEqual(now.relPath.slice(2), before.relPath.slice(2));
  }
});

Deno.test("a reused inode with the same time but another content and name is no rename", () => {
  const gone = [candidate("old", { digest: "1", inode: "7", mtime: "1.0" })];
  const added = [candidate("new", { digest: "2", inode: "7", mtime: "1.0" })];
  assert.strictEqual(pairRenames(gone, added).size, 0);
});

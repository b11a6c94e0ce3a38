import assert from "node:assert/strict";
import { DirectoryWalk, lookUp } from "../../../../src/ops/search/manifest_walk.ts";
import { sectionEntries } from "../../../../src/ops/search/snapshot_entries.ts";
import { isWithin } from "../../../../src/store/raw_entry.ts";
import { fc } from "../../../support/property.ts";
import { smallMembers, trickyTrees, withScan } from "../../store/scan_samples.ts";

const sizes = fc.integer({ min: 1, max: 7 });

Deno.test("a walk meets all that is below a directory, or what is directly in it", async () => {
  await fc.assert(fc.asyncProperty(trickyTrees, sizes, async (tree, size) => {
    const paths = tree.flatMap((section) => sectionEntries(section)).map((it) => it.relPath);
    await withScan(smallMembers(tree, size), (scan) => {
      assert.ok(scan !== undefined);
      for (const { relPath } of tree) {
        const below = paths.filter((path) => path !== relPath && isWithin(path, relPath));
        assert.deepStrictEqual(walked(new DirectoryWalk(scan, relPath), { skip: false }), below);
        const direct = below.filter((path) =>
          !path.slice(relPath === "" ? 0 : relPath.length + 1).includes("/")
        );
        assert.deepStrictEqual(walked(new DirectoryWalk(scan, relPath), { skip: true }), direct);
      }
    });
  }));
});

Deno.test("lookUp() finds every entry and no other", async () => {
  await fc.assert(
    fc.asyncProperty(trickyTrees, sizes, async (tree, size) => {
      const entries = tree.flatMap((section) => sectionEntries(section));
      const paths = new Set(entries.map(({ relPath }) => relPath));
      await withScan(smallMembers(tree, size), (scan) => {
        assert.ok(scan !== undefined);
        for (const { relPath, record } of entries) {
          assert.deepStrictEqual(lookUp(scan, relPath)?.record ?? {}, record ?? {});
          for (const other of [`${relPath}x`, `${relPath}/a`, relPath.slice(0, -1)]) {
            if (other.endsWith("/") || other.startsWith("/") || other.includes("//")) continue;
            const found = lookUp(scan, other);
            assert.strictEqual(found?.relPath, paths.has(other) ? other : undefined);
          }
        }
      });
    }),
    { numRuns: 50 },
  );
});

function walked(walk: DirectoryWalk, { skip }: { skip: boolean }): string[] {
  const paths: string[] = [];
  while (walk.next()) {
    paths.push(walk.relPath);
    if (skip && walk.isDir) walk.skipDirectory();
  }
  return paths;
}

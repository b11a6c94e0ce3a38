import assert from "node:assert/strict";
import { VersionTable } from "../../../../src/ops/search/version_table.ts";
import { sectionEntries } from "../../../../src/ops/search/snapshot_entries.ts";
import { RawCursor } from "../../../../src/store/raw_entry.ts";
import type { SnapshotRef } from "../../../../src/store/snapshots.ts";
import { makeSection, sampleDigest } from "../../store/manifest_samples.ts";
import { smallMembers, withScan } from "../../store/scan_samples.ts";

function snapshot(time: string): SnapshotRef {
  return { name: "n", time, date: undefined, kind: "phlb", companions: new Set() };
}

function section(digest: number, mtimeSec = 0) {
  return makeSection("a b", [{
    name: "c",
    stat: { mtimeSec },
    record: { digest: sampleDigest(digest) },
  }]);
}

async function line(digest: number, mtimeSec = 0): Promise<string> {
  return await withScan(
    smallMembers([makeSection("", []), section(digest, mtimeSec)], 9),
    (scan) => {
      const cursor = new RawCursor(scan?.member(0) ?? assert.fail("no manifest"));
      let raw = "";
      while (cursor.next()) raw = cursor.raw;
      return raw;
    },
  );
}

Deno.test("lines and parsed entries of the same path are versions of it, one for each content", async () => {
  const table = new VersionTable();
  const [, parsed] = sectionEntries(section(1));
  assert.ok(parsed !== undefined);
  table.add(await line(1), snapshot("1"));
  table.add(parsed, snapshot("2"));
  table.add(await line(2), snapshot("3"));
  const again = table.add(await line(1, 99), snapshot("4"));
  table.addAgain(again, again.found, snapshot("5"));
  assert.strictEqual(table.size, 1);
  const [path] = [...table.paths()];
  assert.strictEqual(path?.relPath, "a b/c");
  assert.deepStrictEqual(
    path.versions.map(({ first, last, snapshots }) => [first.time, last.time, snapshots]),
    [["1", "5", 4], ["3", "3", 1]],
  );
});

import assert from "node:assert/strict";
import { changedFields } from "../../../../src/ops/search/entry_change.ts";
import { sectionEntries } from "../../../../src/ops/search/snapshot_entries.ts";
import type { SnapshotEntry } from "../../../../src/store/raw_entry.ts";
import { makeSection, sampleDigest, type SampleEntry } from "../../store/manifest_samples.ts";

function entry(sample: Omit<SampleEntry, "name"> = {}): SnapshotEntry {
  const [, found] = sectionEntries(makeSection("", [{ name: "x", ...sample }]));
  return found ?? assert.fail("there is no entry");
}

function changed(
  before: Omit<SampleEntry, "name">,
  after: Omit<SampleEntry, "name">,
  { recorded = true } = {},
): string[] {
  return changedFields(entry(before), entry(after), { recorded });
}

const [ONE, TWO] = [{ digest: sampleDigest(1) }, { digest: sampleDigest(2) }];

Deno.test("what changed in an entry is told part by part", () => {
  const plain = { record: ONE, stat: { mtimeSec: 5, mtimeNsec: 6 } };
  assert.deepStrictEqual(changed(plain, plain), []);
  assert.deepStrictEqual(changed(plain, { ...plain, record: TWO }), ["content"]);
  assert.deepStrictEqual(changed(plain, { ...plain, mode: 0o600 }), ["mode"]);
  assert.deepStrictEqual(changed(plain, { ...plain, stat: { ...plain.stat, gid: 7 } }), ["owner"]);
  assert.deepStrictEqual(changed(plain, { ...plain, stat: { mtimeSec: 5 } }), ["mtime"]);
  const xattrs = [["user.x", new Uint8Array([1])]] as const;
  assert.deepStrictEqual(changed(plain, { ...plain, record: { ...ONE, xattrs } }), ["xattrs"]);
  assert.deepStrictEqual(changed(plain, { type: "dir" }), ["type"]);
  assert.deepStrictEqual(
    changed({ type: "link", record: { linkTarget: "a" } }, {
      type: "link",
      record: { linkTarget: "b" },
    }),
    ["target"],
  );
});

Deno.test("the metadata of stored files and the mtime of a directory count for nothing", () => {
  const other = { record: ONE, mode: 0o600, stat: { uid: 5, mtimeSec: 9 } };
  assert.deepStrictEqual(changed({ record: ONE }, other, { recorded: false }), []);
  assert.deepStrictEqual(changed({ type: "dir" }, { type: "dir", stat: { mtimeSec: 9 } }), []);
});

Deno.test("contents are told apart by size and mtime where one has no digest", () => {
  const stat = { sizeBytes: 5, mtimeSec: 9 };
  const options = { recorded: false };
  assert.deepStrictEqual(changed({ stat }, { stat, record: ONE }, options), []);
  assert.deepStrictEqual(
    changed({ stat }, { stat: { ...stat, sizeBytes: 6 }, record: ONE }, options),
    ["content"],
  );
});

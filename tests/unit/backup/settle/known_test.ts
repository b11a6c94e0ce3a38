import assert from "node:assert/strict";
import { knownSection } from "../../../../src/backup/settle/known.ts";
import { EXPECTED, EXPECTED_FIELDS } from "../../../../src/backup/link/link_messages.ts";
import type { WalkedSection } from "../../../../src/backup/walk/walked.ts";
import { STAT } from "../../../../src/fs/stat_table.ts";
import { formatSums } from "../../../../src/store/checksum_file.ts";
import { EntryText } from "../../../../src/store/entry_text.ts";
import { type ManifestBlock, manifestBlocks } from "../../../../src/store/manifest_blocks.ts";
import {
  makeSection,
  sampleDigest,
  type SampleEntry,
  writeSample,
} from "../../store/manifest_samples.ts";
import { walkedSection } from "../walk/sample_sections.ts";

const FILE_STAT = { sizeBytes: 1000, mtimeSec: 50, mtimeNsec: 7, ctimeSec: 60, inoLow: 5 };

const ENTRIES: readonly SampleEntry[] = [
  { name: "a b", stat: FILE_STAT, record: { digest: sampleDigest(1) } },
  { name: "new\nline", stat: FILE_STAT, record: { digest: sampleDigest(2) } },
  { name: "link", type: "link", stat: { mtimeSec: 3 }, record: { linkTarget: "a b" } },
  {
    name: "shared",
    stat: { ...FILE_STAT, nlink: 3 },
    record: {
      digest: sampleDigest(3),
      storedMtime: { sec: -40, nsec: 9 },
      xattrs: [["user.x", Uint8Array.of(1, 2)]],
    },
  },
];

const OPTIONS = {
  entryText: new EntryText({
    userName: (uid) => uid === 0 ? "root" : undefined,
    groupName: (gid) => gid === 0 ? "root" : undefined,
  }),
  trustBeforeSec: 100,
  linkSameMetadataOnly: false,
};

/** The block of `dir/sub` with these entries. */
async function blockOf(entries: readonly SampleEntry[]): Promise<ManifestBlock> {
  const sections = ["", "dir", "dir/sub"].map((path, i) =>
    makeSection(path, i === 2 ? entries : [])
  );
  const blocks = await Array.fromAsync(manifestBlocks(writeSample(sections)));
  return blocks.at(-1) ?? assert.fail("there is no block");
}

/** The walk sees no digests and no attributes of files. */
function seen(entries: readonly SampleEntry[], more: Partial<WalkedSection> = {}): WalkedSection {
  const bare = entries.map(({ record, ...entry }) => {
    const linkTarget = record?.linkTarget;
    return linkTarget === undefined ? entry : { ...entry, record: { linkTarget } };
  });
  return walkedSection("dir/sub", bare, more);
}

Deno.test("a directory is known of which the manifest says what it would say again", async () => {
  const known = knownSection(seen(ENTRIES), await blockOf(ENTRIES), OPTIONS);
  assert.ok(known !== undefined);
  assert.strictEqual(known.files, 3);
  assert.strictEqual(known.bytes, 3000);
  assert.strictEqual(known.text.entries, 5);
  assert.strictEqual(known.links.names, "a b/link/new\nline/shared");
  const row = (
    index: number,
  ) => [...known.links.expected.slice(index * EXPECTED_FIELDS, (index + 1) * EXPECTED_FIELDS)];
  assert.deepStrictEqual(row(0), [0o100644, 1000, 50, 7, 0, 0]);
  assert.deepStrictEqual(row(3).slice(0, 4), [0o100644, 1000, -40, 9]);
  assert.strictEqual(row(1)[EXPECTED.mode], 0o120644);
  const sums = formatSums(["a b", "new\nline", "shared"], [1, 2, 3].map(sampleDigest));
  assert.deepStrictEqual(known.links.sums, {
    fileName: "SHA256SUMS",
    sizeBytes: sums.length,
    mtime: { sec: 0, nsec: 0 },
  });
});

Deno.test("a directory without files is known without a checksum file", async () => {
  const links = ENTRIES.filter(({ type }) => type === "link");
  assert.strictEqual(
    knownSection(seen(links), await blockOf(links), OPTIONS)?.links.sums,
    undefined,
  );
  const empty = knownSection(seen([]), await blockOf([]), OPTIONS);
  assert.deepStrictEqual([empty?.files, empty?.links.names], [0, ""]);
});

Deno.test("a directory is not known when anything at all differs", async () => {
  const block = await blockOf(ENTRIES);
  const columns = ["mode", "nlink", "uid", "gid", "devMajor", "devMinor", "inoHigh", "inoLow"];
  const times = ["sizeBytes", "mtimeSec", "mtimeNsec", "ctimeSec", "ctimeNsec"];
  for (const [name, column] of Object.entries(STAT)) {
    if (![...columns, ...times].includes(name)) continue;
    for (const row of [1, 3, 4]) {
      const walked = seen(ENTRIES);
      walked.stats.set(row, column, walked.stats.get(row, column) + 1);
      assert.strictEqual(knownSection(walked, block, OPTIONS), undefined, `${name} of ${row}`);
    }
  }
  const own = seen(ENTRIES);
  own.stats.set(0, STAT.mtimeSec, 1);
  assert.strictEqual(knownSection(own, block, OPTIONS), undefined, "the directory itself");
});

Deno.test("a directory is not known when its entries are not the same ones", async () => {
  const block = await blockOf(ENTRIES);
  const more = [...ENTRIES, { name: "zz", stat: FILE_STAT }];
  const [first, ...rest] = ENTRIES;
  const renamed = [{ ...first, name: "a  b" }, ...rest];
  const retarget = ENTRIES.map((entry) =>
    entry.type === "link" ? { ...entry, record: { linkTarget: "a bc" } } : entry
  );
  for (const entries of [more, rest, renamed, retarget, []]) {
    assert.strictEqual(knownSection(seen(entries), block, OPTIONS), undefined);
  }
});

Deno.test("a directory is not known when single entries must be looked at", async () => {
  const unsettled = ENTRIES.map((entry) => ({
    ...entry,
    record: { ...entry.record, ...(entry.type === "link" ? {} : { state: "unsettled" as const }) },
  }));
  assert.strictEqual(knownSection(seen(ENTRIES), await blockOf(unsettled), OPTIONS), undefined);
  const block = await blockOf(ENTRIES);
  const fresh = { ...OPTIONS, trustBeforeSec: 60 };
  assert.strictEqual(knownSection(seen(ENTRIES), block, fresh), undefined, "touched since");
  const timeless = ENTRIES.map((entry) => ({ ...entry, stat: { ...entry.stat, ctimeSec: 0 } }));
  const [without, early] = [await blockOf(timeless), { ...OPTIONS, trustBeforeSec: 50 }];
  assert.notStrictEqual(knownSection(seen(timeless), without, OPTIONS), undefined);
  assert.strictEqual(knownSection(seen(timeless), without, early), undefined, "no change time");
  const inode = { ...OPTIONS, linkSameMetadataOnly: true };
  assert.strictEqual(knownSection(seen(ENTRIES), block, inode), undefined, "another's mtime");
  const whole: Partial<WalkedSection>[] = [{ continues: true }, { ends: false }];
  for (const part of whole) {
    assert.strictEqual(knownSection(seen(ENTRIES, part), block, OPTIONS), undefined);
  }
  const special = [...ENTRIES, { name: "x", type: "fifo" as const }];
  assert.strictEqual(knownSection(seen(special), await blockOf(special), OPTIONS), undefined);
  const attribute = new Map([[2, [["user.y", Uint8Array.of(1)]] as const]]);
  assert.strictEqual(knownSection(seen(ENTRIES, { xattrs: attribute }), block, OPTIONS), undefined);
});

import assert from "node:assert/strict";
import { compareText, type KnownSection, takenApart } from "../../../../src/backup/settle/known.ts";
import {
  previousParts,
  type PreviousSection,
  PreviousTree,
} from "../../../../src/backup/settle/compare.ts";
import { dirStamp } from "../../../../src/backup/walk/dir_stamp.ts";
import type { WalkedSection } from "../../../../src/backup/walk/walked.ts";
import { STAT, STAT_FIELDS } from "../../../../src/fs/stat_table.ts";
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

function knownSection(...args: Parameters<typeof compareText>): KnownSection | undefined {
  const found = compareText(...args);
  return found !== undefined && "links" in found ? found : undefined;
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
  assert.deepStrictEqual(known.links.stats, seen(ENTRIES).stats.data);
  assert.deepStrictEqual(known.links.storedMtimes, new Map([[4, { sec: -40, nsec: 9 }]]));
  const sums = formatSums(["a b", "new\nline", "shared"], [1, 2, 3].map(sampleDigest));
  assert.deepStrictEqual(known.links.sums, {
    fileName: "SHA256SUMS",
    sizeBytes: sums.length,
    mtime: { sec: 0, nsec: 0 },
  });
});

/** The block of `dir/sub` as a run writes it that saw `walked`. */
async function stampedBlock(
  entries: readonly SampleEntry[],
  walked: WalkedSection,
): Promise<ManifestBlock> {
  const stamp = OPTIONS.entryText.stamp(walked.stamp ?? assert.fail("there is no stamp"));
  const sections = ["", "dir"].map((path) => makeSection(path, []));
  const own = { ...makeSection("dir/sub", entries), stamp };
  const blocks = await Array.fromAsync(manifestBlocks(writeSample([...sections, own])));
  return blocks.at(-1) ?? assert.fail("there is no block");
}

const PLAIN = ENTRIES.filter(({ record }) => record?.storedMtime === undefined);

Deno.test("a directory with a stamp is known by that", async () => {
  const block = await stampedBlock(PLAIN, seen(PLAIN));
  const known = knownSection(seen(PLAIN), block, OPTIONS);
  assert.ok(known !== undefined);
  assert.deepStrictEqual([known.files, known.bytes, known.text.entries], [2, 2000, 4]);
  assert.strictEqual(known.text.text, block.text);
  assert.strictEqual(known.links.storedMtimes.size, 0);
  assert.deepStrictEqual(known.links.stats, seen(PLAIN).stats.data);
});

Deno.test("a directory with a stamp is not known when anything differs, or an owner is called otherwise", async () => {
  const block = await stampedBlock(PLAIN, seen(PLAIN));
  const stale = ["allocatedBytes", "atimeSec", "atimeNsec", "rdevMajor", "rdevMinor"];
  for (const [name, column] of Object.entries(STAT)) {
    for (const row of [0, 1, 2]) {
      const entries = PLAIN.map((entry, i) => {
        if (i + 1 !== row) return entry;
        const value = seen(PLAIN).stats.get(row, column) + 1;
        return { ...entry, stat: { ...entry.stat, [name]: value } };
      });
      const walked = seen(entries);
      if (row === 0) walked.stats.set(0, column, walked.stats.get(0, column) + 1);
      const restamped = { ...walked, stamp: dirStamp(walked) };
      const known = knownSection(restamped, block, OPTIONS);
      assert.strictEqual(known !== undefined, stale.includes(name), `${name} of ${row}`);
    }
  }
  const renamed = PLAIN.map((entry, i) => i === 0 ? { ...entry, name: "a  b" } : entry);
  assert.strictEqual(knownSection(seen(renamed), block, OPTIONS), undefined);
  const reserved = seen(PLAIN, { reservedNames: ["SHA256SUMS"] });
  assert.strictEqual(knownSection(reserved, block, OPTIONS), undefined);
  const entryText = new EntryText({ userName: () => "toor", groupName: () => "root" });
  assert.strictEqual(knownSection(seen(PLAIN), block, { ...OPTIONS, entryText }), undefined);
  const fresh = { ...OPTIONS, trustBeforeSec: 60 };
  assert.strictEqual(knownSection(seen(PLAIN), block, fresh), undefined);
});

Deno.test("a directory that is known can be taken apart", async () => {
  for (const block of [await blockOf(ENTRIES), await stampedBlock(ENTRIES, seen(ENTRIES))]) {
    const known = knownSection(seen(ENTRIES), block, OPTIONS);
    const section = await takenApart(known ?? assert.fail("it is not known"));
    assert.deepStrictEqual(section.stats.data, seen(ENTRIES).stats.data);
    assert.strictEqual(section.previous.sameNames, true);
  }
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
  const alone = seen(ENTRIES);
  alone.stats.set(4, STAT.nlink, 1);
  assert.strictEqual(knownSection(alone, block, OPTIONS), undefined, "no link any more");
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

/** What the previous manifest says of each entry; `undefined` for one that it does not have. */
function told({ entries, sameNames }: PreviousSection) {
  const of = entries.map((entry) =>
    entry &&
    [[...entry.stats.data.slice(entry.row * STAT_FIELDS).slice(0, STAT_FIELDS)], entry.record]
  );
  return { of, sameNames };
}

const UNUSED: SampleEntry = { name: "unused" };

Deno.test("of a directory that differs, the text says what it says taken apart", async () => {
  const block = await blockOf(ENTRIES);
  const [first = UNUSED, second = UNUSED, ...rest] = ENTRIES;
  const touched = { ...first, stat: { ...FILE_STAT, mtimeSec: 51 } };
  const added = [...ENTRIES, { name: "zz", stat: FILE_STAT }];
  const cases: SampleEntry[][] = [
    [touched, second, ...rest],
    [touched, ...rest],
    [second, ...rest],
    rest,
    added,
    [{ ...first, name: "B" }, ...added],
    [],
  ];
  for (const present of cases) {
    const walked = seen(present);
    const found = compareText(walked, block, OPTIONS);
    assert.ok(found !== undefined && !("links" in found));
    const tree = new PreviousTree(previousParts(blocks(block)), assert.ifError);
    assert.deepStrictEqual(told(found), told(await tree.match(walked)));
    const { text, starts, ends } = found.kept ?? assert.fail("nothing is kept");
    for (const [row, start] of starts.entries()) {
      const lines = text.slice(start, ends[row]);
      const name = row === 0 ? "" : walked.names[row - 1] ?? "";
      assert.strictEqual(lines !== "", found.entries[row - 1]?.stats === walked.stats || row === 0);
      if (lines !== "") assert.match(lines, /^# ctime=.*\n\.\/dir\/sub.* type=.*\n$/, name);
    }
  }
});

async function* blocks(block: ManifestBlock) {
  yield await Promise.resolve(block);
}

Deno.test("a text that makes no sense is left to those who tell why", async () => {
  const block = await blockOf(ENTRIES);
  for (const [from, to] of [["# ctime=", "# xtime="], ["./dir/sub/a", "./dir/bus/a"]] as const) {
    const text = block.text.replaceAll(from, to);
    const walked = seen(ENTRIES.slice(1));
    assert.strictEqual(compareText(walked, { ...block, text }, OPTIONS), undefined);
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

import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { CancelFlag } from "../../../../src/threads/cancel.ts";
import { type ContentsOptions, settleContents } from "../../../../src/backup/settle/contents.ts";
import { Dedup } from "../../../../src/backup/settle/dedup.ts";
import { makeHasher } from "../../../../src/backup/hash/hasher.ts";
import { inlineLane } from "../../../../src/threads/lane.ts";
import { LanePool } from "../../../../src/threads/lane_pool.ts";
import { makeLinker } from "../../../../src/backup/link/linker.ts";
import {
  type FileRef,
  OUTCOME,
  type SettlingSection,
} from "../../../../src/backup/settle/settling.ts";
import { StatTable } from "../../../../src/fs/stat_table.ts";
import type { ContentIndex } from "../../../../src/store/content_index.ts";
import { snapshotDir } from "../../../../src/store/layout.ts";
import type { Fault } from "../../../support/faulty_file_system.ts";
import { readTree, type Tree, type TreeOnDisk, withMeta } from "../../../support/tree.ts";
import { memoryIndex, settlingSection, walkedSection } from "../walk/sample_sections.ts";
import { called, makeWorkPlace, type WorkPlace } from "../hash/work_place.ts";

const MIB = 1 << 20;

interface PlaceOptions {
  readonly faults?: readonly Fault[];
  /** What an older snapshot holds, known to the index. */
  readonly older?: Readonly<Record<string, string>>;
  readonly minSizeBytes?: number;
  readonly more?: Partial<ContentsOptions>;
}

/** A source, a backup root with an older snapshot, and all that settling contents needs. */
async function makeContentPlace(source: Tree, options: PlaceOptions = {}) {
  const { faults = [], older = {}, minSizeBytes = 1, more = {} } = options;
  const calls = { openFile: 0, createFile: 0 };
  const root = { name: { older, ".new.partial": {} } };
  const counters: readonly Fault[] = [
    {
      op: "openFile",
      path: (path) => path.includes("/source/"),
      before: () => calls.openFile++,
      always: true,
    },
    { op: "createFile", before: () => calls.createFile++, always: true },
  ];
  const work = await makeWorkPlace({ source, root }, [...counters, ...faults]);
  const index = memoryIndex();
  const olderId = index.addSnapshot({ name: "name", time: "older", leftover: false });
  const snapshotId = index.addSnapshot({ name: "name", time: "new", leftover: true });
  for (const [relPath, content] of Object.entries(older)) {
    index.put(hash("sha256", content, "hex"), {
      sizeBytes: content.length,
      mtimeSec: 1_700_000_000,
      mtimeNsec: 123_456_789,
      snapshotId: olderId,
      relPath,
    });
  }
  const contents: ContentsOptions = {
    ...makeContents(work, index),
    dedup: new Dedup(index, { minSizeBytes }),
    snapshotId,
    ...more,
  };
  return {
    path: work.path,
    calls,
    index,
    settle: (refs: FileRef[]) => settleContents(refs, contents),
    /** Files at the top of the source as the walker saw them. */
    section: (...names: string[]): SettlingSection => {
      const walked = walkedSection("", names.map((name) => ({ name })));
      const { data } = work.rows("source", ["", ...walked.names]);
      return settlingSection({ ...walked, stats: new StatTable(data) });
    },
    stored: () => readTree(`${work.path}/root/name/.new.partial`),
    older: () => readTree(`${work.path}/root/name/older`),
    [Symbol.asyncDispose]: async () => {
      index.close();
      await work[Symbol.asyncDispose]();
    },
  };
}

/** Hashers, a linker and what else does not differ from test to test. */
function makeContents(
  work: WorkPlace,
  index: ContentIndex,
): Omit<ContentsOptions, "dedup" | "snapshotId"> {
  const { fs, open } = work;
  const cancel = new CancelFlag();
  const snapshot = open("root/name/.new.partial");
  const hasher = () => {
    const own = { source: open("source"), bufferBytes: 64 * 1024, onBytes: () => {} };
    return inlineLane(makeHasher({ fs, snapshot, cancel, ...own }));
  };
  const linker = makeLinker({ fs, root: open("root"), snapshot, previous: undefined, cancel });
  return {
    hashers: new LanePool([hasher(), hasher()]),
    linkers: new LanePool([inlineLane(linker)]),
    snapshotDir: (id) => snapshotDir(index.snapshot(id) ?? assert.fail("unknown snapshot")),
    isOwnContents: () => false,
    isLeftover: () => false,
    inodeOrder: false,
    inMemoryBytes: 64 * 1024,
    linkSameMetadataOnly: false,
    onRefused: () => {},
    onLargeFile: () => {},
  };
}

function refsOf(section: SettlingSection): FileRef[] {
  return section.walked.names.map((_, index) => ({ section, index }));
}

/** How the files of a section ended. */
function outcomes(section: SettlingSection): Record<string, string> {
  const words = new Map<number, string>(
    Object.entries(OUTCOME).map(([word, value]) => [value, word]),
  );
  return Object.fromEntries(
    section.walked.names.map((name, i) => [name, words.get(section.outcomes[i] ?? -1) ?? "?"]),
  );
}

/** Fails unless what the section says of each file is what lies in the snapshot. */
function assertRecorded(section: SettlingSection, stored: TreeOnDisk): void {
  for (const [i, name] of section.walked.names.entries()) {
    assert.strictEqual(section.records[i + 1]?.digest, stored[name]?.sha256, name);
    assert.strictEqual(section.stats.sizeBytes(i + 1), stored[name]?.size, name);
  }
}

function inodes(tree: TreeOnDisk, ...names: string[]): number {
  return new Set(names.map((name) => tree[name]?.inode)).size;
}

Deno.test("equal new files are stored once, in one job and in different jobs at a time", async () => {
  await using place = await makeContentPlace({ a: "same", b: "same", c: "same", d: "other" });
  const [first, second] = [place.section("a", "b", "d"), place.section("c")];
  await Promise.all([place.settle(refsOf(first)), place.settle(refsOf(second))]);
  const stored = await place.stored();
  assert.strictEqual(inodes(stored, "a", "b", "c"), 1);
  assert.strictEqual(place.calls.createFile, 2);
  assert.strictEqual(place.calls.openFile, 4, "each is read once");
  const all = { ...outcomes(first), ...outcomes(second) };
  assert.deepStrictEqual(Object.values(all).toSorted(), ["copied", "copied", "linked", "linked"]);
  for (const section of [first, second]) assertRecorded(section, stored);
});

Deno.test("a content that the root holds is linked, wherever it lies, and the record says what differs", async () => {
  await using place = await makeContentPlace({
    renamed: "known content",
    touched: withMeta("known content", { mtimeNs: 5n, mode: 0o600 }),
  }, { older: { original: "known content" } });
  const section = place.section("renamed", "touched");
  await place.settle(refsOf(section));
  const [stored, older] = [await place.stored(), await place.older()];
  assert.strictEqual(
    inodes(
      { ...stored, original: older["original"] ?? assert.fail() },
      "renamed",
      "touched",
      "original",
    ),
    1,
  );
  assert.strictEqual(place.calls.createFile, 0);
  assert.deepStrictEqual(outcomes(section), { renamed: "linked", touched: "linked" });
  assert.strictEqual(section.records[1]?.storedMtime, undefined);
  const storedMtime = { sec: 1_700_000_000, nsec: 123_456_789 };
  assert.deepStrictEqual(section.records[2]?.storedMtime, storedMtime);
  assert.strictEqual(section.linkedTo.get(0), "name/older/original");
});

Deno.test("a damaged stored file is told of, and the content is stored again and linked from then on", async () => {
  await using place = await makeContentPlace({ a: "content", b: "content" }, {
    older: { original: "content" },
  });
  const original = `${place.path}/root/name/older/original`;
  Deno.writeTextFileSync(original, "CONTENT");
  const section = place.section("a", "b");
  await place.settle(refsOf(section));
  const stored = await place.stored();
  assertRecorded(section, stored);
  assert.strictEqual(inodes(stored, "a", "b"), 1);
  assert.deepStrictEqual(Object.values(outcomes(section)).toSorted(), ["copied", "linked"]);
  const told = section.problems.map(({ code, relPath, stored }) => [code, relPath, stored]);
  assert.deepStrictEqual(told, [["damaged", "a", true], ["damaged", "b", true]]);
  assert.match(
    section.problems[0]?.message ?? "",
    /"name\/older\/original": its modification time/,
  );
  assert.strictEqual(Deno.readTextFileSync(original), "CONTENT", "the past is not touched");
  assert.strictEqual(place.index.find(hash("sha256", "content", "hex"), 7)?.snapshotId, 2);
});

Deno.test("where no link can be made every file is stored, and nobody waits for ever", async () => {
  const fault = { op: "link", code: "EMLINK", always: true } as const;
  const names = ["a", "b", "c", "d", "e"];
  const source = Object.fromEntries(names.map((name) => [name, "same"]));
  await using place = await makeContentPlace(source, { faults: [fault], older: { o: "same" } });
  const section = place.section(...names);
  await place.settle(refsOf(section));
  const stored = await place.stored();
  assertRecorded(section, stored);
  assert.strictEqual(inodes(stored, ...names), 5);
  assert.deepStrictEqual(new Set(Object.values(outcomes(section))), new Set(["copied"]));
  assert.deepStrictEqual(section.problems, []);
});

Deno.test("files below the least size are stored for themselves", async () => {
  await using place = await makeContentPlace({ a: "12345", b: "12345", c: "123456", d: "123456" }, {
    minSizeBytes: 6,
  });
  const section = place.section("a", "b", "c", "d");
  await place.settle(refsOf(section));
  const stored = await place.stored();
  assert.deepStrictEqual([inodes(stored, "a", "b"), inodes(stored, "c", "d")], [2, 1]);
});

Deno.test("a file that changed while it was read, and is read again cleanly, is not told as changed", async () => {
  let reading = 0;
  const change = () => {
    if (++reading <= 3) Deno.writeTextFileSync(`${path}/source/f`, `reading ${reading}`);
  };
  await using place = await makeContentPlace({ f: "at first" }, {
    older: { old: "reading 3" },
    faults: [{ op: "read", path: called("f"), before: change, always: true }],
  });
  const { path } = place;
  Deno.utimeSync(`${path}/root/name/older/old`, 1, 1); // it cannot be linked to
  const section = place.section("f");
  await place.settle([{ section, index: 0 }]);
  assert.ok(reading > 3, "it was read again");
  assert.deepStrictEqual(outcomes(section), { f: "copied" });
  assert.deepStrictEqual(section.problems.map(({ code }) => code), ["damaged"]);
  assert.strictEqual(section.records[1]?.state, undefined);
  assert.strictEqual(section.records[1]?.digest, hash("sha256", "reading 3", "hex"));
});

Deno.test("a file that has outgrown its job is copied as it is now", async () => {
  await using place = await makeContentPlace({ grown: "small", other: "small" });
  const section = place.section("grown", "other");
  const content = "x".repeat(9 * MIB);
  Deno.writeTextFileSync(`${place.path}/source/grown`, content);
  await place.settle(refsOf(section));
  assertRecorded(section, await place.stored());
  assert.deepStrictEqual(outcomes(section), { grown: "copied", other: "copied" });
  assert.deepStrictEqual(section.problems, []);
});

Deno.test("a file that is gone is lost with a problem, the others of its job are stored", async () => {
  await using place = await makeContentPlace({ a: "alpha", gone: "gone", z: "omega" });
  const section = place.section("a", "gone", "z");
  Deno.removeSync(`${place.path}/source/gone`);
  await place.settle(refsOf(section));
  assert.deepStrictEqual(outcomes(section), { a: "copied", gone: "lost", z: "copied" });
  assert.deepStrictEqual(section.problems.map(({ relPath, code }) => [relPath, code]), [
    ["gone", "vanished"],
  ]);
  assert.deepStrictEqual(Object.keys(await place.stored()), [".", "a", "z"]);
});

const LARGE = "0123456789abcdef".repeat(MIB / 16) + "large";
const OTHER = LARGE.replace("large", "other");

Deno.test("a large file of an unknown size is read once, and stored while it is hashed", async () => {
  await using place = await makeContentPlace({ large: LARGE });
  const section = place.section("large");
  await place.settle(refsOf(section));
  assertRecorded(section, await place.stored());
  assert.deepStrictEqual(place.calls, { openFile: 1, createFile: 1 });
});

Deno.test("a large file of a known size is hashed first, then linked or stored", async () => {
  await using place = await makeContentPlace({ known: LARGE, other: OTHER }, {
    older: { large: LARGE },
  });
  const known = place.section("known");
  await place.settle(refsOf(known));
  assert.deepStrictEqual(outcomes(known), { known: "linked" });
  assert.deepStrictEqual(place.calls, { openFile: 1, createFile: 0 });
  const other = place.section("other");
  await place.settle(refsOf(other));
  assert.deepStrictEqual(outcomes(other), { other: "copied" });
  assert.deepStrictEqual(place.calls, { openFile: 3, createFile: 1 });
  assertRecorded(other, await place.stored());
});

Deno.test("equal large files that are new are stored once, whoever comes first", async () => {
  await using place = await makeContentPlace({ a: LARGE, b: LARGE, c: OTHER, d: LARGE });
  const [first, second] = [place.section("a", "b", "c"), place.section("d")];
  await Promise.all([place.settle(refsOf(first)), place.settle(refsOf(second))]);
  const stored = await place.stored();
  assert.strictEqual(inodes(stored, "a", "b", "d"), 1);
  assert.strictEqual(place.calls.createFile, 2);
  for (const section of [first, second]) assertRecorded(section, stored);
});

Deno.test("a large file that cannot be read lets the next of its size go on", async () => {
  const fault = { op: "read", path: called("a"), code: "EIO", always: true } as const;
  await using place = await makeContentPlace({ a: LARGE, b: LARGE }, { faults: [fault] });
  const section = place.section("a", "b");
  await place.settle(refsOf(section));
  assert.deepStrictEqual(outcomes(section), { a: "lost", b: "copied" });
  assert.deepStrictEqual(Object.keys(await place.stored()), [".", "b"]);
});

Deno.test("large files in work are told with their lane, and when they are done", async () => {
  const told: string[] = [];
  const onLargeFile: ContentsOptions["onLargeFile"] = (lane, ref) =>
    void told.push(`${lane} ${ref?.section.name(ref.index) ?? "done"}`);
  await using place = await makeContentPlace({ a: LARGE, small: "" }, { more: { onLargeFile } });
  await place.settle(refsOf(place.section("a", "small")));
  assert.strictEqual(told.length, 2);
  assert.match(told[0] ?? "", /^[01] a$/);
  assert.strictEqual(told[1], told[0]?.replace("a", "done"));
});

Deno.test("a failure of the backup root ends all that waits, and is told", async () => {
  const fault = { op: "createFile", code: "ENOSPC", always: true } as const;
  await using place = await makeContentPlace({ a: "same", b: "same", c: LARGE, d: LARGE }, {
    faults: [fault],
  });
  const sections = [place.section("a", "c"), place.section("b", "d")];
  const results = await Promise.allSettled(
    sections.map((section) => place.settle(refsOf(section))),
  );
  for (const result of results) {
    assert.ok(result.status === "rejected");
    assert.strictEqual(result.reason.code, "ENOSPC");
  }
});

Deno.test("files of equal content but other metadata are stored apart when the inode must tell it", async () => {
  await using place = await makeContentPlace({
    a: "same",
    b: withMeta("same", { mode: 0o600 }),
    c: "same",
  }, { more: { linkSameMetadataOnly: true }, older: { o: "same" } });
  const section = place.section("a", "b", "c");
  await place.settle(refsOf(section));
  const stored = await place.stored();
  assertRecorded(section, stored);
  assert.strictEqual(stored["b"]?.mode, 0o600);
  assert.strictEqual(stored["a"]?.mode, 0o644);
  assert.deepStrictEqual(section.problems, []);
});

Deno.test("what a cut-off run left is linked, and from then on lies in this snapshot", async () => {
  await using place = await makeContentPlace({ a: "left over" }, {
    older: { x: "left over" },
    more: { isLeftover: (id) => id === 1 },
  });
  const section = place.section("a");
  await place.settle(refsOf(section));
  assert.deepStrictEqual(outcomes(section), { a: "linked" });
  const { snapshotId, relPath } = place.index.find(hash("sha256", "left over", "hex"), 9) ??
    assert.fail("the index has lost it");
  assert.deepStrictEqual([snapshotId, relPath], [2, "a"]);
});

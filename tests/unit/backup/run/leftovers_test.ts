import assert from "node:assert/strict";
import { hash } from "node:crypto";
import { CancelFlag } from "../../../../src/threads/cancel.ts";
import { inlineLane } from "../../../../src/threads/lane.ts";
import {
  adoptLeftover,
  findLeftovers,
  removeLeftover,
} from "../../../../src/backup/run/leftovers.ts";
import { hasherRole, walkerRole } from "../../../../src/backup/threads/roles.ts";
import { formatSummaryJson } from "../../../../src/store/summary.ts";
import type { Fault } from "../../../support/faulty_file_system.ts";
import { NO_RULES } from "../../../../src/backup/select/select.ts";
import { INTERRUPTED_SUMMARY, PLAIN_SUMMARY } from "../../../support/summaries.ts";
import { readTree, symlink, type Tree } from "../../../support/tree.ts";
import { memoryIndex } from "../walk/sample_sections.ts";
import { called, makeWorkPlace } from "../hash/work_place.ts";

const TIME = "2026-01-07-085247";
const PARTIAL = `.${TIME}.partial`;

Deno.test("findLeftovers() finds directories of runs that were cut off, and nothing else", async () => {
  await using work = await makeWorkPlace({
    ".phlb": { [PARTIAL]: {} },
    ".hidden": { [PARTIAL]: {} },
    "a file": "",
    ann: { [PARTIAL]: {}, [TIME]: { [PARTIAL]: {} }, ".x.partial": "a file", ".partial": {} },
    bob: { [`.${TIME}-newest.partial`]: {}, [`.${TIME}.partial.new`]: {} },
    link: symlink("ann"),
  });
  const found = findLeftovers(work.fs, work.open());
  assert.deepStrictEqual(found.toSorted((a, b) => a.name < b.name ? -1 : 1), [
    { name: "ann", time: TIME },
    { name: "bob", time: `${TIME}-newest` },
  ]);
});

/** Adopts a leftover of the given content. */
async function adopt(leftover: Tree, faults: readonly Fault[] = [], minSizeBytes = 1) {
  await using work = await makeWorkPlace({ leftover, out: {} }, faults);
  using index = disposable(memoryIndex());
  const start = { fileSystem: "posix", fence: false, cancel: new CancelFlag().shared } as const;
  const sourceRoot = `${work.path}/leftover`;
  const walker = inlineLane(walkerRole(work.fs, { ...start, sourceRoot, rules: NO_RULES }));
  const hasher = inlineLane(hasherRole(work.fs, {
    ...start,
    sourceRoot,
    snapshotDir: `${work.path}/out`,
    bufferBytes: 4096,
    protection: "none",
    progress: new SharedArrayBuffer(4),
  }));
  const snapshotId = index.value.addSnapshot({ name: "ann", time: TIME, leftover: true });
  const total = await adoptLeftover({ walker, hasher }, {
    index: index.value,
    snapshotId,
    minSizeBytes,
  });
  const find = (content: string) =>
    index.value.find(hash("sha256", content, "hex"), content.length);
  return { total, found: ["one", "two", "three"].map(find) };
}

function disposable<T extends { close(): void }>(value: T) {
  return { value, [Symbol.dispose]: () => value.close() };
}

Deno.test("adoptLeftover() hashes what was stored anew, and offers it for linking", async () => {
  const { total, found } = await adopt({
    a: "one",
    d: { "b\udcff": "two", copy: "one", link: symlink("x"), empty: "" },
  });
  assert.deepStrictEqual(total, { files: 2, bytes: 6 });
  const [one, two, three] = found;
  assert.deepStrictEqual(one, {
    sizeBytes: 3,
    mtimeSec: 1_700_000_000,
    mtimeNsec: 123_456_789,
    snapshotId: 1,
    relPath: "a",
  });
  assert.strictEqual(two?.relPath, "d/b\udcff");
  assert.strictEqual(three, undefined);
});

Deno.test("adoptLeftover() passes over what cannot be read, and what is too small to share", async () => {
  const fault = { op: "read", path: called("a"), code: "EIO", always: true } as const;
  const { total, found } = await adopt({ a: "one", b: "two", c: "three" }, [fault], 4);
  assert.deepStrictEqual(total, { files: 1, bytes: 5 });
  assert.deepStrictEqual(found.map((stored) => stored?.relPath), [undefined, undefined, "c"]);
});

/** A directory of snapshots with a leftover in each state, and other snapshots beside it. */
const BESIDE = {
  "2026-01-06-085247": { file: "older" },
  "2026-01-06-085247-summary.json": "older",
  "2026-01-06-085247-manifest.mtree.gz": "older",
  [`${TIME}-backup.log`]: "what happened",
  [`${TIME}-config.toml`]: "",
};

async function namesAfterRemoval(leftover: Tree, faults: readonly Fault[] = []): Promise<string[]> {
  await using work = await makeWorkPlace({ n: { ...BESIDE, ...leftover } }, faults);
  const root = work.open();
  removeLeftover(work.fs, root, { name: "n", time: TIME });
  const names = [...Deno.readDirSync(`${work.path}/n`)].map(({ name }) => name);
  const left = await readTree(`${work.path}/n/2026-01-06-085247`);
  assert.ok(left["file"] !== undefined, "an older snapshot is never touched");
  return names.filter((name) => !(name in BESIDE)).sort();
}

Deno.test("removeLeftover() removes what a killed run left, but not what tells of it", async () => {
  const names = await namesAfterRemoval({
    [PARTIAL]: { sub: { file: "x", link: symlink("../../2026-01-06-085247") }, more: "" },
    [`.${TIME}-manifest.mtree.gz.new`]: "half",
    [`.${TIME}-summary.json.new`]: "",
    [`.${TIME}-summary.txt.new`]: "",
  });
  assert.deepStrictEqual(names, []);
});

Deno.test("removeLeftover() keeps the summary that says how far a run came", async () => {
  const names = await namesAfterRemoval({
    [PARTIAL]: {},
    [`${TIME}-summary.json`]: formatSummaryJson(INTERRUPTED_SUMMARY),
    [`${TIME}-summary.txt`]: "interrupted",
  });
  assert.deepStrictEqual(names, [`${TIME}-summary.json`, `${TIME}-summary.txt`]);
});

Deno.test("removeLeftover() takes away a summary that says complete of a run that was cut off", async () => {
  const names = await namesAfterRemoval({
    [PARTIAL]: {},
    [`${TIME}-manifest.mtree.gz`]: "",
    [`${TIME}-summary.json`]: formatSummaryJson(PLAIN_SUMMARY),
    [`${TIME}-summary.txt`]: "complete",
  });
  assert.deepStrictEqual(names, []);
});

Deno.test("removeLeftover() tells what cannot be removed", async () => {
  const fault = { op: "unlink", path: called("file"), code: "EIO" } as const;
  await assert.rejects(namesAfterRemoval({ [PARTIAL]: { file: "" } }, [fault]), { code: "EIO" });
});

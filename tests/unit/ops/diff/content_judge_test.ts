import assert from "node:assert/strict";
import type { Problem } from "../../../../src/base/problem.ts";
import { openFileSystem } from "../../../../src/fs/open_file_system.ts";
import { STAT, StatTable, TYPE_BITS } from "../../../../src/fs/stat_table.ts";
import { readerRole } from "../../../../src/ops/compare/reader_role.ts";
import type { StartReader } from "../../../../src/ops/compare/reader_thread.ts";
import { type ContentJudgeOptions, readContents } from "../../../../src/ops/diff/content_judge.ts";
import type { TreeEntry } from "../../../../src/ops/diff/entry_cursor.ts";
import { resolveAddress } from "../../../../src/ops/read/address.ts";
import { openSnapshot } from "../../../../src/ops/read/open_snapshot.ts";
import { inlineLane } from "../../../../src/threads/lane.ts";
import { makeTempDir } from "../../../support/temp_dir.ts";
import { type Tree, writeTree } from "../../../support/tree.ts";
import { sampleDigest } from "../../store/manifest_samples.ts";

const TIMES = ["2026-01-01-000000", "2026-01-02-000000"] as const;

/** A judge of two trees, its threads run in this one; counts those that were started. */
async function makeJudge(trees: readonly Tree[], more: Partial<ContentJudgeOptions> = {}) {
  const temp = await makeTempDir();
  const { fs } = openFileSystem("auto");
  const problems: Problem[] = [];
  const started: string[] = [];
  const startReader: StartReader = (start) => {
    started.push(start.dir.slice(-TIMES[0].length));
    const fence = { raised: false, abi: 0, reason: "there is none" };
    return Promise.resolve({ lane: inlineLane(readerRole(fs, start)), report: { fence } });
  };
  const open = async (index: number) => {
    const path = `${temp.path}/hand/${TIMES[index] ?? ""}`;
    await writeTree(path, trees[index] ?? {});
    return openSnapshot(fs, resolveAddress(fs, path, { root: undefined, name: "", cwd: "/" }));
  };
  const pair = { before: await open(0), after: await open(1) };
  const judge = readContents(pair, {
    startReader,
    fileSystem: fs.kind,
    fence: "auto",
    bufferBytes: 4096,
    signal: new AbortController().signal,
    onProblem: (problem) => void problems.push(problem),
    ...more,
  });
  return {
    judge,
    problems,
    started,
    [Symbol.asyncDispose]: async () => {
      await judge.close();
      fs.closeAll();
      await temp[Symbol.asyncDispose]();
    },
  };
}

function entry(relPath: string, { mtime = 1, digest }: { mtime?: number; digest?: string } = {}) {
  const stats = new StatTable(1);
  stats.set(0, STAT.mode, TYPE_BITS.file | 0o644);
  stats.set(0, STAT.sizeBytes, 4);
  stats.set(0, STAT.mtimeSec, mtime);
  const record = digest === undefined ? undefined : { digest };
  const place = { relPath: "", name: relPath };
  return { relPath, place, stats, row: 0, record, isStored: true } satisfies TreeEntry;
}

Deno.test("files are the same by their content, and others are not", async () => {
  await using place = await makeJudge([{ d: { a: "same", b: "good" } }, {
    d: { a: "same", b: "evil" },
  }]);
  const { judge } = place;
  assert.strictEqual(await judge.judge(entry("d/a"), entry("d/a", { mtime: 2 })), "same");
  assert.strictEqual(await judge.judge(entry("d/b"), entry("d/b", { mtime: 2 })), "content");
  assert.deepStrictEqual(place.started.toSorted(), TIMES);
});

Deno.test("a file whose digest is known is not read", async () => {
  await using place = await makeJudge([{}, { a: "same" }]);
  const digest = sampleDigest(0);
  const before = entry("a", { digest });
  assert.strictEqual(await place.judge.judge(before, entry("a", { mtime: 2 })), "content");
  assert.deepStrictEqual(place.started, [TIMES[1]]);
});

Deno.test("a file that cannot be read counts as changed and is a problem", async () => {
  await using place = await makeJudge([{ a: "same" }, {}]);
  assert.strictEqual(await place.judge.judge(entry("a"), entry("a", { mtime: 2 })), "content");
  const [problem, ...more] = place.problems;
  assert.deepStrictEqual([problem?.step, problem?.code, more], ["compare", "vanished", []]);
  assert.match(problem?.message ?? "", /^Cannot compare "a": /);
});

Deno.test("where a fence is required, nothing is read without one", async () => {
  await using place = await makeJudge([{ a: "same" }, { a: "same" }], { fence: "required" });
  await assert.rejects(place.judge.judge(entry("a"), entry("a", { mtime: 2 })), {
    code: "FENCE_MISSING",
  });
});

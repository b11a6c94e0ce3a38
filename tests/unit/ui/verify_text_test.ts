import assert from "node:assert/strict";
import type { FindingCode } from "../../../src/ops/verify/finding.ts";
import type { VerifiedSnapshot } from "../../../src/ops/verify/target_state.ts";
import type { ChainState } from "../../../src/ops/verify/check_chain.ts";
import type { VerifiedRoot } from "../../../src/ops/verify/verify_options.ts";
import { makeFigures } from "../../../src/ui/figures.ts";
import {
  verifiedText,
  verifySummaryMessage,
  verifySummaryText,
} from "../../../src/ui/verify_text.ts";

const figures = makeFigures(undefined);

const SNAPSHOT: VerifiedSnapshot = {
  snapshotId: "home/2026-01-07-085247",
  relPath: "",
  hasManifest: true,
  chain: { state: "first", previousTime: undefined },
  signer: undefined,
  problems: 0,
  entries: 20,
  files: 1234,
  bytes: 3 * 1024 * 1024,
  filesWithoutDigest: 0,
  filesRead: 1000,
  bytesRead: 2 * 1024 * 1024,
  durationSeconds: 1.5,
  isComplete: true,
  wasRemoved: false,
  forgotten: [],
};

const ROOT: VerifiedRoot = {
  root: "/backup",
  snapshots: [SNAPSHOT],
  inodes: 1100,
  bytes: 3_000_000,
  inodesReadBefore: 0,
  bytesReadBefore: 0,
  modesUnjudged: 0,
  isComplete: true,
};

function summary(
  root: Partial<VerifiedRoot>,
  findings: readonly (readonly [FindingCode, number])[] = [],
) {
  return { roots: [{ ...ROOT, ...root }], findings: new Map(findings), durationSeconds: 2 };
}

Deno.test("each verified snapshot has one line", () => {
  const line = (changes: Partial<VerifiedSnapshot>) =>
    verifiedText({ ...SNAPSHOT, ...changes }, { figures });
  const amount = "1,234 files, 3.00 MiB, 1.50 s";
  assert.strictEqual(line({}), `home/2026-01-07-085247: ok, ${amount}`);
  assert.strictEqual(line({ problems: 1 }), `home/2026-01-07-085247: 1 problem, ${amount}`);
  assert.match(line({ relPath: "d\udcff", problems: 2 }), /085247:d\\xff: 2 problems, /);
  assert.match(line({ isComplete: false }), /: not finished, 1,234 files/);
  assert.match(line({ isComplete: false, problems: 3 }), /: not finished, 3 problems, /);
  assert.match(line({ wasRemoved: true, isComplete: true }), /: removed meanwhile, /);
});

Deno.test("the summary tells what was read, what was not, and what to do", () => {
  const text = (...args: Parameters<typeof summary>) =>
    verifySummaryText(summary(...args), { figures, fast: false });
  assert.strictEqual(
    text({}),
    "Read 1,000 files (2.00 MiB) of 1,100 (2.86 MiB), each content once\n" +
      "No problems were found (2.00 s)",
  );
  const lines = text({
    inodesReadBefore: 1,
    bytesReadBefore: 5,
    isComplete: false,
    modesUnjudged: 2,
    snapshots: [{ ...SNAPSHOT, filesWithoutDigest: 4 }],
  }, [["content", 1], ["mode", 2]]).split("\n");
  assert.deepStrictEqual(lines.slice(1, 9), [
    "1 file (5 Bytes) had been read before the interruption",
    "Not finished: --resume goes on with it",
    "4 files without a digest to compare",
    "2 files with a mode that other snapshots gave",
    "3 problems found (2.00 s)",
    "",
    "What to do:",
    "  content (1):",
  ]);
  assert.ok(lines.every((line) => line.length <= 80), lines.join("\n"));
  const fast = verifySummaryText(summary({}), { figures, fast: true });
  assert.match(fast, /^Contents were not read \(--fast\)$/m);
});

Deno.test("the JSON summary counts errors by their codes", () => {
  const message = verifySummaryMessage(
    summary({ isComplete: false }, [["content", 1], ["mode", 2]]),
  );
  const { num_errors: errors, errors_by_code: byCode, finished } = message;
  assert.deepStrictEqual([errors, byCode, finished], [3, { content: 1, mode: 2 }, false]);
});

Deno.test("the summary tells of gaps and of manifests that were written anew, and no more", () => {
  const chained = (...states: ChainState[]) => {
    const snapshots = states.map((state) => {
      return { ...SNAPSHOT, chain: { state, previousTime: "2026-01-06-085247" } };
    });
    return verifySummaryText(summary({ snapshots }), { figures, fast: true });
  };
  assert.strictEqual(
    chained("gap", "gap", "rewritten", "rebuilt", "follows"),
    `Contents were not read (--fast)
A gap, no damage: a snapshot was removed before "${SNAPSHOT.snapshotId}" and 1 more
1 manifest written anew by phlb, before "${SNAPSHOT.snapshotId}"
1 manifest made anew by phlb rebuild, not proven, before "${SNAPSHOT.snapshotId}"
No problems were found (2.00 s)`,
  );
  assert.strictEqual(
    chained("first", "follows", "broken"),
    "Contents were not read (--fast)\nNo problems were found (2.00 s)",
  );
});

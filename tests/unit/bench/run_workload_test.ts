import { deepStrictEqual, match, rejects, strictEqual } from "node:assert/strict";
import { rotate, type RunOptions, runWorkload } from "../../../bench/run_workload.ts";
import type { Workload } from "../../../bench/workload.ts";
import { makeTempDir } from "../../support/temp_dir.ts";

const WORKLOAD: Workload = {
  id: "sample",
  name: "a sample",
  steps: [{
    name: "first",
    trials: (work) => [
      { contender: "phlb", command: ["sh", "-c", `echo phlb >> ${work}/../order`] },
      { contender: "bad", command: ["sh", "-c", "echo no room >&2; exit 4"] },
      { contender: "own", command: ["echo", "1.25"], tellsSeconds: true },
    ],
  }],
};

function options(base: string, more: Partial<RunOptions> = {}): RunOptions {
  const signal = new AbortController().signal;
  return { base, runs: 2, warmUp: true, cold: false, signal, ...more };
}

Deno.test("rotate() lets another one begin each time", () => {
  deepStrictEqual([0, 1, 2, 3].map((n) => rotate(["a", "b", "c"], n).join("")), [
    "abc",
    "bca",
    "cab",
    "abc",
  ]);
  deepStrictEqual(rotate([], 3), []);
});

Deno.test("runWorkload() counts the runs after the first and goes on when a peer fails", async () => {
  await using dir = await makeTempDir();
  const [phlb, bad, own] = await runWorkload(WORKLOAD, options(dir.path));
  strictEqual(phlb?.runs.length, 2);
  strictEqual(phlb?.failure, undefined);
  strictEqual(Deno.readTextFileSync(`${dir.path}/order`), "phlb\n".repeat(3));
  match(bad?.failure ?? "", /ended with 4: no room$/);
  deepStrictEqual(own?.runs.map(({ seconds }) => seconds), [1.25, 1.25]);
});

Deno.test("runWorkload() makes one run at least, and no more than there is time for", async () => {
  await using dir = await makeTempDir();
  const limits = { runs: 50, warmUp: false, budgetSeconds: 0 };
  const [phlb] = await runWorkload(WORKLOAD, options(dir.path, limits));
  strictEqual(phlb?.runs.length, 1);
});

Deno.test("runWorkload() ends between two runs when it is told to", async () => {
  await using dir = await makeTempDir();
  const signal = AbortSignal.abort(new Error("enough"));
  await rejects(runWorkload(WORKLOAD, options(dir.path, { signal })), /enough/);
});

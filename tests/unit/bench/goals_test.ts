import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { PEERS } from "../../../bench/contenders.ts";
import { goals, judge, type Rule } from "../../../bench/goals.ts";
import type { Result } from "../../../bench/results.ts";
import { result } from "./samples.ts";

function verdict(rule: Rule, results: readonly Result[]) {
  const goal = { workload: "small", step: "first", text: "a goal", rule };
  const [found] = judge([goal], { results, cores: 2 });
  return [found?.measured?.median, found?.met];
}

Deno.test("judge() meets a goal of time at its limit and misses it above", () => {
  const rule: Rule = { kind: "takes", atMost: 1.5, of: "cp" };
  deepStrictEqual(verdict(rule, [result("phlb", [3]), result("cp", [2])]), [1.5, true]);
  deepStrictEqual(verdict(rule, [result("phlb", [4]), result("cp", [2])]), [2, false]);
});

Deno.test("judge() turns the ratio round for a goal of speed", () => {
  const rule: Rule = { kind: "faster", atLeast: 4, than: "rsync" };
  deepStrictEqual(verdict(rule, [result("phlb", [1]), result("rsync", [5])]), [5, true]);
  deepStrictEqual(verdict(rule, [result("phlb", [1]), result("rsync", [3])]), [3, false]);
});

Deno.test("judge() divides by the cores where each of them is to be busy", () => {
  const rule: Rule = { kind: "faster", atLeast: 0.9, than: "hash", perCore: true };
  deepStrictEqual(verdict(rule, [result("phlb", [1]), result("hash", [1.9])]), [0.95, true]);
  deepStrictEqual(verdict(rule, [result("phlb", [1]), result("hash", [1.5])]), [0.75, false]);
});

Deno.test("judge() judges by the median, not by a lucky run", () => {
  const rule: Rule = { kind: "seconds", atMost: 0.06 };
  deepStrictEqual(verdict(rule, [result("phlb", [0.05, 0.07, 0.08])]), [0.07, false]);
});

Deno.test("judge() does not judge where a peer is missing or failed", () => {
  const rule: Rule = { kind: "takes", atMost: 1, of: "cp" };
  deepStrictEqual(verdict(rule, [result("phlb", [1])]), [undefined, undefined]);
  const failed = result("cp", [1], { failure: "no space" });
  deepStrictEqual(verdict(rule, [result("phlb", [1]), failed]), [undefined, undefined]);
});

Deno.test("judge() leaves out goals of workloads that were not run", () => {
  const verdicts = judge(goals({ reflinks: false }), { results: [result("phlb", [1])], cores: 2 });
  deepStrictEqual([...new Set(verdicts.map(({ workload }) => workload))], ["small"]);
});

Deno.test("goals() hold one large file against hashing where copies are reflinks", () => {
  const peer = (machine: { reflinks: boolean }) =>
    goals(machine).flatMap(({ workload, rule }) =>
      workload === "one" && rule.kind === "takes" ? [rule.of] : []
    );
  deepStrictEqual(peer({ reflinks: false }), [PEERS.cp]);
  deepStrictEqual(peer({ reflinks: true }), [PEERS.hash]);
  strictEqual(goals({ reflinks: true }).length, goals({ reflinks: false }).length);
});

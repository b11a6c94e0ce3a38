import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { goals, judge } from "../../../bench/goals.ts";
import { renderJson } from "../../../bench/render_json.ts";
import { placeMarkdown, renderMarkdown } from "../../../bench/render_markdown.ts";
import { renderSvg } from "../../../bench/render_svg.ts";
import { renderGoals, renderTable } from "../../../bench/render_text.ts";
import { MACHINE, result } from "./samples.ts";

const RESULTS = [
  result("phlb", [1, 2, 3]),
  result("cp", [2, 2, 2]),
  result("borg", [], { failure: "borg ended with 2: no space" }),
];
const REPORT = {
  machine: MACHINE,
  results: RESULTS,
  verdicts: judge(goals(MACHINE), { results: RESULTS, cores: 2 }),
  command: "deno task bench --runs 3",
};

Deno.test("renderTable() shows seconds, memory and ratios, and who failed", () => {
  strictEqual(
    renderTable(RESULTS),
    "5 files\n  first (3 runs)\n" +
      "    phlb                 2.00 (1.00–3.00) s          100 MiB\n" +
      "    cp                   2.00 (2.00–2.00) s          100 MiB" +
      "  phlb takes 1.00 (0.50–1.50) of it\n" +
      "    borg                 failed: borg ended with 2: no space\n",
  );
});

Deno.test("renderGoals() says of each goal whether it was met", () => {
  const text = renderGoals(REPORT.verdicts);
  match(text, /^ {2}met +small, first +≤ 1 × cp +1\.00 \(0\.50–1\.50\) ×$/m);
  match(text, /^ {2}not judged +small, first +≥ 1 × as fast as restic +–$/m);
});

Deno.test("renderMarkdown() has a row for each step and one for each goal", () => {
  const text = renderMarkdown(REPORT);
  ok(text.includes("`deno task bench --runs 3`: 2026-01-07 08:52 UTC, 2 × Sample <CPU>, 16 GiB"));
  ok(text.includes("|  | phlb | cp | borg |"));
  ok(text.includes("| 5 files: first | 2.00 (1.00–3.00) | **1.00** (0.50–1.50), 2.00 | failed |"));
  ok(text.includes("| small, first | ≤ 1 × cp | 1.00 (0.50–1.50) × | met |"));
});

Deno.test("renderMarkdown() shows the picture when there is one", () => {
  ok(!renderMarkdown(REPORT).includes("!["));
  ok(renderMarkdown({ ...REPORT, picture: "docs/b.svg" }).includes("](docs/b.svg)"));
});

Deno.test("placeMarkdown() replaces what stands between the marks, else everything", () => {
  const old = "# A\n<!-- bench -->\nold\n<!-- /bench -->\nB\n";
  strictEqual(placeMarkdown(old, "new\n"), "# A\n<!-- bench -->\n\nnew\n\n<!-- /bench -->\nB\n");
  strictEqual(placeMarkdown("no marks", "new\n"), "new\n");
});

Deno.test("renderJson() has runs, ratios, goals, failures and the machine", () => {
  const value = JSON.parse(renderJson(REPORT));
  strictEqual(value.format_version, 2);
  strictEqual(value.machine.file_system, "ext4");
  deepStrictEqual(value.results[1].ratio, { min: 0.5, median: 1, max: 1.5 });
  deepStrictEqual(value.results[2].seconds, null);
  strictEqual(value.results[2].failure, "borg ended with 2: no space");
  deepStrictEqual(value.goals[0], {
    workload: "small",
    step: "first",
    goal: "≤ 1 × cp",
    unit: "ratio",
    limit: 1,
    measured: { min: 0.5, median: 1, max: 1.5 },
    met: true,
  });
});

Deno.test("renderSvg() draws a bar with whiskers for each, and escapes what it writes", () => {
  const svg = renderSvg(RESULTS, MACHINE);
  strictEqual(svg.match(/<rect class="(phlb|peer)"/g)?.length, 2);
  // The longest whisker ends where the bars may end: 3 s are 420 units, from 178 on.
  ok(svg.includes('d="M318 '));
  ok(svg.includes("H598"));
  ok(svg.includes("2.00 s · 1.00 ×"));
  ok(svg.includes("Sample &lt;CPU>"));
  ok(svg.includes(">failed<"));
  match(svg, /prefers-color-scheme: dark/);
});

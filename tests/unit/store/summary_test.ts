import { deepStrictEqual } from "node:assert/strict";
import { formatSummaryJson, parseSummary, type Summary } from "../../../src/store/summary.ts";
import { assertGolden } from "../../support/golden.ts";

const SUMMARY: Summary = {
  format_version: 1,
  phlb_version: "0.1.0",
  name: "docs",
  snapshot_id: "docs/2026-01-07-085247",
  source: "/home/me/docs",
  hostname: "box",
  started_at: "2026-01-07T08:52:47+01:00",
  finished_at: "2026-01-07T08:52:49+01:00",
  duration_seconds: 2.25,
  complete: true,
  interrupted: false,
  counts: {
    walked: 21,
    linked: 6,
    copied: 5,
    directories: 4,
    symlinks: 1,
    specials: 1,
    recorded: 1,
    excluded: 2,
    failed: 1,
    problems: 2,
    new: 3,
    changed: 2,
    unchanged: 13,
    damaged: 1,
    healed: 0,
  },
  bytes: { processed: 300, linked: 200, copied: 100, saved: 200 },
  excluded_by: [{ rule: 'exclude.dirs ".cache"', layer: "default", count: 2 }],
  problems: [{
    path: "byte\udcff",
    step: "hash",
    code: "unreadable",
    message: 'Cannot back up "byte\\xff": Permission denied',
    stored: false,
  }],
  previous: { time: "2026-01-06-085247", duration_seconds: null },
  tags: ["weekly"],
  note: null,
  stage_seconds: { walk: 0.5, publish: 0.25 },
  threads: {
    main: { count: 1, busy_seconds: null, cpu_seconds: null, call_seconds: {} },
    hasher: { count: 2, busy_seconds: 0.75, cpu_seconds: 0.5, call_seconds: { hash: 0.75 } },
  },
};

Deno.test("formatSummaryJson() writes the file that FORMAT.md describes", () => {
  assertGolden("summary.json", formatSummaryJson(SUMMARY));
});

Deno.test("parseSummary() reads what formatSummaryJson() wrote", () => {
  deepStrictEqual(parseSummary(formatSummaryJson(SUMMARY)), SUMMARY);
});

Deno.test("parseSummary() reads how files are protected, and passes over a word that it does not know", () => {
  const text = formatSummaryJson({ ...SUMMARY, protect: "readonly" });
  deepStrictEqual(parseSummary(text), { ...SUMMARY, protect: "readonly" });
  deepStrictEqual(parseSummary(text.replace('"readonly"', '"sealed"')), SUMMARY);
});

Deno.test("parseSummary() drops fields it does not know", () => {
  const newer = JSON.stringify({ ...SUMMARY, format_version: 2, colour: "red" });
  deepStrictEqual(parseSummary(newer), { ...SUMMARY, format_version: 2 });
});

Deno.test("parseSummary() refuses what is no summary, whatever it is", () => {
  const text = formatSummaryJson(SUMMARY);
  const broken = [
    "",
    "null",
    "[]",
    "{}",
    '"text"',
    text.slice(0, -10),
    text.replace('"walked": 21', '"walked": "21"'),
    text.replace('"tags": [', '"tags": 1, "x": ['),
    text.replace('"complete": true', '"complete": 1'),
    text.replace('"previous": {', '"previous": [], "x": {'),
  ];
  deepStrictEqual(broken.map(parseSummary), broken.map(() => undefined));
});

Deno.test("parseSummary() reads a summary of a program that did not tell of threads", () => {
  const { threads: _, ...older } = SUMMARY;
  deepStrictEqual(parseSummary(JSON.stringify(older)), { ...SUMMARY, threads: {} });
});

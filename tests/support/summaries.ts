import type { Summary, SummaryProblem } from "../../src/store/summary.ts";

/** A run without anything special: everything as on an ordinary day. */
export const PLAIN_SUMMARY: Summary = {
  format_version: 1,
  phlb_version: "0.1.0",
  name: "ann",
  snapshot_id: "ann/2026-01-07-085247",
  source: "/home/ann",
  hostname: "nb",
  started_at: "2026-01-07T08:52:47+01:00",
  finished_at: "2026-01-07T08:55:00+01:00",
  duration_seconds: 132.8,
  complete: true,
  interrupted: false,
  counts: {
    walked: 125_432,
    linked: 120_000,
    copied: 1_234,
    directories: 4_000,
    symlinks: 120,
    specials: 0,
    recorded: 0,
    excluded: 78,
    failed: 0,
    problems: 0,
    new: 34,
    changed: 1_200,
    unchanged: 124_120,
    damaged: 0,
    healed: 0,
  },
  bytes: {
    processed: 41_231_686_041,
    linked: 40_000_000_000,
    copied: 1_231_686_041,
    saved: 40_000_000_000,
  },
  excluded_by: [
    { rule: 'exclude.dirs "__pycache__"', layer: "default", count: 70 },
    { rule: 'exclude.patterns "*.iso"', layer: "/home/ann/phlb.toml:12:14", count: 8 },
  ],
  problems: [],
  previous: { time: "2026-01-06-085247", duration_seconds: 7_512 },
  tags: [],
  note: null,
  stage_seconds: { walk: 12.5, store: 120.1, publish: 0.2 },
  threads: {
    main: { count: 1, busy_seconds: null, cpu_seconds: 20.25, call_seconds: {} },
    walker: { count: 1, busy_seconds: 9.5, cpu_seconds: 4, call_seconds: { next: 9.5 } },
    hasher: {
      count: 2,
      busy_seconds: 200,
      cpu_seconds: 80,
      call_seconds: { store: 50, hash: 120, copy: 30 },
    },
    linker: { count: 1, busy_seconds: 33, cpu_seconds: null, call_seconds: { sections: 33 } },
  },
};

/** The same with problems of several kinds, more of them than are listed, and everything optional. */
export const TROUBLED_SUMMARY: Summary = {
  ...PLAIN_SUMMARY,
  counts: {
    ...PLAIN_SUMMARY.counts,
    linked: 119_997,
    specials: 2,
    recorded: 1,
    failed: 14,
    problems: 16,
    damaged: 1,
    healed: 0,
    walked: 125_446,
  },
  problems: [
    problem({ path: "lost+found", code: "unreadable", stored: false }),
    problem({ path: "new\nline \udcff", code: "damaged", stored: true }),
    ...Array.from({ length: 13 }, (_, i) => {
      return problem({ path: `secret/${i}`, code: "unreadable", stored: false });
    }),
    problem({ path: "dev/null", code: "unsupported", stored: true }),
  ],
  tags: ["weekly", "laptop"],
  note: "before the upgrade",
};

/** Stopped by the user on the way. */
export const INTERRUPTED_SUMMARY: Summary = {
  ...PLAIN_SUMMARY,
  complete: false,
  interrupted: true,
  counts: { ...PLAIN_SUMMARY.counts, linked: 100_000 },
  previous: null,
  excluded_by: [],
};

function problem(
  { path, code, stored }: Pick<SummaryProblem, "path" | "code" | "stored">,
): SummaryProblem {
  const message = `Cannot read "${path}": Permission denied`;
  return { path, step: "hash", code, message, stored };
}

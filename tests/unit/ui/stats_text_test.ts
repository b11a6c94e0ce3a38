import assert from "node:assert/strict";
import type { RootStats, SnapshotCount, SnapshotStats } from "../../../src/ops/stats/root_stats.ts";
import { makeFigures } from "../../../src/ui/figures.ts";
import { statsText } from "../../../src/ui/stats_text.ts";
import { textWidth } from "../../../src/ui/text_width.ts";
import { assertGolden } from "../../support/golden.ts";
import { PLAIN_SUMMARY } from "../../support/summaries.ts";

const MIB = 1 << 20;
const GIB = 1 << 30;
const figures = makeFigures(undefined);

const COUNT: SnapshotCount = {
  storedBytes: 38.6 * GIB,
  uniqueBytes: 1.1 * GIB,
  sharedBytes: 37.4 * GIB,
  overheadBytes: 0.1 * GIB,
  freedBytes: 1.15 * GIB,
  freedInodes: 5_310,
  addedBytes: 1.12 * GIB,
  addedInodes: 5_240,
  growth: {
    places: [
      { relPath: "Pictures/2026/summer at the \x1b[2Jlake", addedBytes: 700 * MIB },
      { relPath: "", addedBytes: 200 * MIB },
      { relPath: "Mail", addedBytes: 100 * MIB },
    ],
    elsewhereBytes: 20 * MIB,
  },
};

function snapshot(
  id: string,
  { isFirst = false, addedMib = 0, ...more }: {
    isFirst?: boolean;
    addedMib?: number;
    more?: Partial<SnapshotStats>;
  } = {},
): SnapshotStats {
  const [name = "", time = ""] = id.split("/");
  return {
    snapshot: {
      id,
      name,
      time,
      date: undefined,
      kind: "phlb",
      companions: new Set(),
      path: `/mnt/backup/${id}`,
      summary: PLAIN_SUMMARY,
    },
    isFirst,
    files: 121_234,
    directories: 4_000,
    others: 120,
    apparentBytes: PLAIN_SUMMARY.bytes.processed,
    newBytes: PLAIN_SUMMARY.bytes.copied,
    count: { ...COUNT, addedBytes: addedMib * MIB },
    ...more.more,
  };
}

const STATS: RootStats = {
  root: "/mnt/backup",
  snapshots: [
    snapshot("ann/2026-01-06-085247", { isFirst: true, addedMib: 38_000 }),
    snapshot("ann/2026-01-07-085247", { addedMib: 1_150 }),
    snapshot("ann/2026-01-08-085247", { addedMib: 300 }),
    snapshot("ann/2026-01-09-085247", { addedMib: 1 }),
    snapshot("写真/2019-05-05-000000", { isFirst: true, addedMib: 700 }),
  ],
  isNamed: false,
  totals: {
    snapshots: 5,
    files: 606_170,
    apparentBytes: 190 * GIB,
    count: {
      totalBytes: 42 * GIB,
      totalInodes: 140_000,
      snapshotBytes: 41 * GIB,
      uniqueBytes: 2 * GIB,
      sharedBytes: 38.5 * GIB,
      overheadBytes: 0.5 * GIB,
      otherBytes: GIB,
      dedupRatio: 190 / 41,
      others: [
        {
          kind: "partial",
          id: "ann/2026-01-10-085247",
          storedBytes: 30 * GIB,
          freedBytes: 0.7 * GIB,
          freedInodes: 3_000,
        },
        { kind: "trash", id: undefined, storedBytes: GIB, freedBytes: 200 * MIB, freedInodes: 9 },
        { kind: "private", id: undefined, storedBytes: MIB, freedBytes: MIB, freedInodes: 3 },
        { kind: "rest", id: undefined, storedBytes: 8192, freedBytes: 8192, freedInodes: 2 },
      ],
    },
  },
  together: undefined,
  links: {
    limit: { links: 65_000, isPerDirectory: false },
    near: 12,
    examples: [
      { relPath: "ann/2026-01-09-085247/src/node_modules/LICENSE", inode: "1:2", links: 64_998 },
    ],
  },
  coverage: {
    known: { inodes: 130_000, bytes: 40 * GIB },
    within: [
      { days: 30, inodes: 40_000, bytes: 12 * GIB },
      { days: 90, inodes: 130_000, bytes: 40 * GIB },
    ],
    neverRead: { inodes: 0, bytes: 0 },
    damaged: { inodes: 2, bytes: MIB },
    oldestReadAt: new Date(0),
    newestReadAt: new Date(0),
  },
  room: {
    freeBytes: 55 * GIB,
    freeInodes: 12_345_678,
    perSnapshot: { bytes: 484 * MIB, inodes: 5_240 },
    basis: 3,
    fits: 116,
  },
};

const NAMED: RootStats = {
  ...STATS,
  snapshots: STATS.snapshots.slice(1, 3),
  isNamed: true,
  together: { freedBytes: 1.9 * GIB, freedInodes: 10_620 },
};

const QUICK: RootStats = {
  ...STATS,
  snapshots: STATS.snapshots.map((one, i) => ({
    ...one,
    count: undefined,
    ...(i === 4 ? { files: undefined, apparentBytes: undefined, newBytes: undefined } : {}),
  })),
  totals: { snapshots: 5, files: undefined, apparentBytes: undefined, count: undefined },
  links: undefined,
  coverage: undefined,
};

Deno.test("statsText() at 80 and 60 columns, for all, for named snapshots, quick, and in ASCII", () => {
  const texts = [
    ["80 columns", statsText(STATS, { figures, columns: 80, blocks: true })],
    ["60 columns", statsText(STATS, { figures, columns: 60, blocks: true })],
    ["80 columns, ASCII", statsText(STATS, { figures, columns: 80, blocks: false })],
    ["named, 80 columns", statsText(NAMED, { figures, columns: 80, blocks: true })],
    ["named, 60 columns", statsText(NAMED, { figures, columns: 60, blocks: true })],
    ["quick, 80 columns", statsText(QUICK, { figures, columns: 80, blocks: true })],
  ];
  assertGolden("stats.txt", texts.map(([title, text]) => `== ${title} ==\n${text}\n`).join("\n"));
});

Deno.test("statsText() stays within the screen and lets no name write to it", () => {
  for (const columns of [80, 60]) {
    for (const stats of [STATS, NAMED, QUICK]) {
      const text = statsText(stats, { figures, columns, blocks: true });
      for (const line of text.split("\n")) {
        assert.ok(textWidth(line) <= columns, `${columns}: "${line}"`);
        assert.ok(!line.includes("\x1b"), line);
      }
    }
  }
});

Deno.test("statsText() says so when there is nothing", () => {
  const none: RootStats = {
    ...QUICK,
    snapshots: [],
    totals: { snapshots: 0, files: 0, apparentBytes: 0, count: undefined },
    room: { ...STATS.room, fits: undefined, perSnapshot: undefined, basis: 0 },
  };
  assert.strictEqual(
    statsText(none, { figures, columns: 80, blocks: true }),
    "No snapshots in /mnt/backup\n\nRoom      55.00 GiB and 12,345,678 inodes free",
  );
});

import { ok, strictEqual } from "node:assert/strict";
import type { ListedSnapshot } from "../../../src/ops/list_snapshots.ts";
import { loadFigures, makeFigures } from "../../../src/ui/figures.ts";
import { snapshotTable } from "../../../src/ui/snapshot_table.ts";
import { assertGolden } from "../../support/golden.ts";
import { PLAIN_SUMMARY, TROUBLED_SUMMARY } from "../../support/summaries.ts";

const figures = makeFigures(undefined);

function snapshot(
  id: string,
  { kind = "phlb", summary }: Partial<Pick<ListedSnapshot, "kind" | "summary">>,
): ListedSnapshot {
  const [name = "", time = ""] = id.split("/");
  const path = `/mnt/backup/${id}`;
  return { id, name, time, date: undefined, kind, companions: new Set(), path, summary };
}

Deno.test("snapshotTable() lines up what is known about each snapshot", async () => {
  const snapshots = [
    snapshot("ann/2026-01-06-085247", { summary: PLAIN_SUMMARY }),
    snapshot("ann/2026-01-07-085247", { summary: TROUBLED_SUMMARY }),
    snapshot("ann/2026-01-08-085247", { kind: "partial", summary: undefined }),
    snapshot("写真/2019-05-05-000000", { kind: "bare", summary: undefined }),
  ];
  const listing = { root: "/mnt/backup", snapshots, skipped: [] };
  assertGolden("snapshots.txt", snapshotTable(listing, figures));
  assertGolden("snapshots.de.txt", snapshotTable(listing, await loadFigures("de-DE")));
});

Deno.test("snapshotTable() says so when there are none", () => {
  const text = snapshotTable({ root: "/mnt/backup", snapshots: [], skipped: [] }, figures);
  strictEqual(text, "No snapshots in /mnt/backup\n");
});

Deno.test("snapshotTable() does not let a name write to the terminal", () => {
  const snapshots = [snapshot("a\x1b[2J/2026-01-06-085247", {})];
  const text = snapshotTable({ root: "/r", snapshots, skipped: [] }, figures);
  ok(text.includes("a\\x1b[2J/2026"), text);
});

Deno.test("snapshotTable() has no column for remarks where there are none", () => {
  const table = (tags: string[]) => {
    const summary = { ...PLAIN_SUMMARY, tags, note: null };
    const snapshots = [snapshot("ann/2026-01-06-085247", { summary })];
    return snapshotTable({ root: "/r", snapshots, skipped: [] }, figures);
  };
  strictEqual(table([]).includes("Pin, tags, note"), false);
  ok(/Pin, tags, note\n.* #weekly\n/.test(table(["weekly"])), table(["weekly"]));
});

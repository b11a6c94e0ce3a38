import assert from "node:assert/strict";
import { EXIT } from "../../../src/base/app_error.ts";
import type { Operations, RootQuery } from "../../../src/commands/operations.ts";
import type { ListedSnapshot, RootListing } from "../../../src/ops/list_snapshots.ts";
import { runFake } from "../../support/fake_machine.ts";
import { PLAIN_SUMMARY } from "../../support/summaries.ts";

const COMPLETE: ListedSnapshot = {
  name: "ann",
  time: "2026-01-07-085247",
  id: "ann/2026-01-07-085247",
  path: "/mnt/ann/2026-01-07-085247",
  date: undefined,
  kind: "phlb",
  companions: new Set(),
  summary: PLAIN_SUMMARY,
};

const BARE: ListedSnapshot = {
  ...COMPLETE,
  time: "2025-12-01-000000",
  id: "ann/2025-12-01-000000",
  path: "/mnt/ann\udcff/2025-12-01-000000",
  kind: "bare",
  summary: undefined,
};

const LISTING: RootListing = {
  root: "/mnt",
  snapshots: [BARE, COMPLETE],
  skipped: [{ path: "odd", reason: "permission denied", error: undefined }],
};

function listing(seen: RootQuery[] = []): Pick<Operations, "listSnapshots"> {
  return {
    listSnapshots: (query) => {
      seen.push(query);
      return Promise.resolve(LISTING);
    },
  };
}

Deno.test("phlb snapshots lists what is there and says what it does not list", async () => {
  const { exitCode, out, err } = await runFake(["snapshots", "/mnt"], { operations: listing() });
  assert.strictEqual(exitCode, EXIT.ok);
  assert.match(out, /^Snapshot +State/);
  assert.match(out, /\n2 snapshots in \/mnt\n$/);
  assert.strictEqual(err, 'Warning: "odd" is not listed: permission denied\n');
});

Deno.test("phlb snapshots looks into the argument, else into the configured destination", async () => {
  const seen: RootQuery[] = [];
  const operations = listing(seen);
  const files = { "/home/ann/work/phlb.toml": 'destination = "root"\n' };
  await runFake(["snapshots", "sub", "--name", "docs"], { files, operations });
  await runFake(["snapshots"], { files, operations });
  assert.deepStrictEqual(seen, [
    { root: "/home/ann/work/sub", name: "docs", fileSystem: "auto" },
    { root: "/home/ann/work/root", name: undefined, fileSystem: "auto" },
  ]);
});

Deno.test("phlb snapshots without any root is a usage error", async () => {
  const { exitCode, err } = await runFake(["snapshots"]);
  assert.strictEqual(exitCode, EXIT.usage);
  assert.match(err, /^Error: Cannot list snapshots: no backup root is given\nHint: /);
});

Deno.test("phlb snapshots --json prints a line for each, with the bytes of strange paths", async () => {
  const operations = listing();
  const { out, err } = await runFake(["snapshots", "/mnt", "--json"], { operations });
  const [bare, complete] = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepStrictEqual(
    [bare.message_type, bare.kind, bare.complete, bare.counts],
    ["snapshot", "bare", null, null],
  );
  assert.strictEqual(atob(bare.path_b64), "/mnt/ann\xff/2025-12-01-000000");
  assert.strictEqual(complete.snapshot_id, "ann/2026-01-07-085247");
  assert.strictEqual(complete.complete, true);
  assert.strictEqual("path_b64" in complete, false);
  assert.deepStrictEqual(complete.counts, PLAIN_SUMMARY.counts);
  const warning = JSON.parse(err);
  assert.deepStrictEqual([warning.message_type, warning.level], ["log", "warning"]);
});

import assert from "node:assert/strict";
import { AppError, EXIT } from "../../../src/base/app_error.ts";
import { openFileSystem } from "../../../src/fs/open_file_system.ts";
import { listRoot } from "../../../src/ops/list_snapshots.ts";
import { formatSummaryJson } from "../../../src/store/summary.ts";
import { PLAIN_SUMMARY } from "../../support/summaries.ts";
import { makeTempDir } from "../../support/temp_dir.ts";
import { writeTree } from "../../support/tree.ts";

const { fs } = openFileSystem("auto");

Deno.test("listRoot() tells of each snapshot what its summary says, where there is one", async () => {
  await using temp = await makeTempDir();
  await writeTree(`${temp.path}/root`, {
    ".phlb": {},
    "2025-12-01-000000": {},
    "ann": {
      "2026-01-07-085247": {},
      "2026-01-07-085247-manifest.mtree.gz": "",
      "2026-01-07-085247-summary.json": formatSummaryJson(PLAIN_SUMMARY),
      "2026-01-08-085247": {},
      "2026-01-08-085247-summary.json": "{",
      ".2026-01-09-085247.partial": {},
    },
  });
  const { root, snapshots, skipped } = listRoot(fs, { root: `${temp.path}/root`, name: undefined });
  assert.strictEqual(root, `${temp.path}/root`);
  assert.deepStrictEqual(skipped, []);
  assert.deepStrictEqual(
    snapshots.map(({ id, kind, path, summary }) => [id, kind, path, summary?.counts.walked]),
    [
      ["2025-12-01-000000", "bare", `${root}/2025-12-01-000000`, undefined],
      ["ann/2026-01-07-085247", "phlb", `${root}/ann/2026-01-07-085247`, 125_432],
      ["ann/2026-01-08-085247", "bare", `${root}/ann/2026-01-08-085247`, undefined],
      ["ann/2026-01-09-085247", "partial", `${root}/ann/.2026-01-09-085247.partial`, undefined],
    ],
  );
});

Deno.test("listRoot() lists one name alone when asked to", async () => {
  await using temp = await makeTempDir();
  await writeTree(`${temp.path}/root`, {
    "ann": { "2026-01-07-085247": {} },
    "bob": { "2026-01-07-085248": {} },
  });
  const { snapshots } = listRoot(fs, { root: `${temp.path}/root`, name: "bob" });
  assert.deepStrictEqual(snapshots.map(({ id }) => id), ["bob/2026-01-07-085248"]);
});

Deno.test("listRoot() of a directory that is not there is exit code 10", async () => {
  await using temp = await makeTempDir();
  assert.throws(
    () => listRoot(fs, { root: `${temp.path}/gone`, name: undefined }),
    (error) => error instanceof AppError && error.exitCode === EXIT.noRoot,
  );
});

import assert from "node:assert/strict";
import { amountInText } from "../../../../src/ops/rebuild/expected_work.ts";
import { sourceInLogText } from "../../../../src/ops/rebuild/known_source.ts";

Deno.test("sourceInLogText() finds the source in a log of PyHardLinkBackup 1.x", () => {
  const log = [
    "2026-11-21 04:04:50 - PyHardLinkBackup.backup - INFO - Backup /home/a to b/docs to " +
    "/mnt/x/docs/2026-11-21-040450",
    "2026-11-21 04:04:50 - PyHardLinkBackup.backup - INFO - Copy small file: /q to /r",
  ].join("\r\n");
  assert.strictEqual(sourceInLogText(log, "docs/2026-11-21-040450"), "/home/a to b/docs");
  assert.strictEqual(sourceInLogText(log, "docs/2026-11-21-040451"), undefined);
  assert.strictEqual(sourceInLogText("", "docs/2026-11-21-040450"), undefined);
});

Deno.test("amountInText() reads the summary of PyHardLinkBackup 1.x", () => {
  const text = `
Backup complete: /x (total size 22.57 KiB)

  Total files processed: 16
   * Symlinked files: 5
   * Hardlinked files: 3 (saved 10.74 KiB)
   * Copied files: 8 (total 6.50 KiB)
     of which small (<1000 Bytes) files: 6 (total 1013.00 Bytes)
`;
  assert.deepStrictEqual(amountInText(text), { entries: 11, bytes: 6656 });
  assert.strictEqual(amountInText("Compare complete: /x"), undefined);
});

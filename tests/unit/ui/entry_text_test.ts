import assert from "node:assert/strict";
import { STAT, StatTable } from "../../../src/fs/stat_table.ts";
import { isoNs, modeText, mtimeIso } from "../../../src/ui/entry_text.ts";

Deno.test("modeText() writes modes as ls does", () => {
  const modes: readonly (readonly [number, string])[] = [
    [0o100644, "-rw-r--r--"],
    [0o040755, "drwxr-xr-x"],
    [0o120777, "lrwxrwxrwx"],
    [0o041777, "drwxrwxrwt"],
    [0o041776, "drwxrwxrwT"],
    [0o104755, "-rwsr-xr-x"],
    [0o106644, "-rwSr-Sr--"],
    [0o102710, "-rwx--s---"],
    [0o010000, "p---------"],
    [0o020600, "crw-------"],
    [0o060600, "brw-------"],
    [0o140600, "srw-------"],
  ];
  const stats = new StatTable(1);
  for (const [mode, text] of modes) {
    stats.set(0, STAT.mode, mode);
    assert.strictEqual(modeText({ stats, row: 0 }), text);
  }
});

Deno.test("times are written with all their nanoseconds, before 1970 too", () => {
  assert.strictEqual(isoNs(0, 7), "1970-01-01T00:00:00.000000007Z");
  assert.strictEqual(isoNs(-1, 999_999_999), "1969-12-31T23:59:59.999999999Z");
  assert.strictEqual(isoNs(2 ** 50, 5), "1125899906842624.000000005");
  const stats = new StatTable(1);
  stats.set(0, STAT.mtimeSec, 1_700_000_000);
  assert.strictEqual(mtimeIso({ stats, row: 0 }), "2023-11-14T22:13:20.000000000Z");
});

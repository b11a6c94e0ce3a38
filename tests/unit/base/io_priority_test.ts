import assert from "node:assert/strict";
import { parseIoPriority } from "../../../src/base/io_priority.ts";

Deno.test("parseIoPriority() reads what ionice has", () => {
  assert.deepStrictEqual(parseIoPriority("idle"), { ioClass: "idle", level: 0 });
  assert.deepStrictEqual(parseIoPriority("best-effort:0"), { ioClass: "best-effort", level: 0 });
  assert.deepStrictEqual(parseIoPriority("best-effort:7"), { ioClass: "best-effort", level: 7 });
  for (const text of ["", "3", "Idle", "best-effort", "best-effort:8", "best-effort:-1", "none"]) {
    assert.strictEqual(parseIoPriority(text), undefined, text);
  }
});

import assert from "node:assert/strict";
import { isTimeOf } from "../../../src/base/coarse_time.ts";

Deno.test("isTimeOf() takes a time for what NTFS, a millisecond or a second make of it, and no other", () => {
  for (const found of [123_456_789, 123_456_700, 123_456_000, 123_000_000, 0]) {
    assert.ok(isTimeOf(found, 123_456_789), String(found));
  }
  for (const found of [123_456_788, 123_456_800, 123_450_000, 120_000_000, 124_000_000]) {
    assert.ok(!isTimeOf(found, 123_456_789), String(found));
  }
  assert.ok(!isTimeOf(1, 0), "what was even has not become odd");
});

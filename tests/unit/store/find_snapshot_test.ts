import assert from "node:assert/strict";
import { AppError } from "../../../src/base/app_error.ts";
import { findSnapshot } from "../../../src/store/find_snapshot.ts";
import type { SnapshotRef } from "../../../src/store/snapshots.ts";

function ref(name: string, time: string, kind: SnapshotRef["kind"] = "phlb"): SnapshotRef {
  return { name, time, kind, date: undefined, companions: new Set() };
}

const LIST = [
  ref("home", "2026-01-05-010101"),
  ref("home", "2026-01-06-010101"),
  ref("home", "2026-01-06-120000", "bare"),
  ref("home", "2026-01-07-010101", "partial"),
  ref("www", "2026-01-06-010101"),
];

function found(text: string, name?: string): string {
  const { name: its, time } = findSnapshot(LIST, text, { name });
  return `${its}/${time}`;
}

function failure(text: string, name?: string): AppError {
  try {
    found(text, name);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  return assert.fail(`"${text}" was found`);
}

Deno.test("findSnapshot() counts back from the newest complete one of a name", () => {
  assert.strictEqual(found("home/latest"), "home/2026-01-06-120000");
  assert.strictEqual(found("latest~0", "home"), "home/2026-01-06-120000");
  assert.strictEqual(found("home/latest~2"), "home/2026-01-05-010101");
  assert.strictEqual(found("latest", "www"), "www/2026-01-06-010101");
});

Deno.test("findSnapshot() takes a time, or the beginning that only one time has", () => {
  assert.strictEqual(found("home/2026-01-06-120000"), "home/2026-01-06-120000");
  assert.strictEqual(found("2026-01-05"), "home/2026-01-05-010101");
  assert.strictEqual(found("home/2026-01-06-1"), "home/2026-01-06-120000");
  assert.strictEqual(found("2026", "www"), "www/2026-01-06-010101");
});

Deno.test("findSnapshot() prefers a whole time to a beginning", () => {
  const list = [ref("a", "2026-01-05"), ref("a", "2026-01-05-2")];
  assert.strictEqual(findSnapshot(list, "2026-01-05").time, "2026-01-05");
});

Deno.test("findSnapshot() names the candidates where several fit", () => {
  for (const text of ["latest", "2026-01-06-010101", "home/2026-01-06"]) {
    const { code, exitCode, hint } = failure(text);
    assert.deepStrictEqual([code, exitCode], ["SNAPSHOT_AMBIGUOUS", 2], text);
    assert.match(hint ?? "", /home\/2026-01-06-/, text);
  }
  assert.match(failure("latest").hint ?? "", /www\/2026-01-06-010101/);
});

Deno.test("findSnapshot() says what there is when nothing fits, and finds no partial one", () => {
  for (const text of ["home/latest~3", "2027", "home/2026-01-07-010101", "home/", "", "latest~x"]) {
    const { code, exitCode, hint } = failure(text);
    assert.deepStrictEqual([code, exitCode], ["SNAPSHOT_UNKNOWN", 2], text);
    assert.match(hint ?? "", /home\/2026-01-05-010101/, text);
  }
  assert.match(failure("nobody/latest").hint ?? "", /www\/2026-01-06-010101/);
});

Deno.test("findSnapshot() lists the newest eight at most", () => {
  const many = Array.from({ length: 30 }, (_, day) => ref("a", `2026-01-${10 + day}`));
  try {
    findSnapshot(many, "2026");
    assert.fail("it was found");
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    assert.match(error.hint ?? "", /… 22 older, a\/2026-01-32, .*a\/2026-01-39$/);
  }
});

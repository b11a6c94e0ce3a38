import assert from "node:assert/strict";
import { isoTime } from "../../../../src/backup/snapshot/iso_time.ts";

/** A time as a machine sees it that is `offsetMin` minutes ahead of UTC. */
class TimeAt extends Date {
  readonly #offsetMin: number;

  constructor(utc: string, offsetMin: number) {
    super(utc);
    this.#offsetMin = offsetMin;
  }

  override getTimezoneOffset(): number {
    return -this.#offsetMin;
  }
}

const CASES: readonly (readonly [utc: string, offsetMin: number, expected: string])[] = [
  ["2026-01-07T07:52:47.120Z", 60, "2026-01-07T08:52:47.120+01:00"],
  ["2026-01-07T07:52:47.120Z", 0, "2026-01-07T07:52:47.120+00:00"],
  ["2026-12-31T20:00:00.007Z", 345, "2027-01-01T01:45:00.007+05:45"],
  ["2026-03-01T02:00:00.000Z", -210, "2026-02-28T22:30:00.000-03:30"],
];

for (const [utc, offsetMin, expected] of CASES) {
  Deno.test(`isoTime() writes ${utc} as ${expected} and means the same moment`, () => {
    const text = isoTime(new TimeAt(utc, offsetMin));
    assert.strictEqual(text, expected);
    assert.strictEqual(Date.parse(text), Date.parse(utc));
  });
}

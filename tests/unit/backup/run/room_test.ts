import assert from "node:assert/strict";
import { roomWarnings } from "../../../../src/backup/run/room.ts";
import { PLAIN_SUMMARY } from "../../../support/summaries.ts";

const GIB = 1 << 30;

/** The previous run made 4,000 directories and copied 1,234 files of 1,231,686,041 bytes. */
const NEEDED_INODES = 2 * 4000 + 120 + 1234;

Deno.test("roomWarnings() is silent when there is room, or nothing is known of it", () => {
  const enough = { freeBytes: 2 * GIB, freeInodes: NEEDED_INODES, typeId: 0 };
  assert.deepStrictEqual(roomWarnings(enough, PLAIN_SUMMARY), []);
  const unknown = { freeBytes: undefined, freeInodes: undefined, typeId: 0 };
  assert.deepStrictEqual(roomWarnings(unknown, PLAIN_SUMMARY), []);
});

Deno.test("roomWarnings() tells that a run like the previous one needs more bytes and inodes", () => {
  const space = { freeBytes: GIB, freeInodes: NEEDED_INODES - 1, typeId: 0 };
  const [inodes, bytes, ...more] = roomWarnings(space, PLAIN_SUMMARY);
  assert.match(inodes ?? "", new RegExp(`${NEEDED_INODES - 1} free inodes.* ${NEEDED_INODES}$`));
  assert.match(bytes ?? "", /1024 MiB free; about 1174 MiB/);
  assert.deepStrictEqual(more, []);
});

Deno.test("roomWarnings() warns of a root that is nearly full before any run", () => {
  const almost = { freeBytes: (64 << 20) - 1, freeInodes: 999, typeId: 0 };
  assert.strictEqual(roomWarnings(almost, undefined).length, 2);
  const enough = { freeBytes: 64 << 20, freeInodes: 1000, typeId: 0 };
  assert.deepStrictEqual(roomWarnings(enough, undefined), []);
});

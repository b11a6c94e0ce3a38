import assert from "node:assert/strict";
import { judge } from "../../../../src/ops/rebuild/judge.ts";

const [OLD, NOW] = ["a".repeat(64), "b".repeat(64)];
const actual = { digest: NOW, sha512: "now" };
const evidence = { recorded: undefined, recordedSha512: undefined, vouched: true, actual };

Deno.test("judge() takes the content's digest where nothing else is recorded", () => {
  assert.deepStrictEqual(judge(evidence), { digest: NOW, fault: undefined });
  assert.deepStrictEqual(judge({ ...evidence, vouched: false }), { digest: NOW, fault: undefined });
});

Deno.test("judge() keeps the recorded digest of a damaged file", () => {
  assert.deepStrictEqual(judge({ ...evidence, recorded: OLD }), { digest: OLD, fault: "damaged" });
  assert.deepStrictEqual(judge({ ...evidence, recorded: NOW }), { digest: NOW, fault: undefined });
});

Deno.test("judge() keeps the recorded digest of a file that cannot be read", () => {
  const unread = { ...evidence, recorded: OLD, actual: undefined };
  assert.deepStrictEqual(judge(unread), { digest: OLD, fault: undefined });
  const foreign = { ...unread, vouched: false };
  assert.deepStrictEqual(judge(foreign), { digest: undefined, fault: undefined });
});

Deno.test("judge() writes no digest where a checksum nobody vouches for says otherwise", () => {
  const foreign = { ...evidence, recorded: OLD, vouched: false };
  assert.deepStrictEqual(judge(foreign), { digest: undefined, fault: "disputed" });
});

Deno.test("judge() takes the checksums of PyHardLinkBackup 0.x for what they are", () => {
  const good = { ...evidence, vouched: false, recordedSha512: "now" };
  assert.deepStrictEqual(judge(good), { digest: NOW, fault: undefined });
  const bad = { ...good, recordedSha512: "then" };
  assert.deepStrictEqual(judge(bad), { digest: undefined, fault: "damaged" });
  const both = { ...bad, vouched: true, recorded: NOW };
  assert.deepStrictEqual(judge(both), { digest: NOW, fault: "damaged" });
});

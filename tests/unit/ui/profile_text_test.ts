import assert from "node:assert/strict";
import { makeFigures } from "../../../src/ui/figures.ts";
import { profileText } from "../../../src/ui/profile_text.ts";
import { PLAIN_SUMMARY } from "../../support/summaries.ts";

const figures = makeFigures(undefined);

Deno.test("profileText() tells what each stage took and what each thread did, in 80 columns", () => {
  const text = profileText({ ...PLAIN_SUMMARY, stage_seconds: { walk: 25, store: 75 } }, figures);
  assert.strictEqual(
    text,
    `Where the time went
  stage  seconds  share
  walk     25.00   25 %  until the last directory of the source was read
  store    75.00   75 %  until all contents were stored and linked

  thread     computes  waits  idle  seconds in calls
  main           20 %
  walker          4 %    6 %  91 %  next 9.50
  hasher ×2      40 %   60 %   0 %  hash 120.00, store 50.00, copy 30.00
  linker                      67 %  sections 33.00

  waits: in a call, for a disk, for --bwlimit, or while other programs compute;
  idle: until another thread has something for it
`,
  );
  assert.ok(text.split("\n").every((line) => line.length <= 80));
});

Deno.test("profileText() has nothing to say of a summary without times", () => {
  assert.strictEqual(
    profileText({ ...PLAIN_SUMMARY, stage_seconds: {}, threads: {} }, figures),
    "",
  );
});

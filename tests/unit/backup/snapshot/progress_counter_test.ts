import assert from "node:assert/strict";
import {
  ProgressCounter,
  type ProgressEvent,
} from "../../../../src/backup/snapshot/progress_counter.ts";
import { OUTCOME, type SettlingSection } from "../../../../src/backup/settle/settling.ts";
import { Tally } from "../../../../src/backup/snapshot/tally.ts";
import { settlingSection, walkedSection } from "../walk/sample_sections.ts";

const KIB = 1024;

/** Two hashers, a small file and two large ones in `d`. */
function makeCounter() {
  const sizes = { a: 10, "big 1": 500 * KIB, "big 2": 300 * KIB };
  const entries = Object.entries(sizes).map(([name, sizeBytes]) => ({ name, stat: { sizeBytes } }));
  const walked = walkedSection("d", [...entries, { name: "link", type: "link" }], { seen: 5 });
  const kib = [new Int32Array(1), new Int32Array(1)];
  const tally = new Tally();
  const counter = new ProgressCounter(tally, kib);
  return {
    counter,
    tally,
    walked,
    section: settlingSection(walked),
    setKib: (lane: number, value: number) => kib[lane]?.set([value]),
  };
}

/** Counts a section as the run does when it is recorded. */
function record(counter: ProgressCounter, tally: Tally, section: SettlingSection): void {
  section.outcomes.fill(OUTCOME.copied);
  tally.add(section);
  counter.done([section]);
}

function told({ bytesDone, largeFile }: ProgressEvent): [number, string | undefined] {
  return [bytesDone / KIB, largeFile && `${largeFile.path} ${largeFile.bytesDone / KIB}`];
}

Deno.test("ProgressCounter tells what was found and done, and that the walk is done", () => {
  const { counter, tally, walked, section } = makeCounter();
  counter.found([walked]);
  assert.deepStrictEqual(counter.event, {
    kind: "progress",
    entriesDone: 0,
    bytesDone: 0,
    entriesFound: 6,
    bytesFound: 800 * KIB + 10,
    walkDone: false,
    problems: 0,
    currentPath: "",
  });
  counter.walkDone();
  record(counter, tally, section);
  const { entriesDone, bytesDone, walkDone, currentPath } = counter.event;
  assert.deepStrictEqual(
    { entriesDone, bytesDone, walkDone, currentPath },
    { entriesDone: 5, bytesDone: 800 * KIB + 10, walkDone: true, currentPath: "d/link" },
  );
});

Deno.test("ProgressCounter shows the largest file in work, and counts it as far as it is", () => {
  const { counter, section, setKib } = makeCounter();
  counter.large(0, { section, index: 2 });
  counter.large(1, { section, index: 1 });
  setKib(0, 100);
  setKib(1, 40);
  assert.deepStrictEqual(told(counter.event), [140, "d/big 1 40"]);
  counter.large(1, undefined);
  assert.deepStrictEqual(told(counter.event), [600, "d/big 2 100"], "one is done");
});

Deno.test("ProgressCounter counts a file once that is hashed, copied and then recorded", () => {
  const { counter, tally, section, setKib } = makeCounter();
  counter.large(0, { section, index: 1 });
  setKib(0, 500);
  counter.large(0, undefined);
  assert.deepStrictEqual(told(counter.event), [500, undefined]);
  setKib(0, 20);
  counter.large(0, { section, index: 1 });
  assert.deepStrictEqual(told(counter.event), [500, "d/big 1 20"], "the second pass is no news");
  counter.large(0, undefined);
  const before = counter.event.bytesDone;
  record(counter, tally, section);
  assert.strictEqual(before, 500 * KIB);
  assert.strictEqual(counter.event.bytesDone, 800 * KIB + 10);
});

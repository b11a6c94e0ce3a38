import assert from "node:assert/strict";
import { RunLanes } from "../../../../src/backup/run/run_lanes.ts";
import { AppError } from "../../../../src/base/app_error.ts";
import type { FenceState } from "../../../../src/fs/fence.ts";
import { CancelFlag, Cancelled } from "../../../../src/threads/cancel.ts";
import { inlineLane } from "../../../../src/threads/lane.ts";
import { type BackupRunOptions, makeJob, runBackup } from "../../../support/backup_run.ts";
import { makeTempDir } from "../../../support/temp_dir.ts";
import { writeTree } from "../../../support/tree.ts";

const FENCED: FenceState = { raised: true, abi: 7 };
const BARE: FenceState = { raised: false, abi: 0, reason: "this kernel has no Landlock" };

/** Lanes of a run with that setting, and what becomes of the threads that they start. */
function makeLanes(fence: "auto" | "required" | "off") {
  const cancel = new CancelFlag();
  const notes: string[] = [];
  const closed: string[] = [];
  const note = (level: string, message: string) => void notes.push(`${level}: ${message}`);
  const lanes = new RunLanes(makeJob({ "performance.fence": fence }), { cancel, note });
  const thread = (name: string, state = FENCED) => () => {
    const lane = inlineLane((call: string) => ({ answer: call }), () => closed.push(name));
    return Promise.resolve({ lane, report: { fence: state } });
  };
  return { lanes, thread, cancel, notes, closed };
}

function isFenceMissing(error: unknown): boolean {
  return error instanceof AppError && error.code === "FENCE_MISSING";
}

Deno.test("RunLanes tells once how the threads are fenced, and once that one is not", async () => {
  const { lanes, thread, notes } = makeLanes("auto");
  for (const state of [FENCED, BARE, FENCED, BARE]) await lanes.start(thread("a", state));
  assert.deepStrictEqual(notes, [
    "debug: Each thread is fenced by Landlock (ABI 7)",
    "warning: The threads run without a fence: this kernel has no Landlock",
  ]);
  const { lanes: off, thread: unfenced, notes: silent } = makeLanes("off");
  await off.start(unfenced("a", BARE));
  assert.deepStrictEqual(silent, []);
});

Deno.test("RunLanes refuses a thread without the required fence, also one that starts late", async () => {
  const { lanes, thread, closed } = makeLanes("required");
  const walker = await lanes.start(thread("walker"));
  assert.strictEqual(await walker.call("still there"), "still there");
  await assert.rejects(lanes.start(thread("linker", BARE)), isFenceMissing);
  const hasher = lanes.lazy(thread("hasher", BARE));
  await assert.rejects(hasher.call("read this"), isFenceMissing);
  await lanes.close();
  assert.deepStrictEqual(closed.toSorted(), ["hasher", "linker", "walker"]);
});

Deno.test("RunLanes stops what is under way and closes all threads, also one that is starting", async () => {
  const { lanes, thread, cancel, closed } = makeLanes("auto");
  await lanes.start(thread("first"));
  const unused = lanes.lazy(thread("unused"));
  const begun = Promise.withResolvers<void>();
  const late = lanes.start(async () => {
    await begun.promise;
    return await thread("late")();
  });
  await lanes.close();
  assert.ok(cancel.raised);
  begun.resolve();
  await assert.rejects((await late).call("too late"), Cancelled);
  await assert.rejects(lanes.start(thread("never")), Cancelled);
  await assert.rejects(unused.call("never"), Cancelled);
  assert.deepStrictEqual(closed, ["first", "late"]);
});

const TREE = { a: "alpha", d: { b: "beta" } };

/** Passes in which a hasher reads files, and how to come to them. */
const PASSES: Readonly<Record<string, BackupRunOptions["settings"] & object>> = {
  "that reads new files": {},
  "of the pass newest first": { "backup.order": "newest-first" },
  "that takes over a leftover": {},
};

for (const [what, settings] of Object.entries(PASSES)) {
  Deno.test(`a run that requires fences ends before a hasher ${what} without one opens a file`, async () => {
    await using temp = await makeTempDir();
    const [source, root] = [`${temp.path}/source`, `${temp.path}/root`];
    await writeTree(source, TREE);
    await Deno.mkdir(root);
    if (what.includes("leftover")) {
      const cutOff = await runBackup(source, root, {
        faults: { main: [{ op: "syncAll", code: "EIO" }] },
      });
      assert.notStrictEqual(cutOff.error, undefined);
      await Deno.remove(source, { recursive: true });
      await writeTree(source, { empty: {} });
    }
    let opened = 0;
    const count = { op: "openFile", always: true, before: () => opened++ } as const;
    const { error } = await runBackup(source, root, {
      settings: { "performance.fence": "required", ...settings },
      unfenced: ["hasher"],
      faults: { hasher: [count] },
    });
    assert.ok(isFenceMissing(error), String(error));
    assert.strictEqual(opened, 0);
  });
}

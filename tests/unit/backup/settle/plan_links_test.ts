import assert from "node:assert/strict";
import { ACTION, type LinkFailureKind } from "../../../../src/backup/link/link_messages.ts";
import {
  applyLinks,
  planLinks,
  type PlanOptions,
} from "../../../../src/backup/settle/plan_links.ts";
import { planOptions } from "../../../../src/backup/settle/plan_links.ts";
import type { PreviousSnapshot } from "../../../../src/backup/run/previous_snapshot.ts";
import { OUTCOME } from "../../../../src/backup/settle/settling.ts";
import type { EntryRecord } from "../../../../src/store/section.ts";
import { makeJob } from "../../../support/backup_run.ts";
import { sampleDigest, type SampleEntry } from "../../store/manifest_samples.ts";
import { settlingSection, walkedSection } from "../walk/sample_sections.ts";

const UNCHANGED: PlanOptions = { isUnchanged: () => true, linkSameMetadataOnly: false };
const DIGEST = sampleDigest(1);

function file(record: EntryRecord | undefined, more: Partial<SampleEntry> = {}): SampleEntry {
  return { name: "f", ...more, ...(record === undefined ? {} : { record }) };
}

/** What is done with the entry `now` when the previous snapshot had `before`. */
function planOne(now: SampleEntry, before: SampleEntry | undefined, options = UNCHANGED) {
  const section = settlingSection(walkedSection("d", [now]), before === undefined ? [] : [before]);
  const plan = planLinks(section, options);
  return { section, plan, action: plan.actions[0], record: section.records[1] };
}

Deno.test("planLinks() links an unchanged file and takes over all that its record says", () => {
  const record = {
    digest: DIGEST,
    storedMtime: { sec: 5, nsec: 6 },
    xattrs: [["user.x", new Uint8Array([1])]],
  } as const;
  const planned = planOne(file(undefined), file(record));
  assert.strictEqual(planned.action, ACTION.linkPrevious);
  assert.deepStrictEqual(planned.record, record);
  assert.deepStrictEqual(planned.plan.storedMtimes, new Map([[1, { sec: 5, nsec: 6 }]]));
});

Deno.test("planLinks() leaves new, changed and doubtful files to the hashers", () => {
  const changed = { ...UNCHANGED, isUnchanged: () => false };
  const cases = {
    new: planOne(file(undefined), undefined),
    changed: planOne(file(undefined), file({ digest: DIGEST }), changed),
    "without a digest": planOne(file(undefined), file({})),
  };
  for (const [what, { action, record, plan }] of Object.entries(cases)) {
    assert.strictEqual(action, ACTION.leave, what);
    assert.strictEqual(record, undefined, what);
    assert.strictEqual(plan.storedMtimes.size, 0, what);
  }
});

Deno.test("planLinks() links only inodes that have the entry's own metadata when told to", () => {
  const same = { ...UNCHANGED, linkSameMetadataOnly: true };
  const now = file(undefined, { mode: 0o640, stat: { uid: 1, gid: 2, mtimeSec: 3 } });
  const before = file({ digest: DIGEST }, { mode: 0o640, stat: { uid: 1, gid: 2, mtimeSec: 3 } });
  assert.strictEqual(planOne(now, before, same).action, ACTION.linkPrevious);
  const shared = { ...before, record: { digest: DIGEST, storedMtime: { sec: 4, nsec: 0 } } };
  assert.strictEqual(planOne(now, shared, same).action, ACTION.leave);
  for (const stat of [{ uid: 9, gid: 2, mtimeSec: 3 }, { uid: 1, gid: 9, mtimeSec: 3 }]) {
    assert.strictEqual(planOne(now, { ...before, stat }, same).action, ACTION.leave);
  }
  assert.strictEqual(planOne(now, { ...before, mode: 0o600 }, same).action, ACTION.leave);
});

Deno.test("planLinks() links a symlink with the same text, and makes any other", () => {
  const link = (linkTarget: string): SampleEntry => ({
    name: "l",
    type: "link",
    record: { linkTarget },
  });
  assert.strictEqual(planOne(link("x"), link("x")).action, ACTION.linkPrevious);
  for (const before of [link("y"), undefined, file({ digest: DIGEST }, { name: "l" })]) {
    const { action, record } = planOne(link("x"), before);
    assert.strictEqual(action, ACTION.create);
    assert.deepStrictEqual(record, { linkTarget: "x" });
  }
});

Deno.test("planLinks() always makes special files anew, and records their attributes", () => {
  const xattrs = [["user.x", new Uint8Array([1])]] as const;
  for (const type of ["fifo", "socket", "char", "block"] as const) {
    const pipe = { name: "p", type, record: { xattrs } };
    const { action, record } = planOne(pipe, pipe);
    assert.strictEqual(action, ACTION.create, type);
    assert.deepStrictEqual(record, { xattrs }, type);
  }
});

/** How an entry stands after the linker failed with it. */
function failOne(now: SampleEntry, before: SampleEntry, kind: LinkFailureKind) {
  const { section, plan } = planOne(now, before);
  const failures = [{ section: 0, index: 0, kind, reason: "as the test says" }];
  const left = applyLinks(section, { plan, failures, previousDir: "n/2026-01-06-085247" });
  const problems = section.problems.map(({ code, stored, message }) => ({ code, stored, message }));
  return { outcome: section.outcomes[0], left: left.length, record: section.records[1], problems };
}

Deno.test("applyLinks() notes what was linked and made, and returns the files that are left", () => {
  const entries: SampleEntry[] = [
    { name: "a", record: { digest: DIGEST } },
    { name: "b" },
    { name: "c", type: "link", record: { linkTarget: "x" } },
    { name: "d", type: "fifo" },
  ];
  const section = settlingSection(walkedSection("", entries), entries);
  const plan = planLinks(section, UNCHANGED);
  const left = applyLinks(section, { plan, failures: [], previousDir: "p" });
  const { linked, open, made } = OUTCOME;
  assert.deepStrictEqual([...section.outcomes], [linked, open, made, made]);
  assert.deepStrictEqual(left.map(({ index }) => index), [1]);
});

Deno.test("applyLinks() has a damaged file stored again, and says where the damage is", () => {
  const before = file({ digest: DIGEST, storedMtime: { sec: 1, nsec: 2 } });
  const { outcome, left, record, problems } = failOne(file(undefined), before, "damaged");
  assert.deepStrictEqual([outcome, left, record], [OUTCOME.open, 1, undefined]);
  assert.deepStrictEqual(problems, [{
    code: "damaged",
    stored: true,
    message: 'Cannot link to the stored file "n/2026-01-06-085247/d/f": as the test says; ' +
      'the content of "d/f" was stored again',
  }]);
});

Deno.test("applyLinks() stores a file again without a word when only the link was refused", () => {
  for (const kind of ["refused", "metadata"] as const) {
    const told = failOne(file(undefined), file({ digest: DIGEST }), kind);
    assert.deepStrictEqual(told, { outcome: 0, left: 1, record: undefined, problems: [] });
  }
});

Deno.test("applyLinks() counts a symlink as made that the linker had to make anew", () => {
  const link: SampleEntry = { name: "l", type: "link", record: { linkTarget: "x" } };
  const { outcome, left, record } = failOne(link, link, "refused");
  assert.deepStrictEqual([outcome, left, record], [OUTCOME.made, 0, { linkTarget: "x" }]);
});

Deno.test("applyLinks() records what cannot be made in the manifest and as a problem", () => {
  const device: SampleEntry = { name: "c", type: "char" };
  const { outcome, left, record, problems } = failOne(device, device, "unsupported");
  assert.deepStrictEqual([outcome, left, record], [OUTCOME.recorded, 0, { state: "recorded" }]);
  assert.deepStrictEqual(problems.map(({ code, stored }) => [code, stored]), [
    ["unsupported", true],
  ]);
});

Deno.test("planOptions() takes the job's settings and the previous run's start", () => {
  const row = file({ digest: DIGEST }, { stat: { ctimeSec: 50, inoLow: 1 } });
  const moved = file(undefined, { stat: { ctimeSec: 60, inoLow: 2 } });
  const previous = previousStartedAt(100);
  const action = (settings: Record<string, boolean | string>, now = row, from = previous) => {
    return planOne(now, row, planOptions(makeJob(settings), from)).action;
  };
  assert.strictEqual(action({}), ACTION.linkPrevious);
  assert.strictEqual(action({ "backup.checksum": true }), ACTION.leave);
  assert.strictEqual(action({}, moved), ACTION.leave);
  const lenient = { "backup.ignore_ctime": true, "backup.ignore_inode": true };
  assert.strictEqual(action(lenient, moved), ACTION.linkPrevious);
  assert.strictEqual(action({}, row, previousStartedAt(50)), ACTION.leave);
  assert.strictEqual(planOptions(makeJob({}), undefined).linkSameMetadataOnly, false);
  const apart = makeJob({ "dedup.metadata": "inode" });
  assert.strictEqual(planOptions(apart, undefined).linkSameMetadataOnly, true);
});

function previousStartedAt(startedAtSec: number): PreviousSnapshot {
  return {
    time: "2026-01-06-085247",
    dir: "n/2026-01-06-085247",
    startedAtSec,
    summary: undefined,
    manifest: undefined,
    parts: () => undefined,
  };
}

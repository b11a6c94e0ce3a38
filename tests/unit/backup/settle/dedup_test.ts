import assert from "node:assert/strict";
import { Dedup } from "../../../../src/backup/settle/dedup.ts";
import type { StoredFile } from "../../../../src/store/content_index.ts";
import { sampleDigest } from "../../store/manifest_samples.ts";
import { memoryIndex } from "../walk/sample_sections.ts";

const DIGEST = sampleDigest(1);
const MIB = 1 << 20;

function storedAt(relPath: string, more: Partial<StoredFile> = {}): StoredFile {
  return { sizeBytes: 10, mtimeSec: 5, mtimeNsec: 6, snapshotId: 1, relPath, ...more };
}

/** A `Dedup` with an index that knows one snapshot and no contents. */
function makeDedup(minSizeBytes = 1) {
  const index = memoryIndex();
  index.addSnapshot({ name: "pc", time: "2026-01-07-120000", leftover: false });
  return {
    index,
    dedup: new Dedup(index, { minSizeBytes }),
    [Symbol.dispose]: () => index.close(),
  };
}

/** Whether a promise has resolved already. */
async function isDone(promise: Promise<void>): Promise<boolean> {
  const pending = new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 0));
  return await Promise.race([promise.then(() => true), pending]);
}

Deno.test("Dedup lets one file store a content, others of it wait, then link to that one", async () => {
  using made = makeDedup();
  const { dedup } = made;
  assert.deepStrictEqual(dedup.decide(DIGEST, storedAt("a")), { kind: "store" });
  const [second, third] = [
    dedup.decide(DIGEST, storedAt("a")),
    dedup.decide(DIGEST, storedAt("a")),
  ];
  assert.ok(second.kind === "wait" && third.kind === "wait");
  assert.strictEqual(await isDone(second.settled), false);
  assert.deepStrictEqual(
    dedup.decide(sampleDigest(2), storedAt("a")),
    { kind: "store" },
    "another content",
  );
  dedup.settle(DIGEST, storedAt("a"));
  await Promise.all([second.settled, third.settled]);
  assert.deepStrictEqual(dedup.decide(DIGEST, storedAt("a")), {
    kind: "link",
    stored: storedAt("a"),
  });
});

Deno.test("Dedup hands a claim on when nothing was stored", async () => {
  using made = makeDedup();
  const { dedup } = made;
  dedup.decide(DIGEST, storedAt("a"));
  const waiting = dedup.decide(DIGEST, storedAt("a"));
  assert.ok(waiting.kind === "wait");
  dedup.settle(DIGEST, undefined);
  await waiting.settled;
  assert.deepStrictEqual(dedup.decide(DIGEST, storedAt("a")), { kind: "store" });
  assert.strictEqual(dedup.decide(DIGEST, storedAt("a")).kind, "wait", "that is a claim again");
});

Deno.test("Dedup neither claims nor notes files that are too small to be shared", () => {
  using made = makeDedup(11);
  const { dedup, index } = made;
  index.put(DIGEST, storedAt("known"));
  for (let i = 0; i < 2; i++) {
    assert.deepStrictEqual(dedup.decide(DIGEST, storedAt("a")), { kind: "store" });
  }
  index.remove(DIGEST);
  dedup.settle(DIGEST, storedAt("small"));
  assert.strictEqual(index.count(), 0);
  dedup.settle(sampleDigest(2), storedAt("large enough", { sizeBytes: 11 }));
  assert.strictEqual(index.count(), 1);
});

Deno.test("Dedup forgets a stored file that failed, but not the one that took its place", () => {
  using made = makeDedup();
  const { dedup, index } = made;
  index.put(DIGEST, storedAt("new"));
  dedup.retire(DIGEST, storedAt("old"));
  dedup.retire(DIGEST, storedAt("new", { snapshotId: 2 }));
  assert.deepStrictEqual(dedup.decide(DIGEST, storedAt("a")), {
    kind: "link",
    stored: storedAt("new"),
  });
  dedup.retire(DIGEST, storedAt("new"));
  assert.deepStrictEqual(dedup.decide(DIGEST, storedAt("a")), { kind: "store" });
  dedup.retire(sampleDigest(9), storedAt("never known"));
});

Deno.test("Dedup copies a large file at once when its size is new, one of a size at a time", async () => {
  using made = makeDedup();
  const { dedup, index } = made;
  assert.strictEqual(dedup.decideBySize(2 * MIB), "copy");
  const waiting = dedup.decideBySize(2 * MIB);
  assert.ok(typeof waiting !== "string");
  assert.strictEqual(
    dedup.decideBySize(2 * MIB + 1),
    "copy",
    "another size is none of its business",
  );
  assert.strictEqual(await isDone(waiting), false);
  index.put(DIGEST, storedAt("big", { sizeBytes: 2 * MIB }));
  dedup.settleSize(2 * MIB);
  await waiting;
  assert.strictEqual(dedup.decideBySize(2 * MIB), "hash");
  assert.strictEqual(dedup.decideBySize(MIB - 1), "hash", "small sizes are all taken for known");
});

import assert from "node:assert/strict";
import { createHash, hash } from "node:crypto";
import { CancelFlag, Cancelled } from "../../../../src/threads/cancel.ts";
import {
  copyContent,
  readForHash,
  type StreamOptions,
} from "../../../../src/backup/hash/copy_content.ts";
import { SourceFile } from "../../../../src/backup/hash/source_file.ts";
import { attributesOf, StoredFile } from "../../../../src/backup/hash/stored_file.ts";
import type { Fault } from "../../../support/faulty_file_system.ts";
import { readTree, sparse, type Special, type Tree } from "../../../support/tree.ts";
import { called, makeWorkPlace, type WorkPlace } from "./work_place.ts";

const KIB = 1024;
const MIB = KIB * KIB;

function options(more: Partial<StreamOptions> = {}): StreamOptions {
  return {
    buffer: new Uint8Array(64 * KIB),
    digest: createHash("sha256"),
    cancel: new CancelFlag(),
    onBytes: () => {},
    ...more,
  };
}

/** Copies `from` to `to` in a place; returns the digest that it was told. */
function copy({ fs, open }: WorkPlace, more: Partial<StreamOptions> = {}): string {
  const stream = options(more);
  const dir = open();
  const source = new SourceFile(fs, () => dir, { name: "from" });
  try {
    const stored = new StoredFile(fs, dir, { name: "to" });
    stored.finish(() => {
      copyContent(source, stored, stream);
      return attributesOf(source.seen.stats, source.seen.row, []);
    });
  } finally {
    source.close();
  }
  return stream.digest.digest("hex");
}

function readDigest({ fs, open }: WorkPlace): string {
  const stream = options();
  const dir = open();
  const source = new SourceFile(fs, () => dir, { name: "from" });
  try {
    readForHash(source, stream);
  } finally {
    source.close();
  }
  return stream.digest.digest("hex");
}

async function place(from: Tree[string], faults: readonly Fault[] = []): Promise<WorkPlace> {
  return await makeWorkPlace({ from }, faults);
}

const SHAPES: Readonly<Record<string, Special | string>> = {
  "nothing": "",
  "one byte": "x",
  "data of several reads": "0123456789abcdef".repeat(20 * KIB),
  "a hole at the start": sparse(MIB, [[MIB - 5000, "e".repeat(5000)]]),
  "a hole in the middle": sparse(MIB, [[0, "s".repeat(9000)], [MIB - 9000, "e".repeat(9000)]]),
  "a hole at the end": sparse(MIB + 77, [[0, "start"]]),
  "holes all over": sparse(2 * MIB, [[300_000, "one"], [900_000, "two"], [MIB, "three"]]),
  "nothing but a hole": sparse(3 * MIB + 1),
  "a hole shorter than a block": sparse(100),
};

for (const [shape, node] of Object.entries(SHAPES)) {
  Deno.test(`copyContent() keeps content and holes of a file with ${shape}`, async () => {
    await using work = await place(node);
    const told = copy(work);
    const { from, to } = await readTree(work.path);
    assert.ok(from !== undefined && to !== undefined);
    assert.strictEqual(to.sha256, from.sha256);
    assert.strictEqual(to.size, from.size);
    assert.strictEqual(to.allocatedBytes, from.allocatedBytes, "no hole was filled");
    assert.strictEqual(told, from.sha256);
    assert.strictEqual(readDigest(work), from.sha256);
  });
}

Deno.test("copyContent() does not read holes", async () => {
  let reads = 0;
  const faults = [{ op: "read", before: () => void reads++, always: true }] as const;
  await using work = await place(sparse(64 * MIB, [[32 * MIB, "data"]]), faults);
  assert.strictEqual(readDigest(work), (await readTree(work.path))["from"]?.sha256);
  assert.strictEqual(reads, 1, "the one block with data");
});

Deno.test("copyContent() tells how far it is, and that it has come to the end", async () => {
  await using work = await place("x".repeat(200 * KIB));
  const told: number[] = [];
  copy(work, { onBytes: (bytes) => told.push(bytes) });
  assert.deepStrictEqual(told, [64 * KIB, 128 * KIB, 192 * KIB, 200 * KIB, 200 * KIB]);
});

Deno.test("copyContent() stops between two blocks when the run is cancelled, and leaves no file", async () => {
  await using work = await place("x".repeat(200 * KIB));
  const cancel = new CancelFlag();
  const onBytes = (bytes: number) => bytes >= 128 * KIB && cancel.raise();
  assert.throws(() => copy(work, { cancel, onBytes }), Cancelled);
  assert.deepStrictEqual(Object.keys(await readTree(work.path)), [".", "from"]);
});

/** Ways in which a file of 200 KiB is cut before its second block is read. */
const CUTS: Readonly<Record<string, { readonly node: Special | string; readonly left: number }>> = {
  "in the middle": { node: "x".repeat(200 * KIB), left: 100 * KIB },
  "before what was read": { node: "x".repeat(200 * KIB), left: 10 },
  "to nothing, with holes": { node: sparse(200 * KIB, [[0, "a"], [190 * KIB, "b"]]), left: 0 },
};

for (const [where, { node, left }] of Object.entries(CUTS)) {
  Deno.test(`copyContent() tells the digest of what it stored of a file cut ${where}`, async () => {
    const cut = { done: () => {} };
    const faults = [{
      op: "read",
      path: called("from"),
      nth: 2,
      before: () => cut.done(),
    }] as const;
    await using work = await place(node, faults);
    cut.done = () => Deno.truncateSync(`${work.path}/from`, left);
    const told = copy(work);
    const { to } = await readTree(work.path);
    assert.strictEqual(to?.sha256, told);
    assert.ok((to?.size ?? 0) >= 64 * KIB, "what had been read is there");
  });
}

Deno.test("copyContent() does not take in what is appended while it reads", async () => {
  const content = "x".repeat(100 * KIB);
  const cut = { done: () => {} };
  const faults = [{ op: "read", path: called("from"), nth: 2, before: () => cut.done() }] as const;
  await using work = await place(content, faults);
  cut.done = () => Deno.writeTextFileSync(`${work.path}/from`, "more", { append: true });
  const told = copy(work);
  assert.strictEqual(told, hash("sha256", content, "hex"));
  assert.strictEqual(Deno.readTextFileSync(`${work.path}/to`), content);
});

import assert from "node:assert/strict";
import type { FenceRules } from "../../../src/fs/fence.ts";
import { makeTempDir } from "../../support/temp_dir.ts";
import { assertSameTree } from "../../support/same_tree.ts";
import { readTree, withMeta, writeTree } from "../../support/tree.ts";
import type { FencedAnswer, FencedCall } from "./fenced_thread.ts";

const TREE = {
  source: { file: withMeta("text", { xattrs: { "user.phlb": "x" } }) },
  target: { file: "", sub: {} },
  outside: { file: "" },
};

Deno.test("behind the fence a thread reads its source, writes its target, and nothing else", async () => {
  await using dir = await makeTempDir();
  await writeTree(dir.path, TREE);
  const source = `${dir.path}/source`;
  const outside = `${dir.path}/outside`;
  const sourceBefore = await readTree(source);
  const outsideBefore = await readTree(outside);
  const { state, outcomes } = await runFenced(dir.path, {
    read: [source],
    write: [`${dir.path}/target`],
  });
  assert.strictEqual(state.reason, undefined);
  assert.ok(state.raised && state.abi >= 2);
  assert.deepStrictEqual(outcomes, {
    "list the source": "ok",
    "read the source": "ok",
    "read xattrs of the source by name": "ok",
    "lstat in the source": "ok",
    "create in the source": "EACCES",
    "make a directory in the source": "EACCES",
    "make a symlink in the source": "EACCES",
    "make a fifo in the source": "EACCES",
    "unlink in the source": "EACCES",
    "rename in the source": "EACCES",
    "lock in the source": "EACCES",
    "write the source by path": "EACCES",
    "truncate the source by path": "EACCES",
    "create in the target": "ok",
    "link in the target": "ok",
    // The rule for moving between trees of different rights: seen as two file systems.
    "link from the source to the target": "EXDEV",
    "rename from the target to the source": "EACCES",
    "list outside": "EACCES",
    "read outside by path": "EACCES",
    "create outside by path": "EACCES",
    "run a program": "EACCES",
    "hash and compress": "ok",
  });
  assertSameTree(await readTree(source), sourceBefore);
  assertSameTree(await readTree(outside), outsideBefore);
});

Deno.test("the thread that starts a fenced one stays free", async () => {
  await using dir = await makeTempDir();
  await writeTree(dir.path, TREE);
  await runFenced(dir.path, { read: [dir.path], write: [] });
  await Deno.writeTextFile(`${dir.path}/source/file`, "changed");
  assert.strictEqual(await Deno.readTextFile(`${dir.path}/source/file`), "changed");
});

Deno.test("a fence around a tree that does not exist is not raised, and says why", async () => {
  await using dir = await makeTempDir();
  await writeTree(dir.path, TREE);
  const missing = `${dir.path}/missing`;
  const { state, outcomes } = await runFenced(dir.path, { read: [missing], write: [] });
  assert.strictEqual(state.raised, false);
  assert.match(state.reason ?? "", /missing.*no such file or directory/);
  assert.strictEqual(outcomes["create in the source"], "ok");
});

async function runFenced(path: string, rules: FenceRules): Promise<FencedAnswer> {
  const call: FencedCall = {
    rules,
    source: `${path}/source`,
    target: `${path}/target`,
    outside: `${path}/outside`,
  };
  const worker = new Worker(new URL("./fenced_thread.ts", import.meta.url), { type: "module" });
  const answered = Promise.withResolvers<FencedAnswer>();
  worker.addEventListener("message", (event: MessageEvent<FencedAnswer>) => {
    answered.resolve(event.data);
  });
  worker.addEventListener("error", (event) => answered.reject(new Error(event.message)));
  worker.postMessage(call);
  try {
    return await answered.promise;
  } finally {
    worker.terminate();
  }
}

import assert from "node:assert/strict";
import { runProgram } from "../../../src/fs/run_program.ts";

const sh = (script: string) => ["-c", script];

Deno.test("runProgram() gives input and environment and tells what came of it", async () => {
  const end = await runProgram("sh", {
    args: sh('cat; echo "$PHLB_WORD" >&2; exit 3'),
    input: [new TextEncoder().encode("in\n")],
    env: { PHLB_WORD: "word" },
  });
  assert.deepEqual(end, { code: 3, stdout: "in\n", stderr: "word\n", timedOut: false });
});

Deno.test("runProgram() ends a program that takes too long, with all that it started", async () => {
  const end = await runProgram("sh", { args: sh("sleep 60 & sleep 60"), timeoutMs: 100 });
  assert.deepEqual(end, { code: 137, stdout: "", stderr: "", timedOut: true });
});

Deno.test("runProgram() ends a program when it is asked to stop", async () => {
  const end = await runProgram("sleep", { args: ["60"], signal: AbortSignal.abort() });
  assert.equal(end?.code, 137);
});

Deno.test("runProgram() knows a program that is not there from one that fails", async () => {
  assert.equal(await runProgram("no-such-program-of-phlb", { args: [] }), undefined);
});

Deno.test("runProgram() does not wait for a program to read its input", async () => {
  const input = [new Uint8Array(1 << 20)];
  assert.equal((await runProgram("true", { args: [], input }))?.code, 0);
});

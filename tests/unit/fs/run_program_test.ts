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

Deno.test("runProgram() gives a program time to end by itself", async () => {
  const script = sh('trap "echo bye; exit 7" TERM; echo up; while :; do sleep 0.05; done');
  const end = await runProgram("sh", { args: script, timeoutMs: 1500, graceMs: 60_000 });
  assert.deepEqual([end?.code, end?.stdout, end?.timedOut], [7, "up\nbye\n", true]);
});

Deno.test("runProgram() ends a program that does not end by itself in time", async () => {
  const script = sh('trap "" TERM; while :; do sleep 0.05; done');
  const end = await runProgram("sh", { args: script, timeoutMs: 100, graceMs: 100 });
  assert.deepEqual(end, { code: 137, stdout: "", stderr: "", timedOut: true });
});

Deno.test("runProgram() keeps the end of a long output", async () => {
  const end = await runProgram("sh", { args: sh("seq 100000; seq 3 >&2"), keepBytes: 12 });
  assert.deepEqual(end, {
    code: 0,
    stdout: "9999\n100000\n",
    stderr: "1\n2\n3\n",
    timedOut: false,
  });
});

Deno.test("runProgram() does not wait for what stays in the background", async () => {
  const pidFile = await Deno.makeTempFile();
  const end = await runProgram("sh", { args: sh(`sleep 600 & echo $! > ${pidFile}; echo done`) });
  assert.deepEqual(end, { code: 0, stdout: "done\n", stderr: "", timedOut: false });
  Deno.kill(Number(await Deno.readTextFile(pidFile)), "SIGKILL"); // it is still there
  await Deno.remove(pidFile);
});

import assert from "node:assert/strict";
import { run, runAnyhow, startProgram } from "../../support/run.ts";

Deno.test("run() returns the output, or throws with what the program complained of", async () => {
  assert.strictEqual(await run("cat", [], { stdin: "text" }), "text");
  await assert.rejects(run("sh", ["-c", "echo no >&2; exit 4"]), /no/);
});

Deno.test("runAnyhow() gives nothing of the own environment when told one", async () => {
  const { stdout } = await runAnyhow("sh", ["-c", "echo $HOME-$A"], { env: { A: "b" } });
  assert.strictEqual(stdout, "-b\n");
});

Deno.test("startProgram() gives a killed program's code as a shell does", async () => {
  const started = startProgram("sleep", ["60"], {});
  started.kill("SIGKILL");
  assert.strictEqual((await started.outcome).code, 137);
});

Deno.test("runAnyhow() bears a program that does not read its input", async () => {
  const { code } = await runAnyhow("true", [], { stdin: "x".repeat(1 << 20) });
  assert.strictEqual(code, 0);
});

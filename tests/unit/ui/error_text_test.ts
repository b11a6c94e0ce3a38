import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { AppError, EXIT } from "../../../src/base/app_error.ts";
import { type ErrorStyle, writeError } from "../../../src/ui/error_text.ts";
import { fakeTerminal } from "../../support/fake_terminal.ts";

const MISSING = new AppError('Cannot open the backup root "/mnt/b\x1b[2J": no such directory', {
  code: "ROOT_MISSING",
  exitCode: EXIT.noRoot,
  hint: "Is the disk mounted?",
});

function write(error: unknown, style: Partial<ErrorStyle> = {}) {
  const terminal = fakeTerminal();
  const exitCode = writeError(error, { terminal, env: {}, json: false, ...style });
  strictEqual(terminal.outText, "");
  return { exitCode, text: terminal.errText };
}

Deno.test("writeError() tells what a user can act on, with a hint and no stack", () => {
  deepStrictEqual(write(MISSING), {
    exitCode: 10,
    text: 'Error: Cannot open the backup root "/mnt/b\\x1b[2J": no such directory\n' +
      "Hint: Is the disk mounted?\n",
  });
});

Deno.test("writeError() names the job where there are several", () => {
  ok(write(MISSING, { jobId: "docs" }).text.startsWith('Error: Job "docs": Cannot open'));
});

Deno.test("writeError() keeps the lines of a message that has several", () => {
  const error = new AppError("Cannot use the configuration: 2 errors\n  a:1:1: x\n  a:2:1: y", {
    code: "CONFIG_INVALID",
    exitCode: EXIT.usage,
  });
  const { exitCode, text } = write(error);
  strictEqual(exitCode, 2);
  strictEqual(text, "Error: Cannot use the configuration: 2 errors\n  a:1:1: x\n  a:2:1: y\n");
});

Deno.test("writeError() shows mistakes of ours with their stack and exit code 1", () => {
  const { exitCode, text } = write(new TypeError("x is undefined"));
  strictEqual(exitCode, 1);
  ok(text.includes("please report it"));
  ok(text.includes("TypeError: x is undefined"));
  ok(text.includes("error_text_test.ts"), "no stack");
  ok(write("just text").text.includes("just text"));
});

Deno.test("writeError() with --json writes one exit_error line", () => {
  const { exitCode, text } = write(MISSING, { json: true, jobId: "docs" });
  strictEqual(exitCode, 10);
  ok(text.endsWith("}\n"));
  deepStrictEqual(JSON.parse(text), {
    message_type: "exit_error",
    code: 10,
    message: 'Cannot open the backup root "/mnt/b\x1b[2J": no such directory',
    error_code: "ROOT_MISSING",
    hint: "Is the disk mounted?",
    job: "docs",
    schema_version: 1,
  });
});

Deno.test("every exit code of an error reaches the caller", () => {
  for (const exitCode of Object.values(EXIT)) {
    strictEqual(write(new AppError("Cannot x", { code: "X", exitCode })).exitCode, exitCode);
  }
});

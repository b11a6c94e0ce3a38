import assert from "node:assert/strict";
import type { CommandUnknownOpts } from "commander";
import { buildProgram } from "../../../../src/commands/program.ts";
import { JSON_COMMANDS } from "../../../../src/ui/json_schema/commands.ts";
import { fakeMachine, NO_OPERATIONS } from "../../../support/fake_machine.ts";
import { fakeTerminal } from "../../../support/fake_terminal.ts";
import { JSON_STEPS, type JsonStep, MAKE_PLACE, NEVER_FAIL } from "../../../support/json_steps.ts";
import { MessageSchema } from "../../../support/message_schema.ts";
import { type RealRan, runReal } from "../../../support/real_machine.ts";
import { run } from "../../../support/run.ts";
import { makeTempDir } from "../../../support/temp_dir.ts";

const TELLS = "add it to JSON_STEPS in tests/support/json_steps.ts: one that ends well, one with " +
  "problems where it can have some, and one with an error";

Deno.test("every command has --json, a description of its messages and steps that run it", async () => {
  const names = await commandNames();
  for (const { name, hasJson } of names) {
    assert.ok(hasJson, `"phlb ${name}" has no --json: every command has it`);
    assert.ok(
      JSON_COMMANDS[name] !== undefined,
      `"phlb ${name}" is not described: add its messages to src/ui/json_schema/commands.ts`,
    );
    const codes = stepsOf(name).map(({ code }) => code);
    assert.ok(codes.includes(0), `"phlb ${name}" has no step that ends well: ${TELLS}`);
    if (NEVER_FAIL.includes(name)) continue;
    const fails = stepsOf(name).some(({ writes }) => writes.includes("exit_error"));
    assert.ok(fails, `"phlb ${name}" has no step with an error: ${TELLS}`);
  }
  const known = names.map(({ name }) => name).toSorted();
  assert.deepStrictEqual(Object.keys(JSON_COMMANDS).toSorted(), known);
});

Deno.test("every line that --json prints is what phlb json-schema says, and every message is met", async () => {
  await using temp = await makeTempDir();
  await run("bash", ["-ec", MAKE_PLACE], { cwd: temp.path });
  const schema = new MessageSchema();
  const met = new Set<string>();
  let all = "";
  for (const step of JSON_STEPS) {
    const name = nameOf(step);
    const { exitCode, out, err } = await runStep(step, temp.path);
    assert.strictEqual(exitCode, step.code, `phlb ${step.run}\n${shown(out + err)}`);
    all += out + err;
    const types = [...schema.check(name, out), ...schema.check(name, err)];
    for (const type of types) met.add(`${name}: ${type}`);
    for (const type of step.writes.split(" ")) {
      assert.ok(types.includes(type), `phlb ${step.run} writes no "${type}"\n${out}\n${err}`);
    }
  }
  const described = Object.entries(JSON_COMMANDS).flatMap(([name, messages]) =>
    Object.keys(messages).map((type) => `${name}: ${type}`)
  );
  // What all have alike need not be met in each: it comes from one place.
  const alike = /: (?:status|log|error|exit_error)$/;
  const unmet = described.filter((message) => !met.has(message) && !alike.test(message));
  assert.deepStrictEqual(unmet, [], `No step writes these: ${TELLS}`);
  for (const type of ["status", "log", "error", "exit_error"]) {
    assert.ok([...met].some((message) => message.endsWith(`: ${type}`)), `nothing wrote "${type}"`);
  }
  assert.ok(all.includes(`"linktarget_b64":"${btoa("to\xff")}"`));
});

/** Without what tells how far it is. */
function shown(lines: string): string {
  return lines.split("\n").filter((line) => !line.includes('"status"')).join("\n");
}

async function runStep({ run: line, before }: JsonStep, cwd: string): Promise<RealRan> {
  if (before !== undefined) await run("bash", ["-ec", before], { cwd });
  const isEditing = /^config(?: --config|$)/.test(line) && line !== "config";
  const terminal = fakeTerminal({ isTty: isEditing });
  // Measuring takes its time.
  const speed = line.includes("--bench") ? 100 : 1;
  const env = { PHLB_LOG_PROGRESS_INTERVAL: "1ms" };
  return await runReal([...line.split(" "), "--json"], { cwd, terminal, env, speed });
}

function stepsOf(name: string): JsonStep[] {
  return JSON_STEPS.filter((step) => nameOf(step) === name);
}

/** The command that a step runs: the longest beginning of its words that is described. */
function nameOf({ run: line }: JsonStep): string {
  const [first = "", second = ""] = line.split(" ");
  const both = `${first} ${second}`;
  return JSON_COMMANDS[both] === undefined ? first : both;
}

/** All that can be run; `trash` alone only prints its help. */
async function commandNames(): Promise<{ name: string; hasJson: boolean }[]> {
  const { signal } = new AbortController();
  const deps = { ...fakeMachine(), argv: [], signal, operations: NO_OPERATIONS };
  const program = await buildProgram({ deps, finish: () => {} });
  const found: { name: string; hasJson: boolean }[] = [];
  const visit = (command: CommandUnknownOpts, name: string) => {
    const hasJson = command.options.some(({ long }) => long === "--json");
    if (command.commands.length === 0 || hasJson) found.push({ name, hasJson });
    for (const child of command.commands) visit(child, `${name} ${child.name()}`);
  };
  for (const command of program.commands) visit(command, command.name());
  return found;
}

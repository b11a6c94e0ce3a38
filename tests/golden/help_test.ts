import assert from "node:assert/strict";
import { allNodes, commandTree } from "../../src/commands/command_tree.ts";
import { buildProgram } from "../../src/commands/program.ts";
import { fakeMachine, NO_OPERATIONS, runFake } from "../support/fake_machine.ts";
import { assertGolden } from "../support/golden.ts";

/** Every command, as it is typed. */
const COMMANDS = [
  [],
  ["backup"],
  ["snapshots"],
  ["restore"],
  ["verify"],
  ["compare"],
  ["diff"],
  ["ls"],
  ["find"],
  ["history"],
  ["explain"],
  ["path"],
  ["stats"],
  ["prune"],
  ["remove"],
  ["trash"],
  ["trash", "list"],
  ["trash", "restore"],
  ["trash", "empty"],
  ["forget-path"],
  ["pin"],
  ["unpin"],
  ["tag"],
  ["note"],
  ["repair"],
  ["rebuild"],
  ["add"],
  ["doctor"],
  ["rescue-kit"],
  ["status"],
  ["schedule"],
  ["schedule", "install"],
  ["schedule", "remove"],
  ["schedule", "list"],
  ["schedule", "show"],
  ["schedule", "run"],
  ["helper"],
  ["config"],
  ["config", "show"],
  ["config", "path"],
  ["config", "check"],
  ["config", "init"],
  ["config", "schema"],
  ["notify"],
  ["notify", "test"],
  ["json-schema"],
  ["completion"],
  ["man"],
  ["version"],
  ["help"],
];

Deno.test("--help of every command is what was agreed on", async () => {
  const texts: string[] = [];
  for (const command of COMMANDS) {
    const { exitCode, out, err } = await runFake([...command, "--help"]);
    assert.deepStrictEqual([exitCode, err], [0, ""]);
    texts.push(`$ ${["phlb", ...command, "--help"].join(" ")}\n${out}`);
  }
  assertGolden("help.txt", texts.join("\n"));
});

Deno.test("--help fits a terminal of 80 columns", async () => {
  for (const command of COMMANDS) {
    const { out } = await runFake([...command, "--help"]);
    for (const line of out.split("\n")) assert.ok(line.length <= 80, line);
  }
});

Deno.test("no command is missing from the help that is agreed on", async () => {
  const program = await buildProgram({ deps: fakeDeps(), finish: () => {} });
  const isBuiltIn = (path: string) => path.endsWith(" help");
  const names = allNodes(commandTree(program)).map(({ path }) => path)
    .filter((path) => path !== "" && !isBuiltIn(path));
  const listed = COMMANDS.map((words) => words.join(" ")).filter((words) => words !== "");
  assert.deepStrictEqual(names.toSorted(), listed.toSorted());
});

Deno.test("of the commands, the one that is asked for is loaded alone", async () => {
  const names = COMMANDS.flatMap(([name]) => name ?? []);
  for (const asked of new Set(names)) {
    const program = await buildProgram({ deps: fakeDeps(), finish: () => {} }, asked);
    const loaded = program.commands.map((command) => command.name());
    assert.ok(loaded.includes(asked) && loaded.length <= 4, `${asked}: ${loaded}`);
  }
});

function fakeDeps() {
  const { signal } = new AbortController();
  return { ...fakeMachine(), argv: [], signal, operations: NO_OPERATIONS };
}

Deno.test('"phlb help backup" and "phlb backup -h" print what "phlb backup --help" prints', async () => {
  const { out } = await runFake(["backup", "--help"]);
  assert.strictEqual((await runFake(["help", "backup"])).out, out);
  assert.strictEqual((await runFake(["backup", "-h"])).out, out);
});

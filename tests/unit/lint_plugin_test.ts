import assert from "node:assert/strict";
import plugin from "../../.lint/plugin.ts";

/** Rule, file it stands in, code it must report, code it must let pass. */
const CASES: readonly (readonly [rule: string, file: string, bad: string, good: string])[] = [
  [
    "import-direction",
    "src/store/a.ts",
    'import { b } from "../backup/b.ts";',
    'import { b } from "../fs/b.ts"; import { c } from "./deeper/c.ts"; import d from "node:path";',
  ],
  [
    "import-direction",
    "src/ui/a.ts",
    'export * from "../web/b.ts";',
    'export * from "../ops/b.ts";',
  ],
  ["import-direction", "src/base/a.ts", 'import "../../main.ts";', 'import "./b.ts";'],
  ["import-direction", "src/cli.ts", 'import "../tests/a.ts";', 'await import("./commands/b.ts");'],
  [
    "import-direction",
    "src/fs/a.ts",
    'await import("../store/b.ts");',
    'await import("../base/b.ts");',
  ],
  ["import-direction", "src/other/a.ts", "f();", "// an empty file"],
  ["disk-access", "src/ops/a.ts", "Deno.readTextFileSync(path);", "fs.readTextFileSync(path);"],
  ["disk-access", "src/ops/a.ts", "await Deno.open(path);", "Deno.build.os;"],
  ["disk-access", "src/ops/a.ts", 'import { openSync } from "node:fs";', 'import "node:path";'],
  ["disk-access", "src/ops/a.ts", 'import "node:sqlite";', 'import "node:path";'],
  ["outside-world", "src/cli.ts", "Deno.exit(1);", "Deno.uid();"],
  ["outside-world", "src/fs/run_program.ts", "Deno.exit(1);", "Deno.kill(1);"],
  ["outside-world", "src/cli.ts", 'import process from "node:process";', 'import "node:path";'],
  ["no-clock", "src/ops/a.ts", "Date.now();", "clock.now();"],
  ["no-clock", "src/ops/a.ts", "performance.now();", "performance.buffer;"],
  ["no-clock", "src/ops/a.ts", "new Date();", "new Date(ms);"],
  ["no-console", "src/ui/a.ts", 'console.log("x");', 'terminal.write("x");'],
  ["file-length", "src/base/a.ts", "f();\n".repeat(401), "f();\n".repeat(400)],
  ["function-length", "src/base/a.ts", functionOf(61), functionOf(60)],
  [
    "function-length",
    "tests/a.ts",
    `function f() { it("x", ${functionOf(61)}); }`,
    `function f() { ${`it("x", () => {\n});\n`.repeat(40)} }`,
  ],
  ["parameter-count", "src/ops/a.ts", "function f(a, b, c, d) {}", "function f(a, b, { c, d }) {}"],
  ["no-boolean-parameter", "src/ops/a.ts", "function f(a: boolean) {}", "on((a: boolean) => a);"],
  ["no-boolean-parameter", "src/ops/a.ts", "const f = (a = true) => a;", "const f = (a = 1) => a;"],
  [
    "no-boolean-parameter",
    "src/ops/a.ts",
    "class A { f(a: undefined | boolean) {} }",
    "class A { f({ a }: { a: boolean }) {} }",
  ],
  [
    "documented-export",
    "src/ops/a.ts",
    "// No.\nexport const a = 1;",
    "/** A. */ export const a = 1;",
  ],
  [
    "documented-export",
    "src/ops/a.ts",
    "/** B. */ f(); export class B {}",
    'export * from "./b.ts";',
  ],
  ["no-cast", "src/ops/a.ts", "const a = b as unknown;", "const a = [1] as const;"],
  ["no-cast", "src/ops/a.ts", "const a = <B> b;", "const a = b satisfies B;"],
  [
    "strict-assertions",
    "tests/a_test.ts",
    'import { equal } from "node:assert/strict";',
    'import assert, { strictEqual } from "node:assert/strict";',
  ],
  [
    "strict-assertions",
    "tests/a_test.ts",
    'import * as assert from "node:assert/strict";',
    'import assert from "node:assert/strict";',
  ],
  [
    "strict-assertions",
    "tests/a_test.ts",
    'import assert from "node:assert";',
    'import "node:path";',
  ],
];

for (const [rule, file, bad, good] of CASES) {
  Deno.test(`phlb/${rule} reports ${bad.slice(0, 60)}`, () => {
    assert.deepStrictEqual(reportedIn(file, bad), [`phlb/${rule}`]);
    if (file !== "src/other/a.ts") assert.deepStrictEqual(reportedIn(file, good), []);
  });
}

Deno.test("phlb/file-name reports names that say nothing or are not in snake_case", () => {
  for (const file of ["src/base/utils.ts", "tests/support/index.ts", "src/base/aName.ts"]) {
    assert.deepStrictEqual(reportedIn(file, "f();"), ["phlb/file-name"], file);
  }
  assert.deepStrictEqual(reportedIn("/any/where/src/base/stat_table.ts", "f();"), []);
});

Deno.test("the rules about layers leave main.ts and tests alone", () => {
  const code = 'import "./src/cli.ts"; Deno.exit(Deno.statSync("x").size + Date.now());';
  assert.deepStrictEqual(reportedIn("/project/main.ts", code), []);
  assert.deepStrictEqual(reportedIn("/project/tests/unit/a_test.ts", code), []);
});

Deno.test("src/fs may touch the disk and has the port's longer parameter lists", () => {
  const code = "function link(a, b, c, d) { Deno.linkSync(a, b); }";
  assert.deepStrictEqual(reportedIn("/project/src/fs/a.ts", code), []);
});

function reportedIn(file: string, code: string): string[] {
  return Deno.lint.runPlugin(plugin, file, code).map(({ id }) => id);
}

function functionOf(lines: number): string {
  return `function f() {\n${"f();\n".repeat(lines - 2)}}`;
}

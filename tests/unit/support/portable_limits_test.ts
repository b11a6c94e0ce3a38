import assert from "node:assert/strict";
import { projectDir } from "../../support/phlb.ts";
import { PORTABLE_LIMITS } from "../../support/portable_limits.ts";

Deno.test("every test that the list of portable limits names is there", async () => {
  let all = "";
  for (const { name } of Deno.readDirSync(`${projectDir()}tests/cli`)) {
    all += await Deno.readTextFile(`${projectDir()}tests/cli/${name}`);
  }
  for (const beginning of PORTABLE_LIMITS.flatMap(({ tests }) => tests)) {
    // Some names end with what a table has: then that begins one of its texts.
    const words = beginning.split(" ");
    const ends = words.map((_, at) => words.slice(at).join(" ").split(":")[0]);
    const isThere = all.includes(beginning) || ends.some((end) => all.includes(`"${end}`));
    assert.ok(isThere, `no test "${beginning}"`);
  }
});

Deno.test("no test is about two portable limits", () => {
  const tests = PORTABLE_LIMITS.flatMap((limit) => limit.tests);
  assert.strictEqual(new Set(tests).size, tests.length);
  for (const one of tests) {
    for (const other of tests) {
      assert.ok(one === other || !one.startsWith(other), `${one} ${other}`);
    }
  }
});

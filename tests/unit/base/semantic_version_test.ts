import assert from "node:assert/strict";
import { compareVersions, parseVersion } from "../../../src/base/semantic_version.ts";

function parsed(text: string) {
  return parseVersion(text) ?? assert.fail(text);
}

/** Source: the example of Semantic Versioning 2.0.0, item 11. */
const IN_ORDER = [
  "0.9.10",
  "1.0.0-alpha",
  "1.0.0-alpha.1",
  "1.0.0-alpha.beta",
  "1.0.0-beta",
  "1.0.0-beta.2",
  "1.0.0-beta.11",
  "1.0.0-rc.1",
  "1.0.0",
  "1.0.10",
  "1.2.0",
  "10.0.0",
];

Deno.test("compareVersions() has the order of the specification, either way round", () => {
  for (const [i, a] of IN_ORDER.entries()) {
    for (const [k, b] of IN_ORDER.entries()) {
      assert.strictEqual(
        Math.sign(compareVersions(parsed(a), parsed(b))),
        Math.sign(i - k),
        `${a} ${b}`,
      );
    }
  }
});

Deno.test("parseVersion() takes a tag, drops build metadata, and nothing else", () => {
  assert.strictEqual(parsed(" v1.2.3-rc.1+build.5\n").text, "1.2.3-rc.1");
  for (const text of ["", "1.2", "1.2.3.4", "version 1.2.3", "<html>", "1.2.3 4", "1.2.x"]) {
    assert.strictEqual(parseVersion(text), undefined, text);
  }
});

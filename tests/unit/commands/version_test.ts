import assert from "node:assert/strict";
import { VERSION } from "../../../src/base/version.ts";
import { runFake } from "../../support/fake_machine.ts";

Deno.test("phlb version prints what --version prints", async () => {
  const { out } = await runFake(["version"]);
  assert.strictEqual(out, `phlb ${VERSION} (Deno 1.2.3)\n`);
  assert.strictEqual((await runFake(["--version"])).out, out);
});

Deno.test("phlb version --json prints a JSON line", async () => {
  const { out } = await runFake(["version", "--json"]);
  const expected = {
    message_type: "version",
    version: VERSION,
    runtime: "Deno 1.2.3",
    schema_version: 1,
  };
  assert.deepStrictEqual(JSON.parse(out), expected);
});

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { JSON_COMMANDS } from "../../../../src/ui/json_schema/commands.ts";
import { nameOf } from "../../../../src/ui/json_schema/fields.ts";
import { JSON_SCHEMA_VERSION } from "../../../../src/ui/json_lines.ts";
import { Ajv2020 } from "ajv/2020";
import { messageSchema } from "../../../../src/ui/json_schema/render_message_schema.ts";
import { runFake } from "../../../support/fake_machine.ts";

const read = (path: string) =>
  Deno.readTextFileSync(new URL(`../../../../${path}`, import.meta.url));

Deno.test("docs/json.md names every message and every field that the schema has", () => {
  const sections = read("docs/json.md").split(/^## /m);
  const everywhere =
    ["All commands", "Entries"].map((title) =>
      sections.find((section) => section.startsWith(title)) ?? ""
    ).join() + read("src/store/FORMAT.md");
  for (const [command, messages] of Object.entries(JSON_COMMANDS)) {
    const [word = ""] = command.split(" ");
    const own = sections.filter((section) => section.split("\n")[0]?.includes(`\`phlb ${word}\``));
    ok(own.length > 0, `docs/json.md has no section "## \`phlb ${word}\`"`);
    const told = own.join();
    for (const [type, forms] of Object.entries(messages)) {
      ok((told + everywhere).includes(`\`${type}\``), `docs/json.md: "${type}" of phlb ${command}`);
      for (const field of [forms].flat().flatMap(Object.keys).map(nameOf)) {
        const isTold = new RegExp(`[\`.]${field}\``).test(told + everywhere);
        ok(isTold, `docs/json.md does not tell of "${field}" in "${type}" of phlb ${command}`);
      }
    }
  }
});

Deno.test("phlb json-schema prints a schema that takes what is described and nothing else", async () => {
  const { out, exitCode } = await runFake(["json-schema"]);
  strictEqual(exitCode, 0);
  deepStrictEqual(JSON.parse(out), messageSchema());
  const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(JSON.parse(out));
  const line = { message_type: "log", level: "info", message: "x", schema_version: 1 };
  strictEqual(validate(line), true);
  strictEqual(validate({ ...line, schema_version: JSON_SCHEMA_VERSION + 1 }), false);
  strictEqual(validate({ ...line, more: 1 }), false);
  strictEqual(validate({ ...line, message_b64: "/w==" }), true);
  strictEqual(validate({ ...line, message_type: "other" }), false);
});

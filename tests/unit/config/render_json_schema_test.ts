import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { Ajv } from "ajv";
import { KEYS, SPECS } from "../../../src/config/keys.ts";
import { renderJsonSchema } from "../../../src/config/render_json_schema.ts";
import { writtenDefault } from "../../../src/config/setting_spec.ts";

const validate = new Ajv({ strict: true, strictTypes: false, allErrors: true })
  .compile(JSON.parse(renderJsonSchema()));

/** `{ table: { leaf: value } }`, as a TOML parser would give it. */
function nested(key: (typeof KEYS)[number], value: unknown) {
  return key.split(".").reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
}

Deno.test("the JSON Schema accepts every example and default, also in a job", () => {
  for (const key of KEYS) {
    for (const value of [SPECS[key].example, writtenDefault(SPECS[key])]) {
      if (value === undefined) continue;
      ok(validate(nested(key, value)), `${key}: ${JSON.stringify(validate.errors)}`);
      ok(validate({ job: [{ id: "a", ...Object(nested(key, value)) }] }), key);
    }
  }
});

Deno.test("the JSON Schema refuses unknown keys, wrong types and values out of range", () => {
  const wrong = [
    { sorce: "x" },
    { exclude: { dir: [] } },
    { exclude: { dirs: "x" } },
    { exclude: { dirs: { add: ["x"] } } },
    { exclude: { larger_than: "10MB" } },
    { backup: { checksum: "yes" } },
    { hooks: { run_before: [3] } },
    { hooks: { run_before: [[]] } },
    { notify: { email: { password: "plain" } } },
    { notify: { email: { password: { env: "A", file: "b" } } } },
    { notify: { email: { on: ["always"] } } },
    { notify: { "email.to": ["a@b"] } },
    { backup: { order: "random" } },
    { backup: { lock_wait: "soon" } },
    { snapshot: { manifest_level: 10 } },
    { snapshot: { dir_mode: "0600" } },
    { job: [{ source: "x" }] },
    { job: { id: "x" } },
  ];
  deepStrictEqual(wrong.filter((value) => validate(value)), []);
});

Deno.test("the JSON Schema knows append and remove, and describes every key", () => {
  ok(validate({ exclude: { dirs: { append: ["a"], remove: ["b"] } } }));
  const text = renderJsonSchema();
  for (const key of KEYS) ok(text.includes(JSON.stringify(SPECS[key].description)), key);
  strictEqual(JSON.parse(text).$schema, "http://json-schema.org/draft-07/schema#");
});

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { KEYS, leafOf, SPECS, tableOf } from "../../src/config/keys.ts";
import { renderEffectiveConfig } from "../../src/config/render_config.ts";
import { renderExample } from "../../src/config/render_example.ts";
import type { Written } from "../../src/config/setting_spec.ts";
import { written } from "../../src/config/toml_text.ts";
import { PYTHON } from "../support/python.ts";
import { load } from "../support/config_deps.ts";

const READ = "import json, sys, tomllib; print(json.dumps(tomllib.load(sys.stdin.buffer)))";

/** What Python's own TOML parser makes of `text`. */
async function readByPython(text: string): Promise<unknown> {
  const command = new Deno.Command(PYTHON, {
    args: ["-c", READ],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  });
  const child = command.spawn();
  const output = child.output();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { code, stdout } = await output;
  strictEqual(code, 0);
  return JSON.parse(new TextDecoder().decode(stdout));
}

Deno.test("Python's TOML parser reads the effective configuration as it is meant", async () => {
  const hostile = ["\"'\\\n\t\r\0\x7f\x1b", "äöü 🙂\u2028", "# no comment", "]", ""];
  const { settings } = load({}).main;
  const { main } = load({ flags: { note: hostile.join(), tags: hostile, source: "~/a'b\"c\\d" } });
  type Table = { [name: string]: Table | Written };
  const expected: Table = {};
  const tables = new Map<string, Table>([["", expected]]);
  const tableCalled = (name: string): Table => {
    const known = tables.get(name);
    if (known !== undefined) return known;
    const made: Table = {};
    tables.set(name, made);
    const [leaf = "", ...above] = name.split(".").toReversed();
    tableCalled(above.toReversed().join("."))[leaf] = made;
    return made;
  };
  for (const key of KEYS) {
    const value = main.settings[key];
    const members = tableCalled(tableOf(key));
    if (value !== undefined) members[leafOf(key)] = written(value, SPECS[key]);
  }
  deepStrictEqual(await readByPython(renderEffectiveConfig(main)), expected);
  strictEqual(main.settings["exclude.dirs"].length, settings["exclude.dirs"].length);
});

Deno.test("Python's TOML parser reads the example, also with every line switched on", async () => {
  await readByPython(renderExample());
  await readByPython(renderExample().replace(/^#(?! |$)/gm, ""));
});

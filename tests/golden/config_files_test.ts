import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { KEYS, leafOf, SPECS } from "../../src/config/keys.ts";
import { renderConfigTable } from "../../src/config/render_config_table.ts";
import { renderExample } from "../../src/config/render_example.ts";
import { assertGolden, assertSameFile } from "../support/golden.ts";
import { load } from "../support/config_deps.ts";

const HERE = "/home/ann/work/phlb.toml";

/** The lines that only await the taking away of their `#`. */
function uncommented(text: string): string {
  return text.replace(/^#(?! |$)/gm, "");
}

Deno.test("config.example.toml is what the schema says", () => {
  assertSameFile(new URL("../../config.example.toml", import.meta.url), renderExample());
});

Deno.test("the example as it stands sets nothing", () => {
  deepStrictEqual(load({ files: { [HERE]: renderExample() } }).layers, []);
});

Deno.test("the example sets every key once its lines are switched on, all valid", () => {
  const { main, jobs, layers } = load({ files: { [HERE]: uncommented(renderExample()) } });
  const ofJob = ["job.documents.source", "job.documents.exclude.dirs"];
  deepStrictEqual(layers[0]?.keys, [...KEYS, ...ofJob]);
  strictEqual(main.settings["backup.order"], "tree");
  strictEqual(jobs[0]?.settings["exclude.dirs"].at(-1), "drafts");
});

Deno.test("switching on a line that shows a default changes no setting", () => {
  const before = load({}).main.settings;
  const { settings } = load({ files: { [HERE]: uncommented(renderExample()) } }).main;
  for (const key of KEYS) {
    if ("default" in SPECS[key]) deepStrictEqual(settings[key], before[key], key);
  }
});

Deno.test("the example describes every key in lines of at most 100 characters", () => {
  const lines = renderExample().split("\n");
  ok(lines.every((line) => line.length <= 100));
  const text = lines.map((line) => line.replace(/^# /, "")).join(" ");
  for (const key of KEYS) {
    ok(text.includes(SPECS[key].description), key);
    ok(lines.some((line) => line.startsWith(`#${leafOf(key)} = `)), key);
  }
});

Deno.test("the table of all keys is as it was", () => {
  assertGolden("config_table.md", renderConfigTable());
});

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { renderEffectiveConfig, showConfig } from "../../../src/config/render_config.ts";
import { defaultSettings } from "../../../src/config/resolve_job.ts";
import { load } from "../../support/config_deps.ts";

const HERE = "/home/ann/work/phlb.toml";
const SETTING = {
  files: {
    [HERE]: 'source = "x"\nexclude.dirs.append = ["n"]\n[[job]]\nid = "d"\nbackup.checksum = true',
  },
  env: { PHLB_NOTE: "a\nb" },
};

Deno.test("renderEffectiveConfig() tells each value and each item's origin", () => {
  const [job] = load(SETTING).jobs;
  const lines = job ? renderEffectiveConfig(job).split("\n") : [];
  const expected = [
    '# The effective configuration of the job "d", each value with where it comes from.',
    `source = "/home/ann/work/x" # ${HERE}:1:1`,
    "# destination is not set",
    'note = "a\\nb" # PHLB_NOTE',
    "[exclude]",
    '  ".nox", # default',
    `  "n", # ${HERE}:2:24`,
    `] # ${HERE}:2:1`,
    `checksum = true # ${HERE}:5:1`,
    'buffer = "256KiB" # default',
  ];
  deepStrictEqual(expected.filter((line) => !lines.includes(line)), []);
});

Deno.test("renderEffectiveConfig() keeps an origin with a line break inside its comment", () => {
  const path = "/tmp/a\nnote = 1/phlb.toml";
  const { main } = load({ cwd: "/tmp/a\nnote = 1", files: { [path]: 'name = "n"' } });
  const text = renderEffectiveConfig(main);
  ok(text.includes('name = "n" # /tmp/a\\x0anote = 1/phlb.toml:1:1\n'));
  strictEqual(load({ files: { [HERE]: text } }).main.settings.note, undefined);
});

Deno.test("showConfig() gives dotted lines, and for a job what differs there", () => {
  const lines = showConfig(load(SETTING), { origin: false });
  ok(lines.includes("backup.checksum = false"));
  ok(lines.every((line) => !line.includes(HERE)));
  deepStrictEqual(lines.slice(-4), ["", "[[job]]", 'id = "d"', "backup.checksum = true"]);
  const told = showConfig(load(SETTING), { origin: true });
  strictEqual(told.at(-1), `backup.checksum = true # ${HERE}:5:1`);
});

Deno.test("showConfig() prints what can be read as a configuration", () => {
  const shown = showConfig(load(SETTING), { origin: true }).join("\n");
  const again = load({ files: { [HERE]: shown } });
  deepStrictEqual(again.main.settings, load(SETTING).main.settings);
  deepStrictEqual(again.jobs[0]?.settings, load(SETTING).jobs[0]?.settings);
});

Deno.test("defaultSettings() are the settings of someone who has configured nothing", () => {
  deepStrictEqual(defaultSettings(), load({}).main.settings);
});

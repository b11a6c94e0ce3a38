import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { fc } from "../support/property.ts";
import type { Flags } from "../../src/config/config.ts";
import { KEYS, SPECS } from "../../src/config/keys.ts";
import { renderEffectiveConfig, showConfig } from "../../src/config/render_config.ts";
import {
  isListSpec,
  type Spec,
  type TextRule,
  type Written,
} from "../../src/config/setting_spec.ts";
import { tomlText } from "../../src/config/toml_text.ts";
import { parseTomlDocument } from "../../src/config/toml_document.ts";
import { load } from "../support/config_deps.ts";

const HERE = "/home/ann/work/phlb.toml";
const text = fc.string({ unit: "grapheme", maxLength: 12 });
const fileName = text.filter((name) => name !== "" && !/^\.\.?$|[/\0]/.test(name));
const path = text.filter((name) => name !== "" && !name.includes("\0"));

const args = fc.array(path, { minLength: 1, maxLength: 3 });
const shell = path.filter((line) => line.trim() !== "");
const commands = fc.oneof(
  shell,
  args,
  fc.tuple(args, fc.array(fc.oneof(args, shell), { maxLength: 2 })).map(([first, rest]) => [
    first,
    ...rest,
  ]),
);

/** Some text that each rule lets pass. */
const FITTING: Readonly<Record<TextRule, readonly string[]>> = {
  "name": ["a", "x y", "é.b"],
  "time-format": ["%Y%m%d-%H%M%S"],
  "calendar": ["daily 02:30", "Mon..Fri 18:00", "*/15 * * * *"],
  "io-priority": ["idle", "best-effort:0", "best-effort:7"],
  "url": ["https://example.org/latest", "http://[::1]:8080/?a=b"],
  "address": ["ann@example.org"],
  "header": ["Content-Type: text/plain", "X-Token: {secret}"],
  "host": ["mail.example.org", "::1"],
  "call-url": ["https://example.org/x"],
};

/** Anything that may be written for a key. */
function writable(spec: Spec): fc.Arbitrary<Written> {
  if (spec.type === "commands") return commands;
  if (spec.type === "words") return fc.subarray([...spec.choices]);
  if (isListSpec(spec)) {
    if (spec.rule !== undefined) return fc.subarray([...FITTING[spec.rule]]);
    const item = spec.type === "names" ? fileName : spec.type === "paths" ? path : text;
    return fc.array(item, { maxLength: 3 });
  }
  switch (spec.type) {
    case "boolean":
      return fc.boolean();
    case "integer":
      return fc.integer({ min: spec.min, max: spec.max });
    case "choice":
      return fc.constantFrom(...spec.choices);
    case "size":
      return fc.integer({ min: spec.min, max: Math.min(spec.max, 2 ** 45) });
    case "duration":
      return fc.oneof(
        fc.integer({ min: 0, max: 10 ** 7 }),
        fc.integer({ min: 0, max: 10 ** 6 }).map((ms) => `${ms}ms`),
      );
    case "mode":
      return fc.integer({ min: 0, max: 0o77 }).map((bits) => (0o700 | bits).toString(8));
    case "path":
      return path;
    case "secret":
      return fc.oneof(
        fc.constantFrom("A", "B_C").map((env) => ({ env })),
        path.map((file) => ({ file })),
        args.map((command) => ({ command })),
      );
    case "string":
      if (spec.rule === undefined) return text;
      return fc.constantFrom(...FITTING[spec.rule]);
  }
}

const document = fc.tuple(...KEYS.map((key) => fc.option(writable(SPECS[key])))).map((values) =>
  KEYS.flatMap((key, i) => values[i] === null ? [] : `${key} = ${tomlText(values[i] ?? "")}`)
    .join("\n")
);

/** Some settings exclude each other, also when one of them is for all jobs. */
function canStandTogether(...documents: readonly string[]): boolean {
  const all = documents.join("\n");
  return !(/^dedup\.metadata = "inode"/m.test(all) && /^snapshot\.protect = "[ri]/m.test(all));
}

Deno.test("the effective configuration, read alone, gives the same settings", () => {
  fc.assert(
    fc.property(document, fc.array(fileName), (written, more) => {
      fc.pre(canStandTogether(written));
      const flags: Flags = { "exclude.patterns": { append: more } };
      const { main } = load({ files: { [HERE]: written }, flags });
      const copy = renderEffectiveConfig(main);
      const again = load({ files: { "/else/where/phlb.toml": copy }, cwd: "/else/where" });
      deepStrictEqual(again.main.settings, main.settings);
    }),
    { numRuns: 60 },
  );
});

Deno.test("what config show prints, read alone, gives the same settings for every job", () => {
  fc.assert(
    fc.property(document, document, (outside, inJob) => {
      fc.pre(canStandTogether(outside, inJob));
      const config = load({ files: { [HERE]: `${outside}\n[[job]]\nid = "j"\n${inJob}` } });
      const shown = showConfig(config, { origin: true }).join("\n");
      const again = load({ files: { "/phlb.toml": shown }, cwd: "/" });
      deepStrictEqual(again.main.settings, config.main.settings);
      deepStrictEqual(again.jobs[0]?.settings, config.jobs[0]?.settings);
    }),
    { numRuns: 40 },
  );
});

Deno.test("any text at all is either a document or a fault with a place in it", () => {
  const line = fc.constantFrom("a = 1", "[t]", "[[job]]", "x = [", "'", '"', "a.b = 2", "]", "= 3");
  const chaos = fc.array(fc.oneof(line, fc.string({ maxLength: 8 }))).map((all) => all.join("\n"));
  fc.assert(
    fc.property(chaos, (input) => {
      const lines = input.split("\n");
      for (const fault of parseTomlDocument(input).faults) {
        const length = lines[fault.line - 1]?.length ?? -1;
        strictEqual(fault.column >= 1 && fault.column <= length + 2, true, JSON.stringify(fault));
      }
    }),
    { numRuns: 300 },
  );
});

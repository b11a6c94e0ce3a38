import { resolve } from "node:path";
import type { Given } from "./given.ts";
import {
  DURATION_FORM,
  MODE_FORM,
  parseDirMode,
  parseDuration,
  parseSize,
  SIZE_FORM,
  writeSize,
} from "./quantity.ts";
import { COMMAND_FORM, commandItem, COMMANDS_FORM, commandsOf } from "./command_list.ts";
import { Secret, SECRET_FORM } from "./secret.ts";
import {
  isListSpec,
  type ListSpec,
  type Spec,
  type Value,
  type WordsSpec,
} from "./setting_spec.ts";
import { breachOf, breachOfFileName } from "./text_rule.ts";

/** What paths are relative to. */
export interface PathBase {
  /** Absolute. */
  readonly directory: string;
  readonly home: string | undefined;
}

/** Why a value does not fit its key: `must be …`. */
export interface Breach {
  readonly must: string;
  /** The list item that is wrong; missing when the whole value is. */
  readonly item?: Given;
}

/** A value that fits its key, or everything that keeps it from fitting. */
export type Converted = { readonly value: Value } | { readonly breaches: readonly Breach[] };

/** `given` as a value of the kind that `spec` asks for. */
export function convert(given: Given, spec: Spec, base: PathBase): Converted {
  if (spec.type === "commands") return convertCommands(given);
  if (isListSpec(spec)) return convertList(given, spec, base);
  switch (spec.type) {
    case "boolean":
      return typeof given.data === "boolean" ? { value: given.data } : must("true or false");
    case "integer":
      return convertInteger(given, spec);
    case "string":
      return convertText(given, (text) => spec.rule && breachOf(text, spec.rule));
    case "choice":
      return convertChoice(given, spec);
    case "size":
      return convertSize(given, spec);
    case "duration":
      return quantity(quantityText(given), parseDuration, DURATION_FORM);
    case "mode":
      return quantity(modeText(given), parseDirMode, MODE_FORM);
    case "path":
      return convertPath(given, base);
    case "secret":
      return convertSecret(given, spec, base);
  }
}

function must(form: string): Converted {
  return { breaches: [{ must: `must be ${form}` }] };
}

function convertInteger(given: Given, spec: Spec & { type: "integer" }): Converted {
  const { data } = given;
  const { min, max, zero } = spec;
  if (zero !== undefined && data === zero) return { value: 0 };
  const fits = typeof data === "number" && Number.isInteger(data) && data >= min && data <= max;
  return fits
    ? { value: data }
    : must(`${zero === undefined ? "" : `"${zero}" or `}a whole number from ${min} to ${max}`);
}

function convertText(given: Given, breachIn: (text: string) => string | undefined): Converted {
  if (typeof given.data !== "string") return must("text in quotes");
  const breach = breachIn(given.data);
  return breach === undefined ? { value: given.data } : { breaches: [{ must: breach }] };
}

function convertChoice(given: Given, spec: Spec & { type: "choice" }): Converted {
  if (typeof given.data === "string" && spec.choices.includes(given.data)) {
    return { value: given.data };
  }
  const choices = spec.choices.map((choice) => `"${choice}"`).join(", ");
  const form = spec.choices.length > 1 ? `one of ${choices}` : choices;
  return must(spec.because === undefined ? form : `${form}, because ${spec.because}`);
}

function convertSize(given: Given, spec: Spec & { type: "size" }): Converted {
  const result = quantity(quantityText(given), parseSize, SIZE_FORM);
  if ("breaches" in result || typeof result.value !== "number") return result;
  if (result.value >= spec.min && result.value <= spec.max) return result;
  const bounded = spec.max < Number.MAX_SAFE_INTEGER;
  return must(bounded ? `a size from ${writeSize(spec.min)} to ${writeSize(spec.max)}` : SIZE_FORM);
}

function quantity(
  text: string,
  parse: (text: string) => number | undefined,
  form: string,
): Converted {
  const value = parse(text);
  return value === undefined || !Number.isSafeInteger(value) ? must(form) : { value };
}

function quantityText({ data }: Given): string {
  return typeof data === "string" || typeof data === "number" ? String(data) : "";
}

/** A bare 700 in TOML is seven hundred, which nobody means as a mode. */
function modeText(given: Given): string {
  if (typeof given.data === "string") return given.data;
  return given.text.startsWith("0o") ? given.text.replaceAll("_", "") : "";
}

function convertPath(given: Given, base: PathBase): Converted {
  const { data } = given;
  if (typeof data !== "string" || data === "" || data.includes("\0")) return must("a path");
  const tail = /^~(?:[/\\]+(.*))?$/s.exec(data);
  if (!tail) return { value: resolve(base.directory, data) };
  if (base.home === undefined) return must("a path without ~, for the home directory is not known");
  return { value: resolve(base.home, tail[1] ?? "") };
}

function convertList(given: Given, spec: ListSpec | WordsSpec, base: PathBase): Converted {
  if (typeof given.data !== "object") return must('a list, such as ["a", "b"]');
  const items: string[] = [];
  const breaches: Breach[] = [];
  for (const item of given.data) {
    const result = convertItem(item, spec, base);
    if ("breaches" in result) breaches.push(...result.breaches.map(({ must }) => ({ must, item })));
    else if (typeof result.value === "string") items.push(result.value);
  }
  return breaches.length > 0 ? { breaches } : { value: items };
}

function convertItem(item: Given, spec: ListSpec | WordsSpec, base: PathBase): Converted {
  switch (spec.type) {
    case "paths":
      return convertPath(item, base);
    case "names":
      return convertText(item, breachOfFileName);
    case "strings":
      return convertText(item, (text) => spec.rule && breachOf(text, spec.rule));
    case "words":
      return typeof item.data === "string" && spec.choices.includes(item.data)
        ? { value: item.data }
        : must(`one of ${spec.choices.map((choice) => `"${choice}"`).join(", ")}`);
  }
}

function convertCommands(given: Given): Converted {
  const commands = commandsOf(given);
  if (commands === undefined) return must(COMMANDS_FORM);
  const breaches = commands.flatMap(({ item, args }): Breach[] =>
    args === undefined ? [{ must: `must be ${COMMAND_FORM}`, item }] : []
  );
  if (breaches.length > 0) return { breaches };
  return { value: commands.map(({ args = [] }) => commandItem(args)) };
}

function convertSecret(
  given: Given,
  { plain }: Spec & { type: "secret" },
  base: PathBase,
): Converted {
  const { data, part } = given;
  switch (part) {
    case "env":
      return typeof data === "string" && /^[^=\0]+$/.test(data)
        ? { value: new Secret({ from: "env", name: data }) }
        : must("the name of an environment variable");
    case "file": {
      const result = convertPath(given, base);
      if ("breaches" in result || typeof result.value !== "string") return result;
      return { value: new Secret({ from: "file", path: result.value }) };
    }
    case "command": {
      const [command, ...others] = typeof data === "object" ? commandsOf(given) ?? [] : [];
      return command?.args === undefined || others.length > 0
        ? must('a list of arguments, such as ["pass", "show", "mail"]')
        : { value: new Secret({ from: "command", args: command.args }) };
    }
  }
  if (plain === undefined) return must(SECRET_FORM);
  if (typeof data !== "string") return must(`text in quotes, or ${SECRET_FORM}`);
  const breach = breachOf(data, plain);
  return breach === undefined
    ? { value: new Secret({ from: "text" }, data) }
    : { breaches: [{ must: breach }] };
}

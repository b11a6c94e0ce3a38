import { writeDuration, writeMode, writeSize } from "./quantity.ts";
import { commandArgs } from "./command_list.ts";
import { Secret } from "./secret.ts";
import { isListValue, type Spec, type Value, type Written } from "./setting_spec.ts";

/** `value` as TOML text on one line. */
export function tomlText(value: Written): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value !== "object") return String(value);
  if (isArray(value)) return `[${value.map(tomlText).join(", ")}]`;
  const members = Object.entries(value).map(([name, member]) => `${name} = ${tomlText(member)}`);
  return `{ ${members.join(", ")} }`;
}

function isArray(value: Written & object): value is readonly (string | readonly string[])[] {
  return Array.isArray(value);
}

/**
 * A converted value as a person would write it; converting it again gives the same value. A secret
 * that stands in the configuration itself becomes an empty table.
 */
export function written(value: Value, spec: Spec): Written {
  if (value instanceof Secret) return value.table ?? {};
  if (isListValue(value)) return spec.type === "commands" ? value.map(commandArgs) : value;
  if (typeof value !== "number") return value;
  if (spec.type === "integer") return value === 0 ? spec.zero ?? 0 : value;
  if (spec.type === "size") return writeSize(value);
  if (spec.type === "duration") return writeDuration(value);
  return spec.type === "mode" ? writeMode(value) : value;
}

/**
 * A TOML basic string. JSON's escapes are all valid in it; DEL has to be escaped as well, and a
 * lone surrogate (a byte that is not UTF-8) cannot be written in TOML at all: it becomes U+FFFD.
 */
function quoted(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll("\x7f", "\\u007f");
}

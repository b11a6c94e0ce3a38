import { writeDuration, writeMode, writeSize } from "./quantity.ts";
import type { Spec, Value, Written } from "./setting_spec.ts";

/** `value` as TOML text on one line. */
export function tomlText(value: Written): string {
  if (typeof value === "string") return quoted(value);
  return typeof value === "object" ? `[${value.map(quoted).join(", ")}]` : String(value);
}

/** A converted value as a person would write it; converting it again gives the same value. */
export function written(value: Value, spec: Spec): Written {
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

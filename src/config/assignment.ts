import type { Origin } from "./config.ts";
import { convert, type PathBase } from "./convert.ts";
import type { ConfigProblem, Given } from "./given.ts";
import { isListKey, SPECS } from "./keys.ts";
import type { Key } from "./schema.ts";
import { isListValue, type Value } from "./setting_spec.ts";

/** What a layer does with a key: lists can also be added to and taken from. */
export type Edit = "set" | "append" | "remove";

/** One valid step on the way to a key's value. */
export interface Assignment {
  readonly key: Key;
  readonly edit: Edit;
  readonly value: Value;
  readonly origin: Origin;
  /** For a list, the origin of each item. */
  readonly itemOrigins: readonly Origin[];
}

/** Collects what a layer assigns, and what is wrong with it. */
export interface Findings {
  readonly assignments: Assignment[];
  readonly problems: ConfigProblem[];
}

/** What {@link assign} is to do. */
export interface Attempt {
  readonly key: Key;
  readonly edit: Edit;
  readonly given: Given;
  readonly base: PathBase;
}

/** Adds the assignment to `findings`, or what is wrong with it. */
export function assign({ key, edit, given, base }: Attempt, findings: Findings): void {
  const result = convert(given, SPECS[key], base);
  const isSecret = SPECS[key].type === "secret";
  if ("breaches" in result) {
    findings.problems.push(...result.breaches.map(({ must, item }) => ({
      origin: (item ?? given).origin,
      message: item
        ? `Cannot take ${shown(item)} into "${key}": ${must}`
        : `Cannot set "${key}"${isSecret ? "" : ` to ${shown(given)}`}: ${must}`,
    })));
    return;
  }
  const { value } = result;
  const { origin, data } = given;
  const items = isListKey(key) && typeof data === "object" ? data : [];
  // A list of arguments is one command: as a list of commands it has one item.
  const count = isListValue(value) ? value.length : 0;
  const itemOrigins = items.length === count
    ? items.map((item) => item.origin)
    : Array.from({ length: count }, () => origin);
  findings.assignments.push({ key, edit, value, origin, itemOrigins });
}

const LONGEST_SHOWN = 60;

function shown({ data, text }: Given): string {
  const whole = typeof data === "string" ? JSON.stringify(data) : text.replace(/\s+/g, " ");
  return whole.length > LONGEST_SHOWN ? `${whole.slice(0, LONGEST_SHOWN)}…` : whole;
}

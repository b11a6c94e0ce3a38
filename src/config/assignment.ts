import type { Origin } from "./config.ts";
import { convert, type PathBase } from "./convert.ts";
import type { ConfigProblem, Given } from "./given.ts";
import { isListKey, SPECS } from "./keys.ts";
import type { Key } from "./schema.ts";
import type { Value } from "./setting_spec.ts";

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
  if ("breaches" in result) {
    findings.problems.push(...result.breaches.map(({ must, item }) => ({
      origin: (item ?? given).origin,
      message: item
        ? `Cannot take ${shown(item)} into "${key}": ${must}`
        : `Cannot set "${key}" to ${shown(given)}: ${must}`,
    })));
    return;
  }
  const items = isListKey(key) && typeof given.data === "object" ? given.data : [];
  const itemOrigins = items.map((item) => item.origin);
  findings.assignments.push({ key, edit, value: result.value, origin: given.origin, itemOrigins });
}

const LONGEST_SHOWN = 60;

function shown({ data, text }: Given): string {
  const whole = typeof data === "string" ? JSON.stringify(data) : text.replace(/\s+/g, " ");
  return whole.length > LONGEST_SHOWN ? `${whole.slice(0, LONGEST_SHOWN)}…` : whole;
}

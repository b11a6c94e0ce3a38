import { assign, type Attempt, type Findings } from "./assignment.ts";
import type { ConfigDeps, Flags, FlagValue, Origin } from "./config.ts";
import type { LayerContent } from "./file_layer.ts";
import type { Given } from "./given.ts";
import { isListKey, KEYS, SPECS, variableOf } from "./keys.ts";
import type { Key } from "./schema.ts";

/**
 * What the environment sets. An empty variable counts as not set. A list is a JSON array, or items
 * with commas between them.
 */
export function readEnvironmentLayer({ env, cwd, home }: ConfigDeps): LayerContent {
  const base = { directory: cwd, home };
  const attempts = KEYS.flatMap((key): Attempt[] => {
    const name = variableOf(key);
    const text = env[name];
    if (text === undefined || text === "") return [];
    const origin: Origin = { layer: "environment", name };
    return [{ key, edit: "set", given: givenFromText(text, { key, origin }), base }];
  });
  return collect("environment", attempts);
}

/** What the command line sets. */
export function readFlagLayer(flags: Flags, { cwd, home }: ConfigDeps): LayerContent {
  const base = { directory: cwd, home };
  const attempts = KEYS.flatMap((key): Attempt[] => {
    const value = flags[key];
    if (value === undefined) return [];
    const origin: Origin = { layer: "flag", name: SPECS[key].flag ?? key };
    const adds = typeof value === "object" && "append" in value;
    const given = givenFromFlag(adds ? value.append : value, { key, origin });
    return [{ key, edit: adds ? "append" : "set", given, base }];
  });
  return collect("flag", attempts);
}

function collect(origin: "environment" | "flag", attempts: readonly Attempt[]): LayerContent {
  const findings: Findings = { assignments: [], problems: [] };
  for (const attempt of attempts) assign(attempt, findings);
  const keys = findings.assignments.map(({ key }) => key);
  return { layer: { origin, keys }, jobs: [], ...findings };
}

interface Target {
  readonly key: Key;
  readonly origin: Origin;
}

function givenFromFlag(value: Exclude<FlagValue, { append: unknown }>, target: Target): Given {
  const { key, origin } = target;
  if (typeof value === "string") {
    return isListKey(key) ? listOf([value], origin) : givenFromText(value, target);
  }
  if (typeof value !== "object") return { data: value, text: JSON.stringify(value), origin };
  return listOf(value, origin);
}

function givenFromText(text: string, { key, origin }: Target): Given {
  if (isListKey(key)) return listFromText(text, origin);
  const { type } = SPECS[key];
  const word = text.toLowerCase();
  const data = type === "boolean" && WORDS.has(word)
    ? WORDS.get(word)
    : type === "integer" && /^-?\d{1,15}$/.test(text)
    ? Number(text)
    : text;
  return { data, text, origin };
}

const WORDS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["yes", true],
  ["on", true],
  ["1", true],
  ["false", false],
  ["no", false],
  ["off", false],
  ["0", false],
]);

function listFromText(text: string, origin: Origin): Given {
  const array = parsedArray(text);
  if (array) return listOf(array, origin);
  if (text.startsWith("[")) return { data: text, text, origin };
  return listOf(text.split(",").map((item) => item.trim()).filter((item) => item !== ""), origin);
}

/** The items of a JSON array of strings, `undefined` for any other text. */
function parsedArray(text: string): string[] | undefined {
  try {
    const array: unknown = JSON.parse(text);
    const isText = (item: unknown): item is string => typeof item === "string";
    return Array.isArray(array) && array.every(isText) ? array : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function listOf(items: readonly string[], origin: Origin): Given {
  const data = items.map((item) => ({ data: item, text: JSON.stringify(item), origin }));
  return { data, text: JSON.stringify(items), origin };
}

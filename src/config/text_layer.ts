import { assign, type Attempt, type Findings } from "./assignment.ts";
import type { ConfigDeps, Flags, FlagValue, Origin } from "./config.ts";
import type { LayerContent } from "./file_layer.ts";
import type { Given } from "./given.ts";
import { HOOK_VARIABLE, HOOK_VARIABLES } from "./hook_variables.ts";
import { isListKey, KEYS, SPECS, variableOf } from "./keys.ts";
import type { Key } from "./schema.ts";

/**
 * What the environment sets. An empty variable counts as not set. A list is a JSON array, or items
 * with commas between them.
 */
export function readEnvironmentLayer({ env, cwd, home }: ConfigDeps): LayerContent {
  const base = { directory: cwd, home };
  const told = isSet(env[HOOK_VARIABLE]) ? HOOK_VARIABLES : [];
  const attempts = KEYS.flatMap((key): Attempt[] => {
    const name = variableOf(key);
    const text = env[name];
    if (!isSet(text) || told.includes(name)) return [];
    const origin: Origin = { layer: "environment", name };
    return [{ key, edit: "set", given: givenFromText(text, { key, origin }), base }];
  });
  return collect("environment", attempts);
}

function isSet(text: string | undefined): text is string {
  return text !== undefined && text !== "";
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
  if (isListKey(key)) return listFromText(text, { key, origin });
  const { type } = SPECS[key];
  // The variable has the secret itself: what is kept of it is the variable's name.
  if (type === "secret") return { data: variableOf(key), text: "", origin, part: "env" };
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

function listFromText(text: string, { key, origin }: Target): Given {
  const array = parsedArray(text);
  if (array) return listOf(array, origin);
  if (SPECS[key].type === "commands" && !array) return { data: text, text, origin };
  if (text.startsWith("[")) return { data: text, text, origin };
  return listOf(text.split(",").map((item) => item.trim()).filter((item) => item !== ""), origin);
}

/** The items of a JSON array of strings, and of arrays of these; `undefined` for any other text. */
function parsedArray(text: string): (string | string[])[] | undefined {
  try {
    const array: unknown = JSON.parse(text);
    const isText = (item: unknown): item is string => typeof item === "string";
    const isItem = (item: unknown): item is string | string[] =>
      isText(item) || (Array.isArray(item) && item.every(isText));
    return Array.isArray(array) && array.every(isItem) ? array : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function listOf(items: readonly (string | readonly string[])[], origin: Origin): Given {
  const data = items.map((item): Given =>
    typeof item === "string"
      ? { data: item, text: JSON.stringify(item), origin }
      : listOf(item, origin)
  );
  return { data, text: JSON.stringify(items), origin };
}

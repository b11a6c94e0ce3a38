import type { Assignment } from "./assignment.ts";
import type { Job, Origin } from "./config.ts";
import { convert } from "./convert.ts";
import type { Given } from "./given.ts";
import { HOOK_KEYS, isListKey, KEYS, SPECS } from "./keys.ts";
import type { Key, ListKey, Settings } from "./schema.ts";
import { Secret } from "./secret.ts";
import { isListSpec, isListValue, type Spec, type Value, writtenDefault } from "./setting_spec.ts";

/** The job that comes of the defaults and `assignments`, of which later ones are stronger. */
export function resolveJob(id: string | undefined, assignments: readonly Assignment[]): Job {
  const states = new Map<Key, State>(KEYS.map((key) => [key, defaultState(key)]));
  for (const assignment of assignments) {
    const before = states.get(assignment.key);
    if (before) states.set(assignment.key, applied(assignment, before));
  }
  const settings: Partial<Record<Key, Value | undefined>> = {};
  const origins: Partial<Record<Key, Origin>> = {};
  const itemOrigins: Partial<Record<ListKey, readonly Origin[]>> = {};
  for (const [key, state] of states) {
    settings[key] = state.value;
    origins[key] = state.origin;
    if (isListKey(key)) itemOrigins[key] = state.itemOrigins;
  }
  if (!isSettings(settings) || !isComplete(origins) || !coversLists(itemOrigins)) {
    throw new TypeError("A configuration value is not of its key's type");
  }
  return { id, settings, origins, itemOrigins };
}

/**
 * The job with the commands of hooks that stand outside of all jobs: before its own ones in
 * `run_before`, behind them elsewhere. `own` is what its `[[job]]` tables set, weakest first.
 */
export function withHooks(
  job: Job,
  { main, own }: { readonly main: Job; readonly own: readonly Assignment[] },
): Job {
  const settings = { ...job.settings };
  const origins = { ...job.origins };
  const itemOrigins = { ...job.itemOrigins };
  for (const key of HOOK_KEYS) {
    let state: State = { value: [], origin: main.origins[key], itemOrigins: [] };
    for (const assignment of own) {
      if (assignment.key === key) state = applied(assignment, state);
    }
    const inner = { items: isListValue(state.value) ? state.value : [], at: state.itemOrigins };
    const outer = { items: main.settings[key], at: main.itemOrigins[key] };
    const order = key === "hooks.run_before" ? [outer, inner] : [inner, outer];
    settings[key] = order.flatMap(({ items }) => items);
    itemOrigins[key] = order.flatMap(({ at }) => at);
    origins[key] = state.origin;
  }
  return { ...job, settings, origins, itemOrigins };
}

/** The settings of someone who has configured nothing; a start for tests and dry thoughts. */
export function defaultSettings(): Settings {
  return resolveJob(undefined, []).settings;
}

interface State {
  readonly value: Value | undefined;
  readonly origin: Origin;
  readonly itemOrigins: readonly Origin[];
}

const DEFAULT: Origin = { layer: "default" };

function defaultState(key: Key): State {
  const value = defaultValue(SPECS[key]);
  const itemOrigins = isListValue(value) ? value.map(() => DEFAULT) : [];
  return { value, origin: DEFAULT, itemOrigins };
}

/** The default after conversion. No default is a path, so there is no directory to resolve in. */
function defaultValue(spec: Spec): Value | undefined {
  const written = writtenDefault(spec);
  if (written === undefined || typeof written === "object") return written;
  const given: Given = { data: written, text: String(written), origin: DEFAULT };
  const result = convert(given, spec, { directory: "/", home: undefined });
  if ("value" in result) return result.value;
  throw new TypeError(`The default "${written}" does not fit its own key`);
}

function applied({ edit, value, origin, itemOrigins }: Assignment, before: State): State {
  if (edit === "set" || !isListValue(value) || !isListValue(before.value)) {
    return { value, origin, itemOrigins };
  }
  const old = before.value.map((item, i) => ({ item, origin: before.itemOrigins[i] ?? DEFAULT }));
  if (edit === "remove") return joined(old.filter(({ item }) => !value.includes(item)), origin);
  const added = value.map((item, i) => ({ item, origin: itemOrigins[i] ?? origin }));
  return joined([...old, ...added], origin);
}

function joined(items: readonly { item: string; origin: Origin }[], origin: Origin): State {
  return {
    value: items.map(({ item }) => item),
    origin,
    itemOrigins: items.map((item) => item.origin),
  };
}

function isSettings(values: Partial<Record<Key, Value | undefined>>): values is Settings {
  return KEYS.every((key) => fits(values[key], SPECS[key]));
}

function fits(value: Value | undefined, spec: Spec): boolean {
  if (value === undefined) return writtenDefault(spec) === undefined;
  if (isListSpec(spec)) return isListValue(value);
  if (spec.type === "secret") return value instanceof Secret;
  if (spec.type === "boolean") return typeof value === "boolean";
  const isNumber = ["integer", "size", "duration", "mode"].includes(spec.type);
  return isNumber ? typeof value === "number" : typeof value === "string";
}

function isComplete(origins: Partial<Record<Key, Origin>>): origins is Record<Key, Origin> {
  return KEYS.every((key) => origins[key] !== undefined);
}

function coversLists(
  origins: Partial<Record<ListKey, readonly Origin[]>>,
): origins is Record<ListKey, readonly Origin[]> {
  return KEYS.filter(isListKey).every((key) => origins[key] !== undefined);
}

import { type Key, type ListKey, SCHEMA } from "./schema.ts";
import { isListSpec, type Spec } from "./setting_spec.ts";

/** The schema by key, for code that treats all keys alike. */
export const SPECS: Readonly<Record<Key, Spec>> = SCHEMA;

/** Every key, in the schema's order. */
export const KEYS: readonly Key[] = Object.keys(SCHEMA).filter(isKey);

/** The names of the tables: `backup`, `notify`, `notify.email` … */
export const TABLES: readonly string[] = [...new Set(KEYS.map(tableOf))].filter((t) => t !== "");

/** True for a key of the schema. */
export function isKey(text: string): text is Key {
  return Object.hasOwn(SCHEMA, text);
}

/** True for a key whose value is a list. */
export function isListKey(key: Key): key is ListKey {
  return isListSpec(SPECS[key]);
}

/** The commands of hooks: those of a job go with those outside of all jobs. */
export const HOOK_KEYS = [
  "hooks.run_before",
  "hooks.run_after",
  "hooks.run_failed",
  "hooks.run_finally",
] as const satisfies readonly ListKey[];

/** The part before the last dot, `""` for a key outside of all tables. */
export function tableOf(key: Key): string {
  return key.slice(0, Math.max(0, key.lastIndexOf(".")));
}

/** The part behind the last dot. */
export function leafOf(key: Key): string {
  return key.slice(key.lastIndexOf(".") + 1);
}

/** The environment variable for a key: `backup.one_file_system` → `PHLB_BACKUP_ONE_FILE_SYSTEM`. */
export function variableOf(key: Key): string {
  return `PHLB_${key.replaceAll(".", "_").toUpperCase()}`;
}

import { printable } from "../base/path_bytes.ts";
import { type Config, type Job, originText } from "./config.ts";
import { isListKey, KEYS, leafOf, SPECS, tableOf } from "./keys.ts";
import type { Key } from "./schema.ts";
import { tomlText, written } from "./toml_text.ts";

/**
 * The job's settings as a complete `phlb.toml` outside of all jobs, each value with its origin in a
 * comment. Read alone, it gives the same settings again, whatever the current directory is.
 */
export function renderEffectiveConfig(job: Job): string {
  const whose = job.id === undefined ? "" : ` of the job "${printable(job.id)}"`;
  const lines = [`# The effective configuration${whose}, each value with where it comes from.`, ""];
  let table = "";
  for (const key of KEYS) {
    if (tableOf(key) !== table) {
      table = tableOf(key);
      lines.push("", `[${table}]`);
    }
    lines.push(...setting(job, { key, name: leafOf(key), origin: true }));
  }
  return lines.join("\n") + "\n";
}

/**
 * The effective values as lines of TOML with dotted keys; under each `[[job]]` only what differs
 * there.
 */
export function showConfig(config: Config, options: { readonly origin: boolean }): string[] {
  const { main, jobs } = config;
  const lines = KEYS.flatMap((key) => setting(main, { key, name: key, ...options }));
  for (const job of jobs) {
    const own = KEYS.filter((key) => !sameValue(job.settings[key], main.settings[key]));
    lines.push("", "[[job]]", `id = ${tomlText(job.id ?? "")}`);
    lines.push(...own.flatMap((key) => setting(job, { key, name: key, ...options })));
  }
  return lines;
}

interface Presentation {
  readonly key: Key;
  /** How the key is written here. */
  readonly name: string;
  readonly origin: boolean;
}

function setting(job: Job, { key, name, origin }: Presentation): string[] {
  const value = job.settings[key];
  if (value === undefined) return [`# ${name} is not set`];
  const text = tomlText(written(value, SPECS[key]));
  if (!origin) return [`${name} = ${text}`];
  const comment = ` # ${printable(originText(job.origins[key]))}`;
  if (!isListKey(key)) return [`${name} = ${text}${comment}`];
  const origins = job.itemOrigins[key].map(originText);
  if (typeof value !== "object" || new Set(origins).size < 2) {
    return [`${name} = ${text}${comment}`];
  }
  const items = value.map((item, i) => `  ${tomlText(item)}, # ${printable(origins[i] ?? "")}`);
  return [`${name} = [`, ...items, `]${comment}`];
}

function sameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

import { printable } from "../base/path_bytes.ts";
import { commandArgs } from "./command_list.ts";
import { type Config, type Job, originText } from "./config.ts";
import { HOOK_KEYS, isListKey, KEYS, leafOf, SPECS, tableOf } from "./keys.ts";
import type { Key } from "./schema.ts";
import { Secret } from "./secret.ts";
import { isListValue } from "./setting_spec.ts";
import { tomlText, written } from "./toml_text.ts";

/**
 * The job's settings as a complete `phlb.toml` outside of all jobs, each value with its origin in a
 * comment. Read alone, it gives the same settings again, whatever the current directory is, but for
 * what may be a secret: that is not in it.
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
    const shown = withOwnHooks(job, main);
    lines.push(...own.flatMap((key) => setting(shown, { key, name: key, ...options })));
  }
  return lines;
}

/** What a job has of hooks goes with those outside of it, so that only its own stand below it. */
function withOwnHooks(job: Job, main: Job): Job {
  const settings = { ...job.settings };
  const itemOrigins = { ...job.itemOrigins };
  for (const key of HOOK_KEYS) {
    const count = main.settings[key].length;
    const from = key === "hooks.run_before" ? count : 0;
    const end = job.settings[key].length - (count - from);
    settings[key] = job.settings[key].slice(from, end);
    itemOrigins[key] = job.itemOrigins[key].slice(from, end);
  }
  return { ...job, settings, itemOrigins };
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
  if (value instanceof Secret && value.table === undefined) {
    const where = origin ? ` # ${printable(originText(job.origins[key]))}` : "";
    return [`# ${name} is set, and not shown: it may be a secret${where}`];
  }
  const text = tomlText(written(value, SPECS[key]));
  if (!origin) return [`${name} = ${text}`];
  const comment = ` # ${printable(originText(job.origins[key]))}`;
  if (!isListKey(key)) return [`${name} = ${text}${comment}`];
  const origins = job.itemOrigins[key].map(originText);
  if (!isListValue(value) || new Set(origins).size < 2) {
    return [`${name} = ${text}${comment}`];
  }
  const spec = SPECS[key];
  const items = value.map((item, i) => {
    const one = spec.type === "commands" ? commandArgs(item) : item;
    return `  ${tomlText(one)}, # ${printable(origins[i] ?? "")}`;
  });
  return [`${name} = [`, ...items, `]${comment}`];
}

function sameValue(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

import type { Edit } from "./assignment.ts";
import { isKey, isListKey, KEYS, SPECS, TABLES } from "./keys.ts";
import { nearest } from "./nearest.ts";
import { SECRET_PARTS, type SecretPart } from "./secret.ts";
import type { Key } from "./schema.ts";
import { pathText, type TomlPath } from "./toml_document.ts";

/** A path in a file, without the `[[job]]` that it may be in. */
export interface Located {
  /** Position of the `[[job]]` table in its file, `undefined` outside of all jobs. */
  readonly job: number | undefined;
  readonly rest: TomlPath;
}

/** What a path in a file stands for, or the message that says why it stands for nothing. */
export type Meaning =
  | { readonly key: Key; readonly edit: Edit; readonly part?: SecretPart }
  | {
    readonly fault: string; /** Says the same about every key of its table. */
    readonly ofTable?: true;
  };

/** Takes the step into a `[[job]]` table off the front of `path`. */
export function locate(path: TomlPath): Located {
  const [first, index] = path;
  return first === "job" && typeof index === "number"
    ? { job: index, rest: path.slice(2) }
    : { job: undefined, rest: path };
}

/** What a key's path stands for. */
export function meaningOfKey({ job, rest }: Located): Meaning {
  const wrong = wrongBrackets({ job, rest });
  if (wrong !== undefined) return { fault: wrong, ofTable: true };
  const text = pathText(rest);
  if (isKey(text)) return { key: text, edit: "set" };
  const list = pathText(rest.slice(0, -1));
  const last = rest.at(-1);
  if ((last === "append" || last === "remove") && isKey(list)) {
    return isListKey(list)
      ? { key: list, edit: last }
      : { fault: `Cannot use "${text}": "${list}" is not a list` };
  }
  const part = SECRET_PARTS.find((name) => name === last);
  if (part !== undefined && isKey(list) && SPECS[list].type === "secret") {
    return { key: list, edit: "set", part };
  }
  if (TABLES.includes(text)) {
    return { fault: `Cannot set "${text}": it is a table, headed [${text}]` };
  }
  return { fault: unknownKey(text, job) };
}

/** What is wrong with a table that has no keys in it; `undefined` when nothing is. */
export function faultOfTable({ job, rest }: Located): string | undefined {
  const wrong = wrongBrackets({ job, rest });
  if (wrong !== undefined) return wrong;
  const text = pathText(rest);
  if (rest.length === 0 || TABLES.includes(text) || (isKey(text) && isListKey(text))) {
    return undefined;
  }
  const near = nearest(text, [...TABLES, "job"]);
  return `Unknown table [${text}]${near === undefined ? "" : `; the nearest one is [${near}]`}`;
}

function wrongBrackets({ job, rest }: Located): string | undefined {
  if (rest[0] === "job" && job === undefined) {
    return "Cannot use this as a job: each job is a table of its own, headed [[job]]";
  }
  const index = rest.findIndex((name) => typeof name === "number");
  if (index < 0) return undefined;
  const text = pathText(rest.slice(0, index));
  return isKey(text)
    ? `Cannot set "${text}": must be a plain value or a list of text`
    : TABLES.includes(text)
    ? `Cannot use [[${text}]]: it stands only once, in single brackets`
    : unknownKey(text, job);
}

/** The message for a key that does not exist, with the one that was probably meant. */
function unknownKey(text: string, job: number | undefined): string {
  const inJob = (key: string) => job === undefined ? key : `job.${key}`;
  const unknown = `Unknown key "${inJob(text)}"`;
  const successor = successorOf(text);
  if (successor) return `${unknown}; this setting is called "${inJob(successor)}" now`;
  const edits = KEYS.filter(isListKey).flatMap((key) => [`${key}.append`, `${key}.remove`]);
  const near = nearest(text, [...KEYS, ...edits, ...(job === undefined ? [] : ["id"])]);
  return near === undefined ? unknown : `${unknown}; the nearest one is "${inJob(near)}"`;
}

/** The key that took over from one of PyHardLinkBackup 0.x. */
function successorOf(text: string): Key | undefined {
  const leaf = text.slice(text.lastIndexOf(".") + 1);
  return KEYS.find((key) => SPECS[key].predecessor === leaf.toUpperCase());
}

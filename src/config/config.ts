import type { OwnedText } from "../base/owned_text.ts";
import type { Key, ListKey, Settings } from "./schema.ts";

/** Where a value comes from. */
export interface Origin {
  readonly layer: "default" | "file" | "environment" | "flag";
  /** Absolute path; for layer `file`. */
  readonly file?: string;
  /** From 1; for layer `file`. */
  readonly line?: number;
  /** From 1; for layer `file`. */
  readonly column?: number;
  /** The variable or option; for layers `environment` and `flag`. */
  readonly name?: string;
}

/** One source/destination set with everything that is configured for it. */
export interface Job {
  /** `id` of its `[[job]]` table; `undefined` for the settings outside of all jobs. */
  readonly id: string | undefined;
  readonly settings: Settings;
  /** For a list: the strongest layer that had a part in it. */
  readonly origins: Readonly<Record<Key, Origin>>;
  /** For each list, the origin of each of its items, in the order of the list. */
  readonly itemOrigins: Readonly<Record<ListKey, readonly Origin[]>>;
  /**
   * Why its hooks and notifications must not be used, one sentence without a full stop: others may
   * write to the file that they stand in.
   */
  readonly mistrust?: string;
}

/** A place where configuration is looked for. */
export interface ConfigFile {
  /** Absolute. */
  readonly path: string;
  readonly found: boolean;
}

/** A layer that sets something. */
export interface Layer {
  readonly origin: "file" | "environment" | "flag";
  /** Absolute; for files. */
  readonly path?: string;
  /** In the order in which they are set; those of jobs as `job.<id>.<key>`. */
  readonly keys: readonly string[];
}

/** All that is configured for one call of the program. */
export interface Config {
  /** What is configured outside of all `[[job]]` tables. */
  readonly main: Job;
  /** The `[[job]]` tables, those of nearer files first. */
  readonly jobs: readonly Job[];
  /** Strongest first. */
  readonly layers: readonly Layer[];
  /** Nearest first. */
  readonly files: readonly ConfigFile[];
  /** Things that are probably mistakes, but may stand: one sentence each. */
  readonly warnings: readonly string[];
}

/** What the configuration is read with; passed in, so that nothing here touches the machine. */
export interface ConfigDeps {
  readonly reader: TextReader;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly cwd: string;
  /** Absolute; `undefined` when the user has none. */
  readonly home: string | undefined;
}

/** Reads small UTF-8 files. */
export interface TextReader {
  /**
   * The file's text, `undefined` when there is no such file.
   *
   * @throws when there is one that cannot be read or is not UTF-8
   */
  readText(path: string): string | undefined;
  /** The same, and who else may write to the file; everything is trusted where it is missing. */
  readonly readOwned?: (path: string) => OwnedText | undefined;
}

/** What a flag may give for a key; text is read as in the environment. */
export type FlagValue =
  | string
  | number
  | boolean
  | readonly string[]
  | { readonly append: readonly string[] };

/** Values from the command line by key; keys that were not given are missing or `undefined`. */
export type Flags = { readonly [K in Key]?: FlagValue | undefined };

/** `default`, `file:line:column`, or the name of the variable or option. */
export function originText(origin: Origin): string {
  if (origin.layer === "default") return "default";
  const { file, line, column, name } = origin;
  const parts = [file ?? name, line, column].filter((part) => part !== undefined);
  return parts.length > 0 ? parts.join(":") : origin.layer;
}

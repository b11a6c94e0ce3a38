import { Secret, type SecretTable } from "./secret.ts";

/** A value as a person writes it in TOML: sizes, durations and modes are still text. */
export type Written =
  | string
  | number
  | boolean
  | readonly (string | readonly string[])[]
  | SecretTable;

/** What every row of the schema tells about its key, whatever the type. */
export interface SpecBase {
  /** Full sentences; the first one says what the key does. */
  readonly description: string;
  /** A typical value that is not the default. */
  readonly example: Written;
  /** The command-line option or argument that sets the key. */
  readonly flag?: string;
  /** The key of PyHardLinkBackup 0.x's ini file that this one takes over from. */
  readonly predecessor?: string;
}

/** A key that is on or off. */
export interface BooleanSpec {
  readonly type: "boolean";
  readonly default: boolean;
}

/** A key that takes a whole number. */
export interface IntegerSpec {
  readonly type: "integer";
  /** Unset when missing. */
  readonly default?: number | string;
  /** The word that stands for 0. */
  readonly zero?: string;
  readonly min: number;
  readonly max: number;
}

/** A key that takes text. */
export interface StringSpec {
  readonly type: "string";
  /** Unset when missing. */
  readonly default?: string;
  readonly rule?: TextRule;
}

/** A key that takes one of a few words. */
export interface ChoiceSpec {
  readonly type: "choice";
  readonly default: string;
  readonly choices: readonly string[];
  /** Why there is no other choice; ends the error message. */
  readonly because?: string;
}

/** A key that takes a number of bytes. */
export interface SizeSpec {
  readonly type: "size";
  /** Unset when missing. */
  readonly default?: string | number;
  /** Bytes. */
  readonly min: number;
  /** Bytes. */
  readonly max: number;
}

/** A key that takes a length of time. */
export interface DurationSpec {
  readonly type: "duration";
  readonly default: string;
}

/** A key that takes permissions of a directory. */
export interface ModeSpec {
  readonly type: "mode";
  readonly default: string;
}

/** A key that takes a path; unset by default. */
export interface PathSpec {
  readonly type: "path";
}

/** A key that takes a list. */
export interface ListSpec {
  /** `names` are single file names, `paths` are resolved, `strings` are taken as they are. */
  readonly type: "names" | "strings" | "paths";
  readonly default: readonly string[];
  /** Of each item, for `strings`. */
  readonly rule?: TextRule;
}

/** A key that takes a list of some of a few words. */
export interface WordsSpec {
  readonly type: "words";
  readonly default: readonly string[];
  readonly choices: readonly string[];
}

/** A key that takes commands, see `command_list.ts`; only hooks have them. */
export interface CommandsSpec {
  readonly type: "commands";
  readonly default: readonly string[];
}

/** A key that takes a secret; unset by default. */
export interface SecretSpec {
  readonly type: "secret";
  /** What the text may be that stands in the configuration itself; none when missing. */
  readonly plain?: TextRule;
}

/** What text has to look like beyond being text; `text_rule.ts` has the rules. */
export type TextRule =
  | "name"
  | "time-format"
  | "io-priority"
  | "address"
  | "header"
  | "host"
  | "url"
  | "call-url"
  | "calendar";

/** One row of the schema. */
export type Spec =
  & SpecBase
  & (
    | BooleanSpec
    | IntegerSpec
    | StringSpec
    | ChoiceSpec
    | SizeSpec
    | DurationSpec
    | ModeSpec
    | PathSpec
    | ListSpec
    | WordsSpec
    | CommandsSpec
    | SecretSpec
  );

/** A value after conversion: bytes, milliseconds, mode bits, absolute paths. */
export type Value = string | number | boolean | readonly string[] | Secret;

/** What a value of each type is after conversion. */
export interface ValueByType {
  readonly boolean: boolean;
  readonly integer: number;
  readonly string: string;
  readonly size: number;
  readonly duration: number;
  readonly mode: number;
  readonly path: string;
  readonly names: readonly string[];
  readonly strings: readonly string[];
  readonly paths: readonly string[];
  readonly words: readonly string[];
  /** Each as the JSON text of its arguments. */
  readonly commands: readonly string[];
  readonly secret: Secret;
}

/** The converted value's type of one row; `undefined` is part of it where there is no default. */
export type ValueOf<S> =
  | (S extends { type: "choice"; choices: readonly (infer Choice)[] } ? Choice
    : S extends { type: infer Type extends keyof ValueByType } ? ValueByType[Type]
    : never)
  | (S extends { default: unknown } ? never : undefined);

const LIST_TYPES: readonly string[] = ["names", "strings", "paths", "words", "commands"];

/** True for all kinds of list. */
export function isListSpec(spec: Spec): spec is Spec & (ListSpec | WordsSpec | CommandsSpec) {
  return LIST_TYPES.includes(spec.type);
}

/** True for the value of a list. */
export function isListValue(value: Value | undefined): value is readonly string[] {
  return typeof value === "object" && !(value instanceof Secret);
}

/** The default as it would be written in a file, `undefined` where the key is unset by default. */
export function writtenDefault(
  spec: Spec,
): string | number | boolean | readonly string[] | undefined {
  return "default" in spec ? spec.default : undefined;
}

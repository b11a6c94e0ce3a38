/** A value as a person writes it in TOML: sizes, durations and modes are still text. */
export type Written = string | number | boolean | readonly string[];

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
}

/** What text has to look like beyond being text; `text_rule.ts` has the rules. */
export type TextRule = "name" | "time-format" | "io-priority" | "url";

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
  );

/** A value after conversion: bytes, milliseconds, mode bits, absolute paths. */
export type Value = string | number | boolean | readonly string[];

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
}

/** The converted value's type of one row; `undefined` is part of it where there is no default. */
export type ValueOf<S> =
  | (S extends { type: "choice"; choices: readonly (infer Choice)[] } ? Choice
    : S extends { type: infer Type extends keyof ValueByType } ? ValueByType[Type]
    : never)
  | (S extends { default: unknown } ? never : undefined);

/** True for the three kinds of list. */
export function isListSpec(spec: Spec): spec is Spec & ListSpec {
  return spec.type === "names" || spec.type === "strings" || spec.type === "paths";
}

/** The default as it would be written in a file, `undefined` where the key is unset by default. */
export function writtenDefault(spec: Spec): Written | undefined {
  return "default" in spec ? spec.default : undefined;
}

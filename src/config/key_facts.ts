import { leafOf, SPECS, variableOf } from "./keys.ts";
import { writeSize } from "./quantity.ts";
import type { Key } from "./schema.ts";
import { type Spec, writtenDefault } from "./setting_spec.ts";
import { tomlText } from "./toml_text.ts";

/** What there is to know about a key. */
export interface KeyFacts {
  readonly description: string;
  /** `One of: …`, `From … to …`; undefined where its type says all. */
  readonly bounds: string | undefined;
  /** As it is written in a file; undefined: not set by default. */
  readonly byDefault: string | undefined;
  /** Options and the environment variable. */
  readonly alsoSetBy: string;
  /** A line for a file; undefined when the default is the typical value as well. */
  readonly example: string | undefined;
  /** A line that sets it to its default, or else to the example. */
  readonly setter: string;
}

/** Everything that the schema tells about a key, in words. */
export function keyFacts(key: Key): KeyFacts {
  const spec: Spec = SPECS[key];
  const name = leafOf(key);
  const written = writtenDefault(spec);
  const byDefault = written === undefined ? undefined : tomlText(written);
  const typical = tomlText(spec.example);
  const example = `${name} = ${typical}`;
  return {
    description: spec.description,
    bounds: boundsOf(spec),
    byDefault,
    alsoSetBy: [...(spec.flag === undefined ? [] : [spec.flag]), variableOf(key)].join(", "),
    example: byDefault === typical ? undefined : example,
    setter: byDefault === undefined ? example : `${name} = ${byDefault}`,
  };
}

function boundsOf(spec: Spec): string | undefined {
  if (spec.type === "choice") return `One of: ${spec.choices.map(tomlText).join(", ")}`;
  if (spec.type === "words") return `Some of: ${spec.choices.map(tomlText).join(", ")}`;
  if (spec.type === "integer") {
    const word = spec.zero === undefined ? "" : `, or ${tomlText(spec.zero)}`;
    return `From ${spec.min} to ${spec.max}${word}.`;
  }
  if (spec.type !== "size" || spec.max === Number.MAX_SAFE_INTEGER) return undefined;
  return `From ${writeSize(spec.min)} to ${writeSize(spec.max)}.`;
}

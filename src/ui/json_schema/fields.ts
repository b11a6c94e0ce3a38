/**
 * Words to describe the messages of `--json` with, for people to read and for `phlb json-schema` to
 * print as JSON Schema.
 *
 * @module
 */

/** Any JSON value. */
export type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json };

/** A JSON object. */
export type JsonObject = { readonly [name: string]: Json };

/** What a field holds. */
export interface Field {
  readonly schema: JsonObject;
  /** Whether it, or each of its items, may have bytes that are no Unicode: then `_b64` has them. */
  readonly bytes?: "text" | "list";
}

/** Fields by name; one whose name ends with `?` is absent at times. */
export type Fields = Readonly<Record<string, Field>>;

const BASE64: JsonObject = { type: "string", contentEncoding: "base64" };

/** Names, paths and all text that may have been made of them. */
export const text: Field = { schema: { type: "string" }, bytes: "text" };

/** A word of ours, a digest, anything that is plain ASCII. */
export const word: Field = { schema: { type: "string" } };

/** In ISO 8601. */
export const time: Field = {
  schema: { type: "string", pattern: "^[-+]?\\d{4,6}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d" },
};

/** A whole number from 0 on: a count, bytes. */
export const whole: Field = { schema: { type: "integer", minimum: 0 } };

/** Any number: seconds, shares. */
export const number: Field = { schema: { type: "number" } };

/** True or false. */
export const flag: Field = { schema: { type: "boolean" } };

/** An object of another program's making: a JSON Schema. */
export const anyObject: Field = { schema: { type: "object" } };

/** One of some words. */
export function choice(...words: readonly string[]): Field {
  return { schema: { enum: words } };
}

/** `field`, or null when it is not known or there is none. */
export function orNull(field: Field): Field {
  return { ...field, schema: { anyOf: [field.schema, { type: "null" }] } };
}

/** A list, empty perhaps. */
export function list(field: Field): Field {
  const schema = { type: "array", items: field.schema };
  return field.bytes === undefined ? { schema } : { schema, bytes: "list" };
}

/** An object whose names are not known beforehand. */
export function record(field: Field): Field {
  const companion = field.bytes === undefined
    ? {}
    : { patternProperties: { "_b64$": companionOf(field.bytes) } };
  return { schema: { type: "object", additionalProperties: field.schema, ...companion } };
}

/** A field that holds one of several kinds of values. */
export function either(...fields: readonly Field[]): Field {
  return { schema: { anyOf: fields.map(({ schema }) => schema) } };
}

/** An object with these fields and no other. */
export function object(fields: Fields): Field {
  return { schema: objectSchema(fields) };
}

/** The schema of an object with these fields and no other. */
export function objectSchema(fields: Fields): JsonObject {
  const properties: Record<string, Json> = {};
  for (const [written, { schema, bytes }] of Object.entries(fields)) {
    const name = nameOf(written);
    properties[name] = schema;
    if (bytes !== undefined) properties[`${name}_b64`] = companionOf(bytes);
  }
  const required = Object.keys(fields).filter((name) => !name.endsWith("?"));
  return { type: "object", properties, required, additionalProperties: false };
}

/** The name of a field, without the sign that it is absent at times. */
export function nameOf(written: string): string {
  return written.replace(/\?$/, "");
}

function companionOf(bytes: NonNullable<Field["bytes"]>): JsonObject {
  if (bytes === "text") return BASE64;
  return { type: "array", items: { anyOf: [BASE64, { type: "null" }] } };
}

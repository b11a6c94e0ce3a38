import { KEYS, leafOf, SPECS, tableOf, TABLES } from "./keys.ts";
import { DURATION_PATTERN, MODE_PATTERN, SIZE_PATTERN } from "./quantity.ts";
import { type Spec, writtenDefault } from "./setting_spec.ts";

type Json = string | number | boolean | readonly Json[] | { readonly [name: string]: Json };

/**
 * A JSON Schema (draft-07, what TOML editors read) of `phlb.toml`, as JSON text. It refuses what
 * the program refuses, but for rules about text that no pattern can tell.
 */
export function renderJsonSchema(): string {
  const settings = properties("");
  const id = { type: "string", description: "Name of the job on the command line." };
  const job = { ...tableSchema({ id, ...settings }), required: ["id"] };
  const schema: Json = {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "phlb.toml",
    description: "Configuration of phlb",
    ...tableSchema({ ...settings, job: { type: "array", items: job } }),
  };
  return JSON.stringify(schema, undefined, 2) + "\n";
}

function tableSchema(members: { readonly [name: string]: Json }) {
  return { type: "object", additionalProperties: false, properties: members };
}

function properties(table: string): { [name: string]: Json } {
  const members: { [name: string]: Json } = {};
  for (const key of KEYS.filter((candidate) => tableOf(candidate) === table)) {
    const spec = SPECS[key];
    const byDefault = writtenDefault(spec);
    members[leafOf(key)] = {
      description: spec.description,
      ...(byDefault === undefined ? {} : { default: byDefault }),
      ...shapeOf(spec),
    };
  }
  const prefix = table === "" ? "" : `${table}.`;
  const below = new Set(
    TABLES.filter((name) => name.startsWith(prefix) && name !== table)
      .map((name) => name.slice(prefix.length).split(".")[0] ?? name),
  );
  for (const name of below) members[name] = tableSchema(properties(`${prefix}${name}`));
  return members;
}

function shapeOf(spec: Spec): { readonly [name: string]: Json } {
  switch (spec.type) {
    case "boolean":
      return { type: "boolean" };
    case "integer": {
      const number = { type: "integer", minimum: spec.min, maximum: spec.max };
      return spec.zero === undefined ? number : { anyOf: [number, { enum: [spec.zero] }] };
    }
    case "choice":
      return { enum: spec.choices };
    case "size":
      return {
        anyOf: [
          { type: "integer", minimum: spec.min, maximum: spec.max },
          { type: "string", pattern: SIZE_PATTERN.source },
        ],
      };
    case "duration":
      return {
        anyOf: [
          { type: "number", minimum: 0 },
          { type: "string", pattern: DURATION_PATTERN.source },
        ],
      };
    case "mode":
      return {
        anyOf: [
          { type: "string", pattern: MODE_PATTERN.source },
          { type: "integer", minimum: 0o700, maximum: 0o7777 },
        ],
      };
    case "string":
    case "path":
      return { type: "string" };
    case "words":
      return listOf({ type: "array", items: { enum: spec.choices } });
    case "commands":
      return listOf(COMMANDS);
    case "secret":
      return spec.plain === undefined ? SECRET : { anyOf: [{ type: "string" }, SECRET] };
    default:
      return listOf(ITEMS);
  }
}

const ITEMS = { type: "array", items: { type: "string" } };

const TEXT = { type: "string", minLength: 1 };

const ARGUMENTS = { type: "array", items: { type: "string" }, minItems: 1 };

const COMMANDS = {
  anyOf: [TEXT, { type: "array", items: { anyOf: [{ type: "string" }, ARGUMENTS] } }],
};

const SECRET = {
  type: "object",
  additionalProperties: false,
  minProperties: 1,
  maxProperties: 1,
  properties: { env: TEXT, file: TEXT, command: ARGUMENTS },
};

function listOf(items: { readonly [name: string]: Json }): { readonly [name: string]: Json } {
  const edits = {
    type: "object",
    additionalProperties: false,
    minProperties: 1,
    properties: { append: items, remove: items },
  };
  return { anyOf: [items, edits] };
}

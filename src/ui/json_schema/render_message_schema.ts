import { JSON_SCHEMA_VERSION } from "../json_lines.ts";
import { JSON_COMMANDS } from "./commands.ts";
import type { CommandMessages } from "./any_command.ts";
import { type Fields, type Json, type JsonObject, objectSchema } from "./fields.ts";

/**
 * A JSON Schema (draft 2020-12) of every line that `--json` prints. `$defs/<command>` is what one
 * command prints, `$defs/<command>.<message_type>` one message of it.
 */
export function messageSchema(): JsonObject {
  const $defs: Record<string, Json> = {};
  for (const [command, messages] of Object.entries(JSON_COMMANDS)) {
    const names = Object.keys(messages).map((type) => `${defName(command)}.${type}`);
    $defs[defName(command)] = { anyOf: names.map(refTo) };
    Object.assign($defs, messageDefs(command, messages));
  }
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    $id: `urn:phlb:json-lines:${JSON_SCHEMA_VERSION}`,
    title: "A line of phlb --json",
    description: "Each line is one JSON object. docs/json.md tells what the fields mean. " +
      "Text with bytes that are not UTF-8 has U+FFFD in place of them, and a field of the same " +
      "name with _b64 behind it has the very bytes.",
    anyOf: Object.keys(JSON_COMMANDS).map((command) => refTo(defName(command))),
    $defs,
  };
}

/** {@link messageSchema} as JSON text. */
export function renderMessageSchema(): string {
  return `${JSON.stringify(messageSchema(), undefined, 2)}\n`;
}

/** A command's name in `$defs`: `trash-list`. */
export function defName(command: string): string {
  return command.replaceAll(" ", "-");
}

function messageDefs(command: string, messages: CommandMessages): Record<string, Json> {
  const defs: Record<string, Json> = {};
  for (const [type, forms] of Object.entries(messages)) {
    const all = isOne(forms) ? [forms] : forms;
    const schemas = all.map((fields) => messageSchemaOf(type, fields));
    const [only, ...others] = schemas;
    const isSingle = only !== undefined && others.length === 0;
    defs[`${defName(command)}.${type}`] = isSingle ? only : { anyOf: schemas };
  }
  return defs;
}

function isOne(forms: Fields | readonly Fields[]): forms is Fields {
  return !Array.isArray(forms);
}

function messageSchemaOf(type: string, fields: Fields): JsonObject {
  return objectSchema({
    message_type: { schema: { const: type } },
    schema_version: { schema: { const: JSON_SCHEMA_VERSION } },
    ...fields,
  });
}

function refTo(name: string): JsonObject {
  return { $ref: `#/$defs/${name}` };
}

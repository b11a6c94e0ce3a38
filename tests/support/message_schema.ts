import assert from "node:assert/strict";
import { Ajv2020, type ErrorObject } from "ajv/2020";
import { JSON_COMMANDS } from "../../src/ui/json_schema/commands.ts";
import { defName, messageSchema } from "../../src/ui/json_schema/render_message_schema.ts";

/** Holds lines of `--json` against the schema that `phlb json-schema` prints. */
export class MessageSchema {
  readonly #ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true });
  readonly #schema = messageSchema();

  constructor() {
    this.#ajv.addSchema(this.#schema, "lines");
  }

  /**
   * The `message_type` of each line that `command` wrote; fails with what is to be done for a line
   * that is not described.
   */
  check(command: string, written: string): string[] {
    assert.ok(written === "" || written.endsWith("\n"), `"phlb ${command}" cuts off a line`);
    return written.split("\n").slice(0, -1).map((line) => this.#checkLine(command, line));
  }

  #checkLine(command: string, line: string): string {
    const value: unknown = JSON.parse(line);
    assert.ok(typeof value === "object" && value !== null && "message_type" in value, line);
    const type = String(value.message_type);
    const messages = JSON_COMMANDS[command];
    assert.ok(
      messages !== undefined,
      `"phlb ${command}" is not described: add its messages to src/ui/json_schema/commands.ts`,
    );
    assert.ok(
      messages[type] !== undefined,
      `"phlb ${command}" writes a message "${type}" that is not described: add it in ` +
        `src/ui/json_schema/ and to docs/json.md\n${line}`,
    );
    const validate = this.#ajv.getSchema(`lines#/$defs/${defName(command)}.${type}`);
    assert.ok(validate !== undefined);
    assert.ok(
      validate(value) === true,
      `The message "${type}" of "phlb ${command}" is not what src/ui/json_schema/ says; ` +
        `describe it there and in docs/json.md:\n${errorLines(validate.errors)}\n${line}`,
    );
    return type;
  }
}

function errorLines(errors: readonly ErrorObject[] | null | undefined): string {
  return (errors ?? []).map(({ instancePath, message, params }) =>
    `  ${instancePath || "/"} ${message} ${JSON.stringify(params)}`
  ).join("\n");
}

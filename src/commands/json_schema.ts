import type { Command } from "commander";
import { EXIT } from "../base/app_error.ts";
import { jsonLine } from "../ui/json_lines.ts";
import type { CommandContext } from "./command_context.ts";

const EXAMPLES = `
"$defs" has what each command prints, such as "trash-list", and each message of
it, such as "backup.summary".

Examples:
  phlb json-schema > phlb-lines.json
  phlb json-schema | jq '."$defs"."backup.summary".properties | keys'`;

/** Adds `phlb json-schema`. */
export function addJsonSchemaCommand(program: Command, { deps, finish }: CommandContext): void {
  program.command("json-schema")
    .summary("print the JSON Schema of what --json prints")
    .description("Prints a JSON Schema (draft 2020-12) of every line that --json prints.")
    .option("--json", "print it in one JSON line")
    .addHelpText("after", EXAMPLES)
    .action(async ({ json }) => {
      const { messageSchema, renderMessageSchema } = await import(
        "../ui/json_schema/render_message_schema.ts"
      );
      const line = () => jsonLine({ message_type: "schema", schema: messageSchema() });
      deps.terminal.out.write(json === true ? line() : renderMessageSchema());
      finish(EXIT.ok);
    });
}

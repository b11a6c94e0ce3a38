import { paragraph, type Prose } from "../base/prose.ts";
import { ANY_COMMAND } from "./json_schema/any_command.ts";
import { JSON_COMMANDS } from "./json_schema/commands.ts";

/** What only one command or a few print. */
const OWN_MESSAGES = Object.entries(JSON_COMMANDS)
  .filter(([command]) => command !== "complete")
  .map(([command, messages]) => {
    const own = Object.keys(messages).filter((type) => !Object.hasOwn(ANY_COMMAND, type));
    return [`phlb ${command}`, own.join(", ")] as const;
  });

/** What `--json` prints. */
export const JSON_HELP: Prose = [
  paragraph(
    "With --json a command prints one JSON object in each line, its kind in message_type: results " +
      "to the output; problems, log messages and errors to the error stream. Names are those of " +
      "restic where restic has the same thing.",
  ),
  paragraph(
    "Sizes are in bytes, durations in seconds, times in ISO 8601 with the offset from UTC. Text " +
      "that is not UTF-8 has U+FFFD in it, and its bytes in base64 in a field of the same name " +
      "with _b64 behind it. The exit code is the same as without --json.",
  ),
  paragraph(
    `Every command may print ${Object.keys(ANY_COMMAND).join(", ")}. These are the messages that ` +
      "they have besides:",
  ),
  { kind: "list", items: OWN_MESSAGES },
  paragraph(
    "phlb json-schema describes every field of every message, and docs/json.md in the project " +
      "says what they mean.",
  ),
];

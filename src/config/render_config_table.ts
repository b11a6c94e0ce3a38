import { KEYS, SPECS, variableOf } from "./keys.ts";
import { writeSize } from "./quantity.ts";
import { type Spec, writtenDefault } from "./setting_spec.ts";
import { tomlText } from "./toml_text.ts";

/** A Markdown table of every key: what it takes, its default, what else sets it, what it does. */
export function renderConfigTable(): string {
  const rows = KEYS.map((key) => {
    const spec = SPECS[key];
    const byDefault = writtenDefault(spec);
    const shown = byDefault === undefined ? "not set" : code(tomlText(byDefault));
    const setters = [...(spec.flag === undefined ? [] : [spec.flag]), variableOf(key)].map(code);
    return [code(key), takes(spec), shown, setters.join(" "), spec.description];
  });
  const table = [["Key", "Takes", "Default", "Also set by", "What it does"], LINE, ...rows];
  return table.map((cells) => `| ${cells.map(escaped).join(" | ")} |`).join("\n") + "\n";
}

const LINE = ["---", "---", "---", "---", "---"];

function takes(spec: Spec): string {
  switch (spec.type) {
    case "integer":
      return `${
        spec.zero === undefined ? "" : `${code(tomlText(spec.zero))}, `
      }${spec.min} to ${spec.max}`;
    case "choice":
      return spec.choices.map((choice) => code(tomlText(choice))).join(", ");
    case "size":
      return spec.max < Number.MAX_SAFE_INTEGER
        ? `size, ${writeSize(spec.min)} to ${writeSize(spec.max)}`
        : "size";
    case "string":
      return "text";
    case "boolean":
    case "duration":
    case "mode":
    case "path":
      return spec.type;
    case "commands":
      return "commands";
    case "secret":
      return spec.plain === undefined ? "secret" : "URL, or secret";
    case "words":
      return `list of ${spec.choices.map((choice) => code(tomlText(choice))).join(", ")}`;
    default:
      return `list of ${spec.type === "strings" ? "text" : spec.type}`;
  }
}

function code(text: string): string {
  return "`" + text + "`";
}

function escaped(cell: string): string {
  return cell.replaceAll("|", "\\|");
}

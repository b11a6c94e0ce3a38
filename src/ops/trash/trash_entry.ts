/**
 * `.phlb/trash/<id>/entry.json`: which snapshot lies there. FORMAT.md says what each field means.
 *
 * @module
 */

/** Version of the file that this program writes. */
const TRASH_VERSION = 1;

/** Name of the file in an entry of the trash. */
export const ENTRY_FILE = "entry.json";

/** What an entry of the trash tells of itself. */
export interface TrashRecord {
  /** `""` for a snapshot that lay directly in the root. */
  readonly name: string;
  readonly time: string;
  /** ISO 8601 with the offset from UTC. */
  readonly removedAt: string;
  /** The command line, for people. */
  readonly command: string;
}

/** The file's text. */
export function formatTrashRecord({ name, time, removedAt, command }: TrashRecord): string {
  const fields = { format_version: TRASH_VERSION, name, time, removed_at: removedAt, command };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

/** Reads a record; undefined when it is not one, or of a newer version. Never throws. */
export function parseTrashRecord(text: string): TrashRecord | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("name" in value)) return undefined;
    if (!("time" in value && "removed_at" in value && "format_version" in value)) return undefined;
    const { name, time, removed_at: removedAt, format_version: version } = value;
    if (typeof name !== "string" || !isComponent(time) || typeof removedAt !== "string") {
      return undefined;
    }
    if (version !== TRASH_VERSION || (name !== "" && !isComponent(name))) return undefined;
    const command = "command" in value && typeof value.command === "string" ? value.command : "";
    return { name, time, removedAt, command };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A single name that does not lead elsewhere, whoever wrote it. */
function isComponent(value: unknown): value is string {
  return typeof value === "string" && value !== "" && !value.startsWith(".") &&
    !/[/\0]/.test(value);
}

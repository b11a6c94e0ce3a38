/**
 * Lists of commands, as hooks have them: in a file text for the shell, a list of arguments, or a
 * list of several of both. A setting has each command as the JSON text of its arguments, so that it
 * is a list of text like every other.
 *
 * @module
 */
import type { Given } from "./given.ts";

/** What {@link commandsOf} reads, for messages. */
export const COMMANDS_FORM = 'text for the shell, a list of arguments such as ["sync", "-f"], or ' +
  "a list of several of these in which lists of arguments are lists of their own";

/** What one command has to be, for messages. */
export const COMMAND_FORM = "a command: text for the shell, or a list of arguments";

/** Text for the shell as a list of arguments. */
export function shellCommand(text: string): readonly string[] {
  return ["sh", "-c", text];
}

/** The arguments of a command in a setting; the first is the program. */
export function commandArgs(item: string): readonly string[] {
  const args: unknown = JSON.parse(item);
  return Array.isArray(args) ? args.filter((arg) => typeof arg === "string") : [];
}

/** A command as it stands in a setting. */
export function commandItem(args: readonly string[]): string {
  return JSON.stringify(args);
}

/** The items that are meant, each with its command or undefined where it is none. */
export function commandsOf(
  { data, ...given }: Given,
): { readonly item: Given; readonly args: readonly string[] | undefined }[] | undefined {
  const whole = { data, ...given };
  if (typeof data === "string") return [{ item: whole, args: argsOf(whole) }];
  if (typeof data !== "object") return undefined;
  if (data.length === 0) return [];
  const several = data.some((item) => typeof item.data === "object");
  const items = several ? data : [whole];
  return items.map((item) => ({ item, args: argsOf(item) }));
}

function argsOf({ data }: Given): readonly string[] | undefined {
  if (typeof data === "string") return isArgument(data) ? shellCommand(data) : undefined;
  if (typeof data !== "object") return undefined;
  const args = data.flatMap((item) => typeof item.data === "string" ? [item.data] : []);
  const [program = ""] = args;
  const fits = args.length === data.length && program !== "" && args.every(isText);
  return fits ? args : undefined;
}

function isArgument(text: string): boolean {
  return text.trim() !== "" && isText(text);
}

function isText(text: string): boolean {
  return !text.includes("\0");
}

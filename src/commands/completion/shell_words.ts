/**
 * Words of a command line as they are typed in a shell, quotes and all, and what they mean.
 *
 * @module
 */

/** Shells that completions are made for. */
export const SHELLS = ["bash", "zsh", "fish", "powershell"] as const;

/** One of {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];

/** A word that was typed, perhaps not to its end. */
export interface TypedWord {
  /** What it means. */
  readonly text: string;
  /** The quote that is open at its end, `""` for none. */
  readonly openQuote: "" | '"' | "'";
  /** Where that quote stands in what was typed; 0 when there is none. */
  readonly openAt: number;
}

/** True for one of {@link SHELLS}. */
export function isShell(text: string | undefined): text is Shell {
  return SHELLS.some((shell) => shell === text);
}

/**
 * The meaning of a word. PowerShell takes quotes away by itself. Variables and commands in it stay
 * as they are.
 */
export function readWord(
  typed: string,
  { shell, home }: { shell: Shell; home: string | undefined },
): TypedWord {
  if (shell === "powershell") return { text: typed, openQuote: "", openAt: 0 };
  const [start, first] = home !== undefined && /^~(?:\/|$)/.test(typed) ? [1, home] : [0, ""];
  let text = first;
  let openQuote: TypedWord["openQuote"] = "";
  let openAt = 0;
  for (let at = start; at < typed.length; at++) {
    const char = typed.charAt(at);
    if (char === "\\" && escapes(typed.charAt(at + 1), { shell, openQuote })) {
      text += typed.charAt(++at);
    } else if (char === openQuote) openQuote = "";
    else if (openQuote === "" && (char === '"' || char === "'")) {
      openQuote = char;
      openAt = at;
    } else text += char;
  }
  return { text, openQuote, openAt: openQuote === "" ? 0 : openAt };
}

/** Source: POSIX, "Quoting"; fish's language reference, "Quotes". */
function escapes(
  next: string,
  { shell, openQuote }: { shell: Shell; openQuote: TypedWord["openQuote"] },
): boolean {
  if (openQuote === "") return true;
  if (openQuote === "'") return shell === "fish" && "\\'".includes(next) && next !== "";
  return '\\"$`'.includes(next) && next !== "";
}

/** `text` as bash wants it typed, behind an open quote if there is one. */
export function bashText(text: string, openQuote: TypedWord["openQuote"]): string {
  if (openQuote === "'") return text.replaceAll("'", "'\\''");
  if (openQuote === '"') return text.replace(/[\\"$`]/g, "\\$&");
  // "~" means something at the beginning alone, "#" too, and "!" everywhere.
  return text.replace(/[\s\\"'$`&|;<>()*?[\]{}!#~^]/g, "\\$&");
}

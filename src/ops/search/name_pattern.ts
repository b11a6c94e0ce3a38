/**
 * Patterns for names and paths, as a shell has them: `*`, `?`, `[a-z]`, `[!a]`, and `**` for any
 * number of directories.
 *
 * @module
 */
import { vis } from "../../store/vis.ts";

/** A pattern that is ready for use. */
export interface NamePattern {
  /** Whether the entry of this path is meant; `relPath` is not empty. */
  matches(relPath: string): boolean;
  /**
   * Stands in the line of every entry in a manifest of ours that is meant, path end included, as
   * the manifest writes it; undefined when there is no such text.
   */
  readonly literal: string | undefined;
  /** Whether every path whose end in its line is the end of the literal is meant. */
  readonly isLiteralEnough: boolean;
}

const ANY_NAME = "[^/]*";

type Token =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "wild"; readonly source: string };

/**
 * Compiles a pattern. One with a slash (a first one does not count) is for the whole path below the
 * snapshot, any other one for the name alone.
 */
export function namePattern(
  pattern: string,
  { ignoreCase }: { ignoreCase: boolean },
): NamePattern {
  const text = pattern.replace(/^\/+/, "").replace(/\/+$/, "");
  const isPath = pattern.startsWith("/") || text.includes("/");
  const tokens = tokenize(text);
  const source = tokens.map((token) => token.kind === "text" ? escaped(token.text) : token.source);
  const regex = new RegExp(`^${source.join("")}$`, ignoreCase ? "sui" : "su");
  const literal = longestLiteral(tokens, { isPath, ignoreCase });
  return {
    matches: isPath
      ? (relPath) => regex.test(relPath)
      : (relPath) => regex.test(relPath.slice(relPath.lastIndexOf("/") + 1)),
    literal,
    isLiteralEnough: !isPath && !ignoreCase && isNameOrEnd(tokens),
  };
}

/** `letter.odt` or `*.odt`: in a path without wildcards of another kind. */
function isNameOrEnd([first, second, ...others]: readonly Token[]): boolean {
  if (others.length > 0) return false;
  if (second === undefined) return first?.kind === "text";
  // Digits could be the end of an escaped character.
  const isWhole = second.kind === "text" && !/^[0-7]/.test(second.text);
  return first?.kind === "wild" && first.source === ANY_NAME && isWhole;
}

function tokenize(pattern: string): Token[] {
  const tokens: Token[] = [];
  let text = "";
  for (let at = 0; at < pattern.length;) {
    const wild = wildAt(pattern, at);
    if (wild === undefined) {
      const char = String.fromCodePoint(pattern.codePointAt(at) ?? 0);
      const isEscape = char === "\\" && at + 1 < pattern.length;
      const taken = isEscape ? String.fromCodePoint(pattern.codePointAt(at + 1) ?? 0) : char;
      text += taken;
      at += taken.length + (isEscape ? 1 : 0);
      continue;
    }
    if (text !== "") tokens.push({ kind: "text", text });
    text = "";
    tokens.push({ kind: "wild", source: wild.source });
    at = wild.end;
  }
  if (text !== "") tokens.push({ kind: "text", text });
  return tokens;
}

interface Wild {
  readonly source: string;
  readonly end: number;
}

function wildAt(pattern: string, at: number): Wild | undefined {
  const rest = pattern.slice(at);
  if (rest.startsWith("**/") && isPartStart(pattern, at)) {
    return { source: "(?:.*/)?", end: at + 3 };
  }
  const stars = /^\*+/.exec(rest)?.[0].length;
  if (stars !== undefined) return { source: stars > 1 ? ".*" : ANY_NAME, end: at + stars };
  if (rest.startsWith("?")) return { source: "[^/]", end: at + 1 };
  return rest.startsWith("[") ? classAt(pattern, at) : undefined;
}

function isPartStart(pattern: string, at: number): boolean {
  return at === 0 || pattern[at - 1] === "/";
}

/** `[a-z]`, `[!a-z]`, `[^a-z]`, `[]a]`; undefined for a bracket that is not closed. */
function classAt(pattern: string, at: number): Wild | undefined {
  const match = /^\[([!^]?)(\]?(?:\\.|[^\]\\])*)\]/su.exec(pattern.slice(at));
  const [whole, not = "", members = ""] = match ?? [];
  if (whole === undefined || members === "") return undefined;
  const source = `[${not === "" ? "" : "^/"}${classMembers(members)}]`;
  if (!isValid(source)) return undefined;
  // No class matches a slash, a range that spans it included.
  return { source: `(?!/)${source}`, end: at + whole.length };
}

function classMembers(members: string): string {
  return members.replace(
    /\\(.)|[\]\\^[]/gsu,
    (char, escapedChar: string | undefined) =>
      escapedChar === undefined ? `\\${char}` : escaped(escapedChar),
  );
}

/** `[z-a]` is no range. */
function isValid(source: string): boolean {
  try {
    return new RegExp(source, "u").source !== "";
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&").replace(/-/g, "\\x2d");
}

/** A path in a manifest begins a line with `./` and ends before a blank. */
function longestLiteral(
  tokens: readonly Token[],
  { isPath, ignoreCase }: { isPath: boolean; ignoreCase: boolean },
): string | undefined {
  const candidates: string[] = [];
  for (const [i, token] of tokens.entries()) {
    if (token.kind !== "text") continue;
    const pieces = ignoreCase ? foldablePieces(token.text) : [vis(token.text)];
    const before = i > 0 ? "" : isPath ? "\n./" : "/";
    const after = i < tokens.length - 1 ? "" : " ";
    for (const [k, piece] of pieces.entries()) {
      const head = k === 0 ? before : "";
      const tail = k === pieces.length - 1 ? after : "";
      if (piece !== "") candidates.push(head + piece + tail);
    }
  }
  return candidates.toSorted((a, b) => b.length - a.length)[0];
}

/**
 * Text between characters that have another form in the other case: those beyond ASCII, and those
 * with a relative there (`K` and the Kelvin sign, `S` and the long s).
 */
function foldablePieces(text: string): string[] {
  return text.split(/[^\0-\x7f]|[kKsS]/u).map((piece) => vis(piece.toLowerCase()));
}

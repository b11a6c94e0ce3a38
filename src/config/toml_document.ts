import { type AST, ParseError, parseTOML } from "toml-eslint-parser";
import type { Given } from "./given.ts";

/** A place in a file. */
export interface Place {
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 units. */
  readonly column: number;
}

/** The steps to a value: names of keys, and numbers for the elements of an array of tables. */
export type TomlPath = readonly (string | number)[];

/** One `key = value`, wherever in the file its tables are. */
export interface TomlEntry {
  readonly path: TomlPath;
  /** Of the key. */
  readonly place: Place;
  /** Origins are left to the caller, who knows the file's name. */
  readonly value: TomlValue;
}

/** A value other than a table or an array of tables. */
export interface TomlValue {
  readonly data: Exclude<Given["data"], readonly Given[]> | readonly TomlValue[];
  readonly text: string;
  readonly place: Place;
}

/** A `[table]` or `[[table]]` header, or an inline table. */
export interface TomlTable {
  readonly path: TomlPath;
  readonly place: Place;
}

/** A TOML file taken apart, with everything in file order. */
export interface TomlDocument {
  readonly tables: readonly TomlTable[];
  readonly entries: readonly TomlEntry[];
  /** Syntax errors and duplicate keys. */
  readonly faults: readonly (Place & { readonly message: string })[];
}

/**
 * Takes a TOML file apart without judging its keys. All duplicate keys are found, and what a
 * duplicate sets is left out; after any other syntax error there are neither entries nor tables.
 */
export function parseTomlDocument(text: string): TomlDocument {
  const renamed: string[] = [];
  for (let rest = text;;) {
    const parsed = tryParse(rest);
    if (!(parsed instanceof ParseError)) return takeApart({ root: parsed, text: rest, renamed });
    const name = parsed.message === DUPLICATE ? KEY_AT.exec(rest.slice(parsed.index)) : null;
    if (!name) return { tables: [], entries: [], faults: [syntaxFault(parsed, rest)] };
    rest = rest.slice(0, parsed.index) + standIn(renamed.length) +
      rest.slice(parsed.index + name[0].length);
    renamed.push(unquote(name[0]));
  }
}

const DUPLICATE = "Defining a key multiple times is invalid";
const KEY_AT = /^(?:[\w-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')/;

/**
 * The parser stops at the first duplicate key. Renamed to this, the key no longer is one, all that
 * follows keeps its line, and the next duplicate comes to light.
 */
function standIn(index: number): string {
  return `duplicate-key-${index}-of-this-file`;
}

function standInIndex(name: string | number): number {
  const match = /^duplicate-key-(\d+)-of-this-file$/.exec(String(name));
  return match ? Number(match[1]) : -1;
}

function unquote(key: string): string {
  return /^["']/.test(key) ? key.slice(1, -1) : key;
}

function tryParse(text: string): AST.TOMLProgram | ParseError {
  try {
    return parseTOML(text);
  } catch (error) {
    if (error instanceof ParseError) return error;
    throw error;
  }
}

const MISSING_VALUE = "Unspecified values are invalid";
const INCOMPLETE_LINE = "The key, equals sign, and value must be on the same line";
const UNEXPECTED = "Unexpected character";

const PLAINER: Readonly<Record<string, string>> = {
  [MISSING_VALUE]: "the value is missing",
  [INCOMPLETE_LINE]: "this line is not complete",
  [UNEXPECTED]: "this character is not allowed here; text needs quotes",
  "Unexpected token": "this is not a value; text needs quotes",
  "Must be a newline": "one line may set only one key",
  "Expected equal (=) token": 'a key must be followed by "="',
  "Unterminated string constant": "the text has no closing quote",
  "Unterminated array": 'the list has no closing "]"',
  "Leading zeros are not allowed":
    'a number must not start with 0; an octal mode is written "0700" or 0o700',
};

/** What is missing at a line's end, the parser reports at the start of what comes next. */
function syntaxFault(error: ParseError, text: string): Place & { message: string } {
  const before = text.slice(0, error.index);
  const trimmed = before.trimEnd();
  const cut = error.message === UNEXPECTED && trimmed.endsWith("=") &&
    before.slice(trimmed.length).includes("\n");
  const what = cut ? MISSING_VALUE : error.message;
  const upTo = what === MISSING_VALUE || what === INCOMPLETE_LINE ? trimmed : before;
  const reason = PLAINER[what] ?? what.replace(/^\w/, (first) => first.toLowerCase());
  return {
    line: upTo.split("\n").length,
    column: upTo.length - upTo.lastIndexOf("\n"),
    message: `Cannot read this as TOML: ${reason}`,
  };
}

interface Parsed {
  readonly root: AST.TOMLProgram;
  readonly text: string;
  /** What the keys that became stand-ins are called in the file. */
  readonly renamed: readonly string[];
}

interface Findings {
  readonly tables: TomlTable[];
  readonly entries: TomlEntry[];
}

function takeApart(parsed: Parsed): TomlDocument {
  const all: Findings = { tables: [], entries: [] };
  for (const node of parsed.root.body[0].body) {
    if (node.type === "TOMLKeyValue") addKeyValue({ node, path: [] }, parsed, all);
    else {
      all.tables.push({ path: node.resolvedKey, place: placeOf(node.key) });
      for (const inner of node.body) {
        addKeyValue({ node: inner, path: node.resolvedKey }, parsed, all);
      }
    }
  }
  const sound = <T extends { readonly path: TomlPath }>(items: readonly T[]) =>
    items.filter(({ path }) => !path.some((name) => standInIndex(name) >= 0));
  return {
    tables: sound(all.tables),
    entries: sound(all.entries),
    faults: duplicates(all, parsed.renamed),
  };
}

type Node = AST.TOMLContentNode | AST.TOMLKeyValue | AST.TOMLKey;

function placeOf(node: Node): Place {
  return { line: node.loc.start.line, column: node.loc.start.column + 1 };
}

function addKeyValue(
  { node, path }: { node: AST.TOMLKeyValue; path: TomlPath },
  parsed: Parsed,
  all: Findings,
): void {
  const names = node.key.keys.map((key) => key.type === "TOMLBare" ? key.name : key.value);
  addContent(
    { content: node.value, path: [...path, ...names], place: placeOf(node.key) },
    parsed,
    all,
  );
}

interface Content {
  readonly content: AST.TOMLContentNode;
  readonly path: TomlPath;
  readonly place: Place;
}

/** Inline tables become entries of their own, so that either way of writing reads the same. */
function addContent({ content, path, place }: Content, parsed: Parsed, all: Findings): void {
  if (content.type === "TOMLInlineTable") {
    all.tables.push({ path, place });
    for (const node of content.body) addKeyValue({ node, path }, parsed, all);
  } else if (content.type === "TOMLArray" && content.elements.some(isTable)) {
    content.elements.forEach((element, index) =>
      addContent({ content: element, path: [...path, index], place: placeOf(element) }, parsed, all)
    );
  } else all.entries.push({ path, place, value: valueOf(content, parsed.text) });
}

function isTable(node: AST.TOMLContentNode): boolean {
  return node.type === "TOMLInlineTable";
}

function valueOf(node: AST.TOMLContentNode, text: string): TomlValue {
  const written = { text: text.slice(...node.range), place: placeOf(node) };
  if (node.type === "TOMLArray") {
    return { ...written, data: node.elements.map((element) => valueOf(element, text)) };
  }
  if (node.type !== "TOMLValue" || node.value instanceof Date) {
    return { ...written, data: undefined };
  }
  return { ...written, data: node.value };
}

/** A finding for each stand-in: the first one that it is part of. */
function duplicates(all: Findings, renamed: readonly string[]): TomlDocument["faults"] {
  const items = [...all.tables, ...all.entries];
  return renamed.flatMap((original, index) => {
    const twin = items.find(({ path }) => path.some((name) => standInIndex(name) === index));
    if (!twin) return [];
    const at = twin.path.findIndex((name) => standInIndex(name) === index);
    const path = [...twin.path.slice(0, at), original];
    const first = items.find((item) => item !== twin && startsWith(item.path, path));
    const already = first ? `: it is already set on line ${first.place.line}` : "";
    return [{ ...twin.place, message: `Duplicate key "${pathText(path)}"${already}` }];
  });
}

function startsWith(path: TomlPath, start: TomlPath): boolean {
  return start.every((name, i) => path[i] === name);
}

/** `path` as it is written in a file: dotted, without the positions in arrays of tables. */
export function pathText(path: TomlPath): string {
  const names = path.filter((name) => typeof name === "string");
  return names.map((name) => /^[\w-]+$/.test(name) ? name : `'${name}'`).join(".");
}

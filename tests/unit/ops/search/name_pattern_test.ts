import assert from "node:assert/strict";
import { namePattern } from "../../../../src/ops/search/name_pattern.ts";

function matched(
  pattern: string,
  paths: readonly string[],
  { ignoreCase = false } = {},
): string[] {
  const { matches } = namePattern(pattern, { ignoreCase });
  return paths.filter((path) => matches(path));
}

Deno.test("a pattern without a slash is for the name, wherever it lies", () => {
  const paths = ["a.txt", "docs/a.txt", "a.txt/b", "docs/a.txtx", "docs/xa.txt"];
  assert.deepStrictEqual(matched("a.txt", paths), ["a.txt", "docs/a.txt"]);
  assert.deepStrictEqual(matched("*.txt", paths), ["a.txt", "docs/a.txt", "docs/xa.txt"]);
  assert.deepStrictEqual(matched("?a.txt", paths), ["docs/xa.txt"]);
  assert.deepStrictEqual(matched("docs", ["docs", "a/docs", "docs/a"]), ["docs", "a/docs"]);
});

Deno.test("a pattern with a slash is for the whole path", () => {
  const paths = ["docs/a.txt", "x/docs/a.txt", "docs/y/a.txt", "docs/y/z/a.txt", "a.txt"];
  assert.deepStrictEqual(matched("docs/a.txt", paths), ["docs/a.txt"]);
  assert.deepStrictEqual(matched("/docs/*", paths), ["docs/a.txt"]);
  assert.deepStrictEqual(matched("/a.txt", paths), ["a.txt"]);
  assert.deepStrictEqual(matched("**/a.txt", paths), paths);
  assert.deepStrictEqual(matched("docs/**/a.txt", paths), [
    "docs/a.txt",
    "docs/y/a.txt",
    "docs/y/z/a.txt",
  ]);
  assert.deepStrictEqual(matched("docs/**", paths).length, 3);
  assert.deepStrictEqual(matched("docs/", ["docs", "docs/a"]), ["docs"]);
});

Deno.test("classes, escapes and characters that mean something elsewhere", () => {
  const names = [
    "a",
    "b",
    "]",
    "-",
    "!",
    "^",
    "a-b",
    "[a]",
    "*",
    "a.c",
    "abc",
    "é",
    "😀",
    "\udc80",
  ];
  assert.deepStrictEqual(matched("[ab]", names), ["a", "b"]);
  assert.deepStrictEqual(matched("[!ab]", names), ["]", "-", "!", "^", "*", "é", "😀", "\udc80"]);
  assert.deepStrictEqual(matched("[]-]", names), ["]", "-"]);
  assert.deepStrictEqual(matched("[^!-z]", names), ["é", "😀", "\udc80"]);
  assert.deepStrictEqual(matched("\\[a]", names), ["[a]"]);
  assert.deepStrictEqual(matched("\\*", names), ["*"]);
  assert.deepStrictEqual(matched("a.c", names), ["a.c"]);
  assert.deepStrictEqual(matched("[a", ["[a", "a"]), ["[a"]);
  assert.deepStrictEqual(matched("[z-a]", ["[z-a]", "z"]), ["[z-a]"]);
  assert.deepStrictEqual(matched("?", ["é", "😀", "\udc80", "ab"]), ["é", "😀", "\udc80"]);
  assert.deepStrictEqual(matched("x[!a]y", ["x/y", "xby"]), ["xby"]);
  assert.deepStrictEqual(matched("a\nb", ["a\nb"]), ["a\nb"]);
  assert.deepStrictEqual(matched("*", ["a\nb", "\n"]), ["a\nb", "\n"]);
});

Deno.test("upper and lower case are one where that is asked for", () => {
  assert.deepStrictEqual(matched("README*", ["readme.md", "Readme"], { ignoreCase: true }), [
    "readme.md",
    "Readme",
  ]);
  assert.deepStrictEqual(matched("É", ["é", "e"], { ignoreCase: true }), ["é"]);
  assert.deepStrictEqual(matched("README*", ["readme.md"]), []);
});

Deno.test("the literal is the longest text that every match has, as a manifest writes it", () => {
  const literal = (pattern: string, { ignoreCase = false } = {}) =>
    namePattern(pattern, { ignoreCase }).literal;
  assert.strictEqual(literal("*.txt"), ".txt ");
  assert.strictEqual(literal("a b"), "/a\\040b ");
  assert.strictEqual(literal("docs/*.c"), "\n./docs/");
  assert.strictEqual(literal("*"), undefined);
  assert.strictEqual(literal("[ab]?"), undefined);
  assert.strictEqual(literal("MOÉNO", { ignoreCase: true }), "/mo");
  assert.strictEqual(literal("task", { ignoreCase: true }), "/ta");
});

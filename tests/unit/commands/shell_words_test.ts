import assert from "node:assert/strict";
import { bashText, readWord, type Shell } from "../../../src/commands/completion/shell_words.ts";
import { runAnyhow } from "../../support/run.ts";

function read(typed: string, shell: Shell = "bash") {
  const { text, openQuote } = readWord(typed, { shell, home: "/home/ann" });
  return [text, openQuote];
}

Deno.test("readWord() takes quotes away as the shells do, and knows the one that is open", () => {
  assert.deepStrictEqual(read("a\\ b"), ["a b", ""]);
  assert.deepStrictEqual(read("'a b'c"), ["a bc", ""]);
  assert.deepStrictEqual(read('la:"my d'), ["la:my d", '"']);
  assert.deepStrictEqual(read("'it'\\''s x'"), ["it's x", ""]);
  assert.deepStrictEqual(read('"a\\"b\\c'), ['a"b\\c', '"']);
  assert.deepStrictEqual(read("'a\\'"), ["a\\", ""]);
  assert.deepStrictEqual(read("'a\\'b", "fish"), ["a'b", "'"]);
  assert.deepStrictEqual(read("a b'c", "powershell"), ["a b'c", ""]);
});

Deno.test("readWord() knows the home directory where a shell would put it", () => {
  assert.deepStrictEqual(read("~"), ["/home/ann", ""]);
  assert.deepStrictEqual(read("~/x\\ y"), ["/home/ann/x y", ""]);
  for (const typed of ["a~", "~bob/x", "'~/x'"]) {
    assert.ok(!read(typed)[0]?.startsWith("/home/ann"), typed);
  }
});

Deno.test("bashText() is read by bash as the text that it stands for", async () => {
  const texts = [
    "plain",
    "a b",
    "it's",
    'a"b',
    "$HOME `id` !x",
    "~",
    "#x",
    "a\\b",
    "ä;|&<>()*?[x]{1,2}",
  ];
  for (const text of texts) {
    for (const quote of ["", '"', "'"] as const) {
      const script = `set +o histexpand; printf %s ${quote}${bashText(text, quote)}${quote}`;
      const { stdout, stderr } = await runAnyhow("bash", ["-c", script]);
      assert.deepStrictEqual([stdout, stderr], [text, ""], script);
    }
  }
});

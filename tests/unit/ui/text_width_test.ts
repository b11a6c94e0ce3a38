import { ok, strictEqual } from "node:assert/strict";
import { fitText, padText, textWidth } from "../../../src/ui/text_width.ts";

Deno.test("textWidth() counts cells, not characters", () => {
  const widths: [string, number][] = [
    ["", 0],
    ["abc", 3],
    ["é", 1],
    ["e\u0301", 1],
    ["日本", 4],
    ["ｆｕｌｌ", 8],
    ["한국", 4],
    ["✅", 2],
    ["🏖", 2],
    ["a\u200bb", 2],
    ["█░…", 3],
  ];
  for (const [text, width] of widths) strictEqual(textWidth(text), width, text);
});

Deno.test("textWidth() counts joined emoji as wide as a terminal may draw them", () => {
  strictEqual(textWidth("👨‍👩‍👧"), 6);
  strictEqual(textWidth("❤\ufe0f"), 2);
});

Deno.test("fitText() keeps both ends and never gets wider than allowed", () => {
  strictEqual(fitText("short", 5), "short");
  strictEqual(fitText("abcdefghij", 5), "ab…ij");
  strictEqual(fitText("abcdefghij", 1), "…");
  strictEqual(fitText("abcdefghij", 0), "");
  for (const text of ["写真/旅行/とても長い.jpg", "🏖️🌊/a/b/c/👨‍👩‍👧.png", "e\u0301".repeat(20)]) {
    for (let columns = 0; columns < 30; columns++) {
      ok(textWidth(fitText(text, columns)) <= columns, `${text} in ${columns}`);
    }
  }
});

Deno.test("padText() fills up with spaces by cells", () => {
  strictEqual(padText("日本", 6), "日本  ");
  strictEqual(padText("longer", 3), "longer");
});

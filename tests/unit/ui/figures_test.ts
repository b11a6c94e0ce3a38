import { strictEqual } from "node:assert/strict";
import { chooseLocale, makeFigures } from "../../../src/ui/figures.ts";
import { formatClock, formatDuration } from "../../../src/ui/format_duration.ts";

Deno.test("size() shows two decimals in steps of 1024, and bytes as they are", () => {
  const { size } = makeFigures(undefined);
  const sizes: [number, string][] = [
    [0, "0 Bytes"],
    [1, "1 Bytes"],
    [1023, "1,023 Bytes"],
    [1024, "1.00 KiB"],
    [1024 ** 2, "1.00 MiB"],
    [10.74 * 1024, "10.74 KiB"],
    [1024 ** 3 * 4.5, "4.50 GiB"],
    [1024 ** 5 * 3, "3.00 PiB"],
    [1024 ** 6, "1,024.00 PiB"],
  ];
  for (const [bytes, text] of sizes) strictEqual(size(bytes), text);
});

Deno.test("size() never shows 1,024.00 of a unit that has a larger one", () => {
  const { size } = makeFigures(undefined);
  strictEqual(size(1024 ** 2 - 1), "1.00 MiB");
  strictEqual(size(1024 ** 3 - 1), "1.00 GiB");
});

Deno.test("figures follow the language", () => {
  const german = makeFigures("de-DE");
  strictEqual(german.count(1_234_567), "1.234.567");
  strictEqual(german.size(1536), "1,50 KiB");
  strictEqual(german.date("2026-01-07T08:52:47+01:00"), "07.01.2026, 08:52:47");
});

Deno.test("a date is shown in the time zone it was written in", () => {
  strictEqual(makeFigures(undefined).date("2026-01-07T23:52:47-11:00"), "2026-01-07 23:52:47");
  strictEqual(makeFigures("en-GB").date("2026-01-07T23:52:47-11:00"), "7 Jan 2026, 23:52:47");
  strictEqual(makeFigures("en-GB").date("2026-01-07T23:52:47Z"), "7 Jan 2026, 23:52:47");
  strictEqual(makeFigures("en-GB").date("some day"), "some day");
});

Deno.test("chooseLocale() takes the configured language, else that of the environment", () => {
  strictEqual(chooseLocale("fr-FR", { LANG: "de_DE.UTF-8" }), "fr-FR");
  strictEqual(chooseLocale("", { LANG: "de_DE.UTF-8" }), "de-DE");
  strictEqual(chooseLocale("", { LC_ALL: "sv_SE@euro", LANG: "de_DE.UTF-8" }), "sv-SE");
});

Deno.test("chooseLocale() knows no language in the C locale, in none and in nonsense", () => {
  strictEqual(chooseLocale("", {}), undefined);
  for (const name of ["C", "C.UTF-8", "POSIX", "xx_YY", "!", "de_DE_DE_DE_"]) {
    strictEqual(chooseLocale("", { LANG: name }), undefined, name);
  }
});

Deno.test("formatDuration() shows the two largest units", () => {
  const durations: [number, string][] = [
    [0, "0.00 s"],
    [0.844, "0.84 s"],
    [9.994, "9.99 s"],
    [9.999, "10.0 s"],
    [12.34, "12.3 s"],
    [59.94, "59.9 s"],
    [59.96, "1 min 00 s"],
    [200, "3 min 20 s"],
    [3599.7, "1 h 00 min"],
    [7512, "2 h 05 min"],
    [86_400 * 3 + 3600 * 4.5, "3 d 4 h"],
  ];
  for (const [seconds, text] of durations) strictEqual(formatDuration(seconds), text);
});

Deno.test("formatClock() looks like a clock", () => {
  const clocks: [number, string][] = [
    [-1, "0:00"],
    [7, "0:07"],
    [59.6, "1:00"],
    [725, "12:05"],
    [10_810, "3:00:10"],
    [360_000, "100:00:00"],
  ];
  for (const [seconds, text] of clocks) strictEqual(formatClock(seconds), text);
});

import { strictEqual } from "node:assert/strict";
import {
  parseDirMode,
  parseDuration,
  parseSize,
  writeDuration,
  writeMode,
  writeSize,
} from "../../../src/config/quantity.ts";

Deno.test("parseSize() reads bytes and steps of 1024, and refuses what is ambiguous", () => {
  const good: [string, number][] = [
    ["0", 0],
    ["1000", 1000],
    ["7B", 7],
    ["256KiB", 262_144],
    ["4 MiB", 4_194_304],
    ["10M", 10_485_760],
    ["10m", 10_485_760],
    ["1.5k", 1536],
    ["2TiB", 2_199_023_255_552],
  ];
  for (const [text, bytes] of good) strictEqual(parseSize(text), bytes, text);
  for (const text of ["", "10MB", "10 kB", "-1", "1e3", "M", "1 M iB", "0x10", "1_000", "1PiB"]) {
    strictEqual(parseSize(text), undefined, text);
  }
});

Deno.test("parseDuration() reads units and plain seconds", () => {
  const good: [string, number][] = [
    ["0", 0],
    ["2", 2000],
    ["0.5s", 500],
    ["250ms", 250],
    ["30m", 1_800_000],
    ["2 h", 7_200_000],
    ["1d", 86_400_000],
  ];
  for (const [text, ms] of good) strictEqual(parseDuration(text), ms, text);
  for (const text of ["", "-1s", "1w", "1h30m", "s", "1 minute"]) {
    strictEqual(parseDuration(text), undefined, text);
  }
});

Deno.test("parseDirMode() reads octal modes that give the owner full access", () => {
  const good: [string, number][] = [["0700", 0o700], ["755", 0o755], ["0o2770", 0o2770]];
  for (const [text, mode] of good) strictEqual(parseDirMode(text), mode, text);
  for (const text of ["", "0600", "0077", "789", "70", "77777", "u=rwx"]) {
    strictEqual(parseDirMode(text), undefined, text);
  }
});

Deno.test("sizes, durations and modes are written the way a person would", () => {
  strictEqual(writeSize(0), 0);
  strictEqual(writeSize(1000), 1000);
  strictEqual(writeSize(262_144), "256KiB");
  strictEqual(writeSize(3 * 1024 ** 4), "3TiB");
  strictEqual(writeDuration(0), "0s");
  strictEqual(writeDuration(500), "0.5s");
  strictEqual(writeDuration(1), "1ms");
  strictEqual(writeDuration(5_400_000), "90m");
  strictEqual(writeMode(0o700), "0700");
  strictEqual(writeMode(0o2755), "2755");
});

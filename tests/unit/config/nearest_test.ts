import { strictEqual } from "node:assert/strict";
import { KEYS } from "../../../src/config/keys.ts";
import { nearest } from "../../../src/config/nearest.ts";

Deno.test("nearest() finds slips, other spellings and keys in the wrong table", () => {
  const meant: [string, string][] = [
    ["exclude.dir", "exclude.dirs"],
    ["exlcude.dirs", "exclude.dirs"],
    ["backup.one-file-system", "backup.one_file_system"],
    ["Destination", "destination"],
    ["one_file_system", "backup.one_file_system"],
    ["backup.patterns", "exclude.patterns"],
    ["log.progres_interval", "log.progress_interval"],
  ];
  for (const [text, key] of meant) strictEqual(nearest(text, KEYS), key, text);
});

Deno.test("nearest() finds nothing when nothing is near", () => {
  for (const text of ["x", "wardrobe.hats", "zzzzzzzzzzzz", ""]) {
    strictEqual(nearest(text, KEYS), undefined, text);
  }
});

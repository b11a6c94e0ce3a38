import { strictEqual } from "node:assert/strict";

/**
 * Compares `actual` with the file `tests/golden/<name>`; with `UPDATE_GOLDEN=1` in the environment
 * it writes the file instead.
 */
export function assertGolden(name: string, actual: string): void {
  assertSameFile(new URL(`../golden/${name}`, import.meta.url), actual);
}

/** The same for a generated file anywhere in the project. */
export function assertSameFile(file: URL, actual: string): void {
  if (Deno.env.get("UPDATE_GOLDEN") === "1") return Deno.writeTextFileSync(file, actual);
  strictEqual(actual, Deno.readTextFileSync(file));
}

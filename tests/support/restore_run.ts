import assert from "node:assert/strict";
import type { BackupPlace } from "./backup_place.ts";
import { type PhlbOptions, runPhlb } from "./phlb.ts";
import type { Outcome } from "./run.ts";

/** Runs `phlb restore` on a place's root, which must end with `code`. */
export async function mustRestore(
  place: BackupPlace,
  args: readonly string[],
  { code = 0, ...options }: PhlbOptions & { code?: number } = {},
): Promise<Outcome> {
  const outcome = await runPhlb(["restore", "--root", place.root, ...args], options);
  assert.strictEqual(outcome.code, code, `${outcome.stdout}\n${outcome.stderr}`);
  return outcome;
}

/** Where the place's tests restore to; not there yet. */
export function targetOf({ root }: BackupPlace): string {
  return root.replace(/\/[^/]*$/, "/restored");
}

/** Reads JSON lines. */
export function jsonLines(text: string): Record<string, unknown>[] {
  return text.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
}

/** Damages one byte of a file, keeping its size. */
export async function overwriteByte(path: string, offset: number): Promise<void> {
  using file = await Deno.open(path, { write: true });
  await file.seek(offset, Deno.SeekMode.Start);
  await file.write(Uint8Array.of(0x21));
}

import assert from "node:assert/strict";
import { run } from "./run.ts";

/** Paths of the regular files below a directory that are not immutable, or have a write bit; sorted. */
export async function openFiles(dir: string): Promise<string[]> {
  const listed = await run("sh", [
    "-ec",
    `find . -type f -perm /222 -printf 'writable %p\\n'
    find . -type f -exec lsattr {} + | awk '$1 !~ /i/ { print "changeable", substr($0, 24) }'`,
  ], { cwd: dir });
  return listed.split("\n").filter((line) => line !== "").toSorted();
}

/** Fails unless root itself can neither change nor remove nor rename the file. */
export async function assertShut(path: string): Promise<void> {
  const before = await Deno.readFile(path);
  for (const step of ['echo x > "$1"', 'rm -f "$1"', 'mv "$1" "$1.moved"', 'chmod 644 "$1"']) {
    await assert.rejects(run("sh", ["-c", step, "sh", path]), /Operation not permitted/, step);
  }
  assert.deepStrictEqual(await Deno.readFile(path), before);
}

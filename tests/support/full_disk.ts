import { run } from "./run.ts";
import { type Tree, writeTree } from "./tree.ts";

/** Takes all but `leaveKib` of a file system's room; returns what gives it back. */
export async function fillUp(mounted: string, leaveKib: number): Promise<() => Promise<void>> {
  const [blocks = 0, blockBytes = 0] = (await run("stat", ["-f", "-c", "%a %S", mounted]))
    .split(" ").map(Number);
  const ballast = `${mounted}/ballast`;
  const bytes = blocks * blockBytes - leaveKib * 1024;
  // The last blocks may be needed to tell where the others are.
  await run("sh", ["-c", `head -c ${bytes} /dev/zero >"$1" || true`, "sh", ballast]);
  return () => Deno.remove(ballast);
}

/** Takes all but `leave` of a file system's inodes; returns what gives them back. */
export async function takeInodes(mounted: string, leave: number): Promise<() => Promise<void>> {
  const free = Number(await run("stat", ["-f", "-c", "%d", mounted]));
  const ballast = `${mounted}/ballast`;
  await writeTree(ballast, manyOf(free - leave - 1, () => ""));
  return () => Deno.remove(ballast, { recursive: true });
}

/** Files of 20 kB, no two of them equal. */
export function differentFiles(count: number): Tree {
  return manyOf(count, (i) => `content ${i} `.padEnd(20_000, "x"));
}

/** A tree with so many entries. */
export function manyOf(count: number, make: (index: number) => Tree[string]): Tree {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`entry ${i}`, make(i)]));
}

/**
 * Takes a file system's room to the last byte, in ever smaller files; returns what gives it back.
 */
export async function fillToTheLast(mounted: string): Promise<() => Promise<void>> {
  const dir = `${mounted}/ballast`;
  const script = `mkdir "$1"
    for bytes in 65536 4096 512; do
      sync -f "$1"
      while head -c $bytes /dev/zero >>"$1/$bytes" 2>/dev/null; do :; done
      i=0
      while [ $i -lt 300 ] && head -c 100 /dev/zero >"$1/$bytes.$i" 2>/dev/null; do i=$((i+1)); done
    done`;
  const fast = `dd if=/dev/zero of="$1/most" bs=1M 2>/dev/null; sync -f "$1"`;
  await run("sh", ["-c", `${script.replace("\n", `\n${fast}\n`)}; true`, "sh", dir]);
  return () => Deno.remove(dir, { recursive: true });
}

/** Takes all inodes of a file system; returns what gives them back. */
export async function takeAllInodes(mounted: string): Promise<() => Promise<void>> {
  const dir = `${mounted}/ballast`;
  await Deno.mkdir(dir);
  for (let i = 0;; i++) {
    try {
      Deno.openSync(`${dir}/${i}`, { createNew: true, write: true }).close();
    } catch {
      return () => Deno.remove(dir, { recursive: true });
    }
  }
}

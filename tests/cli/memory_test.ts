import assert from "node:assert/strict";
import { startPhlb } from "../support/phlb.ts";
import { makeTempDir } from "../support/temp_dir.ts";

const MIB = 1024;
const FULL = Deno.env.get("PHLB_TEST_FULL") === "1";

/** Peak resident memory of the backup of `files` small files, in MiB, first and second run. */
async function peaks(files: number): Promise<number[]> {
  await using temp = await makeTempDir();
  const [source, root] = [`${temp.path}/source`, `${temp.path}/root`];
  for (let i = 0; i < files; i++) {
    if (i % 50 === 0) Deno.mkdirSync(`${source}/${i - i % 50}`, { recursive: true });
    Deno.writeTextFileSync(`${source}/${i - i % 50}/${i}`, `${i}`);
  }
  await Deno.mkdir(root);
  return [await peakOf(["backup", "-q", source, root]), await peakOf(["backup", source, root])];
}

/** Reads the high-water mark while the program runs; the kernel keeps it until the end. */
async function peakOf(args: readonly string[]): Promise<number> {
  const started = startPhlb(args);
  let peakKib = 0;
  const timer = setInterval(() => {
    try {
      const status = Deno.readTextFileSync(`/proc/${started.pid}/status`);
      peakKib = Math.max(peakKib, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
    } catch {
      // It has just ended.
    }
  }, 20);
  const { code, stderr } = await started.outcome;
  clearInterval(timer);
  assert.strictEqual(code, 0, stderr);
  return peakKib / MIB;
}

Deno.test("memory stays under 400 MiB and does not grow with the number of files", async () => {
  const [few, many] = FULL ? [100_000, 1_000_000] : [5_000, 50_000];
  const small = await peaks(few);
  const large = await peaks(many);
  const told = `peaks in MiB: ${few} files ${small}, ${many} files ${large}`;
  console.log(told);
  assert.ok(large.every((peak) => peak < 400), told);
  // Ten times the files: caches fill up to their limits, but nothing is kept for each file.
  assert.ok(Math.max(...large) - Math.max(...small) < 130, told);
});

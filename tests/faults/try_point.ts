import assert from "node:assert/strict";
import { AppError, EXIT } from "../../src/base/app_error.ts";
import { openFileSystem } from "../../src/fs/open_file_system.ts";
import { MISTAKE } from "../support/ended.ts";
import type { Ended } from "../support/inline_thread.ts";
import { readQuick } from "../support/quick_tree.ts";
import { assertSameTree } from "../support/same_tree.ts";
import type { TreeOnDisk } from "../support/tree.ts";
import { failingAt, type Point, pointsAt, type PortCall, WRITES } from "./port_calls.ts";
import { isFull, share, withoutChance } from "./proof.ts";
import { beginAnew, type Scenario } from "./scenario.ts";

/** Points of a scenario without `PHLB_PROOF=full`. */
const SHARE = 40;

/** All ways in which each call may fail. */
export function allPoints(calls: readonly PortCall[]): readonly Point[] {
  return calls.flatMap((call, i) => pointsAt(i + 1, call));
}

/** All points; otherwise one way for each place in the program, each time another. */
export function choosePoints(calls: readonly PortCall[]): readonly Point[] {
  if (isFull) return share(allPoints(calls), SHARE);
  const seen = new Map<string, number>();
  const points = calls.flatMap((call, i) => {
    const key = `${call.op} ${call.site}`;
    if (seen.has(key)) return [];
    seen.set(key, i);
    const all = pointsAt(i + 1, call);
    return all[seen.size % all.length] ?? [];
  });
  return share(points, SHARE);
}

/** Fails a command at a point and looks at what it leaves, tells and does next; whether it was hit. */
export async function tryPoint(
  scenario: Scenario,
  { dir, point, source }: { dir: string; point: Point; source: TreeOnDisk },
): Promise<number> {
  const before = beginAnew(dir);
  const hits: PortCall[] = [];
  const open = openBelow(dir);
  const ended = await withoutChance(() => scenario.run(dir, failingAt(point, hits)));
  assert.deepStrictEqual(openBelow(dir), open, "nothing is left open");
  assertTold(ended);
  const [first] = hits;
  const isRootWrite = first !== undefined && WRITES.has(first.op) &&
    first.path.startsWith(`${dir}/work/root/`) && first.op !== "makeSpecial";
  if (
    isRootWrite && point.code !== "EPERM" && point.code !== "EMLINK" && point.span !== "disk" &&
    !(first.op === "link" && point.code === "ESTALE")
  ) {
    assert.ok(
      ended.error !== undefined || ended.problems.length === 0,
      "a failed write to the root is never a problem",
    );
  }
  await scenario.assertSound(dir, { before, ended });
  const again = await scenario.run(dir);
  assert.deepStrictEqual([again.error, again.problems], [undefined, []], "the next run succeeds");
  await scenario.assertDone(dir, before);
  assertSameTree(readQuick(`${dir}/source`), source, { ignore: [] });
  return first === undefined ? 0 : 1;
}

/** What failed, which path, why; an exit code of the table; never a stack. */
function assertTold({ exitCode, error, problems }: Ended): void {
  if (exitCode === MISTAKE) throw error;
  if (error !== undefined) {
    assert.ok(error instanceof AppError, "it ends with an error that can be acted on");
    const codes: readonly number[] = [EXIT.failed, EXIT.noRoot];
    assert.ok(codes.includes(exitCode), `exit code ${exitCode}: ${error.message}`);
    assert.match(error.message, MESSAGE);
    assert.match(error.hint ?? "", /^\S/, `what to do about: ${error.message}`);
  }
  for (const { message } of problems) assert.match(message, MESSAGE);
}

/** `Cannot <action> "<path>": <reason>`; some say more between path and reason. */
const MESSAGE = /^Cannot [^"]+ "(?:[^"\\]|\\.)*"[^"]*: \S/;

/** What this process has open below a directory. */
function openBelow(dir: string): string[] {
  const { fs } = openFileSystem("posix");
  try {
    const open = fs.openRoot("/proc/self/fd");
    return fs.readDir(open).names.flatMap((name) => {
      try {
        const path = fs.readLink(open, name);
        return path.startsWith(dir) ? [path.replace(/ \(deleted\)$/, "")] : [];
      } catch {
        return []; // closed since, by another thread
      }
    }).toSorted();
  } finally {
    fs.closeAll();
  }
}

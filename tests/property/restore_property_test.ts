import assert from "node:assert/strict";
import { fc } from "../support/property.ts";
import { runPhlb } from "../support/phlb.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import type { TreeOnDisk } from "../support/tree.ts";
import { beginnings, changeSource, manyChanges } from "./history.ts";

// fast-check prints the seed of a failure; with PHLB_TEST_FULL=1 there are ten times as many
// operations, and it looks for the shortest form of a failure.

const FULL = Deno.env.get("PHLB_TEST_FULL") === "1";
const HISTORIES = FULL ? 100 : 10;
const BACKUPS = 4;
/** Operations between two backups: ten thousand in all. */
const OPERATIONS = 250;

const histories = fc.record({
  beginning: beginnings,
  steps: fc.array(manyChanges(OPERATIONS), { minLength: BACKUPS, maxLength: BACKUPS }),
  metadata: fc.constantFrom("manifest", "manifest", "inode"),
  minSizeBytes: fc.constantFrom(0, 10),
});

type History = typeof histories extends fc.Arbitrary<infer T> ? T : never;

Deno.test("what was backed up comes back as it was, from every snapshot", async () => {
  await fc.assert(fc.asyncProperty(histories, live), { numRuns: HISTORIES, endOnFailure: !FULL });
});

async function live({ beginning, steps, metadata, minSizeBytes }: History): Promise<void> {
  await using temp = await makeTempDir();
  const [source, root] = [`${temp.path}/source`, `${temp.path}/root`];
  await Deno.mkdir(source);
  await Deno.mkdir(root);
  const env = { PHLB_DEDUP_METADATA: metadata, PHLB_DEDUP_MIN_SIZE: String(minSizeBytes) };
  await changeSource(source, beginning);
  const states: TreeOnDisk[] = [];
  for (const changes of steps) {
    states.push(await changeSource(source, changes));
    await mustRun(["backup", source, root, "--allow-empty"], env);
  }
  for (const [i, state] of states.entries()) {
    const target = `${temp.path}/restored-${i}`;
    const snapshot = `source/latest~${states.length - 1 - i}`;
    await mustRun(["restore", "--root", root, snapshot, target], env);
    assertComeBack(await changeSource(target, []), state);
  }
  await mustRun(["verify", "--root", root, "--all"], env);
}

async function mustRun(args: string[], env: Readonly<Record<string, string>>): Promise<void> {
  const { code, stdout, stderr } = await runPhlb(args, { env });
  assert.strictEqual(code, 0, `phlb ${args.join(" ")}\n${stderr}${stdout}`);
}

/** Everything but where it lies: also which names are one file, and that holes are holes. */
function assertComeBack(restored: TreeOnDisk, state: TreeOnDisk): void {
  assertSameTree(restored, state, { ignore: ["inode", "allocatedBytes"] });
  assert.deepStrictEqual(linked(restored), linked(state), "names that are one file");
  for (const [path, { allocatedBytes = 0 }] of Object.entries(state)) {
    const now = restored[path]?.allocatedBytes ?? 0;
    assert.ok(now <= allocatedBytes + 4096, `"${path}" takes ${now} bytes, not ${allocatedBytes}`);
  }
}

/** For each name of a file, the first name of the same file. */
function linked(tree: TreeOnDisk): Record<string, string> {
  const firsts = new Map<string, string>();
  const files = Object.entries(tree).filter(([, { type }]) => type !== "dir");
  for (const [path, { inode }] of files.toSorted(([a], [b]) => a < b ? -1 : 1)) {
    if (!firsts.has(inode)) firsts.set(inode, path);
  }
  return Object.fromEntries(files.map(([path, { inode }]) => [path, firsts.get(inode) ?? ""]));
}

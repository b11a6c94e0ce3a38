import assert from "node:assert/strict";
import { WorkerLane } from "../../src/threads/lane.ts";
import type { ThreadReport } from "../../src/threads/thread_start.ts";
import { type BackupPlace, makePlace } from "../support/backup_place.ts";
import type { ProbeAnswer, ProbeCall, ProbeStart } from "../support/fenced_worker.ts";
import { phlbCommand, phlbEnvironment } from "../support/phlb.ts";
import { run } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import { readTree, type Tree, writeTree } from "../support/tree.ts";

type Role = ProbeStart["role"];
type Where = "source" | "root/older" | "root/partial";

/** What a role may do in a place. */
type Right = "nothing" | "read" | "all";

const RIGHTS: Readonly<Record<Role, Readonly<Record<Where, Right>>>> = {
  walker: { "source": "read", "root/older": "nothing", "root/partial": "nothing" },
  hasher: { "source": "read", "root/older": "nothing", "root/partial": "all" },
  linker: { "source": "nothing", "root/older": "all", "root/partial": "all" },
};

for (const role of ["walker", "hasher", "linker"] as const) {
  for (const where of ["source", "root/older", "root/partial"] as const) {
    const right = RIGHTS[role][where];
    Deno.test(`the kernel lets the ${role}'s thread do ${right} in ${where}`, async () => {
      await using place = await makeProbePlace();
      const before = await readTree(`${place.path}/${where}`);
      const { report, answer } = await place.probe(where, { role, fence: true });
      assert.ok(report.fence.raised, report.fence.reason);
      assert.deepStrictEqual(refused(answer), expectedRefusals(answer, right));
      if (right !== "all") assertSameTree(await readTree(`${place.path}/${where}`), before);
    });
  }
}

Deno.test("without the fence all of that is possible", async () => {
  for (const where of ["source", "root/older", "root/partial"] as const) {
    await using place = await makeProbePlace();
    const { report, answer } = await place.probe(where, { role: "walker", fence: false });
    assert.strictEqual(report.fence.raised, false);
    assert.deepStrictEqual(refused(answer), {});
  }
});

Deno.test("each thread that touches source or root raises its fence first", async () => {
  await using place = await makePlace({ a: "1", b: { c: "2" } });
  await place.mustBackup();
  await Deno.writeTextFile(`${place.source}/new`, "3");
  const events = await traceBackup(place, { PHLB_PERFORMANCE_FENCE: "required" });
  const main = events[0]?.thread;
  const fenced = new Set<string>();
  const touching = new Set<string>();
  for (const { thread, call } of events) {
    if (thread === main) continue;
    if (call === "fence") fenced.add(thread);
    else {
      touching.add(thread);
      assert.ok(fenced.has(thread), `thread ${thread} opens ${call} before its fence is up`);
    }
  }
  assert.ok(touching.size >= 3, "there are a walker, a hasher and a linker");
});

Deno.test("with performance.fence = off no thread raises one", async () => {
  await using place = await makePlace({ a: "1" });
  const events = await traceBackup(place, { PHLB_PERFORMANCE_FENCE: "off" });
  assert.ok(events.length > 0);
  assert.deepStrictEqual(events.filter(({ call }) => call === "fence"), []);
});

/** What a kernel without Landlock answers. */
const NO_LANDLOCK = "landlock_create_ruleset:error=ENOSYS";

Deno.test("where the kernel has no Landlock, one line says so and the run goes on", async () => {
  await using place = await makePlace({ a: "1" });
  const { code, stderr } = await place.backup([], { inject: NO_LANDLOCK });
  assert.strictEqual(code, 0, stderr);
  const told = stderr.split("\n").filter((line) => line.startsWith("Warning:"));
  assert.deepStrictEqual(told, [
    "Warning: The threads run without a fence: this kernel has no Landlock",
  ]);
  assert.match(
    await Deno.readTextFile(`${place.latest()}-backup.log`),
    /The threads run without a fence: this kernel has no Landlock/,
  );
});

Deno.test("where the kernel has no Landlock, performance.fence = required refuses to run", async () => {
  await using place = await makePlace({ a: "1" });
  const env = { PHLB_PERFORMANCE_FENCE: "required" };
  for (const args of [[], ["--dry-run"]]) {
    const { code, stderr } = await place.backup(args, { inject: NO_LANDLOCK, env });
    assert.strictEqual(code, 1, stderr);
    assert.match(stderr, /^Error: Cannot fence the threads: this kernel has no Landlock$/m);
    assert.match(stderr, /^Hint: .*performance\.fence/m);
  }
  assert.deepStrictEqual(place.snapshots(), []);
});

const DIR: Tree = { file: "content", other: "other", third: "third", dir: {} };

/** A source and a root with a snapshot and one under way, all of the same content. */
async function makeProbePlace() {
  const temp = await makeTempDir();
  const partial = { ...DIR, inner: DIR };
  await writeTree(temp.path, { source: DIR, root: { older: DIR, partial } });
  return {
    path: temp.path,
    probe: async (where: Where, { role, fence }: { role: Role; fence: boolean }) => {
      const url = new URL("../support/fenced_worker.ts", import.meta.url);
      const worker = new Worker(url, { type: "module" });
      const lane = new WorkerLane<ProbeCall, ProbeAnswer>(worker);
      const snapshotDir = `${temp.path}/root/partial`;
      const report = await lane.greet<ProbeStart, ThreadReport>({
        role,
        fence,
        fileSystem: "posix",
        cancel: new SharedArrayBuffer(4),
        sourceRoot: `${temp.path}/source`,
        backupRoot: `${temp.path}/root`,
        snapshotDir,
      });
      const answer = await lane.call({
        at: `${temp.path}/${where}`,
        elsewhere: `${snapshotDir}/inner`,
      });
      lane.close();
      return { report, answer };
    },
    [Symbol.asyncDispose]: () => temp[Symbol.asyncDispose](),
  };
}

function refused(answer: ProbeAnswer): ProbeAnswer {
  return Object.fromEntries(Object.entries(answer).filter(([, outcome]) => outcome !== "done"));
}

function expectedRefusals(answer: ProbeAnswer, right: Right): ProbeAnswer {
  const allowed = (op: string) => right === "all" || (right === "read" && isReading(op));
  const entries = Object.keys(answer).filter((op) => !allowed(op)).map((op) => {
    // "EXDEV" is Landlock's word for a link that would give more rights to a file.
    const code = op === "link out" && answer[op] === "EXDEV" ? "EXDEV" : "EACCES";
    return [op, code];
  });
  return Object.fromEntries(entries);
}

function isReading(op: string): boolean {
  return op === "list" || op === "read";
}

interface TraceEvent {
  readonly thread: string;
  /** `"fence"`, or the path of source or root that was opened. */
  readonly call: string;
}

/** Runs a backup and returns which thread raised a fence or opened source or root, in order. */
async function traceBackup(
  { source, root }: BackupPlace,
  env: Readonly<Record<string, string>>,
): Promise<TraceEvent[]> {
  await using temp = await makeTempDir();
  const output = `${temp.path}/trace`;
  const calls = "--trace=landlock_restrict_self,open,openat";
  const variables = Object.entries(phlbEnvironment(env)).map(([key, value]) => `${key}=${value}`);
  const command = ["strace", "-f", "-qq", "-o", output, calls, ...phlbCommand()];
  await run("env", ["-i", ...variables, ...command, "backup", source, root]);
  const events: TraceEvent[] = [];
  for (const line of (await Deno.readTextFile(output)).split("\n")) {
    const [, thread = "", text = ""] = /^(\d+) +(.*)$/.exec(line) ?? [];
    if (/landlock_restrict_self.*= 0$/.test(text)) events.push({ thread, call: "fence" });
    if (text.includes("O_PATH")) continue; // names a tree for the fence, reads nothing
    const path = /^open(?:at)?\([^"]*"([^"]*)"/.exec(text)?.[1] ?? "";
    if (path.startsWith(source) || path.startsWith(root)) events.push({ thread, call: path });
  }
  return events;
}

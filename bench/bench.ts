/**
 * `deno task bench [--quick] [--cold] [--runs N] [--dir DIR | --ext4-image] [--json FILE]
 * [--only WORD] [--svg FILE]`: measures phlb beside cp, rsync, restic and borg on the same trees, in alternation,
 * and prints ratios. `--cold` drops the caches before each run, `--ext4-image` works on an ext4 in
 * memory; both need root. `--only` takes the workloads that have the word in their name.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { backupWorkloads } from "./backup_workloads.ts";
import { contenders } from "./contenders.ts";
import { mountExt4Image } from "./ext4_image.ts";
import { measure, must, type Run } from "./measure.ts";
import { renderJson, renderSvg, renderTable, type Result } from "./report.ts";
import { readWorkloads } from "./read_workloads.ts";
import { makeLargeTree, makeSmallTree, type SmallTree, type Sources } from "./trees.ts";
import type { Workload } from "./workload.ts";

const { values } = parseArgs({
  args: Deno.args,
  options: {
    quick: { type: "boolean", default: false },
    cold: { type: "boolean", default: false },
    runs: { type: "string" },
    dir: { type: "string" },
    "ext4-image": { type: "boolean", default: false },
    only: { type: "string", default: "" },
    json: { type: "string" },
    svg: { type: "string" },
  },
});

const binary = findExecutable(Deno.env.get("PHLB_BIN") ?? "./phlb");
await using place = await makePlace();
const base = place.path;
const runs = Number(values.runs ?? (values.quick ? 3 : 5));
const small: SmallTree = {
  files: values.quick ? 10_000 : 100_000,
  dirs: values.quick ? 200 : 2000,
  minBytes: 1024,
  maxBytes: 8192,
};

function findExecutable(path: string): string {
  if (exists(path)) return Deno.realPathSync(path);
  console.error(`Cannot measure "${path}": there is no such file; make it with: deno task compile`);
  Deno.exit(2);
}

/** Where to work. A directory that the user named is left as it is, with the trees for next time. */
async function makePlace(): Promise<AsyncDisposable & { readonly path: string }> {
  if (values["ext4-image"]) return await mountExt4Image({ sizeGib: values.quick ? 4 : 20 });
  const named = values.dir ?? Deno.env.get("PHLB_BENCH_DIR");
  const path = named ?? await Deno.makeTempDir({ prefix: "phlb-bench-" });
  const dispose = async () => {
    if (named === undefined) await Deno.remove(path, { recursive: true });
  };
  return { path, [Symbol.asyncDispose]: dispose };
}

/** Makes the trees that are not there yet from an earlier bench in the same directory. */
function makeSources(): Sources {
  const path = `${base}/sources-${values.quick ? "quick" : "full"}`;
  const sources: Sources = {
    small: { path: `${path}/small`, tree: small },
    large: {
      path: `${path}/large`,
      tree: { files: values.quick ? 200 : 2000, fileBytes: 1 << 20, duplicates: 0.3 },
    },
    one: {
      path: `${path}/one`,
      tree: { files: 1, fileBytes: (values.quick ? 256 : 4096) * (1 << 20), duplicates: 0 },
    },
    real: values.quick ? ["/usr/share/doc"] : ["/usr"],
  };
  if (!exists(path)) {
    const making = `${path}.making`;
    makeSmallTree(`${making}/small`, sources.small.tree);
    makeLargeTree(`${making}/large`, sources.large.tree);
    makeLargeTree(`${making}/one`, sources.one.tree, 9);
    Deno.renameSync(making, path);
  }
  return sources;
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** One repetition: each step by each contender in turn, so that a slow moment hits all alike. */
async function repeat(
  workload: Workload,
  note: (step: string, contender: string, run: Run) => void,
): Promise<void> {
  const work = `${base}/work`;
  await must("rm", "-rf", work);
  await must("mkdir", "-p", work);
  await workload.prepare?.(work);
  for (const { name, before, trials } of workload.steps) {
    await before?.();
    for (const { contender, command, env, after } of trials(work)) {
      await must("sync");
      if (values.cold) await must("sysctl", "-q", "vm.drop_caches=3");
      note(name, contender, await measure(command, env));
      await after?.();
    }
  }
  await must("rm", "-rf", work);
}

const { here, missing } = await contenders(binary);
const sources = makeSources();
const results: Result[] = [];
for (const workload of [...backupWorkloads(sources, here), ...readWorkloads(sources, binary)]) {
  if (!workload.name.includes(values.only)) continue;
  const found = new Map<string, Run[]>();
  // The first repetition warms the caches and is not counted, except when they are to be cold.
  for (let n = values.cold || values.quick ? 1 : 0; n <= runs; n++) {
    await repeat(workload, (step, contender, run) => {
      const key = `${step}\0${contender}`;
      if (n > 0) found.set(key, [...found.get(key) ?? [], run]);
    });
  }
  for (const [key, list] of found) {
    const [step = "", contender = ""] = key.split("\0");
    results.push({ workload: workload.name, step, contender, runs: list });
  }
  console.log(renderTable(results.filter((result) => result.workload === workload.name)));
}
for (const name of missing) console.log(`${name}: not installed, not measured`);
if (values.json !== undefined) Deno.writeTextFileSync(values.json, renderJson(results));
if (values.svg !== undefined) Deno.writeTextFileSync(values.svg, renderSvg(results));

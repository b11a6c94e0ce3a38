/**
 * `deno task bench [--quick] [--cold] [--runs N] [--dir DIR | --ext4-image] [--json FILE]
 * [--only WORD] [--svg FILE]`: measures phlb beside cp, rsync, restic and borg on the same trees, in alternation,
 * and prints ratios. `--cold` drops the caches before each run, `--ext4-image` works on an ext4 in
 * memory; both need root. `--only` takes the workloads that have the word in their name.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { type Contender, contenders } from "./contenders.ts";
import { mountExt4Image } from "./ext4_image.ts";
import { measure, must, type Run } from "./measure.ts";
import { renderJson, renderSvg, renderTable, type Result } from "./report.ts";
import { changeFiles, makeLargeTree, makeSmallTree, type SmallTree } from "./trees.ts";

/** A tree to back up and what is done with it between the backups. */
interface Workload {
  readonly name: string;
  readonly source: string;
  /** Names of the backups in their order, with what happens to the source before each. */
  readonly steps: readonly { readonly name: string; readonly before?: () => void }[];
}

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
function workloads(): Workload[] {
  const sources = `${base}/sources-${values.quick ? "quick" : "full"}`;
  const files = values.quick ? 200 : 2000;
  const one = { files: 1, fileBytes: (values.quick ? 256 : 4096) * (1 << 20), duplicates: 0 };
  const real = values.quick ? "/usr/share/doc" : "/usr/share";
  if (!exists(sources)) {
    const making = `${sources}.making`;
    makeSmallTree(`${making}/small`, small);
    makeLargeTree(`${making}/large`, { files, fileBytes: 1 << 20, duplicates: 0.3 });
    makeLargeTree(`${making}/one`, one, 9);
    Deno.renameSync(making, sources);
  }
  let seed = 100;
  return [
    {
      name: `${small.files} files of 1–8 KiB`,
      source: `${sources}/small`,
      steps: [{ name: "first" }, { name: "unchanged" }, {
        name: "1 % changed",
        before: () => changeFiles(`${sources}/small`, small, { every: 100, seed: seed++ }),
      }],
    },
    {
      name: `${files} files of 1 MiB, 30 % equal`,
      source: `${sources}/large`,
      steps: [{ name: "first" }, { name: "unchanged" }],
    },
    {
      name: `one file of ${one.fileBytes >> 20} MiB`,
      source: `${sources}/one`,
      steps: [{ name: "first" }],
    },
    {
      name: real,
      source: real,
      steps: [{ name: "first" }, { name: "unchanged" }],
    },
  ];
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
  { here, note }: {
    here: readonly Contender[];
    note: (step: string, contender: string, run: Run) => void;
  },
): Promise<void> {
  const work = `${base}/work`;
  const places = new Map(here.map(({ name }, i) => [name, `${work}/${i}`]));
  const placeOf = (name: string) => ({ source: workload.source, work: places.get(name) ?? "" });
  await must("rm", "-rf", work);
  for (const contender of here) {
    await must("mkdir", "-p", placeOf(contender.name).work);
    await contender.prepare?.(placeOf(contender.name));
  }
  for (const [i, step] of workload.steps.entries()) {
    step.before?.();
    for (const contender of here) {
      await must("sync");
      if (values.cold) await must("sysctl", "-q", "vm.drop_caches=3");
      const command = contender.command(placeOf(contender.name), i + 1);
      note(step.name, contender.name, await measure(command, contender.env));
      // Room for the next one: five copies of the largest tree need not fit at once.
      if (i + 1 === workload.steps.length) await must("rm", "-rf", placeOf(contender.name).work);
    }
  }
  await must("rm", "-rf", work);
}

const { here, missing } = await contenders(binary);
const results: Result[] = [];
for (const workload of workloads()) {
  if (!workload.name.includes(values.only)) continue;
  const found = new Map<string, Run[]>();
  // The first repetition warms the caches and is not counted, except when they are to be cold.
  for (let n = values.cold || values.quick ? 1 : 0; n <= runs; n++) {
    await repeat(workload, {
      here,
      note: (step, contender, run) => {
        const key = `${step}\0${contender}`;
        if (n > 0) found.set(key, [...found.get(key) ?? [], run]);
      },
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

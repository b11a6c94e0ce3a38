import assert from "node:assert/strict";
import { makePlace } from "../support/backup_place.ts";
import { runPhlb } from "../support/phlb.ts";
import { run } from "../support/run.ts";

/** Reads the text as Prometheus' own client library does. */
const PARSER = `
import sys, json
from prometheus_client.parser import text_string_to_metric_families as parse
text = open(sys.argv[1]).read()
print(json.dumps([[f.name, f.type, f.documentation, [[s.name, s.labels, s.value] for s in f.samples]]
                  for f in parse(text)]))
`;

type Sample = [name: string, labels: Record<string, string>, value: number];
type Family = [name: string, type: string, help: string, samples: Sample[]];

/** Two jobs of which one has no source, and what is remembered of them. */
async function makeJobs() {
  const place = await makePlace({ a: "a", b: "bb" });
  const dir = `${place.source}/..`;
  const env = { XDG_STATE_HOME: `${dir}/state` };
  const toml = (every: string) =>
    Deno.writeTextFileSync(
      `${dir}/phlb.toml`,
      `destination = "${place.root}"\n[schedule]\nevery = "${every}"\n[[job]]\nid = "do\\"cs"\n` +
        `source = "${place.source}"\n[[job]]\nid = "gone"\nsource = "${dir}/gone"\n`,
    );
  toml("hourly");
  const phlb = (...args: string[]) => runPhlb(args, { cwd: dir, env });
  const jobs = async (...args: string[]) => {
    const { code, stdout } = await phlb("status", "--json", ...args);
    const messages = stdout.trim().split("\n").map((line) => JSON.parse(line));
    return { code, messages };
  };
  return {
    place,
    dir,
    toml,
    phlb,
    jobs,
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
}

Deno.test("phlb status tells what ran, what failed and what is overdue, and writes metrics", async () => {
  await using made = await makeJobs();
  const { dir, phlb, jobs } = made;
  const before = await jobs();
  assert.strictEqual(before.code, 3, "a job that never ran is overdue");
  assert.deepStrictEqual(before.messages.map(({ overdue }) => overdue), [true, true, undefined]);
  assert.strictEqual((await phlb("backup", "--all", "-q")).code, 1);
  const file = `${dir}/phlb.prom`;
  const after = await jobs("--prometheus", file);
  assert.strictEqual(after.code, 3);
  const [docs, gone, root] = after.messages;
  assert.deepStrictEqual(
    [docs.overdue, docs.snapshots, docs.problems, docs.last_try.exit_code, docs.size_bytes],
    [false, 1, 0, 0, 3],
  );
  assert.deepStrictEqual(
    [gone.overdue, gone.last_good, gone.last_try.error_code, gone.snapshots],
    [true, null, "SOURCE_MISSING", 0],
  );
  assert.deepStrictEqual([root.available, root.trash, root.verified], [true, 0, null]);
  const families: Family[] = JSON.parse(await run("/usr/bin/python3", ["-c", PARSER, file]));
  const valueOf = (name: string, job: string) =>
    families.find(([family]) => family === name)?.[3]
      .find(([, labels]) => labels["job"] === job)?.[2];
  assert.strictEqual(valueOf("phlb_job_overdue", 'do"cs'), 0);
  assert.strictEqual(valueOf("phlb_job_overdue", "gone"), 1);
  assert.strictEqual(valueOf("phlb_job_last_try_exit_code", "gone"), 1);
  assert.strictEqual(valueOf("phlb_job_snapshots", 'do"cs'), 1);
  for (const [name, type, help, samples] of families) {
    assert.match(name, /^phlb_(?:status|job|root)_/);
    assert.deepStrictEqual([type, help !== "", samples.length > 0], ["gauge", true, true], name);
  }
  const left = [...Deno.readDirSync(dir)].filter(({ name }) => name.startsWith("phlb.prom"));
  assert.strictEqual(left.length, 1);
});

Deno.test("phlb status for people, and of a root that is away", async () => {
  await using made = await makeJobs();
  const { place, toml, phlb, jobs } = made;
  await phlb("backup", "--all", "-q");
  const { stdout } = await phlb("status");
  assert.match(stdout, /^do"cs {2}ok\n/);
  assert.match(
    stdout,
    /^gone {2}OVERDUE\n[^]*Last good {2}never\n {2}Last try[^]*Cannot read the source/m,
  );
  assert.match(stdout, /Verified {3}never: phlb verify --all/);
  toml("2199-01-01 00:00");
  await Deno.rename(place.root, `${place.root}-away`);
  const away = await jobs("--job", 'do"cs');
  assert.deepStrictEqual([away.code, away.messages[0].last_good !== null], [0, true]);
  assert.deepStrictEqual([away.messages[0].snapshots, away.messages[1].available], [null, false]);
  assert.strictEqual((await phlb("status", "--prometheus", "/dev/null/x")).code, 1);
});

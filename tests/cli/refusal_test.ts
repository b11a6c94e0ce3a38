import assert from "node:assert/strict";
import { makePlace } from "../support/backup_place.ts";
import { runPhlb } from "../support/phlb.ts";

interface Refusal {
  readonly what: string;
  readonly args: (place: { source: string; root: string }) => string[];
  readonly code: number;
  readonly says: RegExp;
}

const REFUSALS: readonly Refusal[] = [
  {
    what: "a source that is missing",
    args: ({ source, root }) => [`${source}-gone`, root],
    code: 1,
    says: /Cannot read the source/,
  },
  {
    what: "a backup root that is missing",
    args: ({ source, root }) => [source, `${root}-gone`],
    code: 10,
    says: /Cannot open the backup root/,
  },
  {
    what: "a source inside the backup root",
    args: ({ root }) => [`${root}/..`, `${root}/..`],
    code: 2,
    says: /lies inside the backup root/,
  },
  {
    what: "a name that leads out of the root",
    args: ({ source, root }) => [source, root, "--name", "../x"],
    code: 2,
    says: /"\.\.\/x"/,
  },
  {
    what: "a source without a name",
    args: ({ root }) => ["/", root],
    code: 2,
    says: /--name/,
  },
  {
    what: "a pattern file that is missing",
    args: ({ source, root }) => [source, root, "--exclude-from", `${root}/absent/patterns`],
    code: 2,
    says: /\/absent\/patterns/,
  },
  {
    what: "an option that does not exist",
    args: ({ source, root }) => [source, root, "--exlude", "x"],
    code: 2,
    says: /--exclude/,
  },
];

for (const { what, args, code, says } of REFUSALS) {
  Deno.test(`phlb backup refuses ${what} with exit code ${code}`, async () => {
    await using place = await makePlace({ a: "1" });
    const outcome = await runPhlb(["backup", ...args(place)]);
    assert.strictEqual(outcome.code, code, outcome.stdout + outcome.stderr);
    assert.match(outcome.stderr, says);
    assert.deepStrictEqual([...Deno.readDirSync(place.root)], [], "nothing was made in the root");
  });
}

Deno.test("phlb backup without a destination says where one can be set", async () => {
  await using place = await makePlace({ a: "1" });
  const outcome = await runPhlb(["backup", place.source]);
  assert.strictEqual(outcome.code, 2);
  assert.match(outcome.stderr, /destination/);
  assert.match(outcome.stderr, /phlb\.toml/);
});

Deno.test("a source that became empty is refused, unless that is allowed", async () => {
  await using place = await makePlace({ a: "1" });
  await place.mustBackup();
  await Deno.remove(`${place.source}/a`);
  const refused = await place.mustBackup([], 1);
  assert.match(refused.stderr, /it is empty, and the previous snapshot/);
  await place.mustBackup(["--allow-empty"]);
  assert.strictEqual(place.snapshots().length, 2);
});

Deno.test("phlb backup --all runs every job and goes on after one that fails", async () => {
  await using place = await makePlace({ a: "1" });
  const config = `${place.root}/../phlb.toml`;
  await Deno.writeTextFile(
    config,
    `destination = "root"
[[job]]
id = "broken"
source = "gone"
[[job]]
id = "good"
source = "source"
name = "good"
`,
  );
  const outcome = await runPhlb(["backup", "--all", "--config", config]);
  assert.strictEqual(outcome.code, 1, outcome.stderr);
  assert.ok(Deno.statSync(`${place.root}/good`).isDirectory);
  const one = await runPhlb(["backup", "--job", "good", "--config", config]);
  assert.strictEqual(one.code, 0, one.stderr);
});

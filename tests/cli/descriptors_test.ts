import assert from "node:assert/strict";
import { type BackupPlace, makePlace } from "../support/backup_place.ts";
import { phlbCommand, phlbEnvironment } from "../support/phlb.ts";
import { runAnyhow } from "../support/run.ts";
import type { Tree } from "../support/tree.ts";

/** A chain of directories with a file in each. */
function deepTree(levels: number): Tree {
  let tree: Tree = {};
  for (let level = levels; level > 0; level--) tree = { file: `of level ${level}`, dir: tree };
  return tree;
}

const RUNS = [
  { more: [], jobs: 12, limit: 350 },
  { more: ["--dry-run"], jobs: 60, limit: 200 },
];

for (const { more, jobs, limit } of RUNS) {
  const what = ["backup", "--all", ...more].join(" ");
  Deno.test(`in phlb ${what} a job leaves no descriptor to the jobs that follow`, async () => {
    await using place = await makePlace(deepTree(50));
    await Deno.writeTextFile(`${place.root}/phlb.toml`, configOf(place, jobs));
    const { code, stdout, stderr } = await runAnyhow(
      "sh",
      ["-c", `ulimit -n ${limit} && exec "$@"`, "sh", ...phlbCommand(), "backup", "--all", ...more],
      { cwd: place.root, env: phlbEnvironment() },
    );
    assert.strictEqual(code, 0, stderr);
    assert.strictEqual(stdout.match(/^ *Walked +101 /gm)?.length, jobs, stdout);
  });
}

/** Jobs that back up the same source under names of their own. */
function configOf({ source, root }: BackupPlace, jobs: number): string {
  const tables = Array.from({ length: jobs }, (_, number) => `
    [[job]]
    id = "job${number}"
    name = "name${number}"`);
  return `source = "${source}"
    destination = "${root}"
    backup.order = "newest-first"
    performance.hashers = 2
    ${tables.join("")}\n`;
}

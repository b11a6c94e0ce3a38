import assert from "node:assert/strict";
import { checkJob, probeRoot } from "../../../../src/backup/run/preflight.ts";
import { AppError, EXIT } from "../../../../src/base/app_error.ts";
import { makeJob } from "../../../support/backup_run.ts";
import { called, makeWorkPlace, type WorkPlace } from "../hash/work_place.ts";
import type { Fault } from "../../../support/faulty_file_system.ts";
import { symlink } from "../../../support/tree.ts";

type Settings = Parameters<typeof makeJob>[0];

function check(work: WorkPlace, settings: Settings, cwd = "/") {
  return checkJob(work.fs, makeJob(settings), { cwd });
}

/** Fails unless it throws an error that the user can act on. */
function assertRefused(act: () => unknown, code: string, exitCode: number): void {
  assert.throws(act, (error) => {
    assert.ok(error instanceof AppError, String(error));
    assert.deepStrictEqual([error.code, error.exitCode], [code, exitCode]);
    assert.match(error.message, /^Cannot /);
    assert.ok(error.hint !== undefined && error.hint !== "", "says what to do");
    return true;
  });
}

const TREE = { source: { inside: {} }, root: { inside: {} }, file: "" };

Deno.test("checkJob() opens source and root under their real paths, and names the backup", async () => {
  await using work = await makeWorkPlace({ ...TREE, to: symlink("source") });
  const checked = check(work, { source: `${work.path}/to`, destination: `${work.path}/root/.` });
  assert.strictEqual(checked.source.path, `${work.path}/source`);
  assert.strictEqual(checked.root.path, `${work.path}/root`);
  assert.deepStrictEqual([checked.name, checked.rootInSource], ["source", false]);
  assert.ok(checked.source.stats.isDir(0) && checked.root.stats.isDir(0));
});

Deno.test("checkJob() backs up the current directory when no source is given", async () => {
  await using work = await makeWorkPlace(TREE);
  const checked = check(work, { destination: `${work.path}/root` }, `${work.path}/source`);
  assert.strictEqual(checked.source.path, `${work.path}/source`);
});

Deno.test("checkJob() tells when the root lies in the source, and refuses the other way round", async () => {
  await using work = await makeWorkPlace(TREE);
  const root = `${work.path}/root`;
  assert.ok(check(work, { source: work.path, destination: root }).rootInSource);
  const twins = { source: `${work.path}/source`, destination: `${work.path}/source/inside` };
  assert.ok(check(work, twins).rootInSource);
  for (const source of [root, `${root}/inside`]) {
    assertRefused(() => check(work, { source, destination: root }), "SOURCE_IN_ROOT", EXIT.usage);
  }
});

Deno.test("checkJob() does not take a longer name for a path inside", async () => {
  await using work = await makeWorkPlace({ root: {}, "root-of-mine": {} });
  const settings = { source: `${work.path}/root-of-mine`, destination: `${work.path}/root` };
  assert.strictEqual(check(work, settings).rootInSource, false);
});

const REFUSALS: readonly (readonly [
  what: string,
  settings: (path: string) => Settings,
  code: string,
  exitCode: number,
])[] = [
  ["a destination that is not set", (path) => ({ source: path }), "DESTINATION_UNSET", EXIT.usage],
  [
    "a root that is not there",
    (path) => ({ source: path, destination: `${path}/none` }),
    "ROOT_MISSING",
    EXIT.noRoot,
  ],
  [
    "a root that is a file",
    (path) => ({ source: path, destination: `${path}/file` }),
    "ROOT_MISSING",
    EXIT.noRoot,
  ],
  [
    "a source that is not there",
    (path) => ({ source: `${path}/none`, destination: `${path}/root` }),
    "SOURCE_MISSING",
    EXIT.failed,
  ],
  [
    "a source that is a file",
    (path) => ({ source: `${path}/file`, destination: `${path}/root` }),
    "SOURCE_UNREADABLE",
    EXIT.failed,
  ],
  [
    "a source without a name",
    (path) => ({ source: "/", destination: `${path}/root` }),
    "NAME_UNSET",
    EXIT.usage,
  ],
];

for (const [what, settings, code, exitCode] of REFUSALS) {
  Deno.test(`checkJob() refuses ${what}`, async () => {
    await using work = await makeWorkPlace(TREE);
    assertRefused(() => check(work, settings(work.path)), code, exitCode);
  });
}

Deno.test("checkJob() checks a name that it takes from the source's path", async () => {
  await using work = await makeWorkPlace({ ".hidden": {}, root: {} });
  const settings = { source: `${work.path}/.hidden`, destination: `${work.path}/root` };
  assertRefused(() => check(work, settings), "NAME_INVALID", EXIT.usage);
});

Deno.test("checkJob() refuses a source whose names cannot be read", async () => {
  await using work = await makeWorkPlace(TREE, [
    { op: "readDir", path: called("source"), code: "EACCES" },
  ]);
  const settings = { source: `${work.path}/source`, destination: `${work.path}/root` };
  assertRefused(() => check(work, settings), "SOURCE_UNREADABLE", EXIT.failed);
});

/** Probes the root of a place. */
async function probe(
  faults: (path: string) => readonly Fault[],
  look: (act: () => void, path: string) => void,
): Promise<void> {
  await using outer = await makeWorkPlace({});
  const path = `${outer.path}/root`;
  Deno.mkdirSync(path);
  await using work = await makeWorkPlace({}, faults(path));
  const dir = outer.fs.openRoot(path);
  try {
    look(() => probeRoot(work.fs, { path, dir, stats: outer.rows("root", [""]) }), path);
    assert.deepStrictEqual([...Deno.readDirSync(path)], [], "no probe is left behind");
  } finally {
    outer.fs.closeDir(dir);
  }
}

Deno.test("probeRoot() accepts a root with hard links, also when an old probe lies there", async () => {
  await probe(() => [], (act, path) => {
    act();
    Deno.writeTextFileSync(`${path}/.phlb-probe`, "of a run that was killed");
    Deno.writeTextFileSync(`${path}/.phlb-probe-link`, "of a run that was killed");
    act();
  });
});

Deno.test("probeRoot() sees through a file system that copies and calls it a link", async () => {
  const copying = (path: string): Fault[] => [{
    op: "link",
    instead: () => Deno.copyFileSync(`${path}/.phlb-probe`, `${path}/.phlb-probe-link`),
  }];
  await probe(copying, (act) => assertRefused(act, "NO_HARD_LINKS", EXIT.failed));
});

Deno.test("probeRoot() refuses a root that takes no links", async () => {
  for (const code of ["EPERM", "EOPNOTSUPP", "ENOSYS"]) {
    const refusing = () => [{ op: "link", code }] as const;
    await probe(refusing, (act) => assertRefused(act, "NO_HARD_LINKS", EXIT.failed));
  }
});

for (const op of ["createFile", "link"] as const) {
  Deno.test(`probeRoot() speaks of room when ${op} finds none, and of what may be deleted`, async () => {
    for (const code of ["ENOSPC", "EDQUOT"]) {
      await probe(() => [{ op, code }], (act) => {
        const hint = hintOf(act);
        assert.match(hint, /^Make room there/);
        assert.doesNotMatch(hint, /hard link|delete/);
      });
      await probe(() => [{ op, code }], (act, path) => {
        const partial = `${path}/name/.2026-01-07-085247.partial`;
        Deno.mkdirSync(partial, { recursive: true });
        const hint = hintOf(act);
        Deno.removeSync(`${path}/name`, { recursive: true });
        assert.ok(
          hint.endsWith(`To make room, what was cut off may be deleted: "${partial}"`),
          hint,
        );
      });
    }
  });
}

/** What `act` tells the user to do about a root that cannot be written. */
function hintOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    assert.ok(error instanceof AppError && error.code === "ROOT_UNWRITABLE", String(error));
    return error.hint ?? "";
  }
  return assert.fail("it does not throw");
}

Deno.test("probeRoot() refuses a root that cannot be written", async () => {
  for (const code of ["EROFS", "EACCES", "ENOSPC"]) {
    const refusing = () => [{ op: "createFile", code }] as const;
    await probe(refusing, (act) => assertRefused(act, "ROOT_UNWRITABLE", EXIT.failed));
  }
});

import assert from "node:assert/strict";
import { AppError } from "../../src/base/app_error.ts";
import { type BackupRun, type Role, runBackup } from "../support/backup_run.ts";
import type { Fault } from "../support/faulty_file_system.ts";
import { run } from "../support/run.ts";
import { assertSameTree, compareTrees } from "../support/same_tree.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import { fifo, readTree, symlink, type Tree, type TreeOnDisk, writeTree } from "../support/tree.ts";

const TREE: Tree = {
  "a.txt": "alpha",
  "b.txt": "alpha",
  "c.bin": "c".repeat(9000),
  docs: { "one.txt": "1", "two.txt": "22", deep: { "three.txt": "333", empty: {} } },
  link: symlink("a.txt"),
  pipe: fifo(),
};

/** Entries that are phlb's own in a snapshot. */
const isOurs = (path: string) => path.split("/").at(-1)?.startsWith("SHA256SUMS") === true;

/** Content and attributes of everything that a user may look at in a root, but phlb's own directory. */
async function finished(root: string): Promise<TreeOnDisk> {
  const all = await readTree(root);
  const isFinished = (path: string) => /^[^/]+\/\d{4}-[^/.]*(\/|$)/.test(path);
  return Object.fromEntries(Object.entries(all).filter(([path]) => isFinished(path)));
}

function code(result: BackupRun): string {
  return result.error instanceof AppError ? result.error.code : String(result.error);
}

interface Case {
  readonly role: Role;
  readonly fault: Fault;
}

/** Every way in which writing to the backup root can end a run. */
const FATAL: readonly Case[] = [
  { role: "linker", fault: { op: "makeDir", nth: 2, code: "ENOSPC" } },
  { role: "linker", fault: { op: "link", code: "ENOSPC" } },
  { role: "linker", fault: { op: "link", code: "EROFS" } },
  { role: "linker", fault: { op: "symlink", code: "ENOSPC" } },
  { role: "linker", fault: { op: "setAttributes", nth: 3, code: "EIO" } },
  { role: "linker", fault: { op: "createFile", code: "ENOSPC" } },
  { role: "linker", fault: { op: "write", code: "EIO" } },
  { role: "hasher", fault: { op: "createFile", nth: 2, code: "ENOSPC" } },
  { role: "hasher", fault: { op: "write", nth: 2, code: "ENOSPC" } },
  { role: "hasher", fault: { op: "setFileAttributes", code: "EIO" } },
  { role: "main", fault: { op: "syncAll", code: "EIO" } },
  { role: "main", fault: { op: "rename", nth: 1, code: "EIO" } },
  { role: "main", fault: { op: "rename", nth: 4, code: "EROFS" } },
];

for (const { role, fault } of FATAL) {
  const name = `${fault.op} failing with ${fault.code} in ${role}`;
  Deno.test(`${name} publishes nothing and leaves older snapshots as they were`, async () => {
    await using temp = await makeTempDir();
    const [source, root] = [`${temp.path}/source`, `${temp.path}/root`];
    await writeTree(source, TREE);
    await Deno.mkdir(root);
    const first = await runBackup(source, root);
    assert.strictEqual(first.error, undefined);
    const before = await finished(root);
    await writeTree(`${source}/docs/new`, { "fresh.txt": "fresh", also: symlink("x") });
    await Deno.writeTextFile(`${source}/other.txt`, "other content");
    const broken = await runBackup(source, root, { faults: { [role]: [fault] } });
    assert.strictEqual(code(broken), "ROOT_FAILED");
    const logs = (path: string) => /^source\/[^/]+-(backup\.log|config\.toml|summary\.)/.test(path);
    // Directories above change their times, and inodes their link counts; nothing else may differ.
    const ignored = ["inode", "nlink", "allocatedBytes"] as const;
    const after = await finished(root);
    assert.deepStrictEqual(
      compareTrees(after, before, { ignore: [...ignored], skip: logs }),
      [],
    );
    const next = await runBackup(source, root);
    assert.strictEqual(next.error, undefined);
    assert.strictEqual(next.summary?.counts.problems, 0);
    const [latest] = (await snapshotsOf(root)).toReversed();
    assertSameTree(
      await readTree(`${root}/source/${latest}`),
      await readTree(source),
      { skip: isOurs },
    );
    const hidden = [...Deno.readDirSync(`${root}/source`)].filter(({ name }) =>
      name.startsWith(".")
    );
    assert.deepStrictEqual(hidden, [], "the next run takes the leftover away");
  });
}

async function snapshotsOf(root: string): Promise<string[]> {
  const names: string[] = [];
  for await (const { name, isDirectory } of Deno.readDir(`${root}/source`)) {
    if (isDirectory && !name.startsWith(".")) names.push(name);
  }
  return names.sort();
}

/** Errors of link() that mean: this file system will not, store it again. */
for (const refusal of ["EMLINK", "EIO", "EPERM", "ERANGE", "EXDEV"]) {
  Deno.test(`backup() stores a file again when link answers ${refusal}`, async () => {
    await using temp = await makeTempDir();
    const [source, root] = [`${temp.path}/source`, `${temp.path}/root`];
    await writeTree(source, TREE);
    await Deno.mkdir(root);
    await runBackup(source, root);
    const always = { op: "link", code: refusal, always: true } as const;
    const second = await runBackup(source, root, { faults: { linker: [always] } });
    assert.strictEqual(second.error, undefined);
    assert.strictEqual(second.summary?.counts.linked, 0);
    assert.strictEqual(second.summary?.counts.copied, 6);
    assert.strictEqual(second.summary?.counts.problems, 0);
    const [latest] = (await snapshotsOf(root)).toReversed();
    const copy = await readTree(`${root}/source/${latest}`);
    assertSameTree(copy, await readTree(source), { skip: isOurs });
  });
}

/** What a server may answer whose first answer got lost. */
for (const refusal of ["EIO", "ESTALE", "ENOENT"]) {
  Deno.test(`backup() takes links that were made for made, although link answers ${refusal}`, async () => {
    await using temp = await makeTempDir();
    const [source, root] = [`${temp.path}/source`, `${temp.path}/root`];
    await writeTree(source, TREE);
    await Deno.mkdir(root);
    const settings = { "performance.in_memory": "0" };
    const faults = { linker: [{ op: "link", code: refusal, always: true, after: true }] } as const;
    // The first run links equal files of its own, the second all that is in the first snapshot.
    for (const copied of [5, 0]) {
      const { error, summary } = await runBackup(source, root, { faults, settings });
      assert.strictEqual(error, undefined);
      assert.deepStrictEqual(summary?.problems, []);
      assert.strictEqual(summary?.counts.copied, copied);
      const [latest] = (await snapshotsOf(root)).toReversed();
      const copy = await readTree(`${root}/source/${latest}`);
      assertSameTree(copy, await readTree(source), { skip: isOurs });
      assert.strictEqual(copy["a.txt"]?.inode, copy["b.txt"]?.inode);
      const sums = Object.keys(copy).filter((path) => /SHA256SUMS/.test(path)).toSorted();
      const where = ["", "docs/", "docs/deep/"];
      assert.deepStrictEqual(sums, where.map((dir) => `${dir}SHA256SUMS`));
    }
  });
}

Deno.test("backup() reports what it cannot read and stores all the rest", async () => {
  await using temp = await makeTempDir();
  const [source, root] = [`${temp.path}/source`, `${temp.path}/root`];
  await writeTree(source, TREE);
  await Deno.mkdir(root);
  const result = await runBackup(source, root, {
    faults: {
      walker: [{ op: "openDir", path: (path) => path.endsWith("docs/deep"), code: "EACCES" }],
      hasher: [
        { op: "openFile", path: (path) => path.endsWith("a.txt"), code: "EACCES" },
        { op: "read", path: (path) => path.endsWith("c.bin"), code: "EIO", always: true },
      ],
    },
  });
  assert.strictEqual(result.error, undefined);
  const problems = result.summary?.problems.map(({ path, code, stored }) => [path, code, stored]);
  assert.deepStrictEqual(problems?.sort(), [
    ["a.txt", "unreadable", false],
    ["c.bin", "unreadable", false],
    ["docs/deep", "unreadable", true],
  ]);
  const [snapshot] = await snapshotsOf(root);
  const stored = await readTree(`${root}/source/${snapshot}`);
  const expected = await readTree(source);
  const lost = ["a.txt", "c.bin", "docs/deep/three.txt", "docs/deep/empty"];
  assertSameTree(stored, expected, { skip: (path) => isOurs(path) || lost.includes(path) });
  assert.ok(!("a.txt" in stored) && !("c.bin" in stored), "no half file is left");
  const sums = await Deno.readTextFile(`${root}/source/${snapshot}/SHA256SUMS`);
  assert.deepStrictEqual(sums.trim().split("\n").map((line) => line.slice(66)), ["b.txt"]);
});

Deno.test("backup() keeps the names read before readdir failed, and says that there may be more", async () => {
  await using temp = await makeTempDir();
  const [source, root] = [`${temp.path}/source`, `${temp.path}/root`];
  await writeTree(source, { full: { a: "1", b: "2", c: "3", d: "4" }, other: "x" });
  await Deno.mkdir(root);
  const result = await runBackup(source, root, {
    faults: { walker: [{ op: "readDir", path: (path) => path.endsWith("/full"), code: "EIO" }] },
  });
  const { counts, problems } = result.summary ?? assert.fail("nothing was published");
  assert.deepStrictEqual(problems.map(({ path, code }) => [path, code]), [["full", "unreadable"]]);
  assert.strictEqual(counts.copied, 3, "half of the names in it, and the file beside it");
});

/** A file that is not what the walker saw by the time it is opened. */
const RACES: readonly { what: string; change: (path: string) => void; code: string }[] = [
  {
    what: "vanishes",
    change: (path) => Deno.removeSync(path),
    code: "vanished",
  },
  {
    what: "becomes a symlink",
    change: (path) => {
      Deno.removeSync(path);
      Deno.symlinkSync("/etc/passwd", path);
    },
    code: "replaced",
  },
  {
    what: "becomes a directory",
    change: (path) => {
      Deno.removeSync(path);
      Deno.mkdirSync(path);
    },
    code: "replaced",
  },
];

for (const { what, change, code } of RACES) {
  Deno.test(`a file that ${what} before it is opened is a problem, not a file`, async () => {
    await using temp = await makeTempDir();
    const [source, root] = [`${temp.path}/source`, `${temp.path}/root`];
    await writeTree(source, { victim: "content", witness: "content too" });
    await Deno.mkdir(root);
    const isVictim = (path: string) => path.endsWith("/victim");
    const before = () => change(`${source}/victim`);
    const result = await runBackup(source, root, {
      faults: { hasher: [{ op: "openFile", path: isVictim, before }] },
    });
    const problems = result.summary?.problems.map((problem) => [problem.path, problem.code]);
    assert.deepStrictEqual(problems, [["victim", code]]);
    const [snapshot] = await snapshotsOf(root);
    const stored = await readTree(`${root}/source/${snapshot}`);
    assert.deepStrictEqual(Object.keys(stored), [".", "SHA256SUMS", "witness"]);
  });
}

Deno.test("a file that changes while it is read is read again", async () => {
  await using temp = await makeTempDir();
  const [source, root] = [`${temp.path}/source`, `${temp.path}/root`];
  await writeTree(source, { moving: "before" });
  await Deno.mkdir(root);
  const before = () => Deno.writeTextFileSync(`${source}/moving`, "after!");
  const result = await runBackup(source, root, { faults: { hasher: [{ op: "read", before }] } });
  assert.strictEqual(result.summary?.counts.problems, 0);
  const [snapshot] = await snapshotsOf(root);
  assert.strictEqual(await Deno.readTextFile(`${root}/source/${snapshot}/moving`), "after!");
  await run("sha256sum", ["-c", "--quiet", "SHA256SUMS"], { cwd: `${root}/source/${snapshot}` });
});

Deno.test("a file that never stops changing is stored as it was read last, and reported", async () => {
  await using temp = await makeTempDir();
  const [source, root] = [`${temp.path}/source`, `${temp.path}/root`];
  await writeTree(source, { log: "line 0\n", still: "still" });
  await Deno.mkdir(root);
  let line = 0;
  const before = () =>
    Deno.writeTextFileSync(`${source}/log`, `line ${++line}\n`, { append: true });
  const path = (name: string) => name.endsWith("/log");
  const faults = { hasher: [{ op: "read", path, before, always: true }] } as const;
  const result = await runBackup(source, root, { faults });
  const told = result.summary?.problems.map(({ path, code, stored }) => [path, code, stored]);
  assert.deepStrictEqual(told, [["log", "changed", true]]);
  const [snapshot] = await snapshotsOf(root);
  await run("sha256sum", ["-c", "--quiet", "SHA256SUMS"], { cwd: `${root}/source/${snapshot}` });
  const second = await runBackup(source, root);
  assert.strictEqual(
    second.summary?.counts.problems,
    0,
    "the next run does not trust it: it reads",
  );
  const [latest] = (await snapshotsOf(root)).toReversed();
  const stored = await Deno.readTextFile(`${root}/source/${latest}/log`);
  assert.strictEqual(stored, await Deno.readTextFile(`${source}/log`));
});

Deno.test("a rule file that cannot be read is a problem, and leaves nothing out", async () => {
  await using temp = await makeTempDir();
  const [source, root] = [`${temp.path}/source`, `${temp.path}/root`];
  await writeTree(source, { ".phlbignore": symlink("nowhere"), a: "1", d: { ".phlbignore": "b" } });
  await Deno.mkdir(root);
  const { summary, error } = await runBackup(source, root);
  assert.strictEqual(error, undefined);
  const told = summary?.problems.map(({ path, stored }) => [path, stored]);
  assert.deepStrictEqual(told, [[".phlbignore", true]]);
  const [snapshot] = await snapshotsOf(root);
  const stored = await readTree(`${root}/source/${snapshot}`);
  assertSameTree(stored, await readTree(source), { skip: isOurs });
});

Deno.test("a source that breaks off while it is looked at is not taken for an empty one", async () => {
  await using temp = await makeTempDir();
  const [source, root] = [`${temp.path}/source`, `${temp.path}/root`];
  await writeTree(source, { only: "content" });
  await Deno.mkdir(root);
  await runBackup(source, root);
  const path = (name: string) => name === source;
  const second = { op: "readDir", path, nth: 2, code: "EIO" } as const;
  const result = await runBackup(source, root, { faults: { main: [second] } });
  assert.strictEqual(result.error, undefined);
  assert.strictEqual(result.summary?.counts.walked, 2);
});

import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { decodeName } from "../../src/base/path_bytes.ts";
import { openFileSystem } from "../../src/fs/open_file_system.ts";
import { STAT } from "../../src/fs/stat_table.ts";
import { readSections, walkSections, writeSample } from "../unit/store/manifest_samples.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import { device, fifo, sparse, symlink, type Tree, withMeta, writeTree } from "../support/tree.ts";

const NASTY_NAMES = [
  "new\nline",
  "back\\slash",
  "-dash",
  "-",
  "spa ce",
  " lead",
  "trail ",
  "#hash",
  "a=b",
  "emoji😀",
  "ümläut",
  "byte\udcff",
  "tab\t",
  "cr\r",
  "bell\x07",
  "quote\"'",
  "\\s",
  "\\040",
  "/".repeat(0) + "..dots",
  "x".repeat(255),
];

function hostileTree(): Tree {
  const files = Object.fromEntries(NASTY_NAMES.map((name, i) => [name, `content ${i}`]));
  return {
    ...files,
    "dir with \\ space\n": { ...files, "sub\udcfe": { deep: "1" } },
    empty: {},
    link: symlink("target with spa ce\n#\udcff"),
    dangling: symlink("nowhere"),
    pipe: fifo(),
    sparse: sparse(1_000_000, [[500_000, "data"]]),
    old: withMeta("old", { mtimeNs: -5_300_000_001n }),
    odd: withMeta("odd", { mode: 0o4755, uid: 12345, gid: 54321, xattrs: { "user.x": "y" } }),
    null: device("char", { major: 1, minor: 3 }),
    disk: device("block", { major: 259, minor: 70000 }),
  };
}

async function run(
  command: string,
  { args, cwd }: { args: string[]; cwd: string },
): Promise<{ code: number; stdout: string; stderr: string }> {
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args,
    cwd,
    env: { LC_ALL: "C" },
  }).output();
  return { code, stdout: decodeName(stdout), stderr: decodeName(stderr) };
}

async function writtenTree(path: string): Promise<void> {
  await writeTree(`${path}/tree`, hostileTree());
  const { fs } = openFileSystem("auto");
  const dir = fs.openRoot(`${path}/tree`);
  const pieces = writeSample(walkSections(fs, dir));
  fs.closeDir(dir);
  Deno.writeFileSync(`${path}/manifest.mtree.gz`, new Uint8Array(await new Blob(pieces).arrayBuffer()));
}

Deno.test("mtree accepts a tree of hostile names against our manifest without a word", async () => {
  await using dir = await makeTempDir();
  await writtenTree(dir.path);
  const result = await run("sh", {
    args: ["-c", "zcat manifest.mtree.gz | mtree -p tree"],
    cwd: dir.path,
  });
  deepStrictEqual(result, { code: 0, stdout: "", stderr: "" });
});

Deno.test("mtree names the one file that was changed behind our manifest", async () => {
  await using dir = await makeTempDir();
  await writtenTree(dir.path);
  Deno.writeTextFileSync(`${dir.path}/tree/sparse`, "x");
  const { code, stdout } = await run("sh", {
    args: ["-c", "zcat manifest.mtree.gz | mtree -p tree"],
    cwd: dir.path,
  });
  strictEqual(code, 2);
  ok(stdout.includes("sparse"), stdout);
});

Deno.test("bsdtar lists every entry of our manifest", async () => {
  await using dir = await makeTempDir();
  await writtenTree(dir.path);
  const { code, stdout, stderr } = await run("bsdtar", {
    args: ["-tf", "../manifest.mtree.gz"],
    cwd: `${dir.path}/tree`,
  });
  strictEqual(stderr, "");
  strictEqual(code, 0);
  const find = await run("sh", { args: ["-c", "find . | wc -l"], cwd: `${dir.path}/tree` });
  ok(stdout.split("\n").length > NASTY_NAMES.length * 2);
  void find;
  console.log(stdout);
});
void readSections;
void STAT;

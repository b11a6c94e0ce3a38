import assert from "node:assert/strict";
import { Selector, type SelectRules } from "../../../../src/backup/select/select.ts";
import { walk } from "../../../../src/backup/walk/walker.ts";
import type { WalkedSection } from "../../../../src/backup/walk/walked.ts";
import { compareNames, comparePaths } from "../../../../src/base/path_bytes.ts";
import type { FileSystem } from "../../../../src/fs/file_system.ts";
import type { NameFolding } from "../../../../src/fs/folded_names.ts";
import { openFileSystem } from "../../../../src/fs/open_file_system.ts";
import { StatTable } from "../../../../src/fs/stat_table.ts";
import { type Fault, faultyFileSystem } from "../../../support/faulty_file_system.ts";
import { mountImage } from "../../../support/loop_mount.ts";
import { NO_RULES } from "../../../../src/backup/select/select.ts";
import { makeTempDir } from "../../../support/temp_dir.ts";
import { fifo, symlink, type Tree, withMeta, writeTree } from "../../../support/tree.ts";
import { called } from "../hash/work_place.ts";

interface Walked {
  readonly sections: readonly WalkedSection[];
  /** Sections by path, all slices of a directory joined. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  readonly problems: readonly (readonly [path: string, code: string, stored: boolean])[];
}

/** Walks a directory to its end. */
function walkPath(
  path: string,
  { rules = {}, fs = openFileSystem("posix").fs, folding }: {
    rules?: Partial<SelectRules>;
    fs?: FileSystem;
    folding?: NameFolding;
  } = {},
): Walked {
  const root = fs.openRoot(path);
  try {
    const own = new StatTable(1);
    fs.lstat(root, "", own, 0);
    const selector = new Selector({ ...NO_RULES, ...rules }, { stats: own, row: 0 });
    const sections: WalkedSection[] = [];
    const names: Record<string, string[]> = {};
    for (const section of walk({ fs, root, selector, folding })) {
      sections.push(section);
      (names[section.relPath] ??= []).push(...section.names);
    }
    const problems = sections.flatMap((section) => section.problems)
      .map(({ relPath, code, stored }) => [relPath, code, stored] as const);
    return { sections, names, problems };
  } finally {
    fs.closeDir(root);
  }
}

/** Walks a tree that is written for it; `change` is told where. */
async function walkTree(
  tree: Tree,
  { faults = () => [], rules = {} }: {
    faults?: (path: string) => readonly Fault[];
    rules?: Partial<SelectRules>;
  } = {},
): Promise<Walked> {
  await using temp = await makeTempDir();
  await writeTree(temp.path, tree);
  const { fs } = openFileSystem("posix");
  return walkPath(temp.path, { rules, fs: faultyFileSystem(fs, faults(temp.path)) });
}

Deno.test("walk() yields the root first, then depth first, siblings in the order of their bytes", async () => {
  const { sections, names } = await walkTree({
    a: { x: "", b: { y: "" } },
    "a-": { z: "" },
    "a.": {},
    "\u{1f600}": {}, // F0 …
    "\uff5e": {}, // EF …, though its UTF-16 unit is the greater one
    "\udc80": {}, // a lone byte 80
    file: "",
    "file \udcff": "",
    "ü": "",
    "new\nline": "",
  });
  assert.deepStrictEqual(
    sections.map(({ relPath }) => relPath),
    ["", "a", "a/b", "a-", "a.", "\udc80", "\uff5e", "\u{1f600}"],
  );
  assert.deepStrictEqual(names[""], ["file", "file \udcff", "new\nline", "ü"]);
  assert.deepStrictEqual([names["a"], names["a/b"]], [["x"], ["y"]]);
});

Deno.test("walk() describes each entry in the row behind its name", async () => {
  const xattrs = { "user.phlb": "value" };
  const { sections: [section] } = await walkTree({
    "a file": withMeta("four", { mode: 0o600, mtimeNs: -5n, xattrs }),
    "a fifo": withMeta(fifo(), { mode: 0o622 }),
    dir: withMeta({}, { xattrs }),
    link: symlink("to\nnowhere\udcff"),
  });
  assert.ok(section !== undefined);
  const { names, stats, linkTargets } = section;
  assert.deepStrictEqual(names, ["a fifo", "a file", "link"]);
  assert.deepStrictEqual(names.map((_, i) => stats.type(i + 1)), ["fifo", "file", "link"]);
  assert.strictEqual(stats.type(0), "dir");
  assert.strictEqual(stats.sizeBytes(2), 4);
  assert.strictEqual(stats.mtimeNs(2), -5n);
  assert.deepStrictEqual([stats.permissions(1), stats.permissions(2)], [0o622, 0o600]);
  assert.deepStrictEqual(linkTargets, new Map([[3, "to\nnowhere\udcff"]]));
  assert.strictEqual(section.xattrs.size, 0, "those of files are read when they are opened");
});

Deno.test("walk() reads the attributes of directories", async () => {
  const xattrs = { "user.phlb": "value" };
  const { sections } = await walkTree({ dir: withMeta({ file: "" }, { xattrs }) });
  const value = new TextEncoder().encode("value");
  assert.deepStrictEqual(sections[1]?.xattrs, new Map([[0, [["user.phlb", value]]]]));
});

Deno.test("walk() cuts a large directory into slices that say how they hang together", async () => {
  await using temp = await makeTempDir();
  const dirs = ["0 first", "f0999a", "f1500a", "zz last"];
  for (const dir of dirs) Deno.mkdirSync(`${temp.path}/${dir}`);
  const files = Array.from({ length: 2000 }, (_, i) => `f${String(i).padStart(4, "0")}`);
  for (const [i, name] of files.entries()) {
    Deno.writeTextFileSync(`${temp.path}/${name}`, "x".repeat(i % 50));
  }
  const patterns = [{ pattern: "*7", layer: "test" }];
  const { sections } = walkPath(temp.path, { rules: { patterns } });
  const slices = sections.filter(({ relPath }) => relPath === "");
  const kept = files.filter((name) => !name.endsWith("7"));
  assert.deepStrictEqual(slices.map(({ names }) => names.length), [1000, 800]);
  assert.deepStrictEqual(slices.flatMap(({ names }) => names), kept);
  assert.deepStrictEqual(slices.map(({ continues }) => continues), [false, true]);
  assert.deepStrictEqual(slices.map(({ ends }) => ends), [false, true]);
  assert.strictEqual(slices.reduce((sum, { seen }) => sum + seen, 0), files.length + dirs.length);
  assert.strictEqual(slices.flatMap(({ skipped }) => skipped).length, 200);
  for (const { names, stats } of slices) {
    assert.ok(stats.isDir(0));
    for (const [i, name] of names.entries()) {
      assert.strictEqual(stats.sizeBytes(i + 1), Number(name.slice(1)) % 50, name);
    }
  }
  assert.deepStrictEqual(sections.slice(slices.length).map(({ relPath }) => relPath), dirs);
});

Deno.test("walk() ends a directory of exactly one slice with that slice, unless more is met", async () => {
  await using temp = await makeTempDir();
  const files = Array.from({ length: 1000 }, (_, i) => `f${String(i).padStart(4, "0")}`);
  for (const name of files) Deno.writeTextFileSync(`${temp.path}/${name}`, "");
  assert.deepStrictEqual(walkPath(temp.path).sections.map(({ ends }) => ends), [true]);
  Deno.mkdirSync(`${temp.path}/g`);
  const told = walkPath(temp.path).sections.map(({ relPath, names, ends }) => {
    return [relPath, names.length, ends];
  });
  assert.deepStrictEqual(told, [["", 1000, false], ["", 0, true], ["g", 0, true]]);
});

Deno.test("walk() tells of names that vanish, and goes on", async () => {
  const { names, problems, sections } = await walkTree(
    { a: "", gone: "", "gone link": symlink("x"), "gone dir": { x: "" }, z: "" },
    {
      faults: (path) => [
        { op: "lstat", path: called("gone"), before: () => Deno.removeSync(`${path}/gone`) },
        {
          op: "readLink",
          path: called("gone link"),
          before: () => Deno.removeSync(`${path}/gone link`),
        },
        {
          op: "openDir",
          path: called("gone dir"),
          before: () => Deno.removeSync(`${path}/gone dir`, { recursive: true }),
        },
      ],
    },
  );
  assert.deepStrictEqual(problems, [
    ["gone", "vanished", false],
    ["gone link", "vanished", false],
    ["gone dir", "vanished", true],
  ]);
  assert.deepStrictEqual(names, { "": ["a", "z"], "gone dir": [] });
  assert.strictEqual(sections[0]?.seen, 5);
  assert.strictEqual(
    sections[0]?.problems[0]?.message,
    'Cannot read "gone": no such file or directory',
  );
});

Deno.test("walk() never goes where a directory is replaced by a symlink, nor reads a file as one", async () => {
  const { names, problems } = await walkTree(
    { dir: { x: "" }, link: symlink("x"), z: { y: "" } },
    {
      faults: (path) => [
        {
          op: "openDir",
          path: called("dir"),
          before: () => {
            Deno.removeSync(`${path}/dir`, { recursive: true });
            Deno.symlinkSync("/", `${path}/dir`);
          },
        },
        {
          op: "readLink",
          before: () => {
            Deno.removeSync(`${path}/link`);
            Deno.writeTextFileSync(`${path}/link`, "a file now");
          },
        },
      ],
    },
  );
  assert.deepStrictEqual(problems, [["link", "replaced", false], ["dir", "replaced", true]]);
  assert.deepStrictEqual(names, { "": [], dir: [], z: ["y"] });
});

Deno.test("walk() keeps what it can of entries that it may not read", async () => {
  const { names, problems } = await walkTree(
    { dir: { x: "" }, list: { a: "", b: "" }, link: symlink("x"), secret: "", z: "" },
    {
      faults: () => [
        { op: "openDir", path: called("dir"), code: "EACCES" },
        { op: "readDir", path: called("list"), code: "EIO" },
        { op: "lstat", path: called("secret"), code: "EACCES" },
        { op: "xattrs", path: called("link"), code: "EIO" },
      ],
    },
  );
  assert.deepStrictEqual(problems, [
    ["link", "metadata", true],
    ["secret", "unreadable", false],
    ["dir", "unreadable", true],
    ["list", "unreadable", true],
  ]);
  assert.deepStrictEqual(names[""], ["link", "z"]);
  assert.deepStrictEqual(names["dir"], []);
  assert.strictEqual(names["list"]?.length, 1);
});

Deno.test("walk() throws when the root itself cannot be read", async () => {
  const faults: Fault[] = [{ op: "lstat", nth: 2, code: "EIO" }];
  await assert.rejects(walkTree({ a: "" }, { faults: () => faults }), { code: "EIO" });
});

Deno.test("walk() tells of names that this file system cannot open, and counts them", async () => {
  await using temp = await makeTempDir();
  await writeTree(temp.path, { "bad \udcff": "x", good: "y" });
  const { problems, names, sections } = walkPath(temp.path, { fs: openFileSystem("portable").fs });
  assert.deepStrictEqual(names, { "": ["good"] });
  assert.deepStrictEqual(problems.map(([, code, stored]) => [code, stored]), [["bad-name", false]]);
  assert.strictEqual(sections[0]?.seen, 2);
});

Deno.test("walk() leaves out, and tells, what the backup root takes for a name beside it", async () => {
  await using temp = await makeTempDir();
  const twins = { "\u00e9": "1", "e\u0301": "2" };
  await writeTree(temp.path, {
    Readme: "a",
    readme: "b",
    other: "c",
    d: { ...twins, X: {}, x: "3" },
  });
  const folding = { case: true, unicode: true };
  const { problems, names, sections } = walkPath(temp.path, { folding });
  assert.deepStrictEqual(names, { "": ["Readme", "other"], d: ["e\u0301"], "d/X": [] });
  assert.deepStrictEqual(problems, [
    ["readme", "collision", false],
    ["d/x", "collision", false],
    ["d/\u00e9", "collision", false],
  ]);
  assert.deepStrictEqual(sections.map(({ seen }) => seen), [4, 4, 0]);
  const [problem] = sections[0]?.problems ?? [];
  const message = 'Cannot back up "readme": the backup root takes it for "Readme" beside it';
  assert.strictEqual(problem?.message, message);
  assert.deepStrictEqual(walkPath(temp.path).problems, []);
});

Deno.test("walk() reserves a checksum file's name in any case where case does not count", async () => {
  await using temp = await makeTempDir();
  await writeTree(temp.path, { sha256sums: "" });
  const { sections } = walkPath(temp.path, { folding: { case: true, unicode: false } });
  assert.deepStrictEqual(sections[0]?.reservedNames, ["SHA256SUMS"]);
});

Deno.test("walk() takes no rules from a file that is too large for them, and says so", async () => {
  const ignoreFiles = [{ name: ".phlbignore", layer: "default" }];
  const large = "*\n".repeat((1 << 19) + 1);
  const tree = { ".phlbignore": large, a: "", sub: { ".phlbignore": "b", b: "" } };
  const { problems, names } = await walkTree(tree, { rules: { ignoreFiles } });
  assert.deepStrictEqual(problems, [[".phlbignore", "unreadable", true]]);
  assert.deepStrictEqual(names, { "": [".phlbignore", "a"], sub: [".phlbignore"] });
});

Deno.test("walk() does not open a directory that a rule leaves out", async () => {
  const dirs = [{ name: "cache", layer: "default" }];
  const faults = [{ op: "openDir", path: called("cache"), code: "EIO", always: true }] as const;
  const { problems, sections } = await walkTree({ a: { cache: { x: "" }, y: "" } }, {
    faults: () => faults,
    rules: { dirs },
  });
  assert.deepStrictEqual(problems, []);
  const by = { rule: 'exclude.dirs "cache"', layer: "default" };
  assert.deepStrictEqual(sections[1]?.skipped, [{ relPath: "a/cache", isDir: true, by }]);
  assert.deepStrictEqual(sections.map(({ relPath }) => relPath), ["", "a"]);
});

Deno.test("walk() tells which names in a directory begin like a checksum file", async () => {
  const { sections } = await walkTree({ "SHA256SUMS.phlb": {}, SHA256SUMS: "", sha256sums: "" });
  assert.deepStrictEqual(sections[0]?.reservedNames, ["SHA256SUMS", "SHA256SUMS.phlb"]);
});

Deno.test("walk() goes down four hundred levels with few open directories", async () => {
  const depth = 400;
  let tree: Tree = { bottom: "here" };
  for (let level = depth; level > 0; level--) tree = { [`a long name on level ${level}`]: tree };
  await using temp = await makeTempDir();
  await writeTree(temp.path, tree);
  let [open, most] = [0, 0];
  const fs = faultyFileSystem(openFileSystem("posix").fs, [
    { op: "openDir", before: () => most = Math.max(most, ++open), always: true },
    { op: "closeDir", before: () => open--, always: true },
  ]);
  const { sections, problems } = walkPath(temp.path, { fs });
  assert.deepStrictEqual(problems, []);
  assert.strictEqual(sections.length, depth + 1);
  assert.deepStrictEqual(sections.at(-1)?.names, ["bottom"]);
  assert.ok((sections.at(-1)?.relPath.length ?? 0) > 4096, "longer than any path can be");
  assert.ok(most < 100, `${most} were open at a time`);
  assert.strictEqual(open, -1, "all are closed, and the root that the test opened");
});

Deno.test("walk() keeps a mount point as an empty directory, and goes in when it may", async () => {
  await using mount = await mountImage({ type: "ext4", sizeMib: 8 });
  await writeTree(mount.path, { inside: "x" });
  const parent = mount.path.slice(0, mount.path.lastIndexOf("/"));
  const rules = { oneFileSystem: { layer: "default" } };
  const stayed = walkPath(parent, { rules });
  assert.deepStrictEqual(stayed.names, { "": ["image"], mounted: [] });
  const by = { rule: "backup.one_file_system", layer: "default" };
  const [top, mounted] = stayed.sections;
  assert.deepStrictEqual(mounted?.skipped, [{ relPath: "mounted", isDir: true, by }]);
  assert.deepStrictEqual([top?.seen, mounted?.seen], [2, 1]);
  assert.deepStrictEqual(walkPath(parent).names, {
    "": ["image"],
    mounted: ["inside"],
    "mounted/lost+found": [],
  });
});

Deno.test("walk() meets sections and names in the order that a manifest has", async () => {
  const level = { "b b": "", b: "", "B": "", "b.": "", "ß": "", "\udcc3": "" };
  const { sections } = await walkTree({ ...level, d: { ...level, d: level }, "d ": level });
  const paths = sections.map(({ relPath }) => relPath);
  assert.deepStrictEqual(paths, paths.toSorted(comparePaths));
  for (const { names } of sections) {
    assert.deepStrictEqual(names, names.toSorted(compareNames));
  }
});

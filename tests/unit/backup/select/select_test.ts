import assert from "node:assert/strict";
import { type Met, selectTree } from "../../../support/select_tree.ts";

const layer = "default";

Deno.test("exclude.dirs leaves out real directories of that very name, at any depth", () => {
  const { kept, left } = selectTree({ dirs: [{ name: "cache", layer }] }, {
    "cache/x": "",
    "a/b/cache/y": "",
    "a/Cache/z": "",
    "b/cache": "a file",
    "c/cache": { type: "link" },
  });
  assert.deepStrictEqual(left, {
    cache: { rule: 'exclude.dirs "cache"', layer },
    "a/b/cache": { rule: 'exclude.dirs "cache"', layer },
  });
  assert.deepStrictEqual(
    kept,
    ["a", "b", "c", "a/Cache", "a/b", "a/Cache/z", "b/cache", "c/cache"],
  );
});

Deno.test("a pattern of the job names itself and its layer, and a later one takes back", () => {
  const patterns = [
    { pattern: "*.pyc", layer: "--exclude" },
    { pattern: "/build/", layer: "/etc/rules:3" },
    { pattern: "!keep.pyc", layer: "--exclude" },
  ];
  const { kept, left } = selectTree({ patterns }, {
    "a/x.pyc": "",
    "a/keep.pyc": "",
    "a/X.PYC": "",
    "build/x": "",
    "a/build/x": "",
  });
  assert.deepStrictEqual(left, {
    build: { rule: 'pattern "/build/"', layer: "/etc/rules:3" },
    "a/x.pyc": { rule: 'pattern "*.pyc"', layer: "--exclude" },
  });
  assert.deepStrictEqual(kept, ["a", "a/X.PYC", "a/build", "a/keep.pyc", "a/build/x"]);
});

const ignoreFiles = [{ name: ".phlbignore", layer }];

Deno.test("an ignore file rules its own directory and below, and names file and line", () => {
  const { kept, left } = selectTree({ ignoreFiles }, {
    "a/.phlbignore": "# objects\r\n\r\n*.o\r\n/only here\r\n",
    "a/x.o": "",
    "a/only here": "",
    "a/b/only here": "",
    "a/b/y.o": "",
    "ab/z.o": "",
    "x.o": "",
  });
  assert.deepStrictEqual(left, {
    "a/only here": { rule: 'pattern "/only here"', layer: "a/.phlbignore:4" },
    "a/x.o": { rule: 'pattern "*.o"', layer: "a/.phlbignore:3" },
    "a/b/y.o": { rule: 'pattern "*.o"', layer: "a/.phlbignore:3" },
  });
  assert.ok(kept.includes("ab/z.o") && kept.includes("x.o") && kept.includes("a/b/only here"));
});

Deno.test("an inner ignore file takes back a directory with all that is in it", () => {
  const { kept, left } = selectTree({ ignoreFiles }, {
    ".phlbignore": "build\n",
    "a/.phlbignore": "!build\n",
    "a/build/deep/x": "",
    "a/build/build": "",
    "b/build/x": "",
  });
  assert.deepStrictEqual(Object.keys(left), ["b/build"]);
  assert.ok(kept.includes("a/build/deep/x") && kept.includes("a/build/build"));
});

Deno.test("the job's own patterns are stronger than ignore files", () => {
  const patterns = [{ pattern: "!precious", layer: "--exclude" }, { pattern: "junk", layer }];
  const { kept, left } = selectTree({ patterns, ignoreFiles }, {
    ".phlbignore": "precious\n!junk\n",
    "precious/x": "",
    junk: "",
  });
  assert.deepStrictEqual(Object.keys(left), ["junk"]);
  assert.deepStrictEqual(kept, [".phlbignore", "precious", "precious/x"]);
});

Deno.test("an ignore file in a directory with glob characters rules that directory alone", () => {
  for (const dir of ["a*", "[ab]", "a?", "a\\", "!a", "#a", " a ", "a\nb", "\udcff", "**"]) {
    const { left } = selectTree({ ignoreFiles }, {
      [`${dir}/.phlbignore`]: "x\n/y/z\n",
      [`${dir}/x`]: "",
      [`${dir}/y/z`]: "",
      [`${dir}/q/y/z`]: "",
      "ab/x": "",
      "a/x": "",
    });
    assert.deepStrictEqual(Object.keys(left), [`${dir}/x`, `${dir}/y/z`], JSON.stringify(dir));
  }
});

Deno.test("names with stray bytes, newlines, backslashes, spaces and dashes match as they are", () => {
  const names = ["\udcff", "a\nb", "a\\b", " lead", "-dash", "..dots", "🎉", "trail "];
  const patterns = ["\udcff", "a\nb", "a\\\\b", " lead", "-dash", "..dots", "🎉", "trail\\ "]
    .map((pattern) => ({ pattern, layer }));
  const tree = Object.fromEntries(names.map((name): [string, Met] => [`d/${name}`, ""]));
  assert.deepStrictEqual(Object.keys(selectTree({ patterns }, tree).left).length, names.length);
  assert.deepStrictEqual(
    selectTree({ patterns: [{ pattern: "?", layer }] }, { "\udcff": "", ab: "" }).kept,
    ["ab"],
  );
});

Deno.test("lines without a meaning leave nothing out", () => {
  const lines = ["\ufeff", "/", "!/", "!", "//", "/ ", "  ", "#x", "\\", "x\\", "[", "[[:no:]]x"];
  const tree = { "d/.phlbignore": lines.join("\n"), "d/x": "", "d/e/x": "", "d/[": "" };
  assert.deepStrictEqual(selectTree({ ignoreFiles }, tree).left, {});
});

Deno.test("a byte order mark before the first pattern does not count", () => {
  const { left } = selectTree({ ignoreFiles }, { ".phlbignore": "\ufeffx", x: "" });
  assert.deepStrictEqual(Object.keys(left), ["x"]);
});

Deno.test("an ignore file that cannot be read is a problem and leaves nothing out", () => {
  const { kept, left, problems } = selectTree({ ignoreFiles }, {
    "a/.phlbignore": { type: "file", refused: "EACCES" },
    "a/x": "",
  });
  assert.deepStrictEqual(problems, { "a/.phlbignore": "EACCES" });
  assert.deepStrictEqual(left, {});
  assert.deepStrictEqual(kept, ["a", "a/.phlbignore", "a/x"]);
});

Deno.test("several ignore files of one directory count in the order they are configured", () => {
  const files = [{ name: ".phlbignore", layer }, { name: ".gitignore", layer }];
  const tree = { ".phlbignore": "x\n", ".gitignore": "!x\n", x: "" };
  assert.deepStrictEqual(selectTree({ ignoreFiles: files }, tree).left, {});
  const { left } = selectTree({ ignoreFiles: files.toReversed() }, tree);
  assert.deepStrictEqual(left, { x: { rule: 'pattern "x"', layer: ".phlbignore:1" } });
});

Deno.test("exclude.if_present keeps the directory and the file that says so", () => {
  const { kept, left } = selectTree({ ifPresent: [{ name: ".nobackup", layer: "--flag" }] }, {
    "a/.nobackup": "",
    "a/x": "",
    "a/b/y": "",
    "c/x": "",
  });
  const by = { rule: 'exclude.if_present ".nobackup"', layer: "--flag" };
  assert.deepStrictEqual(left, { "a/b": by, "a/x": by });
  assert.deepStrictEqual(kept, ["a", "c", "a/.nobackup", "c/x"]);
});

Deno.test("exclude.caches believes a CACHEDIR.TAG by its signature alone", () => {
  const signature = "Signature: 8a477f597d28d172789f06886806bc55";
  const { kept, left, problems } = selectTree({ caches: { layer: "--exclude-caches" } }, {
    "a/CACHEDIR.TAG": `${signature}\n# made by a test\n`,
    "a/x": "",
    "b/CACHEDIR.TAG": "just a name",
    "b/x": "",
    "c/CACHEDIR.TAG": { type: "file", refused: "EIO" },
    "c/x": "",
  });
  assert.deepStrictEqual(left, { "a/x": { rule: "exclude.caches", layer: "--exclude-caches" } });
  assert.ok(kept.includes("a/CACHEDIR.TAG") && kept.includes("b/x") && kept.includes("c/x"));
  assert.deepStrictEqual(problems, { "c/CACHEDIR.TAG": "EIO" });
});

Deno.test("exclude.larger_than leaves out files above the limit and nothing else", () => {
  const largerThan = { bytes: 1000, layer: "PHLB_EXCLUDE_LARGER_THAN" };
  const { left } = selectTree({ largerThan }, {
    at: { type: "file", sizeBytes: 1000 },
    above: { type: "file", sizeBytes: 1001 },
    dir: { type: "dir", sizeBytes: 4096 },
  });
  assert.deepStrictEqual(left, {
    above: { rule: "exclude.larger_than 1000 bytes", layer: "PHLB_EXCLUDE_LARGER_THAN" },
  });
});

Deno.test("backup.one_file_system keeps a mount point as an empty directory", () => {
  const tree = { "mnt": { device: 2 }, "mnt/x": "", "mnt/d/y": "", "z/x": "" };
  const { kept, left } = selectTree({ oneFileSystem: { layer } }, tree);
  const by = { rule: "backup.one_file_system", layer };
  assert.deepStrictEqual(left, { mnt: by }, "what is mounted there, as one");
  assert.deepStrictEqual(kept, ["mnt", "z", "z/x"]);
  assert.deepStrictEqual(selectTree({}, tree).left, {});
});

Deno.test("the backup root inside the source is left out by its device and inode", () => {
  const backupRoot = { devMajor: 1, devMinor: 0, ino: "77" };
  const { left } = selectTree({ backupRoot }, {
    "a/root": { ino: 77 },
    "a/root/x": "",
    "b/root": { ino: 78 },
    "c/root": { ino: 77, device: 2 },
  });
  assert.deepStrictEqual(Object.keys(left), ["a/root"]);
});

Deno.test("decisions stay the same past the matcher's renewal", () => {
  const tree: Record<string, Met> = { "a/.phlbignore": "*.o\n" };
  for (let i = 0; i < 10_500; i++) tree[`a/f${i}${i % 1000 === 0 ? ".o" : ""}`] = "";
  assert.strictEqual(Object.keys(selectTree({ ignoreFiles }, tree).left).length, 11);
});

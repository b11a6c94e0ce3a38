import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { Problem } from "../../../../src/base/problem.ts";
import { openFileSystem } from "../../../../src/fs/open_file_system.ts";
import { STAT } from "../../../../src/fs/stat_table.ts";
import { resolveAddress } from "../../../../src/ops/read/address.ts";
import { openSnapshot, readSections } from "../../../../src/ops/read/open_snapshot.ts";
import { makePlace } from "../../../support/backup_place.ts";
import { hardlink, symlink, type Tree, writeTree } from "../../../support/tree.ts";
import { makeTempDir } from "../../../support/temp_dir.ts";

const TIME = "2026-01-07-085247";

interface ReadEntry {
  readonly type: string;
  readonly nlink: number;
  readonly digest?: string;
  readonly sha512?: string;
}

/** Entries by path, in the order in which they came, and what was wrong. */
async function readAll(
  path: string,
): Promise<{ entries: Map<string, ReadEntry>; problems: Problem[] }> {
  const { fs } = openFileSystem("auto");
  const address = resolveAddress(fs, path, { root: undefined, name: undefined, cwd: "/" });
  const snapshot = openSnapshot(fs, address);
  const problems: Problem[] = [];
  const entries = new Map<string, ReadEntry>();
  try {
    const onProblem = (problem: Problem) => void problems.push(problem);
    for await (
      const { relPath, names, stats, records } of readSections(fs, snapshot, { onProblem })
    ) {
      const note = (name: string, row: number) => {
        const path = [relPath, name].filter((part) => part !== "").join("/");
        const { digest, sha512 } = records[row] ?? {};
        assert.ok(row === 0 || !entries.has(path), `"${path}" came twice`);
        entries.set(path, {
          type: stats.type(row),
          nlink: stats.get(row, STAT.nlink),
          ...(digest === undefined ? {} : { digest }),
          ...(sha512 === undefined ? {} : { sha512 }),
        });
      };
      note("", 0);
      for (const [i, name] of names.entries()) note(name, i + 1);
    }
  } finally {
    snapshot.close();
  }
  return { entries, problems };
}

async function makeRoot(tree: Tree) {
  const temp = await makeTempDir();
  await writeTree(temp.path, { home: tree });
  return temp;
}

const sha = (text: string, algorithm = "sha256") =>
  createHash(algorithm).update(text).digest("hex");

Deno.test("a snapshot of 1.x is read from its tree and its checksum files", async () => {
  await using temp = await makeRoot({
    [TIME]: {
      "a.txt": "a",
      SHA256SUMS: `${sha("a")}  a.txt\n${sha("b")}  twin\n`,
      sub: { link: symlink("../a.txt") },
      twin: hardlink(`home/${TIME}/a.txt`),
    },
    [`${TIME}-backup.log`]: "",
  });
  const { entries, problems } = await readAll(`${temp.path}/home/${TIME}`);
  assert.deepStrictEqual(problems, []);
  assert.deepStrictEqual([...entries], [
    ["", { type: "dir", nlink: 1 }],
    ["a.txt", { type: "file", nlink: 1, digest: sha("a") }],
    ["twin", { type: "file", nlink: 1, digest: sha("b") }],
    ["sub", { type: "dir", nlink: 1 }],
    ["sub/link", { type: "link", nlink: 1 }],
  ]);
});

Deno.test("in a tree that a hand put there, a checksum file is the user's own", async () => {
  await using temp = await makeRoot({
    [TIME]: { "a.txt": "a", SHA256SUMS: `${sha("a")}  a.txt\n`, "a.sha512": "mine" },
  });
  const { entries } = await readAll(`${temp.path}/home/${TIME}`);
  assert.deepStrictEqual([...entries.keys()], ["", "SHA256SUMS", "a.sha512", "a.txt"]);
  assert.strictEqual(entries.get("a.txt")?.digest, sha("a"));
});

Deno.test("a snapshot of 0.x is read without the files that 0.x put beside the user's", async () => {
  await using temp = await makeRoot({
    [TIME]: {
      "phlb_config.ini": "[common]",
      "a.txt": "a",
      "a.txt.sha512": sha("a", "sha512"),
      "lone.sha512": sha("a", "sha512"),
      sub: { b: "b", "b.sha512": `${sha("b", "sha512")}\n`, "c": "c", "c.sha512": "no digest" },
    },
  });
  const { entries, problems } = await readAll(`${temp.path}/home/${TIME}`);
  assert.deepStrictEqual(problems, []);
  assert.deepStrictEqual([...entries.keys()], [
    ...["", "a.txt", "lone.sha512", "sub", "sub/b", "sub/c", "sub/c.sha512"],
  ]);
  assert.strictEqual(entries.get("a.txt")?.sha512, sha("a", "sha512"));
  assert.strictEqual(entries.get("sub/b")?.sha512, sha("b", "sha512"));
});

Deno.test("where a manifest is damaged, the tree tells the rest, each entry once", async () => {
  const names = Array.from({ length: 30 }, (_, i) => `f${i + 10}`);
  const files = Object.fromEntries(names.map((name) => [name, name]));
  await using place = await makePlace({ a: files, b: { ...files, SHA256SUMS: "mine" }, c: "c" });
  await place.mustBackup();
  const whole = await readAll(place.latest());
  assert.deepStrictEqual(whole.problems, []);

  const manifest = `${place.latest()}-manifest.mtree.gz`;
  const text = await new Response(
    (await Deno.open(manifest)).readable.pipeThrough(new DecompressionStream("gzip")),
  ).text();
  const lines = text.split("\n");
  const cuts = [9, 12, 40, 75, 77, 79, 80, 120];
  for (const cut of cuts) {
    const kept = lines.slice(0, cut).join("\n") + "\n";
    await Deno.writeFile(manifest, gzipSync(kept));
    const { entries, problems } = await readAll(place.latest());
    assert.deepStrictEqual([...entries.keys()], [...whole.entries.keys()], `cut at line ${cut}`);
    assert.deepStrictEqual(problems.map(({ code }) => code), ["damaged"]);
    for (const [path, { digest }] of whole.entries) {
      assert.strictEqual(entries.get(path)?.digest, digest, `"${path}", cut at line ${cut}`);
    }
  }
});

Deno.test("of two checksum files in a directory, the one that lists the other is ours", async () => {
  for (const own of ["SHA256SUMS", "SHA256SUMS.phlb"]) {
    await using place = await makePlace({ a: { "a.txt": "a", [own]: "mine" } });
    await place.mustBackup();
    await Deno.remove(`${place.latest()}-manifest.mtree.gz`);
    const { entries } = await readAll(place.latest());
    assert.deepStrictEqual([...entries.keys()].toSorted(), ["", "a", `a/${own}`, "a/a.txt"]);
    assert.strictEqual(entries.get(`a/${own}`)?.digest, sha("mine"));
  }
});

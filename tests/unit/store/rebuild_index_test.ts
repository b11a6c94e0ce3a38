import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { hash } from "node:crypto";
import { fileURLToPath } from "node:url";
import type { FileSystem } from "../../../src/fs/file_system.ts";
import { openFileSystem } from "../../../src/fs/open_file_system.ts";
import { type ContentIndex, openContentIndex } from "../../../src/store/content_index.ts";
import { formatSums } from "../../../src/store/checksum_file.ts";
import { companionName, snapshotDir } from "../../../src/store/layout.ts";
import { syncIndex, type SyncResult } from "../../../src/store/rebuild_index.ts";
import type { EntryRecord, ManifestSection } from "../../../src/store/section.ts";
import { faultyFileSystem } from "../../support/faulty_file_system.ts";
import { run } from "../../support/run.ts";
import { makeTempDir } from "../../support/temp_dir.ts";
import { DEFAULT_MTIME_NS, symlink, type Tree, writeTree } from "../../support/tree.ts";
import { makeSection, sampleDigest, walkSections, writeSample } from "./manifest_samples.ts";

const FIXTURE = fileURLToPath(
  new URL("../../fixtures/pyhardlinkbackup-1.9.1-root.tar.gz", import.meta.url),
);

const A = "2026-01-07-085247";
const B = "2026-01-08-085247";
const DEFAULT_SEC = Number(DEFAULT_MTIME_NS / 1_000_000_000n);
const DEFAULT_NSEC = Number(DEFAULT_MTIME_NS % 1_000_000_000n);

/** A backup root with an empty index, and what {@link syncIndex} says of it. */
class Root {
  readonly path: string;
  readonly index: ContentIndex;
  readonly lines: string[] = [];
  readonly #fs: FileSystem;

  constructor(path: string) {
    this.path = path;
    this.#fs = openFileSystem("auto").fs;
    const dir = this.#fs.openRoot(path);
    const place = { path: ":memory:", fs: this.#fs, dir, name: "index.sqlite3" };
    this.index = openContentIndex(place).index;
    this.#fs.closeDir(dir);
  }

  async sync(fs = this.#fs, { check }: { check?: () => void } = {}): Promise<SyncResult> {
    this.lines.length = 0;
    const root = fs.openRoot(this.path);
    const log = (level: string, message: string) => void this.lines.push(`${level}: ${message}`);
    const more = check === undefined ? {} : { check };
    this.index.begin();
    try {
      return await syncIndex(fs, { root, index: this.index, log, ...more });
    } finally {
      this.index.commit();
      fs.closeDir(root);
    }
  }

  /** Writes the manifest of the snapshot in `<name>/<time>`, each file's record made by `change`. */
  async writeManifest(
    name: string,
    time: string,
    change = (record: EntryRecord): EntryRecord => record,
  ): Promise<void> {
    const dir = this.#fs.openRoot(`${this.path}/${name}/${time}`);
    const sections = walkSections(this.#fs, dir).map((section) => ({
      ...section,
      records: section.records.map((record) => record?.digest ? change(record) : record),
    }));
    this.#fs.closeDir(dir);
    await this.writeSections(name, time, sections);
  }

  async writeSections(
    name: string,
    time: string,
    sections: readonly ManifestSection[],
  ): Promise<void> {
    const path = `${this.path}/${name}/${companionName(time, "manifest")}`;
    await Deno.writeFile(path, new Blob([...writeSample(sections)]).stream());
  }

  /** Where the index says that `content` lies. */
  find(content: string): string | undefined {
    const sizeBytes = new TextEncoder().encode(content).length;
    const stored = this.index.find(sha256(content), sizeBytes);
    if (stored === undefined) return undefined;
    const snapshot = this.index.snapshot(stored.snapshotId);
    return snapshot === undefined ? undefined : `${snapshotDir(snapshot)}/${stored.relPath}`;
  }

  async remove(path: string): Promise<void> {
    await Deno.remove(`${this.path}/${path}`, { recursive: true });
  }
}

async function withRoot(tree: Tree, act: (root: Root) => Promise<void>): Promise<void> {
  await using temp = await makeTempDir();
  await writeTree(temp.path, tree);
  const root = new Root(temp.path);
  try {
    await act(root);
  } finally {
    root.index.close();
  }
}

function sha256(content: string): string {
  return hash("sha256", content, "hex");
}

/** Files with the checksum file that 1.x and we write beside them. */
function summed(files: Readonly<Record<string, string>>): Tree {
  const names = Object.keys(files);
  return { ...files, SHA256SUMS: formatSums(names, Object.values(files).map(sha256)) };
}

/** What a bare snapshot of 1.x is: a directory and a log. */
function bareSnapshot(time: string, tree: Tree): Tree {
  return { [time]: tree, [companionName(time, "log")]: "" };
}

Deno.test("syncIndex() takes in a snapshot from its manifest, mtime and all", async () => {
  await withRoot({ me: { [A]: { sub: { "a\udcff": "one" } } } }, async (root) => {
    await root.writeManifest("me", A);
    deepStrictEqual(await root.sync(), { forgotten: 0, takenIn: 1, contents: 1 });
    strictEqual(root.find("one"), `me/${A}/sub/a\udcff`);
    const stored = root.index.find(sha256("one"), 3);
    deepStrictEqual([stored?.mtimeSec, stored?.mtimeNsec], [DEFAULT_SEC, DEFAULT_NSEC]);
  });
});

Deno.test("syncIndex() reads nothing but names when nothing changed", async () => {
  await withRoot({ me: { [A]: { a: "one" } } }, async (root) => {
    await root.writeManifest("me", A);
    await root.sync();
    const { fs } = openFileSystem("auto");
    const noFiles = faultyFileSystem(fs, [{ op: "openFile", code: "EIO", always: true }]);
    deepStrictEqual(await root.sync(noFiles), { forgotten: 0, takenIn: 0, contents: 0 });
    deepStrictEqual(root.lines, []);
  });
});

Deno.test("syncIndex() finds the contents of a deleted snapshot again in those that are left", async () => {
  const tree = { me: { [A]: { a: "one", old: "old" }, [B]: { b: "one", c: "new" } } };
  await withRoot(tree, async (root) => {
    await root.writeManifest("me", A);
    await root.writeManifest("me", B);
    await root.sync();
    strictEqual(root.find("one"), `me/${B}/b`, "the newest snapshot is noted");
    await root.remove(`me/${B}`);
    deepStrictEqual(await root.sync(), { forgotten: 1, takenIn: 0, contents: 1 });
    strictEqual(root.find("one"), `me/${A}/a`);
    strictEqual(root.find("old"), `me/${A}/old`);
    strictEqual(root.find("new"), undefined);
  });
});

for (const op of ["openDir", "readDir", "lstat"] as const) {
  Deno.test(`syncIndex() forgets no snapshot because ${op} failed`, async () => {
    await withRoot({ s: { [A]: { x: "first" }, [B]: { y: "second" } } }, async (root) => {
      for (const time of [A, B]) await root.writeManifest("s", time);
      await root.sync();
      const path = (path: string) => path === `${root.path}/s${op === "lstat" ? `/${A}` : ""}`;
      const broken = faultyFileSystem(openFileSystem("auto").fs, [{ op, path, code: "EIO" }]);
      const { forgotten } = await root.sync(broken);
      broken.closeAll();
      deepStrictEqual([forgotten, root.lines.length], [0, 1]);
      ok(root.lines[0]?.startsWith('warning: Cannot take in "s'), root.lines[0]);
      deepStrictEqual([root.find("first"), root.find("second")], [`s/${A}/x`, `s/${B}/y`]);
      await root.remove(`s/${A}`);
      strictEqual((await root.sync()).forgotten, 1);
    });
  });
}

Deno.test("syncIndex() reads once what manifests have in common", async () => {
  await withRoot({ pc: { [A]: {}, [B]: {} } }, async (root) => {
    const sections = [makeSection("", [{ name: "x", record: { digest: sampleDigest(1) } }])];
    for (const time of [A, B]) await root.writeSections("pc", time, sections);
    let asked = 0;
    const put = root.index.putIfAbsent.bind(root.index);
    root.index.putIfAbsent = (...args) => (asked++, put(...args));
    const { takenIn, contents } = await root.sync();
    deepStrictEqual({ takenIn, contents, asked }, { takenIn: 2, contents: 1, asked: 1 });
    strictEqual(root.index.pointsTo(root.index.addSnapshot(refOf(B))), 1, "the newest one's");
  });
});

function refOf(time: string) {
  return { name: "pc", time, leftover: false };
}

Deno.test("syncIndex() leaves out what changed while it was read", async () => {
  await withRoot({ me: { [A]: { a: "one" } } }, async (root) => {
    await root.writeManifest("me", A, (record) => ({ ...record, state: "unsettled" }));
    await root.sync();
    strictEqual(root.find("one"), undefined);
    strictEqual(root.index.listSnapshots().length, 1);
  });
});

Deno.test("syncIndex() takes the mtime of a shared inode, not the entry's own", async () => {
  await withRoot({ me: { [A]: { a: "one" } } }, async (root) => {
    await root.writeManifest("me", A, (record) => {
      return { ...record, storedMtime: { sec: -7, nsec: 5 } };
    });
    await root.sync();
    const stored = root.index.find(sha256("one"), 3);
    deepStrictEqual([stored?.mtimeSec, stored?.mtimeNsec], [-7, 5]);
  });
});

Deno.test("syncIndex() takes in a snapshot without manifest from its checksum files", async () => {
  const tree = {
    ...summed({ a: "one", "b\nc": "two" }),
    unlisted: "three",
    link: symlink("a"),
    sub: summed({ d: "four" }),
  };
  await withRoot({ me: bareSnapshot(A, tree) }, async (root) => {
    deepStrictEqual(await root.sync(), { forgotten: 0, takenIn: 1, contents: 3 });
    strictEqual(root.find("two"), `me/${A}/b\nc`);
    strictEqual(root.find("four"), `me/${A}/sub/d`);
    strictEqual(root.find("three"), undefined);
  });
});

Deno.test("syncIndex() falls back to the checksum files when the manifest is cut off", async () => {
  await withRoot({ me: { [A]: summed({ a: "one" }) } }, async (root) => {
    await root.writeManifest("me", A);
    const path = `${root.path}/me/${companionName(A, "manifest")}`;
    const whole = await Deno.readFile(path);
    await Deno.writeFile(path, whole.subarray(0, whole.length >> 1));
    strictEqual((await root.sync()).takenIn, 1);
    strictEqual(root.find("one"), `me/${A}/a`);
    ok(root.lines.some((line) => line.startsWith("warning: Cannot read") && line.includes(A)));
  });
});

Deno.test("syncIndex() leaves out a directory whose checksum file could be the user's own", async () => {
  const both = { ...summed({ a: "one" }), "SHA256SUMS.phlb": formatSums(["a"], [sha256("x")]) };
  const tree = { ...summed({ b: "two" }), both };
  await withRoot({ me: bareSnapshot(A, tree) }, async (root) => {
    await root.sync();
    strictEqual(root.find("one"), undefined);
    strictEqual(root.find("two"), `me/${A}/b`);
    ok(root.lines.some((line) => line.includes(`${A}/both`)), root.lines.join("\n"));
  });
});

Deno.test("syncIndex() goes on below a directory that cannot be read", async () => {
  const tree = { ...summed({ a: "one" }), bad: summed({ b: "two" }), good: summed({ c: "three" }) };
  await withRoot({ me: bareSnapshot(A, tree) }, async (root) => {
    const { fs } = openFileSystem("auto");
    const bad = (path: string) => path.endsWith("/bad");
    await root.sync(faultyFileSystem(fs, [{ op: "openDir", code: "EACCES", path: bad }]));
    strictEqual(root.find("one"), `me/${A}/a`);
    strictEqual(root.find("two"), undefined);
    strictEqual(root.find("three"), `me/${A}/good/c`);
    ok(root.lines.some((line) => line.includes(`"me/${A}/bad"`)), root.lines.join("\n"));
  });
});

Deno.test("syncIndex() does not believe a directory that only looks like a snapshot", async () => {
  await withRoot({ me: { [A]: summed({ a: "one" }) } }, async (root) => {
    strictEqual((await root.sync()).takenIn, 0);
    strictEqual(root.find("one"), undefined);
  });
});

Deno.test("syncIndex() leaves a cut-off run's directory alone", async () => {
  await withRoot({ me: { [`.${A}.partial`]: summed({ a: "one" }) } }, async (root) => {
    deepStrictEqual(await root.sync(), { forgotten: 0, takenIn: 0, contents: 0 });
    strictEqual(root.find("one"), undefined);
  });
});

Deno.test("syncIndex() ends when its check throws", async () => {
  const entries = Array.from({ length: 20_000 }, (_, i) => ({ name: `f${i}` }));
  await withRoot({ me: { [A]: {} } }, async (root) => {
    await root.writeSections("me", A, [makeSection("", entries)]);
    const stop = new Error("stop");
    const check = () => {
      throw stop;
    };
    const caught = await root.sync(undefined, { check }).catch((error: unknown) => error);
    strictEqual(caught, stop);
  });
});

Deno.test("syncIndex() takes in a root that PyHardLinkBackup 1.9 wrote", async () => {
  await using temp = await makeTempDir();
  await run("tar", ["xzf", FIXTURE, "-C", temp.path]);
  const root = new Root(temp.path);
  const { takenIn } = await root.sync();
  strictEqual(takenIn, 2);
  const snapshots = root.index.listSnapshots().map(({ name, time }) => `${name}/${time}`);
  deepStrictEqual(snapshots.toSorted(), [
    "documents/2026-11-21-040450",
    "documents/2026-11-21-040454",
  ]);
  const paths = ["a.bin", "with space/ü ä.txt", "sub/renamed.bin", "new.bin", "small.txt", "empty"];
  for (const path of paths) {
    const content = await Deno.readFile(`${temp.path}/documents/2026-11-21-040454/${path}`);
    const stored = root.index.find(hash("sha256", content, "hex"), content.length);
    strictEqual(root.index.snapshot(stored?.snapshotId ?? 0)?.time, "2026-11-21-040454", path);
  }
  root.index.close();
});

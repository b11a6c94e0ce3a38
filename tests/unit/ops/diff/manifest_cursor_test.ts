import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gunzipSync } from "node:zlib";
import { comparePaths, joinRel } from "../../../../src/base/path_bytes.ts";
import { openFileSystem } from "../../../../src/fs/open_file_system.ts";
import { STAT } from "../../../../src/fs/stat_table.ts";
import { SectionCursor, type TreeEntry } from "../../../../src/ops/diff/entry_cursor.ts";
import { judgePair } from "../../../../src/ops/diff/judge_pair.ts";
import { ManifestCursor } from "../../../../src/ops/diff/manifest_cursor.ts";
import { mergeTrees } from "../../../../src/ops/diff/merge_trees.ts";
import { packMember } from "../../../../src/store/manifest_gzip.ts";
import { openManifestScan } from "../../../../src/store/manifest_scan.ts";
import type { ManifestSection } from "../../../../src/store/section.ts";
import { fc } from "../../../support/property.ts";
import { makeTempDir, type TempDir } from "../../../support/temp_dir.ts";
import {
  makeSection,
  sampleDigest,
  type SampleEntry,
  writeSample,
} from "../../store/manifest_samples.ts";

/** One of a few states of an entry, so that two trees often have the same one. */
interface State {
  readonly type: "file" | "link" | "fifo";
  readonly content: number;
  readonly inode: number;
  readonly mode: number;
  readonly mtime: number;
  readonly attribute: number;
}

const small = fc.nat(1);

const states: fc.Arbitrary<State> = fc.record({
  type: fc.constantFrom("file" as const, "file" as const, "link" as const, "fifo" as const),
  content: small,
  inode: small,
  mode: small,
  mtime: small,
  attribute: fc.constantFrom(0, 0, 0, 1, 2),
});

const paths = fc.array(fc.constantFrom("a", "b", "c d", "é", "a.b", "\udcff"), {
  minLength: 1,
  maxLength: 3,
}).map((parts) => parts.join("/"));

/** Paths of entries that are no directories, with their state. */
const trees = fc.dictionary(paths, states, { maxKeys: 25 });

type Tree = Readonly<Record<string, State>>;

/** The entries of the second tree; most are those of the first. */
const pairs = fc.tuple(trees, trees, fc.array(paths, { maxLength: 6 })).map(
  ([first, other, gone]): [Tree, Tree] => {
    const second: Record<string, State> = { ...first, ...other };
    for (const path of gone) delete second[path];
    return [first, second];
  },
);

function sampleEntry(name: string, state: State): SampleEntry {
  const { type, content, inode, mode, mtime, attribute } = state;
  const stat = { inoLow: 7 + inode, ctimeSec: 5 + inode, mtimeSec: 100 + mtime, sizeBytes: 3 };
  const xattrs = attribute === 0 ? {} : { xattrs: [["user.x", Uint8Array.of(attribute)] as const] };
  const record = type === "file"
    ? { digest: sampleDigest(content), ...xattrs }
    : type === "link"
    ? { linkTarget: `to ${content}`, ...xattrs }
    : xattrs;
  return { name, type, mode: 0o600 + mode, stat, record };
}

/** The sections of a tree; a path that is both an entry and a directory is a directory. */
function sectionsOf(tree: Tree): ManifestSection[] {
  const dirs = new Map<string, SampleEntry[]>([["", []]]);
  const parentOf = (path: string) => path.slice(0, Math.max(0, path.lastIndexOf("/")));
  const addDir = (path: string) => {
    for (let dir = path; !dirs.has(dir); dir = parentOf(dir)) dirs.set(dir, []);
  };
  for (const path of Object.keys(tree)) addDir(parentOf(path));
  for (const [path, state] of Object.entries(tree)) {
    if (dirs.has(path)) continue;
    dirs.get(parentOf(path))?.push(sampleEntry(path.slice(path.lastIndexOf("/") + 1), state));
  }
  return [...dirs].toSorted(([a], [b]) => comparePaths(a, b))
    .map(([relPath, entries]) => makeSection(relPath, entries));
}

/** The same manifest in members of a few entries each, as a very large one is cut. */
function inSmallMembers(
  sections: readonly ManifestSection[],
  entriesInMember: number,
): Uint8Array {
  const plain = Buffer.concat(writeSample(sections).map((member) => gunzipSync(member)));
  const lines = plain.toString("latin1").split(/(?<=\n)/);
  const members: Uint8Array[] = [];
  let text = "";
  let entries = 0;
  for (const line of lines) {
    text += line;
    if (!line.startsWith(".") || ++entries < entriesInMember) continue;
    members.push(packMember(new Uint8Array(Buffer.from(text, "latin1")), 1));
    [text, entries] = ["", 0];
  }
  members.push(packMember(new Uint8Array(Buffer.from(text, "latin1")), 1));
  return Buffer.concat(members);
}

/** What a merge heard: a sign and the path, directories with a slash. */
class Heard {
  readonly lines: string[] = [];

  gone(entry: TreeEntry): void {
    this.lines.push(`- ${shown(entry)}`);
  }

  added(entry: TreeEntry): void {
    this.lines.push(`+ ${shown(entry)}`);
  }

  both(before: TreeEntry, after: TreeEntry): void {
    const verdict = judgePair(before, after);
    if (verdict !== "same") this.lines.push(`${verdict} ${shown(after)}`);
  }

  check(): void {}
}

function shown({ relPath, stats, row }: TreeEntry): string {
  return stats.isDir(row) ? `${relPath}/` : relPath;
}

async function fastDiff(
  temp: TempDir,
  { manifests, scope }: { manifests: readonly Uint8Array[]; scope: string },
): Promise<string[]> {
  const { fs } = openFileSystem("auto");
  const dir = fs.openRoot(temp.path);
  const heard = new Heard();
  const open = async (name: string, bytes: Uint8Array) => {
    await Deno.writeFile(`${temp.path}/${name}`, bytes);
    const scan = openManifestScan(fs, dir, name) ?? assert.fail("it is no manifest of ours");
    return { scan, cursor: new ManifestCursor(scan, scope) };
  };
  const before = await open("before", manifests[0] ?? new Uint8Array(0));
  const after = await open("after", manifests[1] ?? new Uint8Array(0));
  const skip = () => before.cursor.skipShared(after.cursor);
  await mergeTrees({ before: before.cursor, after: after.cursor, skip }, heard);
  before.scan.close();
  after.scan.close();
  fs.closeAll();
  return heard.lines;
}

/** The same by looking at every entry: all of both trees in maps, and no cursor. */
function naiveDiff(before: ManifestSection[], after: ManifestSection[], scope: string): string[] {
  const [left, right] = [before, after].map((sections) => entriesOf(sections, scope));
  const lines: string[] = [];
  for (const key of new Set([...left?.keys() ?? [], ...right?.keys() ?? []])) {
    const [a, b] = [left?.get(key), right?.get(key)];
    if (b === undefined) lines.push(...a === undefined ? [] : [`- ${shown(a)}`]);
    else if (a === undefined) lines.push(`+ ${shown(b)}`);
    else {
      const verdict = judgePair(a, b);
      if (verdict !== "same") lines.push(`${verdict} ${shown(b)}`);
    }
  }
  return lines.sort();
}

function entriesOf(sections: ManifestSection[], scope: string): Map<string, TreeEntry> {
  const entries = new Map<string, TreeEntry>();
  for (const { relPath: dir, names, stats, records } of sections) {
    for (const [row, name] of ["", ...names].entries()) {
      const relPath = row === 0 ? dir : joinRel(dir, name);
      if (scope !== "" && relPath !== scope && !relPath.startsWith(`${scope}/`)) continue;
      const place = { relPath: dir, name };
      const entry = { relPath, place, stats, row, record: records[row], isStored: false };
      // What was asked for is compared with what was asked for, whatever they are.
      entries.set(scope !== "" && relPath === scope ? "" : shown(entry), entry);
    }
  }
  return entries;
}

Deno.test("the difference of two manifests is what a look at every entry finds", async () => {
  await using temp = await makeTempDir();
  const scopes = fc.constantFrom("", "", "a", "b/a", "a/é", "c d", "\udcff");
  const sizes = fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 9 }));
  await fc.assert(
    fc.asyncProperty(pairs, scopes, sizes, async ([first, second], scope, [a, b]) => {
      const [before, after] = [sectionsOf(first), sectionsOf(second)];
      const manifests = [inSmallMembers(before, a), inSmallMembers(after, b)];
      const fast = await fastDiff(temp, { manifests, scope });
      assert.deepStrictEqual(fast.toSorted(), naiveDiff(before, after, scope));
    }),
    { numRuns: 300 },
  );
});

Deno.test("differences come in the order of a walk", async () => {
  await using temp = await makeTempDir();
  await fc.assert(
    fc.asyncProperty(pairs, async ([first, second]) => {
      const manifests = [sectionsOf(first), sectionsOf(second)].map((sections) =>
        inSmallMembers(sections, 3)
      );
      const fast = await fastDiff(temp, { manifests, scope: "" });
      const heard = new Heard();
      const cursor = (tree: Tree) =>
        new SectionCursor(sectionsOf(tree), { scope: "", isStored: () => false });
      await mergeTrees({ before: cursor(first), after: cursor(second) }, heard);
      assert.deepStrictEqual(fast, heard.lines);
    }),
    { numRuns: 100 },
  );
});

Deno.test("members that two manifests share are not unpacked", async () => {
  await using temp = await makeTempDir();
  const files = Array.from({ length: 50 }, (_, i) => `file${i + 10}`);
  const state: State = { type: "file", content: 0, inode: 0, mode: 0, mtime: 0, attribute: 0 };
  const first = Object.fromEntries(files.map((name) => [name, state]));
  const second = { ...first, file59: { ...state, content: 1 } };
  const manifests = [first, second].map((tree) => inSmallMembers(sectionsOf(tree), 5));
  // The checksum of the third member in both is wrong: who unpacks it fails.
  for (const bytes of manifests) damageMember(bytes, 2);
  const lines = await fastDiff(temp, { manifests, scope: "" });
  assert.deepStrictEqual(lines, ["suspect file59"]);
});

function damageMember(bytes: Uint8Array, index: number): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let at = 0;
  for (let i = 0; i <= index; i++) at += view.getUint32(at + 16, true);
  const sum = at - 8;
  bytes[sum] = (bytes[sum] ?? 0) ^ 1;
}

Deno.test("a cut-off manifest is an error behind its last member", async () => {
  await using temp = await makeTempDir();
  const { fs } = openFileSystem("auto");
  const whole = inSmallMembers(sectionsOf({ a: stateOf(0), b: stateOf(0), c: stateOf(0) }), 1);
  const size = new DataView(whole.buffer, whole.byteOffset);
  const cut = size.getUint32(16, true) + size.getUint32(size.getUint32(16, true) + 16, true);
  await Deno.writeFile(`${temp.path}/cut`, whole.subarray(0, cut));
  const dir = fs.openRoot(temp.path);
  const scan = openManifestScan(fs, dir, "cut") ?? assert.fail("it is no manifest of ours");
  const cursor = new ManifestCursor(scan, "");
  const found: string[] = [];
  await assert.rejects(async () => {
    for (;;) {
      if (cursor.needsLoad) await cursor.load();
      if (cursor.entry === undefined) return;
      found.push(shown(cursor.entry));
      cursor.advance();
    }
  }, /ends too early/);
  assert.deepStrictEqual([found, cursor.passed], [["/", "a"], { relPath: "", name: "a" }]);
  scan.close();
  fs.closeAll();
});

function stateOf(content: number): State {
  return { type: "file", content, inode: 0, mode: 0, mtime: STAT.mode, attribute: 0 };
}

/**
 * What a snapshot must say of the source that it was made from, told from trees that another program
 * read.
 *
 * @module
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { compareNames, joinRel } from "../../src/base/path_bytes.ts";
import type { StatTable } from "../../src/fs/stat_table.ts";
import { STAT } from "../../src/fs/stat_table.ts";
import { formatSums, sumsFileName } from "../../src/store/checksum_file.ts";
import { readManifest } from "../../src/store/manifest_reader.ts";
import type { EntryRecord } from "../../src/store/section.ts";
import type { Summary } from "../../src/store/summary.ts";
import type { TreeEntry, TreeOnDisk } from "../support/tree.ts";

/** The regular files of a tree. */
export function files(tree: TreeOnDisk): [string, TreeEntry][] {
  return Object.entries(tree).filter(([, { type }]) => type === "file");
}

/** The checksum file that each directory with files gets, with the number of its files. */
export function ownNames(before: TreeOnDisk): Map<string, number> {
  const own = new Map<string, number>();
  for (const [path, { type }] of Object.entries(before)) {
    if (type !== "dir") continue;
    const dir = path === "." ? "" : path;
    const count = files(before).filter(([file]) => parentOf(file) === dir).length;
    const name = sumsFileName((name) => joinRel(dir, name) in before);
    if (count > 0) own.set(joinRel(dir, name), count);
  }
  return own;
}

/** Content and times of the checksum file at `path`. */
export function expectedSums(
  source: TreeOnDisk,
  path: string,
): Pick<TreeEntry, "sha256" | "size" | "mtimeNs"> {
  const dir = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  const inIt = files(source).filter(([file]) => parentOf(file) === dir)
    .map(([file, { sha256 = "" }]) => [file.slice(file.lastIndexOf("/") + 1), sha256] as const)
    .toSorted(([a], [b]) => compareNames(a, b));
  const bytes = formatSums(inIt.map(([name]) => name), inIt.map(([, digest]) => digest));
  return {
    sha256: createHash("sha256").update(bytes).digest("hex"),
    size: bytes.length,
    mtimeNs: source[dir === "" ? "." : dir]?.mtimeNs ?? 0n,
  };
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

/** What is in a directory of a tree, as a tree of its own. */
export function below(tree: TreeOnDisk, dir: string): TreeOnDisk {
  const inside = Object.entries(tree).flatMap(([path, entry]) => {
    if (path === dir) return [[".", entry] as const];
    return path.startsWith(`${dir}/`) ? [[path.slice(dir.length + 1), entry] as const] : [];
  });
  return Object.fromEntries(inside);
}

/** Every entry of the source is counted once. */
export function checkCounts(
  { counts, bytes }: Pick<Summary, "counts" | "bytes">,
  before: TreeOnDisk,
): void {
  const entries = Object.values(before);
  const count = (...types: string[]) => entries.filter(({ type }) => types.includes(type)).length;
  assert.deepStrictEqual({
    walked: counts.walked,
    files: counts.linked + counts.copied,
    directories: counts.directories,
    symlinks: counts.symlinks,
    specials: counts.specials,
    others: counts.recorded + counts.excluded + counts.failed + counts.problems + counts.damaged,
    known: counts.new + counts.changed + counts.unchanged,
    bytes: bytes.processed,
  }, {
    walked: entries.length,
    files: count("file"),
    directories: count("dir"),
    symlinks: count("symlink"),
    specials: count("fifo", "socket", "char", "block"),
    others: 0,
    known: entries.length - count("dir"),
    bytes: entries.reduce((sum, { size = 0 }) => sum + size, 0),
  });
}

/** The manifest must tell the truth of each entry, also where a shared inode cannot. */
export async function checkManifest(
  path: string,
  { before, snapshot }: { before: TreeOnDisk; snapshot: TreeOnDisk },
): Promise<void> {
  const told: Record<string, unknown> = {};
  const stored: Record<string, unknown> = {};
  for await (const section of readManifest([Deno.readFileSync(path)])) {
    const { relPath, names, stats, records, continues } = section;
    if (!continues) told[relPath === "" ? "." : relPath] = tellRow(stats, 0, records[0]);
    for (const [i, name] of names.entries()) {
      const at = joinRel(relPath, name);
      const record = records[i + 1];
      told[at] = tellRow(stats, i + 1, record);
      if (stats.type(i + 1) !== "file") continue;
      const own = { sec: stats.get(i + 1, STAT.mtimeSec), nsec: stats.get(i + 1, STAT.mtimeNsec) };
      const { sec, nsec } = record?.storedMtime ?? own;
      stored[at] = BigInt(sec) * 1_000_000_000n + BigInt(nsec);
    }
  }
  const truth = Object.entries(before).map(([path, entry]) => [path, tellEntry(entry)]);
  assert.deepStrictEqual(told, Object.fromEntries(truth));
  const found = files(before).map(([path]) => [path, snapshot[path]?.mtimeNs]);
  assert.deepStrictEqual(stored, Object.fromEntries(found), "mtimes of the stored inodes");
}

function tellRow(stats: StatTable, row: number, record: EntryRecord | undefined) {
  const type = stats.type(row);
  return {
    type: type === "link" ? "symlink" : type,
    mode: stats.permissions(row),
    owner: `${stats.get(row, STAT.uid)}:${stats.get(row, STAT.gid)}`,
    mtimeNs: stats.mtimeNs(row),
    ino: stats.ino(row),
    nlink: type === "dir" ? undefined : stats.get(row, STAT.nlink),
    size: type === "file" ? stats.sizeBytes(row) : undefined,
    digest: record?.digest,
    target: record?.linkTarget,
    xattrs: Object.fromEntries(
      (record?.xattrs ?? []).map(([name, value]) => [name, value.toBase64()]),
    ),
    state: record?.state,
  };
}

function tellEntry(entry: TreeEntry): ReturnType<typeof tellRow> {
  const { type, mode, mtimeNs, nlink, size, sha256, target, xattrs } = entry;
  return {
    type,
    mode,
    owner: `${entry.uid}:${entry.gid}`,
    mtimeNs,
    ino: BigInt(entry.inode.split(":")[1] ?? 0),
    nlink,
    size,
    digest: sha256,
    target,
    xattrs,
    state: undefined,
  };
}

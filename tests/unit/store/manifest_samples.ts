/**
 * Sections for the tests of manifests: made up, or read from a directory by the shortest walker that
 * will do.
 *
 * @module
 */
import { hash } from "node:crypto";
import { compareNames, encodeName, joinRel } from "../../../src/base/path_bytes.ts";
import type { Dir, FileSystem } from "../../../src/fs/file_system.ts";
import { type EntryType, STAT, StatTable, TYPE_BITS } from "../../../src/fs/stat_table.ts";
import type { ManifestHeader } from "../../../src/store/manifest_header.ts";
import { readManifest } from "../../../src/store/manifest_reader.ts";
import { ManifestWriter } from "../../../src/store/manifest_writer.ts";
import type { EntryRecord, ManifestSection } from "../../../src/store/section.ts";

/** One entry of a made-up section. */
export interface SampleEntry {
  readonly name: string;
  readonly type?: EntryType;
  readonly mode?: number;
  /** Columns of {@link STAT} by their names. */
  readonly stat?: Partial<Record<keyof typeof STAT, number>>;
  readonly record?: EntryRecord;
}

/** A digest that can be told apart. */
export function sampleDigest(seed: number): string {
  return hash("sha256", String(seed), "hex");
}

/** The header that the samples are written with. */
export const SAMPLE_HEADER: ManifestHeader = {
  formatVersion: 1,
  phlbVersion: "0.1.0",
  source: "/home/me/a b",
  snapshot: "me/2026-01-07-085247",
  startedAt: "2026-01-07T08:52:47+01:00",
  hostname: "box",
  previous: { fileName: "2026-01-06-085247-manifest.mtree.gz", sha256: sampleDigest(0) },
};

/** Makes a section; the entries are put into order. */
export function makeSection(relPath: string, entries: readonly SampleEntry[]): ManifestSection {
  const sorted = entries.toSorted((a, b) => compareNames(a.name, b.name));
  const stats = new StatTable(entries.length + 1);
  const rows: SampleEntry[] = [{ name: "", type: "dir", mode: 0o755 }, ...sorted];
  for (const [row, { type = "file", mode = 0o644, stat = {}, record }] of rows.entries()) {
    stats.set(row, STAT.mode, TYPE_BITS[type] | mode);
    stats.set(row, STAT.nlink, 1);
    setColumns(stats, row, stat);
    const target = record?.linkTarget;
    if (target !== undefined) {
      stats.set(row, STAT.sizeBytes, encodeName(target).length);
    }
  }
  const records = rows.map(({ record }) => record);
  return { relPath, continues: false, names: sorted.map(({ name }) => name), stats, records };
}

function setColumns(stats: StatTable, row: number, stat: SampleEntry["stat"]): void {
  for (const [field, column] of Object.entries(STAT)) {
    const value = Object.entries(stat ?? {}).find(([key]) => key === field)?.[1];
    if (value !== undefined) stats.set(row, column, value);
  }
}

/** The bytes of a manifest, one piece for each member. */
export function writeSample(
  sections: readonly ManifestSection[],
  header = SAMPLE_HEADER,
): Uint8Array<ArrayBuffer>[] {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const writer = new ManifestWriter({
    header,
    sink: (bytes) => pieces.push(bytes),
    level: 1,
    userName: (uid) => uid === 0 ? "root" : undefined,
    groupName: (gid) => gid === 0 ? "root" : undefined,
  });
  for (const section of sections) writer.add(section);
  writer.finish();
  return pieces;
}

/** All sections until the end, and the error that ended them early. */
export async function readAll(
  chunks: Iterable<Uint8Array>,
): Promise<{ sections: ManifestSection[]; error: unknown }> {
  const sections: ManifestSection[] = [];
  try {
    for await (const section of readManifest(chunks)) sections.push(section);
    return { sections, error: undefined };
  } catch (error) {
    return { sections, error };
  }
}

/** Reads a whole manifest that has nothing wrong with it. */
export async function readSections(chunks: Iterable<Uint8Array>): Promise<ManifestSection[]> {
  const { sections, error } = await readAll(chunks);
  if (error !== undefined) throw error;
  return sections;
}

/** Bytes of a text that is not compressed. */
export function plainManifest(lines: readonly string[]): Uint8Array[] {
  return [new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""))];
}

/** Reads a directory as sections with digests, link targets and attributes. */
export function walkSections(fs: FileSystem, dir: Dir, relPath = ""): ManifestSection[] {
  const entries: SampleEntry[] = [];
  const subDirs: string[] = [];
  const stats = new StatTable(1);
  for (const name of fs.readDir(dir).names) {
    fs.lstat(dir, name, stats, 0);
    if (stats.isDir(0)) subDirs.push(name);
    else entries.push({ name, record: recordOf(fs, dir, { name, stats }) });
  }
  const section = makeSection(relPath, entries);
  for (const [i, name] of ["", ...section.names].entries()) fs.lstat(dir, name, section.stats, i);
  return [
    section,
    ...subDirs.toSorted(compareNames).flatMap((name) => walkBelow(fs, dir, { name, relPath })),
  ];
}

function walkBelow(
  fs: FileSystem,
  dir: Dir,
  { name, relPath }: { name: string; relPath: string },
): ManifestSection[] {
  const subDir = fs.openDir(dir, name);
  try {
    return walkSections(fs, subDir, joinRel(relPath, name));
  } finally {
    fs.closeDir(subDir);
  }
}

function recordOf(
  fs: FileSystem,
  dir: Dir,
  { name, stats }: { name: string; stats: StatTable },
): EntryRecord {
  if (stats.type(0) === "link") return { linkTarget: fs.readLink(dir, name) };
  if (stats.type(0) !== "file") return {};
  const file = fs.openFile(dir, name);
  try {
    const content = new Uint8Array(stats.sizeBytes(0));
    fs.read(file, content, 0);
    return { digest: hash("sha256", content, "hex"), xattrs: fs.fileXattrs(file) };
  } finally {
    fs.closeFile(file);
  }
}

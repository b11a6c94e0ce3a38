/**
 * Source files whose content changed although size and times did not: nobody wrote to them, the disk
 * or the memory did.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { joinRel, printable } from "../../base/path_bytes.ts";
import type { Problem } from "../../base/problem.ts";
import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { StatTable } from "../../fs/stat_table.ts";
import { fileChunks } from "../../store/file_chunks.ts";
import {
  isManifestDamage,
  type ManifestScan,
  openManifestScan,
} from "../../store/manifest_scan.ts";
import { parseRaw, RawCursor, type SnapshotEntry } from "../../store/raw_entry.ts";
import type { PreviousEntry } from "../settle/compare.ts";
import { OUTCOME, type SettlingSection } from "../settle/settling.ts";

/** Whether lstat says that a file is what a previous entry recorded. */
export type IsUnchanged = (now: StatTable, row: number, previous: PreviousEntry) => boolean;

/** Notes the rotten files of a section whose files were read although they seemed unchanged. */
export function noteRot(section: SettlingSection, isUnchanged: IsUnchanged): number {
  let count = 0;
  for (const [index, before] of section.previous.entries.entries()) {
    const row = index + 1;
    const digest = section.records[row]?.digest;
    if (before?.record?.digest === undefined || digest === undefined) continue;
    if (section.outcomes[index] === OUTCOME.lost || digest === before.record.digest) continue;
    if (!isUnchanged(section.stats, row, before)) continue;
    const relPath = joinRel(section.walked.relPath, section.name(index));
    section.problems.push(rotten(relPath, "it is stored, and the snapshot before has what it was"));
    count++;
  }
  return count;
}

/** Where a sample is taken. */
export interface SampleOptions {
  readonly fs: FileSystem;
  /** The source, open. */
  readonly source: Dir;
  /** `<root>/<name>`, open, and the previous manifest in it. */
  readonly nameDir: Dir;
  readonly manifest: string;
  readonly isUnchanged: IsUnchanged;
  /** Bytes to read at most. */
  readonly budgetBytes: number;
  /** From 0 up to 1. */
  readonly random: () => number;
}

/**
 * Files that are tried; all in one part of the manifest, because to unpack a part costs most. Source:
 * own measurement, 2026-11-28: 100,000 files, 12 to 30 ms of processor time.
 */
const FILES = 16;

/** Reads a few unchanged files of the source, chosen at random; those that rot are told. */
export function sampleSource(options: SampleOptions): Problem[] {
  const { fs, nameDir, manifest } = options;
  try {
    const scan = openManifestScan(fs, nameDir, manifest);
    if (scan === undefined) return [];
    try {
      return sampleManifest(scan, options);
    } finally {
      scan.close();
    }
  } catch (error) {
    if (isManifestDamage(error)) return []; // told by the run itself
    throw error;
  }
}

function sampleManifest(scan: ManifestScan, options: SampleOptions): Problem[] {
  const { random, budgetBytes } = options;
  const problems: Problem[] = [];
  const seen = new Set<string>();
  let left = budgetBytes;
  const cursor = new RawCursor(scan.member(Math.floor(random() * scan.members)));
  for (let i = 0; i < FILES; i++) {
    const entry = randomFile(cursor, random);
    if (entry === undefined || seen.has(entry.relPath)) continue;
    seen.add(entry.relPath);
    const sizeBytes = entry.stats.sizeBytes(entry.row);
    if (sizeBytes === 0 || sizeBytes > left) continue;
    left -= sizeBytes;
    if (isRotten(entry, options)) {
      problems.push(rotten(entry.relPath, "the snapshot keeps what it was"));
    }
  }
  return problems;
}

function randomFile(cursor: RawCursor, random: () => number): SnapshotEntry | undefined {
  const { text } = cursor.member;
  const at = text.indexOf("\n./", Math.floor(random() * text.length));
  if (at < 0 || !cursor.goTo(at + 1) || cursor.isDir) return undefined;
  const entry = parseRaw(cursor.raw);
  return entry.stats.type(entry.row) === "file" && entry.record?.digest !== undefined
    ? entry
    : undefined;
}

function isRotten(
  { relPath, stats, row, record }: SnapshotEntry,
  { fs, source, isUnchanged }: SampleOptions,
): boolean {
  const slash = relPath.lastIndexOf("/");
  const name = relPath.slice(slash + 1);
  const now = new StatTable(1);
  try {
    const dir = openDirPath(fs, source, relPath.slice(0, Math.max(slash, 0)));
    try {
      const isSame = () => {
        fs.lstat(dir, name, now, 0);
        return isUnchanged(now, 0, { stats, row, record });
      };
      if (!isSame()) return false;
      const digest = createHash("sha256");
      for (const chunk of fileChunks(fs, dir, name)) digest.update(chunk);
      return digest.digest("hex") !== record?.digest && isSame();
    } finally {
      fs.closeDir(dir);
    }
  } catch (error) {
    if (error instanceof FsError) return false; // the walk tells what it cannot read
    throw error;
  }
}

function rotten(relPath: string, kept: string): Problem {
  return {
    relPath,
    step: "check",
    code: "bit-rot",
    message: `Cannot trust "${printable(relPath)}" in the source: its content changed, ` +
      `though its size and times did not; ${kept}`,
    stored: true,
  };
}

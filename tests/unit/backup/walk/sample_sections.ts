/**
 * Sections as they pass through the steps, made up for the tests of single steps.
 *
 * @module
 */
import type { PreviousSection } from "../../../../src/backup/settle/compare.ts";
import { SettlingSection } from "../../../../src/backup/settle/settling.ts";
import { dirStamp } from "../../../../src/backup/walk/dir_stamp.ts";
import type { WalkedSection } from "../../../../src/backup/walk/walked.ts";
import type { Xattrs } from "../../../../src/fs/file_system.ts";
import { openFileSystem } from "../../../../src/fs/open_file_system.ts";
import { type ContentIndex, openContentIndex } from "../../../../src/store/content_index.ts";
import { makeSection, type SampleEntry } from "../../store/manifest_samples.ts";

/** A section as the walker hands it on; link targets and attributes stand in the entries' records. */
export function walkedSection(
  relPath: string,
  entries: readonly SampleEntry[],
  more: Partial<WalkedSection> = {},
): WalkedSection {
  const { names, stats, records } = makeSection(relPath, entries);
  const linkTargets = new Map<number, string>();
  const xattrs = new Map<number, Xattrs>();
  for (const [row, record] of records.entries()) {
    if (record?.linkTarget !== undefined) linkTargets.set(row, record.linkTarget);
    if (record?.xattrs !== undefined) xattrs.set(row, record.xattrs);
  }
  const section = {
    relPath,
    continues: false,
    names,
    stats,
    linkTargets,
    xattrs,
    skipped: [],
    problems: [],
    ends: true,
    seen: names.length,
    reservedNames: [],
    ...more,
  };
  return { stamp: dirStamp(section), ...section };
}

/** What the previous snapshot had of `names`: the entries of that name. */
export function previousSection(
  names: readonly string[],
  entries: readonly SampleEntry[],
): PreviousSection {
  const { names: known, stats, records } = makeSection("", entries);
  const found = names.map((name) => {
    const row = known.indexOf(name) + 1;
    return row === 0 ? undefined : { stats, row, record: records[row] };
  });
  return { dir: undefined, entries: found, sameNames: false };
}

/** A section on its way, of which nothing is settled yet. */
export function settlingSection(
  walked: WalkedSection,
  previous: readonly SampleEntry[] = [],
): SettlingSection {
  return new SettlingSection(walked, previousSection(walked.names, previous));
}

/** An index that is kept in memory; close it. */
export function memoryIndex(): ContentIndex {
  const { fs } = openFileSystem("auto");
  const dir = fs.openRoot("/");
  const { index } = openContentIndex({ path: ":memory:", fs, dir, name: "index" });
  fs.closeDir(dir);
  return index;
}

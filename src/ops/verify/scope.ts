import { joinRel } from "../../base/path_bytes.ts";
import type { ManifestSection } from "../../store/section.ts";

/** The part of a snapshot that is wanted. */
export interface Scope {
  /** Whether the entry of that path is wanted. */
  has(relPath: string): boolean;
  /** What of a section is wanted: all of it (the section itself), some, or nothing. */
  partOf(section: ManifestSection): ManifestSection | undefined;
}

const ALL: Scope = { has: () => true, partOf: (section) => section };

/** The entry at `below` and all that is in it; `""`: everything. */
export function scopeOf(below: string): Scope {
  if (below === "") return ALL;
  const parent = below.slice(0, Math.max(below.lastIndexOf("/"), 0));
  const has = (relPath: string) => relPath === below || relPath.startsWith(`${below}/`);
  return {
    has,
    partOf(section) {
      if (has(section.relPath)) return section;
      if (section.relPath !== parent) return undefined;
      const index = section.names.findIndex((name) => joinRel(parent, name) === below);
      return index < 0 ? undefined : oneRow(section, index + 1);
    },
  };
}

/** The one entry in row `row`, without the directory that it is in. */
function oneRow(section: ManifestSection, row: number): ManifestSection {
  const { relPath, names, stats, records } = section;
  return {
    relPath,
    continues: true,
    names: names.slice(row - 1, row),
    stats: stats.pick([0, row]),
    records: [undefined, records[row]],
  };
}

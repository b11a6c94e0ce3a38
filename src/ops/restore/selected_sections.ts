/**
 * From the sections of a whole snapshot to what somebody wants of it: those at and below a path,
 * and of these what the filter selects.
 *
 * @module
 */
import { comparePaths, joinRel } from "../../base/path_bytes.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import type { ManifestSection } from "../../store/section.ts";
import type { RestoreFilter } from "./restore_filter.ts";

/** A section, and where it goes. */
export interface SelectedSection {
  /** Below the target, `""` for the target itself. */
  readonly relPath: string;
  /** The section of the snapshot; its `relPath` is below the snapshot. */
  readonly section: ManifestSection;
  /** Whether the directory is wanted itself, and not only for what is in it. */
  readonly wantsDir: boolean;
  /** Whether the directory's own line describes the target's directory of `relPath`. */
  readonly hasDirLine: boolean;
  /** For each name whether it is wanted. */
  readonly wants: (index: number) => boolean;
  /** Whether it was read from the tree itself, for want of a manifest. */
  readonly isFromTree: boolean;
}

/** What {@link selectSections} selects. */
export interface Selection {
  /** Below the snapshot: a directory, whose content is wanted, or another entry. */
  readonly path: string;
  readonly filter: RestoreFilter;
  /** Asked at each section. */
  readonly isFromTree: () => boolean;
}

/**
 * The sections of what is wanted, in their order; a path that is no directory gives one section
 * with nothing but that entry. Nothing comes when the snapshot has no such path.
 */
export async function* selectSections(
  sections: AsyncIterable<ManifestSection>,
  { path, filter, isFromTree }: Selection,
): AsyncGenerator<SelectedSection> {
  const parent = path.slice(0, Math.max(0, path.lastIndexOf("/")));
  const name = path.slice(path.lastIndexOf("/") + 1);
  for await (const section of sections) {
    const relPath = below(section.relPath, path);
    if (relPath !== undefined) {
      const selected = filtered(relPath, section, filter);
      if (selected !== undefined) yield { ...selected, isFromTree: isFromTree() };
      continue;
    }
    if (path !== "" && section.relPath === parent) {
      const index = section.names.indexOf(name);
      if (index >= 0) {
        const wants = (i: number) => i === index;
        yield {
          relPath: "",
          section,
          wantsDir: false,
          hasDirLine: false,
          wants,
          isFromTree: isFromTree(),
        };
        return;
      }
    }
    if (comparePaths(section.relPath, path) > 0) return;
  }
}

/** `path` relative to `dir`, undefined when it is neither `dir` nor in it. */
function below(path: string, dir: string): string | undefined {
  if (path === dir) return "";
  if (dir === "") return path;
  return path.startsWith(`${dir}/`) ? path.slice(dir.length + 1) : undefined;
}

function filtered(
  relPath: string,
  section: ManifestSection,
  filter: RestoreFilter,
): Omit<SelectedSection, "isFromTree"> | undefined {
  const hasDirLine = true;
  if (!filter.isActive) {
    return { relPath, section, wantsDir: true, hasDirLine, wants: () => true };
  }
  if (relPath !== "" && filter.excludes(relPath, { isDir: true })) return undefined;
  return {
    relPath,
    section,
    wantsDir: relPath === "" || filter.selects(relPath, { isDir: true }),
    hasDirLine,
    wants: (i) => filter.selects(joinRel(relPath, section.names[i] ?? ""), { isDir: false }),
  };
}

/** The directory's own row of a section, as a table of its own. */
export function dirRow({ stats }: ManifestSection): StatTable {
  const own = stats.pick([0]);
  // A manifest has no access times: the modification time stands for both.
  own.set(0, STAT.atimeSec, own.get(0, STAT.mtimeSec));
  own.set(0, STAT.atimeNsec, own.get(0, STAT.mtimeNsec));
  return own;
}

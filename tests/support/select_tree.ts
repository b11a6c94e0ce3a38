import { compareNames, joinRel } from "../../src/base/path_bytes.ts";
import {
  NO_RULES,
  type RuleOrigin,
  Selector,
  type SelectRules,
} from "../../src/backup/select/select.ts";
import { FsError } from "../../src/fs/file_system.ts";
import { type EntryType, STAT, StatTable, TYPE_BITS } from "../../src/fs/stat_table.ts";

/** What step 2 sees of an entry; a mere string is the content of a regular file. */
export type Met = string | {
  /** Default: `dir`. */
  readonly type?: EntryType;
  readonly sizeBytes?: number;
  /** Device number; what is in a directory has that of the directory. Default: 1. */
  readonly device?: number;
  readonly ino?: number;
  /** Cannot be read; code of the refusal. */
  readonly refused?: string;
};

/** What became of a tree. */
export interface Selected {
  /** Paths in the order of the walk. */
  readonly kept: string[];
  readonly left: Record<string, RuleOrigin>;
  /** Code of each refusal by the path of the file with rules. */
  readonly problems: Record<string, string>;
}

/**
 * Takes `tree` (entries by path; directories that only hold others need not be named) through step
 * 2 in the order of the walk.
 */
export function selectTree(rules: Partial<SelectRules>, tree: Readonly<Record<string, Met>>) {
  const entries = new Map<string, Met>([["", {}], ...withParents(tree)]);
  const root = new StatTable(1);
  root.set(0, STAT.devMajor, 1);
  const walk: Walk = {
    entries,
    selector: new Selector({ ...NO_RULES, ...rules }, { stats: root, row: 0 }),
    selected: { kept: [], left: {}, problems: {} },
  };
  visitDir(walk, { relPath: "", device: 1 });
  return walk.selected;
}

interface Walk {
  readonly entries: ReadonlyMap<string, Met>;
  readonly selector: Selector;
  readonly selected: Selected;
}

function visitDir(walk: Walk, { relPath, device }: { relPath: string; device: number }): void {
  const { entries, selector, selected } = walk;
  const names = [...entries.keys()]
    .filter((path) => path !== "" && parentOf(path) === relPath)
    .map((path) => path.slice(relPath === "" ? 0 : relPath.length + 1)).sort(compareNames);
  const closed = selector.enterDir({
    relPath,
    names,
    readSmallFile: (name) => read(entries.get(joinRel(relPath, name)) ?? {}, name),
    onProblem: (name, error) => selected.problems[joinRel(relPath, name)] = error.code,
  });
  const inside: { relPath: string; device: number }[] = [];
  for (const name of names) {
    const path = joinRel(relPath, name);
    const met = entries.get(path) ?? {};
    const stats = statsOf(met, device);
    const by = selector.check({ relPath: path, name, stats, row: 0, closed });
    if (by !== undefined) selected.left[path] = by;
    else selected.kept.push(path);
    const mounted = stats.isDir(0) ? selector.mountRule(stats, 0) : undefined;
    if (mounted !== undefined) selected.left[path] = mounted;
    else if (by === undefined && stats.isDir(0)) {
      inside.push({ relPath: path, device: stats.get(0, STAT.devMajor) });
    }
  }
  for (const dir of inside) visitDir(walk, dir);
}

function withParents(tree: Readonly<Record<string, Met>>): [string, Met][] {
  return Object.entries(tree).flatMap(([path, met]) => {
    const parents: [string, Met][] = [];
    for (let at = parentOf(path); at !== ""; at = parentOf(at)) {
      if (!(at in tree)) parents.push([at, {}]);
    }
    return [...parents, [path, met]];
  });
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}

function statsOf(met: Met, device: number): StatTable {
  const given = typeof met === "string" ? { type: "file" as const, sizeBytes: met.length } : met;
  const stats = new StatTable(1);
  stats.set(0, STAT.mode, TYPE_BITS[given.type ?? "dir"] | 0o644);
  stats.set(0, STAT.sizeBytes, given.sizeBytes ?? 0);
  stats.set(0, STAT.devMajor, "device" in given ? given.device ?? device : device);
  stats.set(0, STAT.inoLow, "ino" in given ? given.ino ?? 0 : 0);
  return stats;
}

function read(met: Met, name: string): Uint8Array | undefined {
  if (typeof met === "string") return new TextEncoder().encode(met);
  if (met.refused === undefined) return undefined;
  throw new FsError({ code: met.refused, op: "open", path: name, reason: "refused by the test" });
}

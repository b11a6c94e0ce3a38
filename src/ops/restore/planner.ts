/**
 * From the sections of a snapshot, and a look at the target, to what a restore does. Sections come
 * in the order of a walk; memory holds the directories on the way to the one in work.
 *
 * @module
 */
import { joinRel } from "../../base/path_bytes.ts";
import { FsError } from "../../fs/file_system.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import type { EntryRecord } from "../../store/section.ts";
import {
  ACTION,
  type DirAction,
  type EntryRules,
  type EntrySide,
  planDir,
  planEntry,
  takesMetadata,
} from "./plan_entry.ts";
import type { RestoreFilter } from "./restore_filter.ts";
import { dirRow, type SelectedSection } from "./selected_sections.ts";
import type { TargetLook } from "./target_look.ts";
import { isTemporaryName } from "./temporary_name.ts";

/** What stays as it is because something is in the way. */
export interface Conflict {
  /** Below the target. */
  readonly relPath: string;
  /** Below the snapshot. */
  readonly storedPath: string;
  /** Goes on from "Cannot restore …: ". */
  readonly reason: string;
}

/** What is done with a directory when its first section comes. */
export interface PlannedDir {
  readonly action: DirAction;
  /** Undefined where the target's directory keeps its own attributes. */
  readonly metadata:
    | { readonly stats: StatTable; readonly record: EntryRecord | undefined }
    | undefined;
  /** Whether its owner may not list, enter and write it, and so has to be let in. */
  readonly isShut: boolean;
  /** What cut-off restores left in it. */
  readonly leftovers: readonly string[];
}

/** One step of a plan. */
export type PlanStep =
  | {
    readonly kind: "section";
    readonly selected: SelectedSection;
    /** Absent when the directory goes on. */
    readonly dir: PlannedDir | undefined;
    /** Whether nothing was in the directory. */
    readonly isNew: boolean;
    /** Of `ACTION`, for each name. */
    readonly actions: Uint8Array<ArrayBuffer>;
    /** Inodes in the target of entries that are hard links in the source, by index. */
    readonly foundInodes: ReadonlyMap<number, string>;
    readonly conflicts: readonly Conflict[];
  }
  /** Nothing more comes for a directory. */
  | {
    readonly kind: "leave";
    readonly relPath: string;
    /** Names in it that the snapshot does not have, and that are to be removed. */
    readonly extra: readonly string[];
  };

/** How a {@link Planner} decides. */
export interface PlannerOptions extends EntryRules {
  /** Undefined for a target that is missing. */
  readonly look: Pick<TargetLook, "entry" | "names"> | undefined;
  readonly filter: RestoreFilter;
  /** Whether to find what the target has and the snapshot has not. */
  readonly deletes: boolean;
  /** `StatTable.inodeKey` of the backup root: never gone into. */
  readonly rootInode: string;
}

interface OpenDir {
  readonly relPath: string;
  /** `new`: nothing is there; `shut`: nothing can be done in it. */
  readonly state: "new" | "there" | "shut";
  /** Of the target; taken away from as the snapshot's names come. */
  readonly names: Set<string>;
  /** All of them. */
  readonly found: ReadonlySet<string>;
  /** Whether the snapshot's directory is its counterpart. */
  readonly isCounterpart: boolean;
  /** Not told yet: perhaps nothing below is wanted. */
  conflict?: Conflict | undefined;
}

/** Plans section by section. Reads the target, changes nothing. */
export class Planner {
  readonly #options: PlannerOptions;
  readonly #open: OpenDir[] = [];
  #keepsExtra = false;

  constructor(options: PlannerOptions) {
    this.#options = options;
  }

  /** From here on nothing is removed: the snapshot cannot be read whole. */
  keepExtra(): void {
    this.#keepsExtra = true;
  }

  /** What the next section means. */
  *plan(selected: SelectedSection): Generator<PlanStep> {
    const { relPath } = selected;
    for (let last = this.#open.at(-1); last !== undefined; last = this.#open.at(-1)) {
      if (last.relPath === relPath || isBelow(relPath, last.relPath)) break;
      yield this.#leave();
    }
    const isFirst = this.#open.at(-1)?.relPath !== relPath;
    const dir = isFirst ? this.#enter(selected) : undefined;
    const open = this.#open.at(-1);
    if (open === undefined) return;
    const conflicts: Conflict[] = [];
    const foundInodes = new Map<number, string>();
    const actions = this.#actions(selected, { open, conflicts, foundInodes });
    if (selected.wantsDir || actions.some((action) => action !== ACTION.none)) {
      conflicts.unshift(...this.#takeConflicts());
    }
    const isNew = open.state === "new";
    yield { kind: "section", selected, dir, isNew, actions, foundInodes, conflicts };
  }

  /** Leaves the directories that are open. */
  *end(): Generator<PlanStep> {
    while (this.#open.length > 0) yield this.#leave();
  }

  #leave(): PlanStep {
    const dir = this.#open.pop();
    if (dir === undefined) throw new Error("No directory is open");
    return { kind: "leave", relPath: dir.relPath, extra: this.#extra(dir) };
  }

  #takeConflicts(): Conflict[] {
    return this.#open.flatMap((dir) => {
      const { conflict } = dir;
      dir.conflict = undefined;
      return conflict ?? [];
    });
  }

  #extra({ relPath, names, isCounterpart }: OpenDir): string[] {
    const { deletes, filter, look } = this.#options;
    if (!deletes || !isCounterpart || this.#keepsExtra || look === undefined) return [];
    const extra = [...names].filter((name) => !isTemporaryName(name));
    if (!filter.isActive) return extra;
    // What the filter leaves out of a restore it protects here; a directory may hold such things.
    return extra.filter((name) => {
      const isDir = look.entry(relPath, name)?.stats.isDir(0) !== false;
      return !isDir && filter.selects(joinRel(relPath, name), { isDir });
    });
  }

  #enter(selected: SelectedSection): PlannedDir {
    const parent = this.#open.at(-1);
    const { relPath } = selected;
    const name = relPath.slice(parent === undefined ? 0 : relPath.lastIndexOf("/") + 1);
    parent?.names.delete(name);
    if (parent?.state === "shut") return this.#shut(selected);
    const found = parent?.state === "new" ? undefined : this.#foundDir(relPath, parent, name);
    const action = planDir(found, this.#options);
    if (action === "conflict") {
      const type = found === undefined ? "" : TYPE_WORDS[found.stats.type(0)];
      return this.#shut(selected, `${type} is in its place`);
    }
    if (found !== undefined && found.stats.inodeKey(0) === this.#options.rootInode) {
      return this.#shut(selected, "the backup root is in its place");
    }
    const names = action === "enter" ? this.#namesOf(relPath) : new Set<string>();
    if (names instanceof FsError) {
      return this.#shut(selected, `the target's cannot be read: ${names.message}`);
    }
    const state = action === "enter" ? "there" : "new";
    const isCounterpart = selected.hasDirLine;
    this.#open.push({ relPath, state, names: new Set(names), found: names, isCounterpart });
    return {
      action,
      metadata: this.#metadata(selected, { found, isEmpty: names.size === 0 }),
      isShut: action === "enter" && relPath !== "" && !this.#options.givesOwners &&
        found !== undefined && (found.stats.permissions(0) & 0o700) !== 0o700,
      leftovers: [...names].filter(isTemporaryName),
    };
  }

  #foundDir(relPath: string, parent: OpenDir | undefined, name: string): EntrySide | undefined {
    if (parent === undefined) return this.#options.look?.entry("", "");
    if (!parent.found.has(name)) return undefined;
    return this.#options.look?.entry(parentOf(relPath), name);
  }

  #namesOf(relPath: string): Set<string> | FsError {
    try {
      return this.#options.look?.names(relPath) ?? new Set();
    } catch (error) {
      if (error instanceof FsError) return error;
      throw error;
    }
  }

  #metadata(
    selected: SelectedSection,
    { found, isEmpty }: { found: EntrySide | undefined; isEmpty: boolean },
  ): PlannedDir["metadata"] {
    if (!selected.hasDirLine) return undefined;
    const stats = dirRow(selected.section);
    const { overwrite } = this.#options;
    const takes = found === undefined || !found.stats.isDir(0) ||
      takesMetadata({ stats, row: 0 }, { found, overwrite, isEmpty });
    return takes ? { stats, record: selected.section.records[0] } : undefined;
  }

  #shut({ relPath, section }: SelectedSection, reason?: string): PlannedDir {
    const conflict = reason === undefined
      ? undefined
      : { relPath, storedPath: section.relPath, reason };
    const names = new Set<string>();
    this.#open.push({
      relPath,
      state: "shut",
      names,
      found: names,
      isCounterpart: false,
      conflict,
    });
    return { action: "conflict", metadata: undefined, isShut: false, leftovers: [] };
  }

  #actions(
    selected: SelectedSection,
    { open, conflicts, foundInodes }: {
      open: OpenDir;
      conflicts: Conflict[];
      foundInodes: Map<number, string>;
    },
  ): Uint8Array<ArrayBuffer> {
    const { section, wants } = selected;
    const actions = new Uint8Array(section.names.length);
    for (const [i, name] of section.names.entries()) {
      open.names.delete(name);
      if (!wants(i)) continue;
      if (open.state === "new") actions[i] = ACTION.create;
      else if (open.state === "shut") actions[i] = ACTION.conflict;
      else if (!open.found.has(name)) actions[i] = ACTION.create;
      else actions[i] = this.#existing(selected, i, { conflicts, foundInodes });
    }
    return actions;
  }

  #existing(
    { relPath, section }: SelectedSection,
    i: number,
    { conflicts, foundInodes }: { conflicts: Conflict[]; foundInodes: Map<number, string> },
  ): number {
    const name = section.names[i] ?? "";
    const record = section.records[i + 1];
    const { linkTarget, xattrs } = record ?? {};
    const wanted = { stats: section.stats, row: i + 1, linkTarget, xattrs };
    const found = this.#options.look?.entry(relPath, name, { wantsXattrs: xattrs !== undefined });
    const action = planEntry(wanted, found, this.#options);
    if (found === undefined) return action;
    if (section.stats.get(i + 1, STAT.nlink) > 1) foundInodes.set(i, found.stats.inodeKey(0));
    if (action === ACTION.conflict) {
      const reason = `${TYPE_WORDS[found.stats.type(0)]} is in its place`;
      const storedPath = joinRel(section.relPath, name);
      conflicts.push({ relPath: joinRel(relPath, name), storedPath, reason });
    }
    return action;
  }
}

const TYPE_WORDS = {
  file: "a file",
  dir: "a directory",
  link: "a symbolic link",
  fifo: "a named pipe",
  socket: "a socket",
  char: "a device",
  block: "a device",
} as const;

function isBelow(path: string, dir: string): boolean {
  return dir === "" || path.startsWith(`${dir}/`);
}

function parentOf(relPath: string): string {
  return relPath.slice(0, Math.max(0, relPath.lastIndexOf("/")));
}

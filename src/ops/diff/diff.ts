/**
 * The differences between two snapshots.
 *
 * @module
 */
import { Cancelled } from "../../threads/cancel.ts";
import { AppError, EXIT } from "../../base/app_error.ts";
import { joinRel, printable } from "../../base/path_bytes.ts";
import type { FileSystem } from "../../fs/file_system.ts";
import { listSnapshots } from "../../store/snapshots.ts";
import { type Address, type AddressBase, resolveAddress } from "../read/address.ts";
import { tellForgotten } from "../read/forgotten_in.ts";
import { type OpenedSnapshot, openSnapshot } from "../read/open_snapshot.ts";
import type { OpsDeps } from "../ops_deps.ts";
import { type Change, DiffCounter, type DiffTotals } from "./change.ts";
import { ChangeList, fileSize, MAX_HELD } from "./change_list.ts";
import type { ContentJudge } from "./content_judge.ts";
import type { EntryCursor, TreeEntry } from "./entry_cursor.ts";
import { judgePair, metadataChanges, type Verdict } from "./judge_pair.ts";
import { mergeTrees, type MergeVisitor } from "./merge_trees.ts";
import { SnapshotCursor } from "./snapshot_cursor.ts";

/** Two snapshots that are to be compared. */
export interface DiffQuery {
  /** `SNAPSHOT[:PATH]`, or a path. */
  readonly before: string;
  /** Undefined: `before` is compared with the snapshot before it. */
  readonly after: string | undefined;
  readonly base: AddressBase;
  /** Whether entries are told of whose metadata alone changed. They are counted in any case. */
  readonly metadata: boolean;
  /** Whether renames are looked for; otherwise they are something gone and something new. */
  readonly renames: boolean;
}

/** What {@link diffSnapshots} needs from the outside. */
export interface DiffDeps extends OpsDeps {
  /** Looks at the contents themselves where nobody wrote down what they are. */
  readonly judgeContents: (snapshots: DiffPair) => ContentJudge;
}

/** The two snapshots, open. */
export interface DiffPair {
  readonly before: OpenedSnapshot;
  readonly after: OpenedSnapshot;
}

/** One of the two sides as it was found. */
export interface DiffSide {
  /** `<name>/<time>`. */
  readonly snapshotId: string;
  /** What of it was compared; `""` is everything. */
  readonly relPath: string;
}

/** What came out. The changes themselves were handed to `onChange`. */
export interface DiffResult {
  readonly before: DiffSide;
  readonly after: DiffSide;
  readonly totals: DiffTotals;
  /** False when one of them has no manifest: metadata was not compared then. */
  readonly comparesMetadata: boolean;
  /** Whether there was a change that was told of. */
  readonly differs: boolean;
}

/**
 * Compares two snapshots and hands every difference to `onChange`, in the order of a walk.
 *
 * @throws {PATH_UNKNOWN} when neither has the path, and what `resolveAddress` and `openSnapshot` throw
 * @throws {Cancelled}
 */
export async function diffSnapshots(
  query: DiffQuery,
  deps: DiffDeps,
  onChange: (change: Change) => void,
): Promise<DiffResult> {
  const { fs } = deps;
  const sides = resolveSides(fs, query);
  const before = openSnapshot(fs, sides.before);
  try {
    const after = openSnapshot(fs, sides.after);
    try {
      return await new Diff(query, deps, onChange).run(sides, { before, after });
    } finally {
      after.close();
    }
  } finally {
    before.close();
  }
}

interface Sides {
  readonly before: Address;
  readonly after: Address;
}

function resolveSides(fs: FileSystem, { before, after, base }: DiffQuery): Sides {
  const first = resolveAddress(fs, before, base);
  if (after === undefined) return { before: previousOf(fs, first), after: first };
  const second = resolveAddress(fs, after, base);
  // Who names a path once means it for both.
  const relPath = second.relPath === "" ? first.relPath : second.relPath;
  return { before: first, after: { ...second, relPath } };
}

function previousOf(fs: FileSystem, address: Address): Address {
  const { root: path, ref, id } = address;
  const root = fs.openRoot(path);
  try {
    const { snapshots } = listSnapshots(fs, root, { name: ref.name });
    const complete = snapshots.filter(({ kind }) => kind !== "partial");
    const previous = complete[complete.findIndex(({ time }) => time === ref.time) - 1];
    if (previous !== undefined) {
      return { ...address, ref: previous, id: joinRel(previous.name, previous.time) };
    }
  } finally {
    fs.closeDir(root);
  }
  throw new AppError(`Cannot find a snapshot before "${printable(id)}"`, {
    code: "SNAPSHOT_UNKNOWN",
    exitCode: EXIT.usage,
    hint: "Give two snapshots to compare; phlb snapshots lists them",
  });
}

class Diff implements MergeVisitor {
  readonly #query: DiffQuery;
  readonly #deps: DiffDeps;
  readonly #counter = new DiffCounter();
  readonly #changes: ChangeList;
  #contents: ContentJudge | undefined;
  #differs = false;
  #entries = 0;
  #problems = 0;
  #relPath = "";

  constructor(query: DiffQuery, deps: DiffDeps, onChange: (change: Change) => void) {
    this.#query = query;
    this.#deps = deps;
    this.#changes = new ChangeList({
      renames: query.renames,
      limit: MAX_HELD,
      emit: (change) => {
        this.#counter.add(change);
        this.#differs = true;
        onChange(change);
      },
      onOverflow: () => this.#warnOverflow(),
    });
  }

  async run(sides: Sides, pair: DiffPair): Promise<DiffResult> {
    const { before: { id: from }, after: { id: to } } = sides;
    const { fs, onEvent } = this.#deps;
    onEvent({ kind: "begin", text: `Comparing "${from}" with "${to}"` });
    this.#contents = this.#deps.judgeContents(pair);
    const open = (side: "before" | "after") =>
      new SnapshotCursor(fs, {
        snapshot: pair[side],
        scope: sides[side].relPath,
        onProblem: (problem) => {
          this.#problems++;
          onEvent({ kind: "problem", problem });
        },
      });
    const before = open("before");
    try {
      const after = open("after");
      try {
        await checkPaths(sides, { before, after });
        for (const side of ["before", "after"] as const) {
          await tellForgotten(this.#deps, pair[side], sides[side].relPath);
        }
        await mergeTrees({ before, after, skip: () => before.skipShared(after) }, this);
      } finally {
        await after.close();
      }
    } finally {
      await before.close();
      await this.#contents.close();
    }
    this.#changes.finish();
    const sideOf = ({ id: snapshotId, relPath }: Address) => ({ snapshotId, relPath });
    return {
      before: sideOf(sides.before),
      after: sideOf(sides.after),
      totals: this.#counter.totals,
      comparesMetadata: pair.before.hasManifest && pair.after.hasManifest,
      differs: this.#differs,
    };
  }

  gone(entry: TreeEntry): void {
    this.#note(entry);
    this.#changes.addLone("-", entry);
  }

  added(entry: TreeEntry): void {
    this.#note(entry);
    this.#changes.addLone("+", entry);
  }

  both(before: TreeEntry, after: TreeEntry): void | Promise<void> {
    this.#note(after);
    const verdict = judgePair(before, after);
    if (verdict !== "unknown") return this.#take(verdict, before, after);
    return this.#contents?.judge(before, after).then((sure) => this.#take(sure, before, after));
  }

  check(): void {
    if (this.#deps.signal.aborted) throw new Cancelled();
    if (this.#entries === 0) return;
    this.#deps.onEvent({
      kind: "progress",
      entriesDone: this.#entries,
      entriesFound: this.#entries,
      bytesDone: 0,
      bytesFound: 0,
      walkDone: false,
      problems: this.#problems,
      currentPath: this.#relPath,
    });
  }

  #note({ relPath }: TreeEntry): void {
    this.#entries++;
    this.#relPath = relPath;
  }

  #take(verdict: Verdict, before: TreeEntry, after: TreeEntry): void {
    const modifier = MODIFIERS[verdict];
    if (modifier === undefined) return;
    const change: Change = {
      modifier,
      ...changed(after),
      before: changed(before),
      ...(modifier === "U" ? { metadata: metadataChanges(before, after) } : {}),
    };
    if (modifier === "U" && !this.#query.metadata) this.#counter.add(change);
    else this.#changes.add(change);
  }

  #warnOverflow(): void {
    const message =
      `There are more than ${MAX_HELD} changes: renamed files are shown as gone and new`;
    this.#deps.onEvent({ kind: "log", level: "warning", message });
  }
}

const MODIFIERS = {
  same: undefined,
  unknown: undefined,
  metadata: "U",
  content: "M",
  suspect: "?",
  type: "T",
} as const;

function changed(entry: TreeEntry): Pick<Change, "relPath" | "type" | "sizeBytes"> {
  const { relPath, stats, row } = entry;
  return { relPath, type: stats.type(row), sizeBytes: fileSize(entry) };
}

/** @throws {PATH_UNKNOWN} when a path was asked for that neither has. */
async function checkPaths(
  sides: Sides,
  cursors: { before: EntryCursor; after: EntryCursor },
): Promise<void> {
  for (const side of ["before", "after"] as const) {
    if (sides[side].relPath === "") return;
    if (cursors[side].needsLoad) await cursors[side].load();
    if (cursors[side].entry !== undefined) return;
  }
  const { relPath, id } = sides.after;
  throw new AppError(`Cannot find "${printable(relPath)}" in "${printable(id)}" or before`, {
    code: "PATH_UNKNOWN",
    exitCode: EXIT.usage,
    hint: `phlb ls ${printable(id)} lists what it holds`,
  });
}

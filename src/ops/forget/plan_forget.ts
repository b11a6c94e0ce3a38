/**
 * What `phlb forget-path` is to do: which entries go from which snapshots, and where else their
 * contents are. Writes nothing.
 *
 * @module
 */
import { AppError, EXIT } from "../../base/app_error.ts";
import { joinRel, printable } from "../../base/path_bytes.ts";
import { findLeftovers, leftoverPath } from "../../backup/run/leftovers.ts";
import type { RootDir } from "../../backup/run/preflight.ts";
import { PathSet } from "../../store/forgotten.ts";
import type { SnapshotEntry } from "../../store/raw_entry.ts";
import type { SnapshotRef } from "../../store/snapshots.ts";
import { findContents } from "./find_contents.ts";
import { chooseForForget, type ForgetScope } from "./choose_for_forget.ts";
import type {
  ForgetDeps,
  ForgetPlan,
  ForgetQuery,
  ForgetTarget,
  PlannedPath,
  StayingName,
} from "./forget_deps.ts";
import { type LookedInto, lookInto } from "./look_into.ts";
import { hasSourcePath } from "./source_path.ts";

/** Names that stay of which a plan tells one by one. */
const TOLD_NAMES = 1000;

/** A plan, and what only the work itself needs of it. */
export interface FullPlan extends ForgetPlan {
  /** Contents that go, by digest: their sizes. */
  readonly contents: ReadonlyMap<string, number>;
  /** A name under which a content stays, in a snapshot that the index knows. */
  readonly elsewhere: ReadonlyMap<string, { ref: SnapshotRef; entry: SnapshotEntry }>;
}

/**
 * Makes the plan. Targets that are named come last: as long as they are there, a run that was cut off
 * can be run again, and finds what else has their contents.
 *
 * @throws {PATH_INVALID} {PATH_UNKNOWN} {SNAPSHOT_PINNED} {MANIFEST_MISSING} {MANIFEST_DAMAGED}
 * @throws {FORGET_TOO_MANY} {Cancelled} and what `resolveAddress` throws
 */
export async function planForget(
  deps: ForgetDeps,
  { query, root }: { query: ForgetQuery; root: RootDir },
): Promise<FullPlan> {
  const scope = chooseForForget(deps.fs, { query, root });
  const looked = await lookInto(deps, { query, root, scope });
  const planner = new Planner(deps, { query, root, scope, looked });
  await planner.search();
  return planner.plan();
}

interface PlannerParts {
  readonly query: ForgetQuery;
  readonly root: RootDir;
  readonly scope: ForgetScope;
  readonly looked: LookedInto;
}

class Planner {
  readonly #deps: ForgetDeps;
  readonly #parts: PlannerParts;
  /** By id: what goes because it has the same content. */
  readonly #twins = new Map<string, { ref: SnapshotRef; paths: PlannedPath[] }>();
  readonly #named: ReadonlyMap<string, PathSet>;
  readonly #staying: StayingName[] = [];
  readonly #elsewhere = new Map<string, { ref: SnapshotRef; entry: SnapshotEntry }>();
  #stayingCount = 0;

  constructor(deps: ForgetDeps, parts: PlannerParts) {
    this.#deps = deps;
    this.#parts = parts;
    this.#named = new Map(
      parts.looked.targets.map(({ id, paths }) => [id, new PathSet(paths.map((p) => p.relPath))]),
    );
  }

  async search(): Promise<void> {
    const { root, scope: { complete, trash }, looked } = this.#parts;
    await findContents(this.#deps, {
      root: root.path,
      snapshots: [...complete, ...trash],
      digests: new Set(looked.contents.keys()),
      onFound: (ref, entry) => this.#found(ref, entry),
      onUnreadable: ({ name, time }, reason) => this.#tellUnread(joinRel(name, time), reason),
    });
  }

  plan(): FullPlan {
    const { query, root, looked, scope } = this.#parts;
    const targets = [...this.#twinTargets(), ...this.#namedTargets()];
    if (!query.force) { for (const target of targets) refusePinned(target, scope); }
    const leftovers = findLeftovers(this.#deps.fs, root.dir).map(leftoverPath);
    return {
      root,
      targets,
      staying: this.#staying,
      stayingCount: this.#stayingCount,
      leftovers: looked.contents.size === 0 ? [] : leftovers,
      sourcePath: looked.sourcePaths.find((path) => hasSourcePath(this.#deps.fs, path)),
      dryRun: query.dryRun,
      contents: looked.contents,
      elsewhere: this.#elsewhere,
    };
  }

  #found(ref: SnapshotRef, entry: SnapshotEntry): void {
    const { query, scope } = this.#parts;
    const { relPath, record } = entry;
    const id = joinRel(ref.name, ref.time);
    if (this.#named.get(id)?.has(relPath) === true) return;
    const hasManifest = ref.kind === "phlb";
    if (query.everywhere && hasManifest) {
      const twin = this.#twins.get(id) ?? { ref, paths: [] };
      twin.paths.push({ relPath, entries: 1, bytes: entry.stats.sizeBytes(entry.row) });
      this.#twins.set(id, twin);
      return;
    }
    if (query.everywhere) this.#tellBare(id, relPath);
    this.#stayingCount++;
    if (this.#staying.length < TOLD_NAMES) this.#staying.push({ id, relPath });
    if (record?.digest !== undefined && hasManifest && scope.complete.some((one) => one === ref)) {
      this.#elsewhere.set(record.digest, { ref, entry });
    }
  }

  /** Snapshots that are not named, or that are forgotten in for the sake of a content. */
  *#twinTargets(): Generator<ForgetTarget> {
    const { looked } = this.#parts;
    for (const [id, { ref, paths }] of this.#twins) {
      if (this.#named.has(id)) continue;
      yield { ref, id, paths, unfinished: looked.unfinished.get(id) ?? [] };
    }
    for (const [id, unfinished] of looked.unfinished) {
      if (this.#named.has(id) || this.#twins.has(id)) continue;
      const ref = this.#refOf(id);
      if (ref !== undefined) yield { ref, id, paths: [], unfinished };
    }
  }

  *#namedTargets(): Generator<ForgetTarget> {
    for (const target of this.#parts.looked.targets) {
      const twins = this.#twins.get(target.id)?.paths ?? [];
      const unfinished = this.#parts.looked.unfinished.get(target.id) ?? [];
      const paths = [...target.paths, ...twins];
      if (paths.length > 0 || unfinished.length > 0) yield { ...target, paths, unfinished };
    }
  }

  #refOf(id: string): SnapshotRef | undefined {
    const { complete, trash } = this.#parts.scope;
    return [...complete, ...trash].find(({ name, time }) => joinRel(name, time) === id);
  }

  #tellBare(id: string, relPath: string): void {
    const path = printable(joinRel(id, relPath));
    this.#problem(
      relPath,
      `Cannot forget "${path}": the snapshot has no manifest; phlb add or phlb rebuild makes one`,
    );
  }

  #tellUnread(id: string, reason: string): void {
    this.#problem("", `Cannot tell whether "${printable(id)}" has the same content: ${reason}`);
  }

  #problem(relPath: string, message: string): void {
    const problem = {
      relPath,
      step: "forget",
      code: "unreadable",
      message,
      stored: false,
    } as const;
    this.#deps.onEvent({ kind: "problem", problem });
  }
}

function refusePinned({ id, paths }: ForgetTarget, { complete }: ForgetScope): void {
  if (paths.length === 0) return; // what is cut off is finished in any case
  const snapshot = complete.find((one) => one.id === id);
  if (snapshot?.marks?.pinned !== true) return;
  throw new AppError(`Cannot forget anything in "${printable(id)}": it is pinned`, {
    code: "SNAPSHOT_PINNED",
    exitCode: EXIT.usage,
    hint: `phlb unpin ${printable(id)} lets it change, --force forgets it all the same`,
  });
}

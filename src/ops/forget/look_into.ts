/**
 * Looks into the snapshots from which something is to go: whether they have it, how much that is, and
 * what runs that were cut off have left.
 *
 * @module
 */
import { join } from "node:path";
import { AppError, EXIT } from "../../base/app_error.ts";
import { joinRel, printable } from "../../base/path_bytes.ts";
import type { RootDir } from "../../backup/run/preflight.ts";
import { FsError } from "../../fs/file_system.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { statIfThere } from "../../fs/stat_if_there.ts";
import { StatTable } from "../../fs/stat_table.ts";
import { isSumsName } from "../../store/checksum_file.ts";
import { forgottenAt, type ForgottenPath, MAX_FORGOTTEN } from "../../store/forgotten.ts";
import type { SnapshotEntry } from "../../store/raw_entry.ts";
import type { SnapshotRef } from "../../store/snapshots.ts";
import { forgottenIn } from "../read/forgotten_in.ts";
import { type OpenedSnapshot, openSnapshot } from "../read/open_snapshot.ts";
import { checkManifest } from "../rebuild/records.ts";
import { entriesBelow } from "../search/entries_below.ts";
import { giveTurn } from "../search/snapshot_entries.ts";
import { lookUpIn } from "../search/snapshot_lookup.ts";
import type { ForgetScope } from "./choose_for_forget.ts";
import type { ForgetDeps, ForgetQuery, ForgetTarget, PlannedPath } from "./forget_deps.ts";
import { pathInside } from "./path_inside.ts";

/** What there is to forget. */
export interface LookedInto {
  /** The wanted snapshots that have the path; and those that had it. */
  readonly targets: readonly Omit<ForgetTarget, "unfinished">[];
  /** By id, of all snapshots: what was forgotten and is still there. */
  readonly unfinished: ReadonlyMap<string, readonly string[]>;
  /** Contents that go, by digest: their sizes. */
  readonly contents: ReadonlyMap<string, number>;
  /** Where the path would be in the sources, absolute. */
  readonly sourcePaths: readonly string[];
}

/** @throws see `planForget` */
export async function lookInto(
  deps: ForgetDeps,
  parts: { query: ForgetQuery; root: RootDir; scope: ForgetScope },
): Promise<LookedInto> {
  return await new Looker(deps, parts).look();
}

type Target = Omit<ForgetTarget, "unfinished">;

class Looker {
  readonly #deps: ForgetDeps;
  readonly #query: ForgetQuery;
  readonly #root: RootDir;
  readonly #scope: ForgetScope;
  readonly #contents = new Map<string, number>();
  readonly #unfinished = new Map<string, readonly string[]>();
  readonly #sourcePaths = new Set<string>();

  constructor(
    deps: ForgetDeps,
    { query, root, scope }: { query: ForgetQuery; root: RootDir; scope: ForgetScope },
  ) {
    this.#deps = deps;
    this.#query = query;
    this.#root = root;
    this.#scope = scope;
  }

  async look(): Promise<LookedInto> {
    const targets: Target[] = [];
    const wanted = new Set(this.#scope.wanted);
    for (const ref of [...this.#scope.complete, ...this.#scope.trash]) {
      const target = await this.#lookAt(ref, { isWanted: wanted.has(ref) });
      if (target !== undefined) targets.push(target);
      await giveTurn(this.#deps);
    }
    if (targets.length === 0) throw unknown(this.#query.path);
    return {
      targets,
      unfinished: this.#unfinished,
      contents: this.#contents,
      sourcePaths: [...this.#sourcePaths],
    };
  }

  async #lookAt(
    ref: SnapshotRef,
    { isWanted }: { isWanted: boolean },
  ): Promise<Target | undefined> {
    if (!isWanted && ref.kind !== "phlb") return undefined;
    const snapshot = openSnapshot(this.#deps.fs, { root: this.#root.path, ref });
    try {
      const forgotten = await forgottenIn(this.#deps.fs, snapshot);
      this.#noteUnfinished(snapshot, forgotten);
      return isWanted ? await this.#target(snapshot, forgotten) : undefined;
    } finally {
      snapshot.close();
    }
  }

  #noteUnfinished(snapshot: OpenedSnapshot, forgotten: readonly ForgottenPath[]): void {
    const { summary } = snapshot;
    // The summary is written last: what it does not tell of was cut off.
    const told = new Set(summary?.forgotten?.map(({ path, at }) => `${at} ${path}`));
    const left = forgotten.filter((one) =>
      (summary !== undefined && !told.has(`${one.at} ${one.relPath}`)) ||
      this.#isThere(snapshot, one.relPath)
    );
    if (left.length > 0) this.#unfinished.set(snapshot.id, left.map(({ relPath }) => relPath));
  }

  #isThere({ dir }: OpenedSnapshot, relPath: string): boolean {
    const { fs } = this.#deps;
    const slash = relPath.lastIndexOf("/");
    const name = relPath.slice(slash + 1);
    try {
      const parent = openDirPath(fs, dir, relPath.slice(0, Math.max(slash, 0)));
      try {
        // The checksum file may have taken the name of what is gone.
        return !isSumsName(name) && statIfThere(fs, { dir: parent, name, stats: new StatTable(1) });
      } finally {
        fs.closeDir(parent);
      }
    } catch (error) {
      if (error instanceof FsError) return false; // the directory above is gone as well
      throw error;
    }
  }

  /** Undefined when the snapshot never had the path, and that need not be told. */
  async #target(
    snapshot: OpenedSnapshot,
    forgotten: readonly ForgottenPath[],
  ): Promise<Target | undefined> {
    const query = this.#query;
    const { ref, id, path: directory, summary } = snapshot;
    const relPath = pathInside(query.path, { source: summary?.source, directory });
    const entry = relPath === undefined ? undefined : await this.#find(snapshot, relPath);
    const isGone = relPath !== undefined && forgottenAt(forgotten, relPath) !== undefined;
    if (relPath === undefined || (entry === undefined && !isGone)) {
      if (query.all) return undefined;
      throw unknownIn(query.path, id);
    }
    if (summary !== undefined) this.#sourcePaths.add(join(summary.source, relPath));
    if (entry === undefined) return { ref, id, paths: [] };
    if (!snapshot.hasManifest) return this.#refuseBare(id, relPath);
    await this.#checkManifest(snapshot, forgotten);
    return { ref, id, paths: [await this.#count(snapshot, entry)] };
  }

  async #find(snapshot: OpenedSnapshot, relPath: string): Promise<SnapshotEntry | undefined> {
    const onProblem = () => {}; // a damaged manifest is refused below
    return await lookUpIn(this.#deps, { snapshot, onProblem }, relPath);
  }

  #refuseBare(id: string, relPath: string): undefined {
    const message = `Cannot forget "${printable(joinRel(id, relPath))}": ` +
      "the snapshot has no manifest in which that could be recorded";
    const hint = "phlb add or phlb rebuild makes one";
    if (!this.#query.all) {
      throw new AppError(message, { code: "MANIFEST_MISSING", exitCode: EXIT.usage, hint });
    }
    const problem = {
      relPath,
      step: "forget",
      code: "unsupported",
      message,
      stored: true,
    } as const;
    this.#deps.onEvent({ kind: "problem", problem: { ...problem, hint } });
  }

  async #checkManifest(
    snapshot: OpenedSnapshot,
    forgotten: readonly ForgottenPath[],
  ): Promise<void> {
    const { fs } = this.#deps;
    const state = await checkManifest(fs, snapshot, () => giveTurn(this.#deps));
    const isOurs = state.kind === "sound" && state.header !== undefined;
    if (!isOurs) {
      const reason = state.kind === "damaged" ? state.reason : "another program wrote it";
      throw new AppError(
        `Cannot forget anything in "${printable(snapshot.id)}": its manifest cannot be written ` +
          `anew: ${reason}`,
        {
          code: "MANIFEST_DAMAGED",
          exitCode: EXIT.failed,
          hint: "phlb rebuild makes a new one; then run this again",
        },
      );
    }
    if (forgotten.length < MAX_FORGOTTEN) return;
    throw tooMany(snapshot.id);
  }

  async #count(snapshot: OpenedSnapshot, entry: SnapshotEntry): Promise<PlannedPath> {
    const { relPath } = entry;
    const planned = { relPath, entries: 0, bytes: 0 };
    const take = ({ stats, row, record }: SnapshotEntry) => {
      planned.entries++;
      if (stats.type(row) !== "file") return;
      const size = stats.sizeBytes(row);
      planned.bytes += size;
      // Empty files have no content that could stay anywhere.
      if (record?.digest !== undefined && size > 0) this.#contents.set(record.digest, size);
    };
    take(entry);
    if (!entry.stats.isDir(entry.row)) return planned;
    const options = { deps: this.#deps, snapshot, relPath, onProblem: () => {} };
    for await (const below of entriesBelow({ ...options, detail: "entry" })) {
      for (const { found } of below) if (typeof found === "object") take(found);
    }
    return planned;
  }
}

/** More paths than a manifest tells of. */
export function tooMany(id: string): AppError {
  return new AppError(
    `Cannot forget so many paths of "${printable(id)}": a manifest tells of ${MAX_FORGOTTEN}`,
    {
      code: "FORGET_TOO_MANY",
      exitCode: EXIT.usage,
      hint: "Forget a directory that they are in, or remove the snapshot with phlb remove",
    },
  );
}

function unknownIn(path: string, id: string): AppError {
  const isSums = isSumsName(path.slice(path.lastIndexOf("/") + 1));
  const reason = isSums
    ? "it is phlb's own checksum file, which follows the files beside it"
    : "there is no such entry";
  return new AppError(`Cannot forget "${printable(path)}" in "${printable(id)}": ${reason}`, {
    code: "PATH_UNKNOWN",
    exitCode: EXIT.usage,
    hint: `phlb ls -R ${printable(id)} lists what it holds`,
  });
}

function unknown(path: string): AppError {
  return new AppError(`Cannot forget "${printable(path)}": no snapshot has it`, {
    code: "PATH_UNKNOWN",
    exitCode: EXIT.usage,
    hint: "phlb find NAME tells where a name is",
  });
}

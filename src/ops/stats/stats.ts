/**
 * `phlb stats`: what the snapshots of a backup root take, what they share, and what removing them
 * would give back. Nothing is written and no lock is taken.
 *
 * @module
 */
import { AppError, EXIT } from "../../base/app_error.ts";
import { joinRel, printable } from "../../base/path_bytes.ts";
import type { Settings } from "../../config/schema.ts";
import { openRootDir } from "../../backup/run/preflight.ts";
import { scrubCoverage } from "../../store/scrub_record.ts";
import { type ListedSnapshot, listRoot } from "../list_snapshots.ts";
import { type AddressBase, requireRoot, resolveAddress } from "../read/address.ts";
import { type CountDeps, countSnapshots } from "./exact_stats.ts";
import { quickStats } from "./quick_stats.ts";
import { estimateRoom } from "./room.ts";
import type { RootStats } from "./root_stats.ts";

/** Threads beyond this gain nothing: main takes in what they find. */
const MAX_THREADS = 4;

/** What somebody wants to know. */
export interface StatsQuery {
  /** `SNAPSHOT` or a path of one; none: all of the root, or of `name`. */
  readonly addresses: readonly string[];
  /** Only snapshots of this name; used without addresses. */
  readonly name: string | undefined;
  readonly base: AddressBase;
  /** Whether summaries and manifests are enough: no tree is walked. */
  readonly isQuick: boolean;
  readonly fence: Settings["performance.fence"];
  /** Processors to use. */
  readonly cores: number;
}

/**
 * See the module text. Snapshots that vanish on the way are told as a warning and left out.
 *
 * @throws {ROOT_MISSING} {DESTINATION_UNSET} {SNAPSHOT_UNKNOWN} {SNAPSHOT_AMBIGUOUS}
 * @throws {ROOTS_DIFFER} when the addresses lead into several roots
 * @throws {FENCE_MISSING}
 * @throws {Cancelled}
 */
export async function statsOf(deps: CountDeps, query: StatsQuery): Promise<RootStats> {
  const { fs, clock, onEvent } = deps;
  const named = namedSnapshots(deps, query);
  const rootPath = named?.root ?? requireRoot(query.base.root);
  const { root, snapshots: all, skipped } = listRoot(fs, { root: rootPath, name: undefined });
  for (const { path, reason } of skipped) {
    const message = `"${printable(path)}" is not counted as a snapshot: ${reason}`;
    onEvent({ kind: "log", level: "warning", message });
  }
  const ids = named?.ids ?? idsOf(all, query.name);
  const { dir: rootDir } = openRootDir(fs, root);
  try {
    const threads = Math.max(1, Math.min(query.cores, MAX_THREADS));
    const { taken, ...figures } = query.isQuick
      ? await quickStats(deps, { root, all, ids })
      : await countSnapshots(deps, { root, rootDir, all, ids, fence: query.fence, threads });
    return {
      root,
      isNamed: named !== undefined,
      ...figures,
      coverage: scrubCoverage({ fs, root, rootDir }, { now: clock.now() }),
      room: estimateRoom(fs.space(rootDir), taken),
    };
  } finally {
    fs.closeDir(rootDir);
  }
}

function idsOf(all: readonly ListedSnapshot[], name: string | undefined): Set<string> {
  const chosen = all.filter((one) => name === undefined || one.name === name);
  return new Set(chosen.map(({ id }) => id));
}

function namedSnapshots(
  { fs }: CountDeps,
  { addresses, base }: StatsQuery,
): { root: string; ids: Set<string> } | undefined {
  const found = addresses.map((text) => resolveAddress(fs, text, base));
  const [first] = found;
  if (first === undefined) return undefined;
  const inside = found.find(({ relPath }) => relPath !== "");
  if (inside !== undefined) {
    const text = printable(`${inside.id}:${inside.relPath}`);
    throw new AppError(`Cannot count "${text}": it is not a whole snapshot`, {
      code: "PATH_INVALID",
      exitCode: EXIT.usage,
      hint: `Name the snapshot alone: ${printable(inside.id)}`,
    });
  }
  const other = found.find(({ root }) => root !== first.root);
  if (other !== undefined) {
    throw new AppError(
      `Cannot count "${printable(first.root)}" and "${printable(other.root)}" together: ` +
        "only snapshots of one backup root share files",
      { code: "ROOTS_DIFFER", exitCode: EXIT.usage, hint: "Ask for one root after the other" },
    );
  }
  return { root: first.root, ids: new Set(found.map(({ ref }) => joinRel(ref.name, ref.time))) };
}

import { AppError, EXIT } from "../../base/app_error.ts";
import { compareNames, printable } from "../../base/path_bytes.ts";
import type { Problem } from "../../base/problem.ts";
import type { FileSystemKind } from "../../fs/file_system.ts";
import type { ManifestScan } from "../../store/manifest_scan.ts";
import { parseRaw, type SnapshotEntry } from "../../store/raw_entry.ts";
import type { OpsDeps } from "../ops_deps.ts";
import { type AddressBase, resolveAddress } from "../read/address.ts";
import { tellForgotten, whyForgotten } from "../read/forgotten_in.ts";
import { type OpenedSnapshot, openSnapshot } from "../read/open_snapshot.ts";
import { bareDir } from "./bare_dir.ts";
import { type BelowEntry, entriesBelow, parentOf } from "./entries_below.ts";
import { DirectoryWalk } from "./manifest_walk.ts";
import { giveTurn, once, readEntries, tryScan } from "./snapshot_entries.ts";
import { lookUpIn } from "./snapshot_lookup.ts";

/** What is to be listed. */
export interface ListQuery {
  /** `SNAPSHOT[:PATH]`, or a path. */
  readonly address: string;
  readonly base: AddressBase;
  readonly fileSystem: "auto" | FileSystemKind;
  /** All that is below a directory, not just what is in it. */
  readonly recursive: boolean;
  /** Whether more than names is wanted. */
  readonly detailed: boolean;
}

/** An entry that is listed. */
export interface ListedEntry {
  /** Below the snapshot. */
  readonly relPath: string;
  readonly isDir: boolean;
  /** There when the query asked for details, or else by chance. */
  readonly entry: SnapshotEntry | undefined;
}

/** The snapshot that is listed. */
export type ListedPlace = Pick<OpenedSnapshot, "id" | "ref" | "path" | "summary"> & {
  /** What is listed of it. */
  readonly relPath: string;
};

/** Takes what is listed. */
export interface ListSink {
  begin(place: ListedPlace): void;
  /** Takes some more entries; false when no more are wanted. */
  take(entries: readonly ListedEntry[]): boolean;
}

/**
 * Lists a directory of a snapshot: its entries in byte order of their names or, `recursive`, all
 * that is below it in the order of a walk; another entry lists itself. Nothing is written.
 *
 * @throws {PATH_UNKNOWN} when the snapshot has no such entry, and what `resolveAddress` throws
 */
export async function listEntries(
  deps: OpsDeps,
  query: ListQuery,
  sink: ListSink,
): Promise<void> {
  const address = resolveAddress(deps.fs, query.address, query.base);
  const snapshot = openSnapshot(deps.fs, address);
  try {
    await new Lister({ deps, query, sink, snapshot, relPath: address.relPath }).list();
  } finally {
    snapshot.close();
  }
}

interface ListerOptions {
  readonly deps: OpsDeps;
  readonly query: ListQuery;
  readonly sink: ListSink;
  readonly snapshot: OpenedSnapshot;
  readonly relPath: string;
}

class Lister {
  readonly #options: ListerOptions;

  constructor(options: ListerOptions) {
    this.#options = options;
  }

  async list(): Promise<void> {
    const { deps, snapshot, query, relPath } = this.#options;
    const onProblem = once((problem) => deps.onEvent({ kind: "problem", problem }));
    // The snapshot itself is a directory in any case.
    const own = relPath === ""
      ? undefined
      : await lookUpIn(deps, { snapshot, onProblem }, relPath) ?? await fail(this.#options);
    this.#options.sink.begin({ ...snapshot, relPath });
    await tellForgotten(deps, snapshot, relPath);
    if (own?.stats.isDir(own.row) === false) this.#takeSorted([listed(own)]);
    else if (query.recursive) await this.#listBelow(onProblem);
    else this.#takeSorted(await this.#directory(onProblem));
  }

  async #listBelow(onProblem: (problem: Problem) => void): Promise<void> {
    const { query, sink } = this.#options;
    const detail = query.detailed ? "entry" : "path";
    for await (const entries of entriesBelow({ ...this.#options, detail, onProblem })) {
      if (!sink.take(entries.map(listedBelow))) return;
    }
  }

  async #directory(onProblem: (problem: Problem) => void): Promise<ListedEntry[]> {
    const { deps, snapshot, relPath } = this.#options;
    const { fs } = deps;
    if (!snapshot.hasManifest) return bareDir({ fs, snapshot, onProblem }, relPath).map(listed);
    const scanned = await tryScan(fs, snapshot, (scan) => this.#scanDirectory(scan));
    if (scanned !== undefined) return scanned;
    const children: ListedEntry[] = [];
    for await (const entries of readEntries(fs, snapshot, { onProblem })) {
      for (const entry of entries) {
        if (entry.relPath !== "" && parentOf(entry.relPath) === relPath) {
          children.push(listed(entry));
        }
      }
      await giveTurn(deps);
    }
    return children;
  }

  #scanDirectory(scan: ManifestScan): ListedEntry[] {
    const walk = new DirectoryWalk(scan, this.#options.relPath);
    const entries: ListedEntry[] = [];
    while (walk.next()) {
      const { relPath, isDir } = walk;
      const entry = this.#options.query.detailed ? parseRaw(walk.raw) : undefined;
      entries.push({ relPath, isDir, entry });
      if (isDir) walk.skipDirectory();
    }
    return entries;
  }

  #takeSorted(entries: readonly ListedEntry[]): void {
    this.#options.sink.take(entries.toSorted((a, b) => compareNames(a.relPath, b.relPath)));
  }
}

function listed(entry: SnapshotEntry): ListedEntry {
  return { relPath: entry.relPath, isDir: entry.stats.isDir(entry.row), entry };
}

function listedBelow({ relPath, isDir, found }: BelowEntry): ListedEntry {
  return { relPath, isDir, entry: typeof found === "string" ? undefined : found };
}

async function fail({ deps, relPath, snapshot }: ListerOptions): Promise<never> {
  const reason = await whyForgotten(deps.fs, snapshot, relPath) ?? "there is no such entry";
  throw new AppError(
    `Cannot find "${printable(relPath)}" in the snapshot "${printable(snapshot.id)}": ${reason}`,
    {
      code: "PATH_UNKNOWN",
      exitCode: EXIT.usage,
      hint: `"phlb ls -R ${printable(snapshot.id)}" lists what it holds`,
    },
  );
}

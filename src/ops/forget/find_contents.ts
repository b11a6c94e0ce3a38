/**
 * Where in a backup root contents lie, by their digests.
 *
 * @module
 */
import { AppError } from "../../base/app_error.ts";
import { FsError } from "../../fs/file_system.ts";
import { type ManifestScan, memberKey, unpackMember } from "../../store/manifest_scan.ts";
import {
  detached,
  type Member,
  parseRaw,
  RawCursor,
  type SnapshotEntry,
} from "../../store/raw_entry.ts";
import type { SnapshotRef } from "../../store/snapshots.ts";
import type { OpsDeps } from "../ops_deps.ts";
import { openSnapshot } from "../read/open_snapshot.ts";
import { giveTurn, readEntries, tryScan } from "../search/snapshot_entries.ts";

/** What is looked for, and where. */
export interface ContentSearch {
  /** The backup root, absolute. */
  readonly root: string;
  readonly snapshots: readonly SnapshotRef[];
  /** SHA-256 in hex. */
  readonly digests: ReadonlySet<string>;
  readonly onFound: (ref: SnapshotRef, entry: SnapshotEntry) => void;
  /** A snapshot that cannot be read. */
  readonly onUnreadable: (ref: SnapshotRef, reason: string) => void;
}

/**
 * Hands every entry with one of the digests to `onFound`.
 *
 * @throws {Cancelled}
 */
export async function findContents(
  deps: Pick<OpsDeps, "fs" | "signal">,
  search: ContentSearch,
): Promise<void> {
  if (search.digests.size === 0) return;
  const finder = new ContentFinder(deps, search);
  for (const ref of search.snapshots) await finder.look(ref);
}

/** Members of a manifest between two looks at Ctrl-C. */
const MEMBERS_A_TURN = 32;

class ContentFinder {
  readonly #deps: Pick<OpsDeps, "fs" | "signal">;
  readonly #search: ContentSearch;
  /** What the members of the manifest before had: many are the same in the next one. */
  #known = new Map<string, readonly string[]>();

  constructor(deps: Pick<OpsDeps, "fs" | "signal">, search: ContentSearch) {
    this.#deps = deps;
    this.#search = search;
  }

  async look(ref: SnapshotRef): Promise<void> {
    const { root, digests, onFound, onUnreadable } = this.#search;
    const { fs } = this.#deps;
    try {
      const snapshot = openSnapshot(fs, { root, ref });
      try {
        const raws = await tryScan(fs, snapshot, (scan) => this.#scan(scan));
        if (raws !== undefined) return raws.forEach((raw) => onFound(ref, parseRaw(raw)));
        const onProblem = ({ message }: { message: string }) => onUnreadable(ref, message);
        for await (const entries of readEntries(fs, snapshot, { onProblem })) {
          for (const entry of entries) {
            const digest = entry.record?.digest;
            if (digest !== undefined && digests.has(digest)) onFound(ref, entry);
          }
          await giveTurn(this.#deps);
        }
      } finally {
        snapshot.close();
      }
    } catch (error) {
      if (!(error instanceof AppError) && !(error instanceof FsError)) throw error;
      onUnreadable(ref, error.message);
    }
  }

  async #scan(scan: ManifestScan): Promise<string[]> {
    const found: string[] = [];
    const next = new Map<string, readonly string[]>();
    for (let index = 0; index < scan.members; index++) {
      const packed = scan.packed(index);
      const key = memberKey(packed);
      const raws = this.#known.get(key) ?? this.#inMember(unpackMember(packed));
      next.set(key, raws);
      for (const raw of raws) found.push(raw);
      if (index % MEMBERS_A_TURN === MEMBERS_A_TURN - 1) await giveTurn(this.#deps);
    }
    scan.checkEnd();
    this.#known = next;
    return found;
  }

  #inMember(member: Member): string[] {
    const { digests } = this.#search;
    const { text } = member;
    const cursor = new RawCursor(member);
    const found: string[] = [];
    for (let at = text.indexOf(DIGEST); at >= 0; at = text.indexOf(DIGEST, at + 1)) {
      const start = at + DIGEST.length;
      if (!digests.has(text.slice(start, start + DIGEST_CHARS))) continue;
      if (cursor.goTo(at)) found.push(detached(cursor.raw));
    }
    return found;
  }
}

const DIGEST = " sha256digest=";
const DIGEST_CHARS = 64;

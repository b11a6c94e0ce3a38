/**
 * What a manifest's header says of paths that somebody took out of the snapshot after it was made.
 *
 * @module
 */
import { unvis, vis } from "./vis.ts";

/** A path that is not in the snapshot any more, with all that was below it. */
export interface ForgottenPath {
  /** Below the snapshot. */
  readonly relPath: string;
  /** When: ISO 8601 with the offset from UTC. */
  readonly at: string;
  /** Who: `<user>@<computer>`. */
  readonly by: string;
  /** How many entries went, and the content of the regular files among them. */
  readonly entries: number;
  readonly bytes: number;
}

/** Paths that a header has at most: a reader keeps all of them in memory. */
export const MAX_FORGOTTEN = 10_000;

/** What stands behind the key of the header's line. */
export function formatForgotten({ at, by, entries, bytes, relPath }: ForgottenPath): string {
  return `${vis(at)} ${vis(by)} ${entries} ${bytes} ${vis(relPath)}`;
}

/** Reads it; undefined when it is none. */
export function parseForgotten(value: string): ForgottenPath | undefined {
  const [at, by, entries, bytes, path, ...more] = value.split(" ");
  if (at === undefined || by === undefined || path === undefined || more.length > 0) {
    return undefined;
  }
  const relPath = unvis(path);
  if (relPath === "" || !isCount(entries) || !isCount(bytes)) return undefined;
  return {
    relPath,
    at: unvis(at),
    by: unvis(by),
    entries: Number(entries),
    bytes: Number(bytes),
  };
}

function isCount(text: string | undefined): boolean {
  return text !== undefined && /^[0-9]{1,15}$/.test(text);
}

/** The record by which `relPath` is gone: its own, or that of a directory above it. */
export function forgottenAt(
  forgotten: readonly ForgottenPath[],
  relPath: string,
): ForgottenPath | undefined {
  return forgotten.findLast((one) =>
    relPath === one.relPath || relPath.startsWith(`${one.relPath}/`)
  );
}

/** `it was forgotten on 2026-01-07T08:52:47.324+01:00 by ann@box`. */
export function forgottenReason({ at, by }: ForgottenPath): string {
  return `it was forgotten on ${at} by ${by}`;
}

/** A set of paths, each of which stands for all that is below it as well. */
export class PathSet {
  readonly #paths: ReadonlySet<string>;

  constructor(paths: Iterable<string>) {
    this.#paths = new Set(paths);
  }

  /** Whether `relPath` is one of them or lies below one. */
  has(relPath: string): boolean {
    return this.covering(relPath) !== undefined;
  }

  /** The outermost of them that `relPath` is or lies below. */
  covering(relPath: string): string | undefined {
    for (let slash = relPath.indexOf("/"); slash >= 0; slash = relPath.indexOf("/", slash + 1)) {
      const above = relPath.slice(0, slash);
      if (this.#paths.has(above)) return above;
    }
    return this.#paths.has(relPath) ? relPath : undefined;
  }
}

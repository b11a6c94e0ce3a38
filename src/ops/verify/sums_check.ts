import { Buffer } from "node:buffer";
import { printable } from "../../base/path_bytes.ts";
import { formatSums, parseSums } from "../../store/checksum_file.ts";

/** Differences that are told one by one. */
const MAX_TOLD = 3;

/** What the manifest has of a directory. */
export interface RecordedSums {
  /** Files with a digest, in order. */
  readonly names: readonly string[];
  /** `digests[i]` is that of `names[i]`. */
  readonly digests: readonly string[];
  /** Files without one, which may have a line or not. */
  readonly unknown: ReadonlySet<string>;
}

/**
 * How a checksum file differs from the manifest: the reason of one finding, undefined when it says
 * the same, in whatever order and form.
 */
export function compareSums(bytes: Uint8Array, recorded: RecordedSums): string | undefined {
  if (Buffer.compare(formatSums(recorded.names, recorded.digests), bytes) === 0) return undefined;
  const differences = [...lineDifferences(bytes, recorded)];
  if (differences.length === 0) return undefined;
  const told = differences.slice(0, MAX_TOLD).join("; ");
  const more = differences.length - MAX_TOLD;
  return more > 0 ? `${told}; and ${more} more lines` : told;
}

function* lineDifferences(
  bytes: Uint8Array,
  { names, digests, unknown }: RecordedSums,
): Generator<string> {
  const { sums, badLines } = parseSums(bytes);
  const found = new Map(sums.map(({ name, digest }) => [name, digest]));
  const recorded = new Set(names);
  for (const [i, name] of names.entries()) {
    const digest = found.get(name);
    if (digest === undefined) yield `it has no line for "${printable(name)}"`;
    else if (digest !== digests[i]) {
      yield `it says ${digest} of "${printable(name)}", ${digests[i]} is recorded`;
    }
  }
  for (const { name } of sums) {
    if (!recorded.has(name) && !unknown.has(name)) {
      yield `it has a line for "${printable(name)}", which is not recorded`;
    }
  }
  if (badLines > 0) yield `${badLines} of its lines cannot be read`;
}

/**
 * The command line of the bench.
 *
 * @module
 */
import { parseArgs } from "node:util";

/** File systems that the bench can make in memory. */
const IMAGE_TYPES = ["ext4", "xfs", "btrfs"] as const;

/** See {@link IMAGE_TYPES}. */
export type ImageType = typeof IMAGE_TYPES[number];

/** What the user asked for. */
export interface BenchOptions {
  readonly help: boolean;
  /** Small trees and few runs, done in two minutes. */
  readonly quick: boolean;
  /** Drops the caches before each run; needs root. */
  readonly cold: boolean;
  /** Counted runs of each step. */
  readonly runs: number;
  /** Where to work; trees stay there for the next time. */
  readonly dir: string | undefined;
  /** Works on a file system of its own in memory; needs root. */
  readonly image: ImageType | undefined;
  /** Takes the workloads whose id or name has one of these in it; empty: all. */
  readonly only: readonly string[];
  /** Measures growth with these numbers of files instead of comparing programs; empty: does not. */
  readonly scale: readonly number[];
  readonly json: string | undefined;
  readonly svg: string | undefined;
  readonly markdown: string | undefined;
}

/** What `--help` prints. */
export const USAGE = `deno task bench [OPTIONS]

Measures phlb beside cp, rsync, restic, borg, sha256sum and zcat on the same trees, in alternation,
and prints ratios. It wants the executable (deno task compile); PHLB_BIN names another one.

  --quick            small trees, three runs, done in two minutes
  --cold             drop the caches before each run (root)
  --runs N           counted runs of each step (5; 3 with --quick or --scale)
  --dir DIR          work there and keep the trees for next time (also PHLB_BENCH_DIR)
  --image TYPE       work on an ext4, xfs or btrfs in memory (root)
  --only WORD,…      only workloads that have WORD in their name
  --scale N,…        measure growth instead, for example 10k,100k,1M tiny files; prints JSON
  --json FILE        all runs, machine, versions, goals
  --svg FILE         a picture
  --markdown FILE    the tables; in a file with the lines <!-- bench --> and <!-- /bench -->, between these
`;

/** The command line cannot be understood; the message says what to do. */
export class UsageError extends Error {}

/**
 * Reads the command line; `env` is asked for PHLB_BENCH_DIR.
 *
 * @throws {UsageError}
 */
export function parseBenchOptions(
  args: readonly string[],
  env: (name: string) => string | undefined = () => undefined,
): BenchOptions {
  const values = parseValues(args);
  const { quick, cold, help, json, svg, markdown } = values;
  const scale = words(values.scale).map(parseCount);
  const image = IMAGE_TYPES.find((type) => type === values.image);
  if (values.image !== undefined && image === undefined) {
    throw new UsageError(`--image "${values.image}": it can be ${IMAGE_TYPES.join(", ")}`);
  }
  const runs = values.runs ?? (quick || scale.length > 0 ? "3" : "5");
  if (!/^[1-9][0-9]{0,3}$/.test(runs)) {
    throw new UsageError(`--runs "${runs}": it must be a number from 1`);
  }
  const dir = values.dir ?? env("PHLB_BENCH_DIR");
  if (image !== undefined && values.dir !== undefined) {
    throw new UsageError("--image makes a place of its own: leave out --dir or --image");
  }
  const only = words(values.only);
  return { help, quick, cold, runs: Number(runs), dir, image, only, scale, json, svg, markdown };
}

function parseValues(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        help: { type: "boolean", default: false },
        quick: { type: "boolean", default: false },
        cold: { type: "boolean", default: false },
        runs: { type: "string" },
        dir: { type: "string" },
        image: { type: "string" },
        only: { type: "string" },
        scale: { type: "string" },
        json: { type: "string" },
        svg: { type: "string" },
        markdown: { type: "string" },
      },
    }).values;
  } catch (error) {
    if (error instanceof TypeError) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

function words(text: string | undefined): string[] {
  return (text ?? "").split(",").map((word) => word.trim()).filter((word) => word !== "");
}

/** `10k` → 10,000, `1M` → 1,000,000. */
function parseCount(word: string): number {
  const [, digits = "", unit = ""] = /^([0-9]{1,9})([kM]?)$/.exec(word) ?? [];
  const count = Number(digits) * ({ k: 1000, M: 1_000_000 }[unit] ?? 1);
  if (count > 0) return count;
  throw new UsageError(`--scale "${word}": write numbers of files like 10k,100k,1M`);
}

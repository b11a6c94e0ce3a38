/**
 * A source that changes at random, for the property test of backups. The work is done by a Python
 * program that shares no code with phlb, so that it can judge it.
 *
 * @module
 */
import { fc } from "../support/property.ts";
import { fileURLToPath } from "node:url";
import { decodeName } from "../../src/base/path_bytes.ts";
import { PYTHON } from "../support/python.ts";
import { run } from "../support/run.ts";
import type { TreeOnDisk } from "../support/tree.ts";

const HELPER = fileURLToPath(new URL("./history.py", import.meta.url));

/** One change of a source; see history.py. */
export type Change = Readonly<Record<string, unknown>> & { readonly kind: string };

/** Names that are hard to get right, few enough to meet again. */
const AWKWARD_NAMES = [
  "a",
  "b",
  "c",
  "A",
  "-",
  "-rf",
  " ",
  "...",
  ".hidden",
  "SHA256SUMS",
  "SHA256SUMS.phlb",
  "new\nline",
  "return\r",
  "back\\slash",
  "\\n",
  "ü",
  "u\u0308",
  "\u{1f600}",
  "\uff5e",
  "\udcff",
  "x\udc80y",
  "\x01\x1b[31m",
  "n".repeat(255),
];

const names = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom(...AWKWARD_NAMES) },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ minLength: 1, maxLength: 12 })
      .map((bytes) => decodeName(bytes.map((byte) => byte === 0 || byte === 0x2f ? 0x2a : byte)))
      .filter((name) => name !== "." && name !== ".."),
  },
);

/** Sizes at and beside the limits that the test sets: 10 bytes to be shared, 4096 to be held. */
export const LIMITS = { minSizeBytes: 10, inMemoryBytes: 4096 } as const;

const texts = fc.tuple(
  fc.constantFrom("x", "y"),
  fc.constantFrom(0, 1, 9, 10, 11, 4095, 4096, 4097, 20_000),
).map(([char, count]) => base64(char.repeat(count)));

/** Files with holes, above and below what is held in memory; the last size is one that is indexed. */
const holes = fc.tuple(
  fc.constantFrom(3000, 70_000, 1_300_000),
  fc.constantFrom<[number, string][]>([], [[0, "start"]], [[0, "s"], [2990, "end"]], [[2000, "x"]]),
).map(([size, runs]) => ({ size, runs: runs.map(([at, text]) => [at, base64(text)]) }));

const mtimes = fc.constantFrom(
  "1700000000123456789",
  "1700000000123456790",
  "0",
  "1",
  "-1000000001",
  "8589934592000000001",
);
const fileModes = fc.constantFrom(0o644, 0o644, 0o600, 0o755, 0o4711, 0o000);
const dirModes = fc.constantFrom(0o755, 0o755, 0o700, 0o2775, 0o1777, 0o500);
const owners = fc.constantFrom(0, 0, 1234);
const xattrs = fc.constantFrom({}, {}, {}, { "user.phlb": base64("value"), "user.0": base64("") });

const meta = fc.record({ mode: fileModes, mtimeNs: mtimes, uid: owners, gid: owners, xattrs });

const nodes = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.tuple(texts, meta).map(([data, own]) => ({
      ...own,
      type: "file",
      size: atob(data).length,
      runs: [[0, data]],
    })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(holes, meta).map(([file, own]) => ({ ...own, ...file, type: "file" })),
  },
  {
    weight: 4,
    arbitrary: fc.tuple(dirModes, meta).map(([mode, own]) => ({
      ...own,
      mode,
      type: "dir",
      children: [],
    })),
  },
  {
    weight: 2,
    arbitrary: fc.tuple(names, mtimes).map(([target, mtimeNs]) => ({
      type: "symlink",
      target,
      mtimeNs,
    })),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.constantFrom("fifo", "socket", "char"), fileModes, mtimes)
      .map(([type, mode, mtimeNs]) => ({ type, mode, mtimeNs, major: 1, minor: 3 })),
  },
);

const picks = fc.nat(1000);

const makes: fc.Arbitrary<Change> = fc.record({
  kind: fc.constant("make"),
  dir: picks,
  name: names,
  node: nodes,
});

const changes: fc.Arbitrary<Change> = fc.oneof(
  { weight: 3, arbitrary: makes },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("write"),
      entry: picks,
      data: texts,
      append: fc.boolean(),
      in_place: fc.boolean(),
      keep_mtime: fc.boolean(),
    }),
  },
  fc.record({ kind: fc.constant("touch"), entry: picks, mtimeNs: mtimes }),
  fc.record({ kind: fc.constant("chmod"), entry: picks, mode: fileModes, owner: owners }),
  fc.record({ kind: fc.constant("attribute"), entry: picks, data: texts.map(short) }),
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("rename"),
      entry: picks,
      dir: picks,
      name: names,
    }),
  },
  fc.record({ kind: fc.constant("delete"), entry: picks }),
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("link"), entry: picks, dir: picks, name: names }),
  },
);

/** What makes up a source in the beginning. */
export const beginnings: fc.Arbitrary<Change[]> = fc.array(makes, { minLength: 3, maxLength: 25 });

/** What happens to it between two backups; nothing, at times. */
export const steps: fc.Arbitrary<Change[]> = fc.array(changes, { maxLength: 8 });

/** Just so many changes, whatever becomes of each. */
export function manyChanges(count: number): fc.Arbitrary<Change[]> {
  return fc.array(changes, { minLength: count, maxLength: count });
}

/** Applies changes to a source; returns what it is then. */
export async function changeSource(
  path: string,
  changes: readonly Change[],
): Promise<TreeOnDisk> {
  return parse(await callHelper("change", path, changes));
}

/** What the directory of the snapshots holds, and what sha256sum says of it. */
export interface Checked {
  readonly tree: TreeOnDisk;
  /** Lines of each checksum file that was asked for; `null` when a file is not as it says. */
  readonly sums: Readonly<Record<string, number | null>>;
}

/** Reads all snapshots and checks some of their checksum files. */
export async function checkSnapshots(path: string, sums: readonly string[]): Promise<Checked> {
  return parse(await callHelper("check", path, sums));
}

async function callHelper(order: string, path: string, input: unknown): Promise<string> {
  return await run(PYTHON, ["-IB", HELPER, order, path], { stdin: JSON.stringify(input) });
}

function parse<T>(text: string): T {
  return JSON.parse(text, (key, value) => key === "mtimeNs" ? BigInt(value) : value);
}

function base64(text: string): string {
  return btoa(text);
}

function short(data: string): string {
  return data.slice(0, 40);
}

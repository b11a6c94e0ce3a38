import assert from "node:assert/strict";
import { keptTimeNs } from "./portable.ts";
import type { TreeEntry, TreeOnDisk } from "./tree.ts";

/** What two trees need not agree in. */
export interface Differences {
  /**
   * Fields that are not compared; by default those that say where an entry is stored, not what it
   * is.
   */
  readonly ignore?: readonly (keyof TreeEntry)[];
  /** Entries of either tree that do not count, by relative path. */
  readonly skip?: (relPath: string) => boolean;
}

const STORAGE_FIELDS: readonly (keyof TreeEntry)[] = ["inode", "nlink", "allocatedBytes"];

/** Fails with a list of everything that is missing from `actual`, extra in it, or different. */
export function assertSameTree(
  actual: TreeOnDisk,
  expected: TreeOnDisk,
  differences: Differences = {},
): void {
  const found = compareTrees(actual, expected, differences);
  assert.strictEqual(found.join("\n"), "", `The trees differ:\n${found.join("\n")}`);
}

/** One line for each difference, in the order of the paths. */
export function compareTrees(
  actual: TreeOnDisk,
  expected: TreeOnDisk,
  { ignore = STORAGE_FIELDS, skip = () => false }: Differences = {},
): string[] {
  const paths = [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort();
  return paths.filter((path) => !skip(path)).flatMap((path) => {
    const left = actual[path];
    const right = expected[path];
    if (left === undefined) return [`missing: ${JSON.stringify(path)}`];
    if (right === undefined) return [`extra: ${JSON.stringify(path)}`];
    const told = compareEntries(left, right, ignore);
    return told === "" ? [] : [`differs: ${JSON.stringify(path)} ${told}`];
  });
}

function compareEntries(
  left: TreeEntry,
  right: TreeEntry,
  ignore: readonly (keyof TreeEntry)[],
): string {
  const expected = new Map<string, unknown>(Object.entries(right));
  const actual = new Map<string, unknown>(Object.entries(left));
  const ignored = new Set<string>(ignore);
  return [...new Set([...expected.keys(), ...actual.keys()])]
    .filter((field) => !ignored.has(field))
    .filter((field) => show(field, actual) !== show(field, expected))
    .map((field) => `${field} ${show(field, actual)}, not ${show(field, expected)}`)
    .join("; ");
}

function show(field: string, entry: ReadonlyMap<string, unknown>): string {
  const value = entry.get(field);
  if (typeof value === "bigint") return `${keptTimeNs(value)}n`;
  if (field === "mode" && typeof value === "number") return `0o${value.toString(8)}`;
  return JSON.stringify(value) ?? "absent";
}

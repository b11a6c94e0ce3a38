import assert from "node:assert/strict";
import { assertSameTree } from "./same_tree.ts";
import { runPhlb } from "./phlb.ts";
import { readTree, type TreeOnDisk } from "./tree.ts";

type Fields = Readonly<Record<string, unknown>>;

/** What a repair said and how it ended. */
export interface Repaired {
  readonly code: number;
  /** `<action> <path> <names>` of each thing that was healed, sorted. */
  readonly healed: readonly string[];
  /** Where contents came from. */
  readonly origins: readonly string[];
  /** `<code> <path>` of each thing that remains, sorted. */
  readonly left: readonly string[];
  readonly summary: Fields;
  readonly stderr: string;
}

/** Runs `phlb repair --json` and takes apart what it says. */
export async function repair(root: string, args: readonly string[] = []): Promise<Repaired> {
  const command = ["repair", "--root", root, "--json", "--no-progress", ...args];
  const { code, stdout, stderr } = await runPhlb(command);
  const [lines, errors] = [parseLines(stdout), parseLines(stderr)];
  const healed = lines.filter(({ message_type: type }) => type === "healed");
  const left = errors.filter(({ message_type: type }) => type === "error");
  return {
    code,
    healed: healed.map(({ action, path, names }) => `${action} ${path} ${names}`).toSorted(),
    origins: healed.flatMap(({ from }) => typeof from === "string" ? [from] : []),
    left: left.map(({ code: word, item }) => `${word} ${item}`).toSorted(),
    summary: lines.find(({ message_type: type }) => type === "summary") ?? {},
    stderr,
  };
}

/** A backup root without what is phlb's own. */
export async function readRoot(root: string): Promise<TreeOnDisk> {
  const tree = await readTree(root);
  return Object.fromEntries(Object.entries(tree).filter(([path]) => !/^(\.$|\.phlb)/.test(path)));
}

/** Which names share an inode: lists of paths, in order. */
export function sharing(tree: TreeOnDisk): string[] {
  const files = Object.entries(tree).filter(([path, { type }]) =>
    type === "file" && !path.includes("SHA256SUMS")
  );
  const groups = Map.groupBy(files, ([, { inode }]) => inode);
  return [...groups.values()].map((names) => names.map(([path]) => path).join(" ")).toSorted();
}

/** Fails unless a root is healed: the same names, contents, metadata, and the same of them shared. */
export function assertHealed(now: TreeOnDisk, before: TreeOnDisk): void {
  assertSameTree(now, before);
  assert.deepStrictEqual(sharing(now), sharing(before));
}

function parseLines(text: string): Fields[] {
  return text.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}

import assert from "node:assert/strict";
import { type BackupPlace, makePlace } from "./backup_place.ts";
import { runPhlb } from "./phlb.ts";
import { type Outcome, run } from "./run.ts";
import { fifo, symlink, type Tree } from "./tree.ts";

/** A little of everything. */
export const VERIFY_TREE: Tree = {
  "a": "one",
  "b": "one",
  "empty": "",
  "d": {
    "big": "x".repeat(300_000),
    "link": symlink("../a"),
    "pipe": fifo(),
    "sub": { "c": "three" },
  },
  "none": {},
};

type Fields = Readonly<Record<string, unknown>>;

/** What a verify said. */
export interface Verified {
  readonly code: number;
  /** `<code> <snapshot>/<path>` of each problem, sorted. */
  readonly found: readonly string[];
  readonly messages: readonly string[];
  readonly summary: Fields;
  readonly stderr: string;
}

/** Runs `phlb verify --json` and takes apart what it says. */
export async function verify(root: string, args: readonly string[] = []): Promise<Verified> {
  return takeApart(await runPhlb(["verify", "--root", root, "--json", "--no-progress", ...args]));
}

/** The parts of what `phlb verify --json` wrote. */
export function takeApart({ code, stdout, stderr }: Outcome): Verified {
  const parse = (text: string): Fields[] =>
    text.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  const problems = parse(stderr).filter(({ message_type: type }) => type === "error");
  const found = problems.map(({ code, item }) => `${code} ${item}`).toSorted();
  const messages = problems.map(({ error }) => JSON.stringify(error));
  return { code, found, messages, summary: parse(stdout).at(-1) ?? {}, stderr };
}

/** A place with two snapshots: the second has a changed mode, a new file and one less. */
export async function makeHistory(): Promise<BackupPlace> {
  const place = await makePlace(VERIFY_TREE);
  await place.mustBackup();
  await Deno.chmod(`${place.source}/d/big`, 0o600);
  await Deno.writeTextFile(`${place.source}/new`, "new");
  await Deno.remove(`${place.source}/d/sub/c`);
  await place.mustBackup();
  return place;
}

/** Changes the first byte of a file and keeps its times. */
export async function flipByte(path: string): Promise<void> {
  const { mtime, atime } = await Deno.stat(path);
  const before = await run("stat", ["-c", "%y", path]);
  const opened = await Deno.open(path, { read: true, write: true });
  await opened.write(new TextEncoder().encode("X"));
  opened.close();
  assert.ok(mtime !== null && atime !== null);
  await run("touch", ["-m", "-d", before.trim(), path]);
}

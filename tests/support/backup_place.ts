import assert from "node:assert/strict";
import { parseSummary, type Summary } from "../../src/store/summary.ts";
import { type LoopMount, type LoopMountOptions, mountImage } from "./loop_mount.ts";
import { type PhlbOptions, runPhlb } from "./phlb.ts";
import type { Outcome } from "./run.ts";
import { makeTempDir } from "./temp_dir.ts";
import { type Tree, writeTree } from "./tree.ts";

/** A source and an empty backup root side by side, removed when the test ends. */
export interface BackupPlace extends AsyncDisposable {
  readonly source: string;
  readonly root: string;
  /** Runs `phlb backup source root` with more arguments. */
  backup(args?: readonly string[], options?: PhlbOptions): Promise<Outcome>;
  /** The same, which must end with `code` (default 0). */
  mustBackup(args?: readonly string[], code?: number): Promise<Outcome>;
  /** Absolute paths of the published snapshots, oldest first. */
  snapshots(): string[];
  /** The newest of them. */
  latest(): string;
  /** Summary of the newest snapshot. */
  summary(): Summary;
}

/** Makes a place whose source has the given content. */
export async function makePlace(tree: Tree = {}): Promise<BackupPlace> {
  const temp = await makeTempDir();
  await Deno.mkdir(`${temp.path}/root`);
  await writeTree(`${temp.path}/source`, tree);
  return placeAt(`${temp.path}/source`, `${temp.path}/root`, temp);
}

/** A place whose backup root lies on a file system of its own, unmounted when the test ends. */
export interface LoopPlace extends BackupPlace {
  readonly mount: LoopMount;
}

/** Makes a place whose source has the given content and whose root lies on a new file system. */
export async function makeLoopPlace(options: LoopMountOptions, tree: Tree): Promise<LoopPlace> {
  await using owned = new AsyncDisposableStack();
  const temp = owned.use(await makeTempDir());
  const mount = owned.use(await mountImage(options));
  const [source, root] = [`${temp.path}/source`, `${mount.path}/root`];
  await writeTree(source, tree);
  await Deno.mkdir(root);
  return { ...placeAt(source, root, owned.move()), mount };
}

/** A place made of directories that are there already; disposes of `owner` at the end. */
export function placeAt(source: string, root: string, owner: AsyncDisposable): BackupPlace {
  const snapshots = () => snapshotsIn(`${root}/${source.split("/").at(-1)}`);
  const latest = () => snapshots().at(-1) ?? assert.fail(`there is no snapshot in "${root}"`);
  const backup = (args: readonly string[] = [], options: PhlbOptions = {}) =>
    runPhlb(["backup", source, root, ...args], options);
  return {
    source,
    root,
    backup,
    mustBackup: async (args = [], code = 0) => {
      const outcome = await backup(args);
      assert.strictEqual(outcome.code, code, `${outcome.stdout}\n${outcome.stderr}`);
      return outcome;
    },
    snapshots,
    latest,
    summary: () => {
      const text = Deno.readTextFileSync(`${latest()}-summary.json`);
      return parseSummary(text) ?? assert.fail("the summary cannot be read");
    },
    [Symbol.asyncDispose]: () => owner[Symbol.asyncDispose](),
  };
}

function snapshotsIn(dir: string): string[] {
  return [...Deno.readDirSync(dir)]
    .filter(({ name, isDirectory }) => isDirectory && !name.startsWith("."))
    .map(({ name }) => `${dir}/${name}`).sort();
}

/** Whether a path is a checksum file that phlb put into a snapshot of a tree without such files. */
export function isSumsFile(relPath: string): boolean {
  return relPath.split("/").at(-1)?.startsWith("SHA256SUMS") === true;
}

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { type PhlbOptions, runPhlb } from "./phlb.ts";
import { run, runAnyhow } from "./run.ts";
import { makeTempDir } from "./temp_dir.ts";
import { readTree, type Tree, type TreeOnDisk, writeTree } from "./tree.ts";

/** What a run of `phlb rebuild` or `phlb add` left and told. */
export interface RebuildOutcome {
  readonly code: number;
  /** The `summary` line. */
  readonly summary: Readonly<Record<string, unknown>>;
  /** All lines of the output but the summary. */
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** The `error` lines. */
  readonly problems: readonly { readonly code: string; readonly item: string }[];
  readonly stderr: string;
}

/** A backup root of any making, removed when the test ends. */
export interface RebuildPlace extends AsyncDisposable {
  readonly temp: string;
  readonly root: string;
  /** Runs `phlb <command> <root> --json` with more arguments. */
  run(command: "rebuild" | "add", args?: readonly string[]): Promise<RebuildOutcome>;
  /** The same, which must end well. */
  must(command: "rebuild" | "add", args?: readonly string[]): Promise<RebuildOutcome>;
  /** Runs phlb with any arguments, which must end with `code` (default 0). */
  phlb(args: readonly string[], options?: PhlbOptions & { code?: number }): Promise<string>;
  /** Everything in the root, or in a directory of it. */
  read(relPath?: string): Promise<TreeOnDisk>;
  /** Lines of `sha256sum -c` over all checksum files below `relPath` that are not well. */
  checksumFaults(relPath: string): Promise<string[]>;
  /** Unpacked text of the manifest of `<name>/<time>`. */
  manifest(id: string): Promise<string>;
}

/** Makes a place whose root has the given content. */
export async function makeRebuildPlace(tree: Tree = {}): Promise<RebuildPlace> {
  const temp = await makeTempDir();
  const root = `${temp.path}/root`;
  await writeTree(root, tree);
  return rebuildPlaceAt(root, temp);
}

/** A root that PyHardLinkBackup 1.9.1 made in two runs. */
export const PREDECESSOR_ROOT = new URL(
  "../fixtures/pyhardlinkbackup-1.9.1-root.tar.gz",
  import.meta.url,
);

/** Makes a place with PyHardLinkBackup's own root. */
export async function makePredecessorRoot(): Promise<RebuildPlace> {
  const place = await makeRebuildPlace();
  await run("tar", ["-xzf", fileURLToPath(PREDECESSOR_ROOT), "-C", place.root]);
  return place;
}

function rebuildPlaceAt(root: string, temp: AsyncDisposable & { path: string }): RebuildPlace {
  const runJson = async (command: string, args: readonly string[] = []) => {
    const { code, stdout, stderr } = await runPhlb([command, root, "--json", ...args]);
    const lines = parseLines(stdout);
    const problems = parseLines(stderr).filter((line) => line["message_type"] === "error")
      .map(({ code, item }) => ({ code: String(code), item: String(item) }));
    const summary = lines.find((line) => line["message_type"] === "summary") ?? {};
    return { code, summary, lines: lines.filter((line) => line !== summary), problems, stderr };
  };
  return {
    temp: temp.path,
    root,
    run: runJson,
    must: async (command, args) => {
      const outcome = await runJson(command, args);
      assert.strictEqual(outcome.code, 0, outcome.stderr);
      return outcome;
    },
    phlb: async (args, { code = 0, ...options } = {}) => {
      const outcome = await runPhlb(args, options);
      assert.strictEqual(outcome.code, code, `${outcome.stdout}\n${outcome.stderr}`);
      return outcome.stdout;
    },
    read: (relPath = "") => readTree(`${root}/${relPath}`),
    checksumFaults: async (relPath) => {
      const script = "find . -name 'SHA256SUMS*' -execdir sha256sum --quiet -c {} \\;";
      const { stdout, stderr } = await runAnyhow("sh", ["-c", script], {
        cwd: `${root}/${relPath}`,
      });
      return `${stdout}${stderr}`.split("\n").filter((line) => line !== "");
    },
    manifest: (id) => run("zcat", [`${root}/${id}-manifest.mtree.gz`]),
    [Symbol.asyncDispose]: () => temp[Symbol.asyncDispose](),
  };
}

function parseLines(text: string): Readonly<Record<string, unknown>>[] {
  return text.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
}

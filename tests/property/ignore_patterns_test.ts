import assert from "node:assert/strict";
import { fc } from "../support/property.ts";
import { lonePattern } from "../../src/backup/select/pattern_file.ts";
import { runAnyhow } from "../support/run.ts";
import { selectTree } from "../support/select_tree.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import { type Tree, writeTree } from "../support/tree.ts";

/** Each one starts three other programs. */
const RUNS = 40;

/** What can stand between two slashes in a path, and in a pattern. */
const NAMES = [
  ...["a", "b", "ab", "b.c", ".c", " d", "e ", "#f", "-f"],
  ...["g\\h", "i\nj", "[k]", "l*", "\udcff"],
];
const PIECES = [
  ...["a", "b", "ab", "b.c", ".c", " d", "e\\ ", "#f", "-f", "g\\\\h", "\\[k]", "l\\*", "x"],
  ...["*", "?", "*b", "a*", "*.c", "[ab]", "[!a]", "[[:lower:]]", "[^]-a]", "**", "***", "l*"],
];

const glob = fc.tuple(
  fc.constantFrom("", "", "", "!", "!", "/", "!/", "**/", "#"),
  fc.array(fc.constantFrom(...PIECES), { minLength: 1, maxLength: 3 }),
  fc.constantFrom("", "", "", "/", "/**", "/*", " "),
)
  // git cuts off the text before the first wildcard, and then takes the `**` of `#**/b` for one
  // between slashes, against its own documentation.
  .filter(([head, [first]]) => head !== "#" || first?.startsWith("**") !== true)
  .map(([head, pieces, tail]) => head + pieces.join("/") + tail);

const name = fc.constantFrom(...NAMES);
const path = fc.array(name, { minLength: 1, maxLength: 4 });
const ignoreFile = fc.array(glob, { minLength: 1, maxLength: 4 }).map((lines) => lines.join("\n"));
const ignoreFiles = fc.array(fc.tuple(fc.array(name, { maxLength: 2 }), ignoreFile), {
  maxLength: 3,
});

const cases = fc.record({
  files: fc.array(path, { minLength: 1, maxLength: 25 }),
  ignoreFiles,
  patterns: fc.array(glob, { maxLength: 3 }),
});

/** Content by path; a file where another path needs a directory is dropped. */
function flatten(given: { files: string[][]; ignoreFiles: [string[], string][] }) {
  const flat = new Map<string, string>();
  for (const [dir, text] of given.ignoreFiles) flat.set([...dir, ".gitignore"].join("/"), text);
  for (const parts of given.files) flat.set(parts.join("/"), "");
  const paths = [...flat.keys()];
  for (const path of paths) {
    if (paths.some((other) => other.startsWith(`${path}/`))) flat.delete(path);
  }
  return Object.fromEntries(flat);
}

function nested(flat: Readonly<Record<string, string>>): Tree {
  const paths = Object.keys(flat);
  const firsts = [...new Set(paths.map((path) => path.split("/", 1)[0] ?? ""))];
  return Object.fromEntries(firsts.map((first) => {
    const own = flat[first];
    if (own !== undefined) return [first, own];
    const below = paths.filter((path) => path.startsWith(`${first}/`))
      .map((path) => [path.slice(first.length + 1), flat[path] ?? ""]);
    return [first, nested(Object.fromEntries(below))];
  }));
}

/** Files that git does not ignore, in no order; a stray byte is shown as U+FFFD. */
async function keptByGit(dir: string, patterns: readonly string[]): Promise<string[]> {
  const env = { PATH: Deno.env.get("PATH") ?? "", HOME: dir, GIT_CONFIG_NOSYSTEM: "1" };
  const options = { cwd: dir, env };
  assert.strictEqual((await runAnyhow("git", ["init", "-q", "."], options)).code, 0);
  const excludes = ["--exclude-per-directory=.gitignore", ...patterns.map((p) => `--exclude=${p}`)];
  const listed = await runAnyhow("git", ["ls-files", "--others", "-z", ...excludes], options);
  assert.strictEqual(listed.code, 0, listed.stderr);
  return listed.stdout.split("\0").slice(0, -1);
}

Deno.test("step 2 keeps the very files that git would not ignore", async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      await using dir = await makeTempDir();
      const files = flatten(given);
      await writeTree(dir.path, nested(files));
      const { kept } = selectTree({
        patterns: given.patterns.map((pattern) => lonePattern(pattern, "--exclude")),
        ignoreFiles: [{ name: ".gitignore", layer: "default" }],
      }, files);
      assert.deepStrictEqual(
        kept.filter((path) => path in files).map((path) => path.toWellFormed()).sort(),
        (await keptByGit(dir.path, given.patterns)).sort(),
      );
    }),
    { numRuns: RUNS },
  );
});

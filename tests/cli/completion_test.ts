import assert from "node:assert/strict";
import { type BackupPlace, makePlace } from "../support/backup_place.ts";
import { phlbEnvironment, runPhlb } from "../support/phlb.ts";
import { run, runAnyhow } from "../support/run.ts";
import { installPhlb, type ShellPlace, typeAndTab } from "../support/shells.ts";
import type { Tree } from "../support/tree.ts";

const TREE: Tree = {
  "my docs": { "a:b c.txt": "1", "déjà vu": {} },
  "it's": { "x": "2" },
  'a"b': {},
  "$dollar": "3",
  "日本語ファイル.txt": "4",
  "e\x1b[31m": "5",
};

/** A backup root with a snapshot, and a directory from which phlb finds it. */
async function makeShellPlace(): Promise<BackupPlace & { readonly cwd: string }> {
  const place = await makePlace(TREE);
  await place.mustBackup(["--tag", "two words"]);
  const cwd = `${place.root}/../work`;
  await Deno.mkdir(cwd);
  await Deno.writeTextFile(
    `${cwd}/phlb.toml`,
    `destination = ${JSON.stringify(place.root)}\n[[job]]\nid = "my job"\n`,
  );
  await installPhlb(cwd);
  return { ...place, cwd: await Deno.realPath(cwd) };
}

/** What is typed, and the words that Tab makes of it. */
const LINES: readonly (readonly [typed: string, words: readonly string[]])[] = [
  // What stands in the script.
  ["phlb bac", ["backup"]],
  ["phlb trash rest", ["trash", "restore"]],
  ["phlb verify --fa", ["verify", "--fast"]],
  ["phlb completion fi", ["completion", "fish"]],
  ["phlb backup --ionice best-effort:7", ["backup", "--ionice", "best-effort:7"]],
  ["phlb backup --config=ph", ["backup", "--config=phlb.toml"]],
  ["phlb ls ./phlb.t", ["ls", "./phlb.toml"]],
  ["phlb backup -- --js", ["backup", "--", "--js"]],
  // What phlb is asked for.
  ["phlb ls la", ["ls", "latest"]],
  ["phlb ls latest:my", ["ls", "latest:my docs/"]],
  ["phlb ls latest:my\\ docs/a", ["ls", "latest:my docs/a:b c.txt"]],
  ['phlb ls "latest:my docs/a', ["ls", "latest:my docs/a:b c.txt"]],
  ["phlb ls source/latest:it", ["ls", "source/latest:it's/"]],
  ["phlb ls latest:\\$", ["ls", "latest:$dollar"]],
  ["phlb ls latest:日", ["ls", "latest:日本語ファイル.txt"]],
  ["phlb history my\\ docs/d", ["history", "my docs/déjà vu/"]],
  ["phlb backup --job=my", ["backup", "--job=my job"]],
  ["phlb tag --add two", ["tag", "--add", "two words"]],
  ["phlb help exclude.d", ["help", "exclude.dirs"]],
];

async function check(shellPlace: ShellPlace, lines = LINES): Promise<void> {
  const found = await typeAndTab(shellPlace, lines.map(([typed]) => typed));
  for (const [i, [typed, words]] of lines.entries()) {
    const all = found[i] ?? null;
    assert.deepStrictEqual(all?.[0] === "phlb" ? all.slice(1) : all, words, typed);
  }
}

Deno.test("bash completes what it knows and what the backup root holds", async () => {
  await using place = await makeShellPlace();
  const withPackage = ". /usr/share/bash-completion/bash_completion";
  await check({ cwd: place.cwd, shell: "bash", setup: withPackage });
  const some = LINES.filter(([typed]) => /my|--config|\.\/phlb/.test(typed));
  assert.ok(some.length > 5);
  await check({ cwd: place.cwd, shell: "bash" }, some);
});

Deno.test("zsh completes what it knows and what the backup root holds", async () => {
  await using place = await makeShellPlace();
  await check({ cwd: place.cwd, shell: "zsh" });
});

Deno.test("fish completes what it knows and what the backup root holds", async () => {
  await using place = await makeShellPlace();
  await check({ cwd: place.cwd, shell: "fish" });
  const path = `${place.cwd}/bin:${Deno.env.get("PATH") ?? ""}`;
  const options = { cwd: place.cwd, env: { ...phlbEnvironment(), PATH: path, HOME: place.cwd } };
  const script = 'phlb completion fish | source; complete -C "$argv[1]"';
  const complete = async (line: string) =>
    (await runAnyhow("fish", ["-c", script, line], options)).stdout.split("\n").slice(0, -1);
  assert.deepStrictEqual(await complete("phlb tag --add t"), ["two words\t1 snapshot"]);
  assert.deepStrictEqual(await complete("phlb trash "), [
    "empty\tdelete what lies in the trash for good",
    "help\tprint the help of a command",
    "list\tlist what lies in the trash",
    "restore\tbring snapshots back from the trash",
  ]);
});

Deno.test("the scripts are found in the directories of packages", async () => {
  await using place = await makeShellPlace();
  const script = async (shell: string) => (await runPhlb(["completion", shell])).stdout;
  await Deno.mkdir(`${place.cwd}/site`);
  await Deno.writeTextFile(`${place.cwd}/site/_phlb`, await script("zsh"));
  await Deno.writeTextFile(`${place.cwd}/phlb.bash`, await script("bash"));
  const zsh = `fpath=(${place.cwd}/site $fpath); autoload -Uz compinit; compinit -u -D; ` +
    "print $_comps[phlb]; autoload +X _phlb; print $functions[_phlb]";
  const found = await run("zsh", ["-fc", zsh]);
  assert.match(found, /^_phlb\n/);
  const bash = await run("bash", ["-c", `. ${place.cwd}/phlb.bash; complete -p phlb`]);
  assert.strictEqual(bash, "complete -F _phlb phlb\n");
  for (const shell of ["bash", "zsh"]) await run(shell, ["-n"], { stdin: await script(shell) });
});

Deno.test("a shell hears nothing of a root that is not there or a file that is no TOML", async () => {
  await using place = await makeShellPlace();
  const words = ["complete", "--shell", "bash", "--", "ls", ""];
  const { root, cwd } = place;
  for (const text of [`destination = "${root}/gone"`, "no toml", ""]) {
    await Deno.writeTextFile(`${cwd}/phlb.toml`, text);
    const { code, stdout, stderr } = await runPhlb(words, { cwd });
    assert.deepStrictEqual([code, stdout, stderr], [0, "", ""]);
  }
});

/** PowerShell cannot be had for these tests: what holds of every script in it is all they see. */
Deno.test("the script for PowerShell is well-formed as far as text tells", async () => {
  const { stdout } = await runPhlb(["completion", "powershell"]);
  assert.match(stdout, /^Register-ArgumentCompleter -Native -CommandName phlb -ScriptBlock \{$/m);
  const code = stdout.replace(/^ *#.*$/gm, "").replace(/'(?:[^']|'')*'|"(?:[^"`]|`.)*"/g, "");
  const open: string[] = [];
  const pairs: Readonly<Record<string, string>> = { ")": "(", "}": "{", "]": "[" };
  for (const char of code) {
    if ("({[".includes(char)) open.push(char);
    else if (")}]".includes(char)) assert.strictEqual(open.pop(), pairs[char]);
  }
  assert.deepStrictEqual([open, /["']/.test(code)], [[], false]);
  const declared = [...code.matchAll(/\$(\w+)\s*(?:\+?=|,|\))|foreach \(\$(\w+)/gi)]
    .map(([, first, second]) => first ?? second);
  const used = new Set([...code.matchAll(/\$(\w+)/g)].map(([, name]) => name));
  for (const name of used) assert.ok([...declared, "_", "null", "Matches"].includes(name), name);
});

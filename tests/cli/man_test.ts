import assert from "node:assert/strict";
import { runPhlb } from "../support/phlb.ts";
import { run, runAnyhow } from "../support/run.ts";
import { makeTempDir } from "../support/temp_dir.ts";

async function writeManual(dir: string): Promise<string[]> {
  const env = { SOURCE_DATE_EPOCH: "1767744000" };
  const { code, stdout, stderr } = await runPhlb(["man", dir], { env });
  assert.deepStrictEqual([code, stderr], [0, ""]);
  const pages = (await run("find", [dir, "-type", "f"])).trim().split("\n").sort();
  assert.strictEqual(stdout, `Wrote ${pages.length} pages to ${dir}\n`);
  return pages;
}

/** A page as it is read, without bold and italic letters. */
async function rendered(page: string): Promise<string> {
  // deno-lint-ignore no-control-regex -- a letter is made bold by printing it twice
  return (await run("mandoc", ["-T", "utf8", page])).replace(/.\x08/g, "");
}

Deno.test("mandoc has nothing to say against any page", async () => {
  await using temp = await makeTempDir();
  const pages = await writeManual(temp.path);
  const { code, stdout, stderr } = await runAnyhow("mandoc", ["-T", "lint", ...pages]);
  assert.deepStrictEqual([code, stdout, stderr], [0, "", ""]);
});

Deno.test("there is a page for each command that help lists, with all sections", async () => {
  await using temp = await makeTempDir();
  const pages = await writeManual(temp.path);
  const { stdout } = await runPhlb(["--help"]);
  const commands = [
    ...(/^Commands:\n((?: .*\n)+)/m.exec(stdout)?.[1] ?? "").matchAll(/^ {2}([a-z-]+)/gm),
  ];
  assert.ok(commands.length > 20);
  const expected = [
    ...commands.map(([, name]) => `${temp.path}/man1/phlb-${name}.1`),
    `${temp.path}/man1/phlb.1`,
    `${temp.path}/man5/phlb.5`,
  ];
  assert.deepStrictEqual(pages, expected.sort());
  for (const page of pages) {
    const text = await Deno.readTextFile(page);
    const needed = page.endsWith(".5")
      ? ["NAME", "DESCRIPTION", "KEYS", "FILES", "EXAMPLES", '"SEE ALSO"']
      : [
        "NAME",
        "SYNOPSIS",
        "DESCRIPTION",
        "OPTIONS",
        '"EXIT STATUS"',
        "ENVIRONMENT",
        "FILES",
        '"SEE ALSO"',
      ];
    for (const section of needed) {
      assert.ok(text.includes(`\n.SH ${section}\n`), `${page} ${section}`);
    }
    assert.match(text, /^\.TH \S+ [15] 2026-01-07 "phlb /);
  }
});

Deno.test("a page says what --help says, and its examples can be copied", async () => {
  await using temp = await makeTempDir();
  await writeManual(temp.path);
  const prune = await rendered(`${temp.path}/man1/phlb-prune.1`);
  assert.match(
    prune,
    /^PHLB-PRUNE\(1\) +phlb manual +PHLB-PRUNE\(1\)\n\nNAME\n +phlb-prune - remove old/,
  );
  assert.match(prune, /\n {7}phlb prune \[options\] \[root\]\n/);
  assert.match(prune, /\n {7}--keep-daily <n>\n {14}the newest of each of n days\n/);
  assert.match(
    prune,
    /\nEXIT STATUS\n(?:.*\n)+ +3 +done with problems(?:.*\n)+ +Exits with 3 when/,
  );
  assert.match(
    prune,
    /\n {7}phlb prune \/mnt\/backup --keep-daily 14 --keep-weekly 8 --keep-monthly 24\n/,
  );
  const diff = await rendered(`${temp.path}/man1/phlb-diff.1`);
  assert.match(diff, /\n +\+ {2}new {22}- {2}gone\n/);
  const trash = await rendered(`${temp.path}/man1/phlb-trash.1`);
  assert.match(trash, /\n {3}phlb trash restore\n {7}Brings each SNAPSHOT back/);
  const config = await rendered(`${temp.path}/man5/phlb.5`);
  assert.match(config, /backup\.order\n +Which files(?:.*\n)+? +One of: "tree", "newest-first"\n/);
});

Deno.test("phlb man --print prints a page and writes nothing", async () => {
  const { code, stdout } = await runPhlb(["man", "--print", "ls"]);
  assert.strictEqual(code, 0);
  assert.match(stdout, /^\.TH PHLB\\-LS 1 /);
  const unknown = await runPhlb(["man", "--print", "nosuch"]);
  assert.strictEqual(unknown.code, 2);
  assert.match(
    unknown.stderr,
    /^Error: Cannot print the page "nosuch": there is none\nHint: There are: phlb, /,
  );
  const nowhere = await runPhlb(["man"]);
  assert.strictEqual(nowhere.code, 2);
  const full = await runPhlb(["man", "/dev/null/x"]);
  assert.strictEqual(full.code, 1);
  assert.match(full.stderr, /^Error: Cannot write "\/dev\/null\/x\/man1\/phlb\.1": /);
});

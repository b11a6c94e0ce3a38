import assert from "node:assert/strict";
import type { Operations } from "../../../src/commands/operations.ts";
import type { CompleteQuery } from "../../../src/ops/complete/complete_value.ts";
import { runFake } from "../../support/fake_machine.ts";

const CONFIG = `destination = "/mnt/backup"
[[job]]
id = "my docs"
source = "/home/ann/Documents"
[[job]]
id = "nas"
destination = "/mnt/nas"
name = "home"
`;

/** What the last of the words may become, for PowerShell, which has the plainest form. */
async function complete(words: readonly string[], options: readonly string[] = []) {
  const queries: CompleteQuery[] = [];
  const completeValue: Operations["completeValue"] = (_, query) => {
    queries.push(query);
    return Promise.resolve([
      { value: "home/", note: "2 snapshots", isOpen: true },
      { value: "home/it's new", note: "", isOpen: false },
      { value: "other", note: "", isOpen: false },
      { value: "home/e\x1b[31m", note: "", isOpen: false },
    ]);
  };
  const { exitCode, out, err } = await runFake(["complete", ...options, "--", ...words], {
    files: { "/home/ann/phlb.toml": CONFIG },
    operations: { completeValue },
  });
  assert.deepStrictEqual([exitCode, err], [0, ""]);
  return { queries, lines: out.split("\n").slice(0, -1) };
}

async function values(...words: string[]): Promise<string[]> {
  return (await complete(words)).lines.map((line) => line.split("\t")[0] ?? "");
}

Deno.test("complete knows commands, options and words from the command tree", async () => {
  const found = await values("re");
  for (const name of ["repair", "restore", "remove", "rescue-kit"]) assert.ok(found.includes(name));
  assert.deepStrictEqual(found.filter((name) => !name.startsWith("re")), []);
  assert.deepStrictEqual(await values("trash", "e"), ["empty"]);
  assert.deepStrictEqual(await values("backup", "--exclude-l"), ["--exclude-larger-than"]);
  assert.deepStrictEqual(await values("find", "--type", ""), ["f", "d", "l", "p", "s", "c", "b"]);
  assert.deepStrictEqual(await values("find", "--type=d"), ["d"]);
  assert.deepStrictEqual(await values("verify", "--ionice", "id"), ["idle"]);
  assert.deepStrictEqual(await values("complet"), ["completion"]);
});

Deno.test("complete leaves files, numbers and what is no option to the shell", async () => {
  for (
    const words of [
      ["backup", ""],
      ["backup", "--config", ""],
      ["backup", "--nice", ""],
      ["backup", "--no-such=x"],
      ["backup", "--", "--js"],
    ]
  ) assert.deepStrictEqual(await values(...words), [], words.join(" "));
});

Deno.test("complete knows jobs, topics and keys of the configuration", async () => {
  assert.deepStrictEqual(await values("backup", "--job", ""), ["my docs", "nas"]);
  assert.deepStrictEqual(await values("help", "exit"), ["exit-codes"]);
  assert.deepStrictEqual(await values("help", "index."), ["index.path"]);
  assert.deepStrictEqual(await values("help", "trash", "l"), ["list"]);
});

Deno.test("complete asks the backup root that the line or the configuration names", async () => {
  const roots: [string[], string | undefined, string | undefined, CompleteQuery["kind"]][] = [
    [["ls", ""], "/mnt/backup", undefined, "address"],
    [["remove", ""], "/mnt/backup", undefined, "snapshot"],
    [["trash", "restore", ""], "/mnt/backup", undefined, "trashed"],
    [["history", ""], "/mnt/backup", undefined, "stored"],
    [["verify", "--root", "/x", "--name", "n", ""], "/x", "n", "address"],
    [["verify", "--root=/x", "--all", "a", ""], "/x", undefined, "address"],
    [["restore", "--job", "nas", ""], "/mnt/nas", "home", "address"],
    [["snapshots", "/y", "--name", ""], "/y", undefined, "names"],
    [["backup", "--tag", ""], "/mnt/backup", undefined, "tags"],
  ];
  for (const [words, root, name, kind] of roots) {
    const { queries: [query] } = await complete(words);
    assert.deepStrictEqual(
      [query?.base.root, query?.base.name, query?.kind],
      [root, name, kind],
      words.join(" "),
    );
  }
});

Deno.test("complete answers in the form of each shell, and tells no control characters", async () => {
  const line = (shell: string, ...words: string[]) => complete(words, ["--shell", shell]);
  assert.deepStrictEqual((await line("fish", "ls", "ho")).lines, [
    "home/\t2 snapshots",
    "home/it's new",
    "other",
  ]);
  assert.deepStrictEqual((await line("zsh", "ls", "ho")).lines, [
    "/home/\t2 snapshots",
    ".home/it's new\t",
    ".other\t",
  ]);
  assert.deepStrictEqual((await line("bash", "ls", "ho")).lines, ["home/", "home/it\\'s\\ new "]);
  assert.deepStrictEqual((await line("bash", "ls", "'home/i")).lines, ["home/it'\\''s new"]);
});

Deno.test("complete leaves out what bash keeps in front", async () => {
  const bash = async (before: string, ...words: string[]) =>
    (await complete(words, ["--shell", "bash", "--before", before])).lines;
  assert.deepStrictEqual(await bash("--snapshot=", "find", "--snapshot=ot"), ["other "]);
  assert.deepStrictEqual(await bash("ho", "ls", "home/i"), ["me/it\\'s\\ new "]);
  assert.deepStrictEqual(await bash("ho", "ls", 'ho"me/i'), ["me/it's new"]);
});

Deno.test("complete says nothing when anything is wrong", async () => {
  const failing = () => Promise.reject(new RangeError("off by one"));
  const cases = [
    { files: { "/home/ann/phlb.toml": "no toml" }, words: ["backup", "--job", ""] },
    { operations: { completeValue: failing }, words: ["ls", "--root", "/x", ""] },
    { words: ["nosuch", ""] },
    { words: [] },
  ];
  for (const { words, ...setting } of cases) {
    const { exitCode, out, err } = await runFake(["complete", "--", ...words], setting);
    assert.deepStrictEqual([exitCode, err], [0, ""]);
    if (words.length > 0 && words[0] !== "nosuch") assert.strictEqual(out, "");
  }
});

import assert from "node:assert/strict";
import { makePlace } from "../support/backup_place.ts";
import { mountImage } from "../support/loop_mount.ts";
import { runPhlb } from "../support/phlb.ts";
import { run } from "../support/run.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import { writeTree } from "../support/tree.ts";

function namesIn(dir: string): string[] {
  return [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
}

async function rootId(root: string): Promise<string> {
  return JSON.parse(await Deno.readTextFile(`${root}/.phlb/root.json`)).id;
}

Deno.test("a root that is not mounted is never filled: exit 10 from all that write", async () => {
  await using temp = await makeTempDir();
  await writeTree(`${temp.path}/source`, { a: "a" });
  await using mount = await mountImage({ type: "ext4", sizeMib: 64 });
  const [source, root] = [`${temp.path}/source`, mount.path];
  assert.strictEqual((await runPhlb(["backup", source, root, "-q"])).code, 0);
  const id = await rootId(root);
  await run("umount", [root]);
  for (
    const args of [
      ["backup", source, root],
      ["backup", source, root, "--dry-run"],
      ["prune", root, "--keep-last", "1"],
      ["trash", "empty", "--root", root],
      ["add", root, "--dry-run"],
      ["rebuild", root],
      ["doctor", root],
    ]
  ) {
    const { code, stderr } = await runPhlb(args);
    assert.strictEqual(code, 10, `${args[0]}: ${stderr}`);
    assert.match(stderr, /is its disk mounted\?/i);
    assert.deepStrictEqual(namesIn(root), [], args[0]);
  }
  await run("mount", ["-o", "loop", `${root}/../image`, root]);
  const again = await runPhlb(["backup", source, root, "-q"]);
  assert.deepStrictEqual([again.code, again.stderr, await rootId(root)], [0, "", id]);
});

Deno.test("phlb backup --init begins anew where a root was; another root there is told once", async () => {
  await using place = await makePlace({ a: "a" });
  await place.mustBackup();
  const first = await rootId(place.root);
  await Deno.rename(place.root, `${place.root}-away`);
  await Deno.mkdir(place.root);
  const { code, stderr } = await place.backup(["--json"]);
  assert.strictEqual(code, 10);
  const { error_code, hint } = JSON.parse(stderr);
  assert.strictEqual(error_code, "ROOT_UNMARKED");
  assert.match(hint, /phlb backup --init$/);
  assert.doesNotMatch((await place.mustBackup(["--init"])).stderr, /another/);
  await Deno.rename(`${place.root}/.phlb/root.json`, `${place.root}/.phlb/other.json`);
  const text = await Deno.readTextFile(`${place.root}/.phlb/other.json`);
  const other = crypto.randomUUID();
  const mark = { ...JSON.parse(text), id: other };
  await Deno.writeTextFile(`${place.root}/.phlb/root.json`, JSON.stringify(mark));
  const told = await place.mustBackup();
  assert.match(told.stderr, new RegExp(`is another backup root than the last time \\(id ${other}`));
  assert.doesNotMatch((await place.mustBackup()).stderr, /another/, "from then on it is known");
  assert.strictEqual(await rootId(`${place.root}-away`), first);
});

Deno.test("a root whose .phlb was deleted is refused, and phlb rebuild marks it with its own id", async () => {
  await using place = await makePlace({ a: "a" });
  await place.mustBackup();
  const id = await rootId(place.root);
  await Deno.remove(`${place.root}/.phlb`, { recursive: true });
  const { code, stderr } = await place.backup();
  assert.strictEqual(code, 10);
  assert.match(stderr, /has no \.phlb\/root\.json any more\nHint: .*phlb rebuild, or phlb backup/);
  assert.strictEqual((await runPhlb(["rebuild", place.root])).code, 0);
  assert.strictEqual(await rootId(place.root), id);
  await Deno.writeTextFile(`${place.root}/.phlb/root.json`, "{ cut off");
  await place.mustBackup();
  assert.strictEqual(await rootId(place.root), id, "a damaged mark is written anew");
});

Deno.test("a backup goes on, with a warning, where nothing can be remembered", async () => {
  await using place = await makePlace({ a: "a" });
  const { code, stderr } = await place.backup([], { env: { XDG_STATE_HOME: "/dev/null/x" } });
  assert.strictEqual(code, 0);
  assert.match(stderr, /Cannot remember this backup root in "\/dev\/null\/x\/phlb": /);
});

Deno.test("a root that another user's fstab entry should be mounted on is not begun", async () => {
  await using place = await makePlace({ a: "a" });
  const fstab = `${place.root}/../fstab`;
  await Deno.writeTextFile(fstab, `LABEL=away ${place.root} ext4 noauto 0 0\n`);
  const script = `mount --bind "$1" /etc/fstab; shift; exec "$@"`;
  const { phlbCommand, phlbEnvironment } = await import("../support/phlb.ts");
  const { runAnyhow } = await import("../support/run.ts");
  const args = ["backup", place.source, place.root];
  const command = ["--mount", "sh", "-ec", script, "sh", fstab, ...phlbCommand(), ...args];
  const { code, stderr } = await runAnyhow("unshare", command, { env: phlbEnvironment() });
  assert.strictEqual(code, 10);
  assert.match(stderr, /that \/etc\/fstab names is not mounted\nHint: Mount it first: mount \//);
  assert.deepStrictEqual(namesIn(place.root), []);
});

import assert from "node:assert/strict";
import { makePlace } from "../support/backup_place.ts";
import { runPhlb } from "../support/phlb.ts";
import { run } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { readTree, writeTree } from "../support/tree.ts";
import { flipByte, makeHistory, verify, VERIFY_TREE } from "../support/verify_run.ts";

Deno.test("an untouched root has no problems, and each content is read once", async () => {
  await using place = await makeHistory();
  const { code, found, summary, stderr } = await verify(place.root, ["--all"]);
  assert.deepStrictEqual([code, found], [0, []], stderr);
  // a = b, empty, big, c, new
  const { unique_files: unique, files_read: read, num_snapshots: snapshots } = summary;
  assert.deepStrictEqual([unique, read, snapshots, summary["num_errors"]], [5, 5, 2, 0]);
  assert.deepStrictEqual([summary["finished"], summary["modes_unjudged"]], [true, 0]);
});

Deno.test("without SNAPSHOT, the newest snapshot of each name is verified", async () => {
  await using place = await makeHistory();
  await place.mustBackup(["--name", "other"]);
  const { stdout, code } = await runPhlb(["verify", "--root", place.root]);
  assert.strictEqual(code, 0);
  const latest = place.latest().split("/").at(-1) ?? "";
  assert.match(stdout, /^other\/[-0-9]+: ok, 5 files, /m);
  assert.match(stdout, new RegExp(`^source/${latest}: ok, 5 files, 292\\.98 KiB, `, "m"));
  assert.match(stdout, /^No problems were found \(/m);
  assert.strictEqual(stdout.match(/: ok, /g)?.length, 2);
});

interface Case {
  readonly what: string;
  readonly damage: (snapshot: string) => Promise<unknown>;
  readonly found: readonly string[];
  /** Whether `--fast` finds it. */
  readonly fast: boolean;
  readonly message: RegExp;
}

const CASES: readonly Case[] = [
  {
    what: "a flipped byte",
    damage: (snapshot) => flipByte(`${snapshot}/d/big`),
    found: ["content d/big"],
    fast: false,
    message: /its content has the SHA-256 [0-9a-f]{64}, [0-9a-f]{64} is recorded/,
  },
  {
    what: "a truncated file",
    damage: (snapshot) => Deno.truncate(`${snapshot}/d/big`, 10),
    found: ["mtime d/big", "size d/big"],
    fast: true,
    message: /it has 10 bytes, 300000 are recorded/,
  },
  {
    what: "a changed mode of a file",
    damage: (snapshot) => Deno.chmod(`${snapshot}/d/big`, 0o666),
    found: ["mode d/big"],
    fast: true,
    message: /its mode is 0666, 0644 is recorded/,
  },
  {
    what: "a changed mode of a directory",
    damage: (snapshot) => Deno.chmod(`${snapshot}/none`, 0o700),
    found: ["mode none"],
    fast: true,
    message: /its mode is 0700, 0755 is recorded/,
  },
  {
    what: "a changed owner of a directory",
    damage: (snapshot) => Deno.chown(`${snapshot}/none`, 5, 6),
    found: ["owner none"],
    fast: true,
    message: /it belongs to 5:6, 0:0 is recorded/,
  },
  {
    what: "a touched file",
    damage: (snapshot) => run("touch", ["-d", "2020-01-01 00:00:00Z", `${snapshot}/a`]),
    found: ["mtime a", "mtime b"],
    fast: true,
    message:
      /it was modified 2020-01-01 00:00:00\.000000000 UTC, 2023-11-14 22:13:20\.123456789 UTC/,
  },
  {
    what: "a deleted file",
    damage: (snapshot) => Deno.remove(`${snapshot}/d/sub/c`),
    found: ["missing d/sub/c", "mtime d/sub"],
    fast: true,
    message: /Cannot confirm \\"source\/[-0-9]+\/d\/sub\/c\\": it is missing"/,
  },
  {
    what: "a deleted directory",
    damage: (snapshot) => Deno.remove(`${snapshot}/d`, { recursive: true }),
    found: ["missing d", "mtime "],
    fast: true,
    message: /it is missing \(a directory with 5 entries\)/,
  },
  {
    what: "an extra file",
    damage: (snapshot) => writeTree(`${snapshot}/none`, { "stray": "x" }),
    found: ["extra none/stray"],
    fast: true,
    message: /the manifest does not have it/,
  },
  {
    what: "an extra directory",
    damage: (snapshot) => writeTree(`${snapshot}/none`, { "stray": { "x": "", "y": { "z": "" } } }),
    found: ["extra none/stray"],
    fast: true,
    message: /the manifest does not have it \(a directory with 3 entries\)/,
  },
  {
    what: "a file that became a symlink",
    damage: async (snapshot) => {
      await Deno.remove(`${snapshot}/d/sub/c`);
      await Deno.symlink("/etc/passwd", `${snapshot}/d/sub/c`);
    },
    found: ["mtime d/sub", "type d/sub/c"],
    fast: true,
    message: /it is a link, a file is recorded/,
  },
  {
    what: "a symlink that leads elsewhere",
    damage: async (snapshot) => {
      await Deno.remove(`${snapshot}/d/link`);
      await Deno.symlink("../b", `${snapshot}/d/link`);
    },
    found: ["mtime d", "mtime d/link", "target d/link"],
    fast: true,
    message: /it leads to \\"..\/b\\", \\"..\/a\\" is recorded/,
  },
  {
    what: "an edited SHA256SUMS",
    damage: (snapshot) => run("sed", ["-i", "s/^./0/", `${snapshot}/d/sub/SHA256SUMS`]),
    found: ["checksums d/sub/SHA256SUMS", "mtime d/sub"],
    fast: true,
    message: /it says 0[0-9a-f]{63} of \\"c\\", [0-9a-f]{64} is recorded/,
  },
  {
    what: "a SHA256SUMS with a line less",
    damage: (snapshot) =>
      run("sh", [
        "-c",
        'sed 1d "$0" > /tmp/x.$$; cat /tmp/x.$$ > "$0"; rm /tmp/x.$$',
        `${snapshot}/SHA256SUMS`,
      ]),
    found: ["checksums SHA256SUMS"],
    fast: true,
    message: /it has no line for \\"a\\"/,
  },
  {
    what: "a touched SHA256SUMS",
    damage: (snapshot) => run("touch", ["-d", "2020-01-01Z", `${snapshot}/SHA256SUMS`]),
    found: ["checksums SHA256SUMS"],
    fast: true,
    message: /it was modified 2020-01-01 00:00:00\.000000000 UTC, its directory 2023-/,
  },
  {
    what: "a deleted SHA256SUMS",
    damage: (snapshot) => Deno.remove(`${snapshot}/d/sub/SHA256SUMS`),
    found: ["checksums d/sub/SHA256SUMS", "mtime d/sub"],
    fast: true,
    message: /SHA256SUMS\\": it is missing/,
  },
];

for (const { what, damage, found, fast, message } of CASES) {
  Deno.test(`phlb verify finds ${what}${fast ? ", also with --fast" : ", by reading alone"}`, async () => {
    await using place = await makePlace(VERIFY_TREE);
    await place.mustBackup();
    await damage(place.latest());
    const quick = await verify(place.root, ["--fast"]);
    assert.deepStrictEqual([quick.code, quick.found], fast ? [3, found] : [0, []], quick.stderr);
    const whole = await verify(place.root);
    assert.deepStrictEqual([whole.code, whole.found], [3, found], whole.stderr);
    assert.ok(whole.messages.some((text) => message.test(text)), whole.messages.join("\n"));
    assert.strictEqual(whole.summary["num_errors"], found.length);
  });
}

Deno.test("a damaged inode is told for each of its names in all verified snapshots", async () => {
  await using place = await makeHistory();
  const [first = "", second = ""] = place.snapshots();
  await flipByte(`${second}/a`);
  const { code, found, messages } = await verify(place.root, ["--all"]);
  assert.deepStrictEqual([code, found], [3, ["content a", "content a", "content b", "content b"]]);
  for (const snapshot of [first, second]) {
    for (const name of ["a", "b"]) {
      const path = `source/${snapshot.split("/").at(-1)}/${name}`;
      assert.strictEqual(messages.filter((text) => text.includes(path)).length, 1, path);
    }
  }
});

Deno.test("a manifest that was cut short is found, and the rest is checked with SHA256SUMS", async () => {
  await using place = await makePlace(VERIFY_TREE);
  await place.mustBackup();
  const manifest = `${place.latest()}-manifest.mtree.gz`;
  const text = await run("zcat", [manifest]);
  const cut = text.slice(0, text.indexOf("# ctime", text.indexOf("\n./b ")));
  await Deno.writeTextFile(`${place.root}/plain`, cut);
  await run("sh", ["-c", 'gzip -c "$0/plain" > "$1"; rm "$0/plain"', place.root, manifest]);
  const quick = await verify(place.root, ["--fast"]);
  assert.deepStrictEqual([quick.code, quick.found], [3, ["manifest "]], quick.stderr);
  assert.match(
    quick.messages.join(),
    /cannot be read to its end \(line \d+: the manifest ends too/,
  );

  await flipByte(`${place.latest()}/d/big`);
  await Deno.remove(`${place.latest()}/d/sub/c`);
  const whole = await verify(place.root);
  assert.deepStrictEqual(whole.found, ["content d/big", "manifest ", "missing d/sub/c"]);
});

Deno.test("a part of a snapshot is verified by itself", async () => {
  await using place = await makePlace(VERIFY_TREE);
  await place.mustBackup();
  await flipByte(`${place.latest()}/a`);
  await Deno.chmod(`${place.latest()}/none`, 0o700);
  const dir = await verify(place.root, ["latest:d"]);
  assert.deepStrictEqual([dir.code, dir.found, dir.summary["total_files"]], [0, [], 2], dir.stderr);
  const file = await verify(place.root, ["latest:b"]);
  assert.deepStrictEqual([file.code, file.found], [3, ["content b"]], file.stderr);
  const other = await verify(place.root, ["latest:none"]);
  assert.deepStrictEqual(other.found, ["mode none"]);
  const nothing = await verify(place.root, ["latest:nowhere"]);
  assert.strictEqual(nothing.code, 2);
  assert.match(nothing.stderr, /Cannot find \\"nowhere\\" in the snapshot/);
});

Deno.test("a mode that another snapshot gave the shared inode is no problem, one that nobody gave is", async () => {
  await using place = await makeHistory();
  const newest = await verify(place.root);
  assert.deepStrictEqual([newest.code, newest.summary["modes_unjudged"]], [0, 1], newest.stderr);
  const all = await verify(place.root, ["--all"]);
  assert.deepStrictEqual([all.code, all.summary["modes_unjudged"]], [0, 0], all.stderr);
  await Deno.chmod(`${place.latest()}/d/big`, 0o640);
  const changed = await verify(place.root, ["--all"]);
  assert.deepStrictEqual([changed.code, changed.found], [3, ["mode d/big"]]);
  // Whoever remembers the old mode needs not see all names.
  const single = await verify(place.root, ["--fast"]);
  assert.deepStrictEqual(single.found, ["mode d/big"], single.stderr);
  assert.match(single.messages.join(), /it was 0644 when verified before/);
});

Deno.test("a mode is no problem when the snapshot that gave it is gone", async () => {
  await using place = await makeHistory();
  const [first = ""] = place.snapshots();
  await run("sh", ["-c", 'rm -r "$0" "$0"-*', first]);
  const { code, found, summary } = await verify(place.root, ["--all"]);
  assert.deepStrictEqual([code, found, summary["modes_unjudged"]], [0, [], 1]);
});

Deno.test("a mode is no problem when all snapshots of the source that gave it are gone", async () => {
  await using place = await makePlace({ "a": "content" });
  await place.mustBackup(["--name", "other"]);
  await Deno.chmod(`${place.source}/a`, 0o600);
  await place.mustBackup();
  await run("sh", ["-c", 'rm -r "$0"/other/*', place.root]);
  const { code, found, summary } = await verify(place.root, ["--all"]);
  assert.deepStrictEqual([code, found, summary["modes_unjudged"]], [0, [], 1]);
});

Deno.test("names of any bytes are verified", async () => {
  await using place = await makePlace({
    "\udcff": "x",
    "new\nline": "y",
    "back\\slash": "z",
    "SHA256SUMS": "mine",
    "-": "dash",
    "dir\udc80": { "ö": "1", "\ue000": "2", "\u{1f600}": "3" },
  });
  await place.mustBackup();
  const good = await verify(place.root);
  assert.deepStrictEqual([good.code, good.found], [0, []], good.stderr);
  assert.strictEqual(good.summary["total_files"], 8);
});

Deno.test("verifying changes nothing in the root but its own record", async () => {
  await using place = await makeHistory();
  const before = await readTree(place.root);
  await verify(place.root, ["--all"]);
  const skip = (path: string) => path === ".phlb" || path === ".phlb/scrub.sqlite3";
  assertSameTree(await readTree(place.root), before, { skip });
});

Deno.test("what does not go together is refused", async () => {
  await using place = await makePlace(VERIFY_TREE);
  const none = await verify(place.root);
  assert.deepStrictEqual([none.code, none.found], [2, []]);
  assert.match(none.stderr, /it holds no complete snapshot/);
  for (
    const args of [["--all", "latest"], ["--fast", "--sample", "5%"], ["--sample", "0"], [
      "--max-duration",
      "soon",
    ]]
  ) {
    const { code, stderr } = await runPhlb(["verify", "--root", place.root, ...args]);
    assert.deepStrictEqual([code, /^Error: Cannot use /.test(stderr)], [2, true], stderr);
  }
});

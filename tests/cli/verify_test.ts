import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { fileURLToPath } from "node:url";
import { giveToUser, runPhlbAsUser } from "../support/as_user.ts";
import { type BackupPlace, makeLoopPlace, makePlace } from "../support/backup_place.ts";
import { runPhlb, startPhlb } from "../support/phlb.ts";
import { type Outcome, run } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import {
  fifo,
  readTree,
  sparse,
  symlink,
  type Tree,
  withMeta,
  writeTree,
} from "../support/tree.ts";

/** A root that PyHardLinkBackup 1.9.1 made in two runs. */
const FIXTURE = new URL("../fixtures/pyhardlinkbackup-1.9.1-root.tar.gz", import.meta.url);

const TREE: Tree = {
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

interface Verified {
  readonly code: number;
  /** `<code> <snapshot>/<path>` of each problem, sorted. */
  readonly found: readonly string[];
  readonly messages: readonly string[];
  readonly summary: Fields;
  readonly stderr: string;
}

/** Runs `phlb verify --json` and takes apart what it says. */
async function verify(root: string, args: readonly string[] = []): Promise<Verified> {
  return takeApart(await runPhlb(["verify", "--root", root, "--json", "--no-progress", ...args]));
}

function takeApart({ code, stdout, stderr }: Outcome): Verified {
  const parse = (text: string): Fields[] =>
    text.split("\n").filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  const problems = parse(stderr).filter(({ message_type: type }) => type === "error");
  const found = problems.map(({ code, item }) => `${code} ${item}`).toSorted();
  const messages = problems.map(({ error }) => JSON.stringify(error));
  return { code, found, messages, summary: parse(stdout).at(-1) ?? {}, stderr };
}

/** A place with two snapshots: the second has a changed mode, a new file and one less. */
async function makeHistory(): Promise<BackupPlace> {
  const place = await makePlace(TREE);
  await place.mustBackup();
  await Deno.chmod(`${place.source}/d/big`, 0o600);
  await Deno.writeTextFile(`${place.source}/new`, "new");
  await Deno.remove(`${place.source}/d/sub/c`);
  await place.mustBackup();
  return place;
}

async function flipByte(path: string): Promise<void> {
  const { mtime, atime } = await Deno.stat(path);
  const before = await run("stat", ["-c", "%y", path]);
  const opened = await Deno.open(path, { read: true, write: true });
  await opened.write(new TextEncoder().encode("X"));
  opened.close();
  assert.ok(mtime !== null && atime !== null);
  await run("touch", ["-m", "-d", before.trim(), path]);
}

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
    await using place = await makePlace(TREE);
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
  await using place = await makePlace(TREE);
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
  await using place = await makePlace(TREE);
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

Deno.test("a root of PyHardLinkBackup 1.9.1 is verified by its SHA256SUMS", async () => {
  await using temp = await makeTempDir();
  await run("tar", ["-xzf", fileURLToPath(FIXTURE), "-C", temp.path]);
  const good = await verify(temp.path, ["--all"]);
  assert.deepStrictEqual([good.code, good.found], [0, []], good.stderr);
  assert.strictEqual(good.summary["num_snapshots"], 2);
  assert.strictEqual(good.summary["files_without_digest"], 0);

  const newest = `${temp.path}/documents/2026-11-21-040454`;
  await flipByte(`${newest}/new.bin`);
  await Deno.remove(`${newest}/small.txt`);
  const bad = await verify(temp.path);
  const found = ["content new.bin", "missing small.txt"];
  assert.deepStrictEqual([bad.code, bad.found], [3, found], bad.stderr);
});

Deno.test("a root of PyHardLinkBackup 0.x is verified by the .sha512 beside each file", async () => {
  await using temp = await makeTempDir();
  const snapshot = `${temp.path}/home/2019-03-04-101112`;
  const sum = (text: string) => createHash("sha512").update(text).digest("hex");
  await writeTree(snapshot, {
    "phlb_config.ini": "[common]\n",
    "a": "one",
    "a.sha512": sum("one"),
    "d": { "b": "two", "b.sha512": sum("two") },
  });
  const good = await verify(temp.path);
  assert.deepStrictEqual([good.code, good.found], [0, []], good.stderr);
  assert.deepStrictEqual([good.summary["total_files"], good.summary["files_without_digest"]], [
    2,
    0,
  ]);

  await Deno.writeTextFile(`${snapshot}/a`, "xxx");
  await Deno.remove(`${snapshot}/d/b`);
  const bad = await verify(temp.path);
  assert.deepStrictEqual([bad.code, bad.found], [3, ["content a", "missing d/b"]], bad.stderr);
  assert.match(bad.messages.join(), /its content has the SHA-512 [0-9a-f]{128}, /);
});

Deno.test("in a tree that a hand put there, files are read and told to have no digest", async () => {
  await using temp = await makeTempDir();
  await writeTree(`${temp.path}/home/2019-03-04-101112`, { "a": "one", "d": { "b": "two" } });
  const { code, stdout } = await runPhlb(["verify", "--root", temp.path]);
  assert.strictEqual(code, 0);
  assert.match(stdout, /^2 files without a digest to compare$/m);
  assert.match(stdout, /^Read 2 files \(6 Bytes\) of 2 \(6 Bytes\), each content once$/m);
});

Deno.test("SIGINT ends a verify with 130, and --resume reads what was not read", async () => {
  await using place = await makePlace();
  const snapshot = `${place.root}/hand/2019-03-04-101112`;
  await Deno.mkdir(`${place.root}/.phlb`);
  await writeTree(snapshot, { "a": "one", "b": "two", "endless": sparse(2 ** 43) });
  await Deno.writeTextFile(`${place.source}/phlb.toml`, "[performance]\nhashers = 1\n");
  const args = ["verify", "--root", place.root, "--config", `${place.source}/phlb.toml`, "--json"];
  const started = startPhlb(args);
  const script = 'until ls -l "/proc/$1/fd" | grep -q /endless; do kill -0 "$1" || exit 1; done';
  await run("sh", ["-c", script, "sh", String(started.pid)]);
  started.kill("SIGINT");
  const { code, stderr } = await started.outcome;
  assert.strictEqual(code, 130, stderr);
  assert.match(stderr, /The verify was interrupted.*--resume goes on with it/);

  await Deno.truncate(`${snapshot}/endless`, 5);
  const resumed = takeApart(await runPhlb([...args, "--resume"]));
  const { files_read: read, files_read_before: before } = resumed.summary;
  assert.deepStrictEqual([resumed.code, read, before], [0, 1, 2], resumed.stderr);
  const again = takeApart(await runPhlb([...args, "--resume"]));
  assert.match(again.stderr, /There is no unfinished verify of these snapshots/);
  assert.strictEqual(again.summary["files_read"], 3);
});

Deno.test("samples read everything once, one after the other", async () => {
  const tree = Object.fromEntries([...Array(10).keys()].map((i) => [`f${i}`, `${i}`.repeat(1000)]));
  await using place = await makePlace(tree);
  await place.mustBackup();
  await flipByte(`${place.latest()}/f7`);
  const codes: number[] = [];
  for (let i = 0; i < 4; i++) {
    const { code, summary } = await verify(place.root, ["--sample", "25%"]);
    codes.push(code);
    assert.strictEqual(summary["files_read"], 3);
  }
  assert.deepStrictEqual(codes.toSorted(), [0, 0, 0, 3]);
});

Deno.test("--max-duration ends cleanly and says that it is not finished", async () => {
  await using place = await makePlace();
  await Deno.mkdir(`${place.root}/.phlb`);
  await writeTree(`${place.root}/hand/2019-03-04-101112`, { "a": "one", "z": sparse(2 ** 43) });
  const args = ["verify", "--root", place.root, "--max-duration", "1s"];
  const { code, stdout, stderr } = await runPhlb(args);
  assert.strictEqual(code, 0, stderr);
  assert.match(stdout, /^Not finished: --resume goes on with it$/m);
  assert.match(stdout, /^Read 1 file \(3 Bytes\) of 2 /m);
});

Deno.test("a read-only root is verified, and a sample says that nothing is remembered", async () => {
  await using place = await makeLoopPlace({ type: "ext4", sizeMib: 20 }, TREE);
  await place.mustBackup();
  await place.mount.remount("ro");
  const { code, found, stderr } = await verify(place.root, ["--all"]);
  assert.deepStrictEqual([code, found, stderr], [0, [], ""]);
  const sample = await verify(place.root, ["--sample", "50%"]);
  assert.strictEqual(sample.code, 0, sample.stderr);
  assert.match(sample.stderr, /What is read now will not be remembered: /);
});

Deno.test("a user who may not read some of it hears of that, and only of that", async () => {
  await using place = await makePlace({
    "open": "x",
    "secret": withMeta("y", { mode: 0o600 }),
    "locked": { "in": "z" },
  });
  await Deno.chmod(`${place.source}/locked`, 0o700);
  await place.mustBackup();
  await run("chmod", ["755", place.root, place.root.replace(/\/root$/, "")]);
  const args = ["verify", "--root", place.root, "--json", "--no-progress"];
  const all = takeApart(await runPhlbAsUser(args));
  assert.deepStrictEqual([all.code, all.messages.length], [3, 1], all.stderr);
  assert.match(all.stderr, /Cannot confirm \\"source\\": permission denied/);
  await Deno.chmod(`${place.root}/source`, 0o755);
  const closed = takeApart(await runPhlbAsUser(args));
  const unreadable = ["unreadable ", "unreadable locked", "unreadable secret"];
  assert.deepStrictEqual([closed.code, closed.found], [3, unreadable], closed.stderr);
  await Deno.chmod(`${place.latest()}-manifest.mtree.gz`, 0o644);
  const { code, found, stderr } = takeApart(await runPhlbAsUser(args));
  assert.deepStrictEqual([code, found], [3, ["unreadable locked", "unreadable secret"]], stderr);
  await giveToUser(place.root);
  const own = takeApart(await runPhlbAsUser(args));
  assert.deepStrictEqual([own.code, own.found], [0, []], own.stderr);
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
  await using place = await makePlace(TREE);
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

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { openFileSystem } from "../../src/fs/open_file_system.ts";
import { STAT } from "../../src/fs/stat_table.ts";
import type { ManifestSection } from "../../src/store/section.ts";
import { run, runAnyhow } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import {
  device,
  fifo,
  readTree,
  sparse,
  symlink,
  type Tree,
  type TreeOnDisk,
  withMeta,
  writeTree,
} from "../support/tree.ts";
import { readSections, walkSections, writeSample } from "../unit/store/manifest_samples.ts";
import { GLOB_NAMES, HOSTILE_NAMES } from "./hostile_names.ts";

function hostileTree(names: readonly string[]): Tree {
  const files = Object.fromEntries(names.map((name, i) => [name, `content ${i}`]));
  return {
    ...files,
    // No newline: mtree's comments have the path as it is, and break at it.
    "dir with \\ space": { ...files, "sub\udcfe": { deep: "1" } },
    empty: {},
    link: symlink("target with spa ce\n#"),
    dangling: symlink("nowhere"),
    pipe: fifo(),
    sparse: sparse(1_000_000, [[500_000, "data"]]),
    old: withMeta("old", { mtimeNs: -5_300_000_001n }),
    odd: withMeta("odd", { mode: 0o4750, uid: 12345, gid: 54321 }),
    null: device("char", { major: 1, minor: 3 }),
    disk: device("block", { major: 259, minor: 70000 }),
  };
}

/** Writes `tree/` and `manifest.mtree.gz` beside it; returns what was written. */
async function writeBoth(path: string, names: readonly string[]): Promise<ManifestSection[]> {
  await writeTree(`${path}/tree`, hostileTree(names));
  const { fs } = openFileSystem("auto");
  const dir = fs.openRoot(`${path}/tree`);
  const sections = walkSections(fs, dir);
  fs.closeDir(dir);
  const bytes = await new Blob(writeSample(sections)).bytes();
  Deno.writeFileSync(`${path}/manifest.mtree.gz`, bytes);
  return sections;
}

function countEntries(sections: readonly ManifestSection[]): number {
  return sections.reduce(
    (sum, { names, continues }) => sum + names.length + (continues ? 0 : 1),
    0,
  );
}

const CHECK_BY_MTREE = ["-c", "zcat manifest.mtree.gz | mtree -p tree"];

Deno.test("mtree has nothing to say about a tree of hostile names and our manifest", async () => {
  await using dir = await makeTempDir();
  await writeBoth(dir.path, HOSTILE_NAMES);
  const outcome = await runAnyhow("sh", CHECK_BY_MTREE, { cwd: dir.path });
  deepStrictEqual(outcome, { code: 0, stdout: "", stderr: "" });
});

Deno.test("mtree finds the one file that does not agree with our manifest", async () => {
  await using dir = await makeTempDir();
  await writeBoth(dir.path, ["a", "b"]);
  await run("sh", ["-c", "printf 'content 2' > tree/a; touch -r tree/b tree/a"], { cwd: dir.path });
  const { code, stdout } = await runAnyhow("sh", CHECK_BY_MTREE, { cwd: dir.path });
  strictEqual(code, 2);
  strictEqual(/^a: /m.test(stdout), true, stdout);
  strictEqual(/^b: /m.test(stdout), false, stdout);
});

Deno.test("bsdtar lists every entry of our manifest", async () => {
  await using dir = await makeTempDir();
  const sections = await writeBoth(dir.path, [...HOSTILE_NAMES, ...GLOB_NAMES]);
  const listing = await run("bsdtar", ["-tf", "manifest.mtree.gz"], { cwd: dir.path });
  strictEqual(listing.trimEnd().split("\n").length, countEntries(sections));
});

Deno.test("bsdtar restores content from a snapshot and attributes from our manifest", async () => {
  await using dir = await makeTempDir();
  await writeBoth(dir.path, [...HOSTILE_NAMES, ...GLOB_NAMES]);
  const expected = await readTree(`${dir.path}/tree`);
  // What the inode says is another file's business: a shared one has that of its first owner.
  await run("chmod", ["0600", "a=b", "ümläut"], { cwd: `${dir.path}/tree` });
  await run("touch", ["-d", "2001-01-01", "a=b"], { cwd: `${dir.path}/tree` });
  await run("sh", [
    "-c",
    "mkdir ../restored && " +
    "bsdtar --format=pax -cf - @../manifest.mtree.gz | bsdtar -xpf - -C ../restored",
  ], { cwd: `${dir.path}/tree` });
  const skip = (path: string) => path === "."; // made by mkdir
  assertSameTree(await readTree(`${dir.path}/restored`), expected, { skip });
});

/** The commands that FORMAT.md gives for want of phlb. */
const RESTORE_BY_MTREE = [
  "cp -a --no-preserve=links tree restored",
  "zcat manifest.mtree.gz > manifest",
  "cd restored",
  "mtree -f ../manifest -p . | sed -n 's/^extra: //p' | grep 'SHA256SUMS[.phlb]*$' | xargs -d '\\n' rm --",
  "mtree -f ../manifest -p . -U -t",
].join(" && ");

Deno.test("cp and mtree restore what every entry was, whatever its shared inode says", async () => {
  await using dir = await makeTempDir();
  await writeBoth(dir.path, HOSTILE_NAMES);
  const expected = await readTree(`${dir.path}/tree`);
  // As in a snapshot: a file of the same content was there first, and a checksum file is added.
  await run("sh", [
    "-c",
    "rm a=b && echo 'content 8' | tr -d '\\n' > old2 && ln old2 a=b && rm old2 && " +
    "chmod 0600 a=b && touch -d 2001-01-01 a=b && chown 7:7 a=b && touch SHA256SUMS",
  ], { cwd: `${dir.path}/tree` });
  await runAnyhow("sh", ["-c", RESTORE_BY_MTREE], { cwd: dir.path });
  assertSameTree(toMicroseconds(await readTree(`${dir.path}/restored`)), toMicroseconds(expected));
});

/** NetBSD's mtree sets no finer times. */
function toMicroseconds(tree: TreeOnDisk): TreeOnDisk {
  return Object.fromEntries(
    Object.entries(tree).map(([path, entry]) => {
      return [path, { ...entry, mtimeNs: entry.mtimeNs / 1000n }];
    }),
  );
}

/** Path, then what every mtree writer notes. */
function describe(sections: readonly ManifestSection[]): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const { relPath, names, stats, records, continues } of sections) {
    if (!continues) found[relPath] = { mode: stats.get(0, STAT.mode) };
    for (const [i, name] of names.entries()) {
      found[`${relPath}/${name}`] = {
        mode: stats.get(i + 1, STAT.mode),
        size: stats.sizeBytes(i + 1),
        mtimeSec: stats.get(i + 1, STAT.mtimeSec),
        uid: stats.get(i + 1, STAT.uid),
        gid: stats.get(i + 1, STAT.gid),
        digest: records[i + 1]?.digest,
        linkTarget: records[i + 1]?.linkTarget,
      };
    }
  }
  return found;
}

const KEYWORDS = "type,mode,uid,gid,size,time,link,sha256";

Deno.test("readManifest() reads what NetBSD's mtree writes, relative names with /set and ..", async () => {
  await using dir = await makeTempDir();
  const sections = await writeBoth(dir.path, HOSTILE_NAMES);
  await run("sh", ["-c", `mtree -c -k ${KEYWORDS} -p tree > by-mtree`], { cwd: dir.path });
  const read = await readSections([Deno.readFileSync(`${dir.path}/by-mtree`)]);
  deepStrictEqual(describe(read), describe(sections));
});

Deno.test("readManifest() reads what bsdtar writes, compressed and in its own order", async () => {
  await using dir = await makeTempDir();
  const sections = await writeBoth(dir.path, [...HOSTILE_NAMES, ...GLOB_NAMES]);
  const options = "--options=mtree:all,!cksum,!md5,!sha1,!sha384,!sha512,!rmd160";
  await run("sh", [
    "-c",
    `bsdtar --format=mtree '${options}' -czf ../by-bsdtar.gz .`,
  ], { cwd: `${dir.path}/tree` });
  const read = await readSections([Deno.readFileSync(`${dir.path}/by-bsdtar.gz`)]);
  deepStrictEqual(describe(read), describe(sections));
});

/**
 * Manifests of many small members on disk, for the tests of those who read them raw.
 *
 * @module
 */
import { gunzipSync } from "node:zlib";
import { compareNames, comparePaths, joinRel } from "../../../src/base/path_bytes.ts";
import { openFileSystem } from "../../../src/fs/open_file_system.ts";
import { packMember } from "../../../src/store/manifest_gzip.ts";
import { type ManifestScan, openManifestScan } from "../../../src/store/manifest_scan.ts";
import type { ManifestSection } from "../../../src/store/section.ts";
import { fc } from "../../support/property.ts";
import { makeTempDir } from "../../support/temp_dir.ts";
import { makeSection, sampleDigest, type SampleEntry, writeSample } from "./manifest_samples.ts";

const { fs } = openFileSystem("auto");

/** The members of a manifest, each with `entries` entries. */
export function smallMembers(
  sections: readonly ManifestSection[],
  entries: number,
): Uint8Array<ArrayBuffer>[] {
  const texts = writeSample(sections).map((piece) => new TextDecoder().decode(gunzipSync(piece)));
  return cutMembers(texts.join(""), entries);
}

/** The members of a manifest of this text, each with `entries` entries. */
export function cutMembers(text: string, entries: number): Uint8Array<ArrayBuffer>[] {
  const blocks = text.split(/(?<=\n)(?=# ctime=|# phlb end)/);
  const members: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < blocks.length; at += entries) {
    const plain = new TextEncoder().encode(blocks.slice(at, at + entries).join(""));
    members.push(packMember(plain, 1));
  }
  return members;
}

/** Opens the manifest that has these bytes. */
export async function withScan<T>(
  members: readonly Uint8Array<ArrayBuffer>[],
  use: (scan: ManifestScan | undefined) => T | Promise<T>,
): Promise<T> {
  await using temp = await makeTempDir();
  await Deno.writeFile(`${temp.path}/m`, await new Blob([...members]).bytes());
  const dir = fs.openRoot(temp.path);
  try {
    const scan = openManifestScan(fs, dir, "m");
    try {
      return await use(scan);
    } finally {
      scan?.close();
    }
  } finally {
    fs.closeDir(dir);
  }
}

/** Few characters, so that names are alike, and those with which matching goes wrong. */
const CHARS = ["a", "b", "A", "0", "4", "1", ".", "k", "K", "\u212a", "s", "ſ", "é", "É", " "]
  .concat(["\\", "\n", "*", "?", "[", "#", "=", "\udc80", "\udcff", "😀", "-"]);

/** Names that are hard to tell apart. */
export const trickyNames: fc.Arbitrary<string> = fc.array(fc.constantFrom(...CHARS), {
  minLength: 1,
  maxLength: 4,
}).map((chars) => chars.join("")).filter((name) => name !== "." && name !== "..");

const entries: fc.Arbitrary<SampleEntry> = fc.record({
  name: trickyNames,
  kind: fc.constantFrom("file" as const, "link" as const, "fifo" as const),
  seed: fc.nat(3),
}).map(({ name, kind, seed }) => ({
  name,
  type: kind,
  stat: {
    mtimeSec: seed * 1000 - 1000,
    mtimeNsec: seed,
    ...(kind === "file" ? { sizeBytes: seed } : {}),
  },
  record: kind === "file"
    ? { digest: sampleDigest(seed) }
    : kind === "link"
    ? { linkTarget: name }
    : { state: "recorded" },
}));

/** A tree in the order of a walk, in which no two entries have the same path. */
export const trickyTrees: fc.Arbitrary<ManifestSection[]> = fc.record({
  dirs: fc.array(fc.tuple(trickyNames, fc.nat()), { maxLength: 10 }),
  files: fc.array(fc.tuple(entries, fc.nat()), { maxLength: 30 }),
}).map(({ dirs, files }) => {
  const paths = [""];
  for (const [name, parent] of dirs) {
    const path = joinRel(paths[parent % paths.length] ?? "", name);
    if (!paths.includes(path)) paths.push(path);
  }
  return paths.toSorted(comparePaths).map((path, i) => {
    const own = files.filter(([, number]) => number % paths.length === i).map(([entry]) => entry);
    return makeSection(
      path,
      own.filter(({ name }, at) =>
        !paths.includes(joinRel(path, name)) &&
        !own.slice(0, at).some((other) => compareNames(other.name, name) === 0)
      ),
    );
  });
});

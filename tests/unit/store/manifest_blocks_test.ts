import assert from "node:assert/strict";
import { STAT_FIELDS } from "../../../src/fs/stat_table.ts";
import { LineError } from "../../../src/store/manifest_line.ts";
import {
  type ManifestBlock,
  manifestBlocks,
  parseBlock,
} from "../../../src/store/manifest_blocks.ts";
import type { ManifestSection } from "../../../src/store/section.ts";
import { ManifestWriter } from "../../../src/store/manifest_writer.ts";
import {
  makeSection,
  plainManifest,
  readSections,
  SAMPLE_HEADER,
  sampleDigest,
  writeSample,
} from "./manifest_samples.ts";

async function blocksOf(chunks: Iterable<Uint8Array>): Promise<ManifestBlock[]> {
  return await Array.fromAsync(manifestBlocks(chunks));
}

/** Directories that fill several members, one of them larger than a part. */
function manySections(changed = "") {
  const digest = sampleDigest(1);
  const dir = (name: string, files: number) =>
    makeSection(
      name,
      Array.from({ length: files }, (_, i) => ({
        name: `file ${String(i).padStart(5, "0")}`,
        record: { digest: name === changed ? sampleDigest(2) : digest },
      })),
    );
  const dirs = Array.from({ length: 60 }, (_, i) => dir(`d${String(i + 10)}`, 500));
  return [makeSection("", []), ...dirs, dir("huge", 12_000), dir("last", 3)];
}

/** Each directory once, whatever slices it came in. */
function joined(sections: readonly ManifestSection[]) {
  return [...Map.groupBy(sections, ({ relPath }) => relPath)].map(([relPath, slices]) => ({
    relPath,
    dir: slices[0]?.stats.data.slice(0, STAT_FIELDS),
    names: slices.flatMap(({ names }) => names),
    records: slices.flatMap(({ records }) => records.slice(1)),
    rows: slices.flatMap(({ stats }) => [...stats.data.subarray(STAT_FIELDS)]),
  }));
}

Deno.test("manifestBlocks() hands out every line of a manifest, directory by directory", async () => {
  const chunks = writeSample(manySections());
  assert.ok(chunks.length >= 4, String(chunks.length));
  const blocks = await blocksOf(chunks);
  assert.deepStrictEqual(
    joined(blocks.flatMap(parseBlock)),
    joined(await readSections(chunks)),
  );
  const huge = blocks.filter(({ relPath }) => relPath === "huge");
  assert.ok(huge.length >= 2, String(huge.length));
  assert.deepStrictEqual(huge.map(({ continues }) => continues), huge.map((_, i) => i > 0));
  assert.deepStrictEqual(huge.map(({ ends }) => ends), huge.map((_, i) => i === huge.length - 1));
});

Deno.test("manifestBlocks() tells where a directory's text lies in its member", async () => {
  const blocks = await blocksOf(writeSample(manySections()));
  const placed = blocks.filter(({ origin }) => origin !== undefined);
  assert.ok(placed.length > 55, String(placed.length));
  for (const { text, origin } of placed) {
    assert.ok(origin !== undefined);
    const { packed, start } = origin;
    const plain = await new Response(
      new Blob([packed.bytes]).stream().pipeThrough(new DecompressionStream("gzip")),
    ).text();
    assert.strictEqual(plain.length, packed.plainBytes);
    assert.strictEqual(plain.slice(start, start + text.length), text);
  }
});

async function rewrite(chunks: readonly Uint8Array[], startedAt: string) {
  const pieces: Uint8Array[] = [];
  const writer = new ManifestWriter({
    header: { ...SAMPLE_HEADER, startedAt },
    sink: (bytes) => pieces.push(bytes),
    level: 9,
    userName: () => "root",
    groupName: () => "root",
  });
  for await (const { text, origin } of manifestBlocks(chunks)) {
    writer.addText({ text, origin, entries: text.split("\n").length >> 1 });
  }
  writer.finish();
  return pieces;
}

Deno.test("ManifestWriter copies the members of which nothing changed, as they are", async () => {
  const before = writeSample(manySections());
  const after = await rewrite(before, "2026-02-03T04:05:06.789+01:00");
  const known = new Set(before.map((piece) => piece.toHex()));
  const copied = after.filter((piece) => known.has(piece.toHex()));
  assert.ok(copied.length >= before.length - 4, `${copied.length} of ${before.length}`);
  assert.deepStrictEqual(await readSections(after), await readSections(before));
});

Deno.test("ManifestWriter copies nothing of a member that is not whole", async () => {
  const before = writeSample(manySections());
  const left = "d30";
  const pieces: Uint8Array[] = [];
  const writer = new ManifestWriter({
    header: SAMPLE_HEADER,
    sink: (bytes) => pieces.push(bytes),
    level: 1,
    userName: () => "root",
    groupName: () => "root",
  });
  const changed = manySections(left).find(({ relPath }) => relPath === left);
  assert.ok(changed !== undefined);
  for (const block of await blocksOf(before)) {
    if (block.relPath === left) writer.add(changed);
    else writer.addText({ ...block, entries: block.text.split("\n").length >> 1 });
  }
  writer.finish();
  assert.deepStrictEqual(
    (await readSections(pieces)).map(({ relPath, records }) => [relPath, records]),
    (await readSections(writeSample(manySections(left)))).map(({ relPath, records }) => [
      relPath,
      records,
    ]),
  );
});

Deno.test("manifestBlocks() hands out what comes before the damage", async () => {
  const lines = new TextDecoder().decode(
    await new Response(
      new Blob(writeSample([makeSection("", [{ name: "a" }]), makeSection("b", [{ name: "c" }])]))
        .stream().pipeThrough(new DecompressionStream("gzip")),
    ).bytes(),
  ).trimEnd().split("\n");
  const read = async (kept: readonly string[]) => {
    const found: string[] = [];
    try {
      for await (const { relPath } of manifestBlocks(plainManifest(kept))) found.push(relPath);
    } catch (error) {
      assert.ok(error instanceof LineError, String(error));
      return `${found} | ${error.message}`;
    }
    return `${found}`;
  };
  assert.strictEqual(await read(lines), ",b");
  assert.strictEqual(await read(lines.slice(0, -1)), ",b | the manifest ends too early");
  const headless = lines.filter((line) => !line.startsWith("# phlb manifest"));
  assert.match(await read(headless), /not of phlb's format/);
  const newer = lines.map((line) => line.replace("phlb manifest 1", "phlb manifest 2"));
  assert.match(await read(newer), /newer/);
  const swapped = [...lines.slice(0, 8), ...lines.slice(12, 14), ...lines.slice(8, 12)];
  assert.match(await read([...swapped, ...lines.slice(14)]), /not in order/);
  const bare = lines.filter((line, i) => !(i > 10 && line.startsWith("# ctime")));
  assert.match(await read(bare), /comment above a directory is missing/);
});

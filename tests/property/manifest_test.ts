import { deepStrictEqual, ok } from "node:assert/strict";
import { fc } from "../support/property.ts";
import { compareNames, comparePaths, decodeName, joinRel } from "../../src/base/path_bytes.ts";
import type { EntryType, STAT } from "../../src/fs/stat_table.ts";
import { ManifestError } from "../../src/store/manifest_reader.ts";
import type { EntryRecord, ManifestSection } from "../../src/store/section.ts";
import {
  makeSection,
  readAll,
  readSections,
  type SampleEntry,
  writeSample,
} from "../unit/store/manifest_samples.ts";

// fast-check prints the seed of a failure.

/** Any bytes that can be a name. */
const names = fc.uint8Array({ minLength: 1, maxLength: 20 }).map((bytes) => {
  return decodeName(bytes.map((byte) => byte === 0 || byte === 0x2f ? 0x2a : byte));
}).filter((name) => name !== "." && name !== "..");

const nanoseconds = fc.integer({ min: 0, max: 999_999_999 });
const seconds = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });
const times = fc.tuple(seconds, nanoseconds).map(([sec, nsec]) => ({ sec, nsec }));
const halves = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const digests = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => bytes.toHex());

/** The columns that every entry has in a manifest. */
const commonStat = fc.record({
  nlink: fc.integer({ min: 1, max: 65_000 }),
  uid: halves,
  gid: halves,
  devMajor: fc.nat(4095),
  devMinor: fc.nat(1_048_575),
  inoHigh: halves,
  inoLow: halves,
  mtimeSec: seconds,
  mtimeNsec: nanoseconds,
  ctimeSec: seconds,
  ctimeNsec: nanoseconds,
});

type Stat = Partial<Record<keyof typeof STAT, number>>;

interface Kind {
  readonly type: EntryType;
  readonly stat: Stat;
  readonly record: EntryRecord;
}

const xattrs = fc.array(fc.tuple(names.map((name) => `user.${name}`), fc.uint8Array()), {
  minLength: 1,
  maxLength: 3,
});

const files: fc.Arbitrary<Kind> = fc.record({
  sizeBytes: fc.maxSafeNat(),
  digest: digests,
  storedMtime: fc.option(times, { nil: undefined }),
  state: fc.constantFrom(undefined, "unsettled" as const),
  xattrs: fc.option(xattrs, { nil: undefined }),
}).map(({ sizeBytes, digest, storedMtime, state, xattrs }) => ({
  type: "file",
  stat: { sizeBytes },
  record: {
    digest,
    ...(storedMtime === undefined ? {} : { storedMtime }),
    ...(state === undefined ? {} : { state }),
    ...(xattrs === undefined ? {} : { xattrs }),
  },
}));

const links: fc.Arbitrary<Kind> = names.map((name) => ({
  type: "link",
  stat: {},
  record: { linkTarget: `../${name}/` },
}));

const specials: fc.Arbitrary<Kind> = fc.record({
  type: fc.constantFrom("char" as const, "block" as const),
  stat: fc.record({ rdevMajor: fc.nat(4095), rdevMinor: fc.nat(1_048_575) }),
  record: fc.constant({ state: "recorded" as const }),
});

const entries: fc.Arbitrary<SampleEntry> = fc.record({
  name: names,
  mode: fc.nat(0o7777),
  stat: commonStat,
  kind: fc.oneof(files, links, specials),
}).map(({ name, mode, stat, kind }) => ({
  name,
  mode,
  type: kind.type,
  stat: { ...stat, ...kind.stat },
  record: kind.record,
}));

/** A tree of some directories, each with some entries, in the order of a walk. */
const trees: fc.Arbitrary<ManifestSection[]> = fc.record({
  dirs: fc.array(fc.tuple(names, fc.nat()), { maxLength: 6 }),
  entries: fc.array(entries, { maxLength: 12 }),
}).map(({ dirs, entries }) => {
  const paths = [""];
  for (const [name, parent] of dirs) {
    const path = joinRel(paths[parent % paths.length] ?? "", name);
    if (!paths.includes(path)) paths.push(path);
  }
  return paths.toSorted(comparePaths).map((path, i) => {
    const own = entries.filter((_, number) => number % paths.length === i);
    return makeSection(path, unique(own));
  });
});

function unique(entries: readonly SampleEntry[]): SampleEntry[] {
  return entries.filter(({ name }, i) =>
    !entries.slice(0, i).some((other) => compareNames(other.name, name) === 0)
  );
}

Deno.test("readManifest() gives back any tree that ManifestWriter wrote", async () => {
  await fc.assert(fc.asyncProperty(trees, async (sections) => {
    deepStrictEqual(await readSections(writeSample(sections)), sections);
  }));
});

/** A place in a text, what to take away there and what to put in. */
const edits = fc.array(
  fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    remove: fc.nat(8),
    insert: fc.oneof(
      fc.constantFrom("\n", " ", "=", "\\", "/", "..", "#", "type=dir", "/set type=dir", "\n. "),
      fc.string({ maxLength: 5 }),
      names,
    ),
  }),
  { minLength: 1, maxLength: 4 },
);

Deno.test("readManifest() ends with a ManifestError or well, whatever a text was made into", async () => {
  await fc.assert(fc.asyncProperty(trees, edits, fc.boolean(), async (sections, edits, ours) => {
    let text = await plainText(sections);
    if (!ours) text = text.replaceAll("# phlb", "#");
    for (const { at, remove, insert } of edits) {
      const place = Math.floor(at * text.length);
      text = text.slice(0, place) + insert + text.slice(place + remove);
    }
    const { sections: read, error } = await readAll([new TextEncoder().encode(text)]);
    ok(error === undefined || error instanceof ManifestError, String(error));
    for (const section of read) checkSafe(section);
  }));
});

Deno.test("readManifest() ends with a ManifestError or well, whatever bytes were changed", async () => {
  const flips = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 3 });
  await fc.assert(fc.asyncProperty(trees, flips, async (sections, flips) => {
    const bytes = await new Blob(writeSample(sections)).bytes();
    for (const [at, value] of flips) bytes[at % bytes.length] = value;
    const { error } = await readAll([bytes]);
    ok(error === undefined || error instanceof ManifestError, String(error));
  }));
});

async function plainText(sections: readonly ManifestSection[]): Promise<string> {
  const packed = new Blob(writeSample(sections)).stream();
  return await new Response(packed.pipeThrough(new DecompressionStream("gzip"))).text();
}

/** No path may lead out of the tree, whatever the manifest said. */
function checkSafe({ relPath, names }: ManifestSection): void {
  const parts = [...(relPath === "" ? [] : relPath.split("/")), ...names];
  for (const part of parts) {
    ok(part !== "" && part !== "." && part !== ".." && !/[/\0]/.test(part), JSON.stringify(part));
  }
}

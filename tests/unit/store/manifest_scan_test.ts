import assert from "node:assert/strict";
import { joinRel } from "../../../src/base/path_bytes.ts";
import { STAT_FIELDS } from "../../../src/fs/stat_table.ts";
import { LineError } from "../../../src/store/manifest_line.ts";
import { packMember, UnpackError } from "../../../src/store/manifest_gzip.ts";
import { isManifestDamage, type ManifestScan } from "../../../src/store/manifest_scan.ts";
import {
  briefOf,
  decodePath,
  encodePath,
  parseRaw,
  rawBrief,
  RawCursor,
  rawDigest,
  rawPath,
} from "../../../src/store/raw_entry.ts";
import type { ManifestSection } from "../../../src/store/section.ts";
import { fc } from "../../support/property.ts";
import { makeSection, plainManifest, SAMPLE_HEADER, sampleDigest } from "./manifest_samples.ts";
import { smallMembers, trickyNames, trickyTrees, withScan } from "./scan_samples.ts";

Deno.test("a scan finds the same entries as a full parse", async () => {
  await fc.assert(fc.asyncProperty(trickyTrees, fc.integer({ min: 1, max: 9 }), async (tree, n) => {
    await withScan(smallMembers(tree, n), (scan) => {
      const raws = allRaw(must(scan));
      assert.deepStrictEqual(raws.map(rows), entriesOf(tree));
      for (const raw of raws) {
        const entry = parseRaw(raw);
        assert.strictEqual(encodePath(entry.relPath), rawPath(raw));
        assert.strictEqual(rawDigest(raw), entry.record?.digest);
        assert.deepStrictEqual(rawBrief(raw), briefOf(entry));
      }
      must(scan).checkEnd();
    });
  }));
});

Deno.test("seek() comes to the member that holds an entry, wherever members are cut", async () => {
  await fc.assert(
    fc.asyncProperty(trickyTrees, fc.integer({ min: 1, max: 9 }), async (tree, n) => {
      await withScan(smallMembers(tree, n), (given) => {
        const scan = must(given);
        for (let i = 0; i < scan.members; i++) {
          const cursor = new RawCursor(scan.member(i));
          while (cursor.next()) assert.strictEqual(scan.seek(cursor.place), i, cursor.path);
        }
      });
    }),
    { numRuns: 30 },
  );
});

Deno.test("a scan tells what the header says and nothing of what is not ours", async () => {
  const members = smallMembers([makeSection("", [])], 1);
  await withScan(members, (scan) => assert.deepStrictEqual(scan?.header, SAMPLE_HEADER));
  const newer = packMember(new TextEncoder().encode("#mtree\n# phlb manifest 2\n"), 1);
  await withScan([newer], (scan) => assert.strictEqual(scan, undefined));
  const foreign = packMember(new TextEncoder().encode("#mtree\n. type=dir\n"), 1);
  await withScan([foreign], (scan) => assert.strictEqual(scan, undefined));
  const plain = await new Blob(
    plainManifest(["#mtree", "# phlb manifest 1"]).map((it) => new Uint8Array(it)),
  ).bytes();
  await withScan([plain], (scan) => assert.strictEqual(scan, undefined));
  await withScan([], (scan) => assert.strictEqual(scan, undefined));
});

Deno.test("a damaged member fails alone, one before and behind it can be read", async () => {
  const members = smallMembers([makeSection("", [{ name: "a" }, { name: "b" }])], 1);
  const damaged = members.map((member, i) =>
    i === 2 ? flipped(member, member.length - 12) : member
  );
  await withScan(damaged, (given) => {
    const scan = must(given);
    assert.throws(() => scan.member(2), UnpackError);
    assert.match(scan.member(1).text, /^\. /m);
    assert.match(scan.member(3).text, /^\.\/b /m);
    assert.throws(() => scan.seek({ relPath: "", name: "a" }), isManifestDamage);
  });
});

Deno.test("a member with anything but ASCII in it is refused", async () => {
  const [first = assert.fail("there is no member")] = smallMembers([makeSection("", [])], 9);
  for (const bytes of [[0xff], [0xc3, 0xa4], [0xef, 0xbb, 0xbf], [0xef, 0xbf, 0xbd]]) {
    await withScan([first, packMember(Uint8Array.from([...bytes, 0x0a]), 1)], (scan) => {
      assert.throws(() => must(scan).member(1), LineError);
    });
  }
});

Deno.test("a manifest that was cut off is not taken for a whole one", async () => {
  const members = smallMembers([makeSection("", [{ name: "a" }, { name: "b" }])], 1);
  await withScan(members.slice(0, -1), (scan) => {
    assert.throws(() => must(scan).checkEnd(), LineError);
  });
  const whole = await new Blob(members).bytes();
  await withScan([whole.subarray(0, -5)], (scan) => {
    assert.throws(() => must(scan).checkEnd(), UnpackError);
  });
  await withScan([...members, new Uint8Array(30)], (scan) => {
    assert.throws(() => must(scan).checkEnd(), UnpackError);
  });
  await withScan(members, (scan) => must(scan).checkEnd());
});

Deno.test("whatever bytes are changed, a scan finds what was written or a damage", async () => {
  const flips = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 2,
  });
  await fc.assert(
    fc.asyncProperty(trickyTrees, flips, async (tree, flips) => {
      const bytes = await new Blob(smallMembers(tree, 3)).bytes();
      for (const [at, by] of flips) {
        const place = at % bytes.length;
        bytes[place] = (bytes[place] ?? 0) ^ by;
      }
      const written = new Set(entriesOf(tree).map((row) => JSON.stringify(row)));
      try {
        await withScan([bytes], (scan) => {
          if (scan === undefined) return;
          for (const raw of allRaw(scan)) assert.ok(written.has(JSON.stringify(rows(raw))));
        });
      } catch (error) {
        assert.ok(isManifestDamage(error), String(error));
      }
    }),
    { numRuns: 50 },
  );
});

Deno.test("paths that lead elsewhere are refused", () => {
  for (
    const path of ["a", "..", "./..", "./a/../b", "./a//b", "./", "./\\056\\056/x", "./a\\057b"]
  ) {
    assert.throws(() => decodePath(path), LineError, path);
  }
  fc.assert(fc.property(fc.array(trickyNames, { minLength: 1, maxLength: 3 }), (names) => {
    assert.strictEqual(decodePath(encodePath(names.join("/"))), names.join("/"));
  }));
});

Deno.test("goTo() finds the entry around a place, and none in a comment", async () => {
  const record = { digest: sampleDigest(1), xattrs: [["user.x", new Uint8Array(3)]] as const };
  await withScan(smallMembers([makeSection("", [{ name: "a", record }])], 10), (scan) => {
    const { text } = must(scan).member(0);
    const cursor = new RawCursor({ text });
    assert.ok(cursor.goTo(text.indexOf("./a ")));
    assert.strictEqual(parseRaw(cursor.raw).record?.xattrs?.length, 1);
    assert.strictEqual(cursor.goTo(text.indexOf("xattr.user")), false);
    assert.strictEqual(cursor.goTo(0), false);
  });
});

function must(scan: ManifestScan | undefined): ManifestScan {
  return scan ?? assert.fail("the manifest was not taken for one of ours");
}

function allRaw(scan: ManifestScan): string[] {
  const found: string[] = [];
  for (let i = 0; i < scan.members; i++) {
    const cursor = new RawCursor(scan.member(i));
    while (cursor.next()) found.push(cursor.raw);
  }
  return found;
}

function rows(raw: string): unknown[] {
  const { relPath, stats, row, record } = parseRaw(raw);
  return [relPath, [...stats.data.subarray(row, STAT_FIELDS)], record ?? {}];
}

function entriesOf(sections: readonly ManifestSection[]): unknown[][] {
  return sections.flatMap(({ relPath, names, stats, records }) =>
    ["", ...names].map((name, row) => [
      name === "" ? relPath : joinRel(relPath, name),
      [...stats.pick([row]).data],
      records[row] ?? {},
    ])
  );
}

function flipped(member: Uint8Array<ArrayBuffer>, at: number): Uint8Array<ArrayBuffer> {
  const copy = member.slice();
  copy[at] = (copy[at] ?? 0) ^ 0xff;
  return copy;
}

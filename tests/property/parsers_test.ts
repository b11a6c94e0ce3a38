import assert from "node:assert/strict";
import { AppError } from "../../src/base/app_error.ts";
import { parseTrashRecord } from "../../src/ops/trash/trash_entry.ts";
import { parseSums } from "../../src/store/checksum_file.ts";
import { parsePartialName, parseTime } from "../../src/store/layout.ts";
import { ManifestError, readManifest } from "../../src/store/manifest_reader.ts";
import { parseMarks } from "../../src/store/marks.ts";
import { parseRootFile } from "../../src/store/root_file.ts";
import { parseSummary } from "../../src/store/summary.ts";
import { load } from "../support/config_deps.ts";
import { CHOSEN_CASE, fc } from "../support/property.ts";
import { PLAIN_SUMMARY } from "../support/summaries.ts";

// What can stand in a file: a parser answers, or throws the error that is made for it.

const RUNS = { numRuns: Deno.env.get("PHLB_TEST_FULL") === "1" ? 20_000 : 300, ...CHOSEN_CASE };

/** Text near to what a sample is: pieces of it in any order, with anything in between. */
function near(...samples: readonly string[]): fc.Arbitrary<string> {
  const pieces = fc.record({
    sample: fc.constantFrom(...samples),
    from: fc.double({ min: 0, max: 1, noNaN: true }),
    to: fc.double({ min: 0, max: 1, noNaN: true }),
    then: fc.oneof(
      fc.constant(""),
      fc.string({ unit: "binary", maxLength: 6 }),
      fc.constantFrom(
        "\0",
        "\r\n",
        "null",
        "-1",
        "1e999",
        "9".repeat(400),
        "[[",
        "{",
        '"',
        "\\",
        "\ud800",
      ),
    ),
  }).map(({ sample, from, to, then }) => {
    return sample.slice(Math.floor(from * sample.length), Math.ceil(to * sample.length)) + then;
  });
  return fc.oneof(fc.array(pieces, { maxLength: 5 }).map((all) => all.join("")), fc.json());
}

const TRASH = JSON.stringify({
  format_version: 1,
  name: "home",
  time: "2026-01-07-085247",
  removed_at: "2026-01-08T08:52:47Z",
  command: "phlb prune",
});
const MARKS = JSON.stringify({ format_version: 1, pinned: true, tags: ["a"], note: null });
const ROOT = JSON.stringify({
  format_version: 1,
  id: "4f0c",
  created_at: "2026-01-07T08:52:47Z",
  file_system: { type: "ext4", type_id: 61267 },
  traits: { hard_links: "yes", refused_names: ["a"] },
});

Deno.test("parsers of JSON files answer whatever is in them", () => {
  const summary = JSON.stringify(PLAIN_SUMMARY);
  fc.assert(
    fc.property(near(summary, MARKS, TRASH, ROOT), (text) => {
      parseSummary(text);
      parseRootFile(text);
      assert.strictEqual(typeof parseMarks(text).pinned, "boolean");
      const record = parseTrashRecord(text);
      if (record !== undefined) assert.doesNotMatch(record.time + record.name, /\/|^\.|\0/);
    }),
    RUNS,
  );
});

Deno.test("the parser of checksum files answers whatever is in them", () => {
  const line = `${"0123456789abcdef".repeat(4)}  name\n`;
  fc.assert(
    fc.property(near(line, `\\${line}`, line.toUpperCase(), "*./-\\n"), (text) => {
      const { sums } = parseSums(new TextEncoder().encode(text));
      for (const { name, digest } of sums) {
        assert.match(digest, /^[0-9a-f]{64}$/);
        assert.notStrictEqual(name, "");
      }
    }),
    RUNS,
  );
});

Deno.test("parsers of names answer whatever they are", () => {
  const samples = ["2026-01-07-085247", ".2026-01-07-085247.partial", "-newest", "%Y-%m-%d"];
  fc.assert(
    fc.property(near(...samples), (name) => {
      const time = parseTime(name);
      if (time !== undefined) assert.ok(!Number.isNaN(time.getTime()), name);
      parsePartialName(name);
    }),
    RUNS,
  );
});

const CONFIG = `source = "/home/ann"
destination = '/mnt/backup'
[retention]
daily = 14
[exclude]
patterns = ["*.iso", '''a
b''']
[[job]]
id = "one"
source.x = { a = 1, b = [1.5, true] }
`;

Deno.test("a configuration is read, or refused with words for a user", () => {
  fc.assert(
    fc.property(near(CONFIG, "= \\u0000 [x]\n[x]\n'''\n", '"""\\U0010FFFF'), (text) => {
      try {
        load({ files: { "/home/ann/phlb.toml": text }, cwd: "/home/ann" });
      } catch (error) {
        if (!(error instanceof AppError)) throw error;
      }
    }),
    RUNS,
  );
});

const MANIFEST = `#mtree
# phlb manifest 1
# phlb source /home
# ctime=1.000000000 ino=1 dev=1,1 nlink=2 xattr.user.x=eQ==
. type=dir mode=0755 uid=0 gid=0 time=1.000000000
# ctime=1.000000000 ino=2 dev=1,1 stored=1.000000000 state=recorded
./a type=file mode=0644 uid=0 gid=0 size=3 time=-1.999999999 sha256digest=${"0f".repeat(32)}
./l type=link mode=0777 uid=0 gid=0 link=a\\040b time=1.000000000
./d type=dir mode=0755 uid=0 gid=0 time=1.000000000
/set type=file uid=0
..
# phlb end 4
`;

Deno.test("a manifest is read up to what is wrong with it", async () => {
  await fc.assert(
    fc.asyncProperty(near(MANIFEST, MANIFEST, "\\\n", "\\377 \\M-^?"), async (text) => {
      try {
        for await (const { relPath, names } of readManifest([new TextEncoder().encode(text)])) {
          const parts = [...relPath.split("/").slice(relPath === "" ? 1 : 0), ...names];
          for (const part of parts) assert.doesNotMatch(part, /^\.{0,2}$|[/\0]/, relPath);
        }
      } catch (error) {
        if (!(error instanceof ManifestError)) throw error;
      }
    }),
    RUNS,
  );
});

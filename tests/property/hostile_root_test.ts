import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { DatabaseSync } from "node:sqlite";
import { gunzipSync, gzipSync } from "node:zlib";
import { packMember } from "../../src/store/manifest_gzip.ts";
import { type HostilePlace, makeHostilePlace, type Spoilt } from "../support/hostile_root.ts";
import { fc } from "../support/property.ts";

// Whoever can write to the backup disk may put anything there. Every command must say what is wrong
// with it, and none may read or write what lies outside.

const FULL = Deno.env.get("PHLB_TEST_FULL") === "1";

const place: { spoil: HostilePlace["spoil"] } = { spoil: () => assert.fail("it is not made") };
let made: HostilePlace | undefined;

Deno.test.beforeAll(async () => {
  made = await makeHostilePlace();
  place.spoil = made.spoil;
});
Deno.test.afterAll(async () => await made?.[Symbol.asyncDispose]());

/** Files of ours, by what they are. */
const FILES = {
  "manifest": ({ snapshots }: Spoilt) => `${snapshots[1]}-manifest.mtree.gz`,
  "older manifest": ({ snapshots }: Spoilt) => `${snapshots[0]}-manifest.mtree.gz`,
  "SHA256SUMS": ({ snapshots }: Spoilt) => `${snapshots[1]}/SHA256SUMS`,
  "summary": ({ snapshots }: Spoilt) => `${snapshots[1]}-summary.json`,
  "marks": ({ snapshots }: Spoilt) => `${snapshots[0]}-marks.json`,
  "log": ({ snapshots }: Spoilt) => `${snapshots[1]}-backup.log`,
  "index": ({ root }: Spoilt) => `${root}/.phlb/index.sqlite3`,
  "scrub record": ({ root }: Spoilt) => `${root}/.phlb/scrub.sqlite3`,
  "lock": ({ root }: Spoilt) => `${root}/.phlb/lock`,
  "trash entry": ({ root }: Spoilt) => `${trashEntry(root)}/entry.json`,
  "file in the snapshot": ({ snapshots }: Spoilt) => `${snapshots[1]}/a`,
} as const;

const DIRS = {
  "snapshot": ({ snapshots }: Spoilt) => snapshots[1],
  "directory in it": ({ snapshots }: Spoilt) => `${snapshots[1]}/d`,
  "name": ({ root }: Spoilt) => `${root}/home`,
  ".phlb": ({ root }: Spoilt) => `${root}/.phlb`,
  "trash": ({ root }: Spoilt) => `${root}/.phlb/trash`,
  "trash entry": ({ root }: Spoilt) => trashEntry(root),
} as const;

function trashEntry(root: string): string {
  const [entry] = [...Deno.readDirSync(`${root}/.phlb/trash`)];
  return `${root}/.phlb/trash/${entry?.name ?? assert.fail("the trash is empty")}`;
}

const REPLACEMENTS: Record<string, (path: string, spoilt: Spoilt) => Promise<void> | void> = {
  "a symlink that leads outside": (path, { outside }) =>
    Deno.symlinkSync(`${outside}/secret`, path),
  "a directory": (path) => Deno.mkdirSync(path),
  "a named pipe": async (path) => {
    await new Deno.Command("mkfifo", { args: [path] }).output();
  },
  "nothing": () => {},
  "an empty file": (path) => Deno.writeTextFileSync(path, ""),
  "one line of 9 MiB": (path) => Deno.writeTextFileSync(path, `{"${"x".repeat(9 << 20)}"`),
};

for (const [what, pathOf] of Object.entries(FILES)) {
  Deno.test(`hostile root: anything may stand in place of the ${what}`, async () => {
    for (const replace of Object.values(REPLACEMENTS)) {
      await place.spoil(async (spoilt) => {
        const path = pathOf(spoilt);
        Deno.removeSync(path);
        await replace(path, spoilt);
      });
    }
  });
}

for (const [what, pathOf] of Object.entries(DIRS)) {
  Deno.test(`hostile root: a symlink or a file may stand in place of the ${what}`, async () => {
    for (const replace of ["symlink", "file"] as const) {
      await place.spoil((spoilt) => {
        const path = pathOf(spoilt);
        Deno.renameSync(path, `${spoilt.path}/moved`);
        if (replace === "symlink") Deno.symlinkSync(spoilt.outside, path);
        else Deno.writeTextFileSync(path, "x");
      }, "all");
    }
  });
}

Deno.test("hostile root: a symlink stands where a temporary file is made", async () => {
  for (const name of ["repair-new", "repair-name", ".root.json.new", "newest.sqlite3", "doctor"]) {
    await place.spoil(({ root, outside, snapshots }) => {
      Deno.symlinkSync(`${outside}/secret`, `${root}/.phlb/${name}`);
      Deno.symlinkSync(`${outside}/secret`, `${snapshots[1]}/.phlb-sums-new`);
      Deno.symlinkSync(`${outside}/inner`, `${root}/home/.2026-01-08-091047.partial`);
      Deno.removeSync(`${snapshots[1]}/a`);
    });
  }
});

const DIGEST = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed";
const ATTRIBUTES = "mode=0644 uid=0 gid=0";
const FILE = `type=file ${ATTRIBUTES} size=3 time=1.000000000 sha256digest=${DIGEST}`;

/** Lines that stand before the last one of a good manifest. */
const LINES: Record<string, readonly string[]> = {
  "`..`": [`./../outside/secret ${FILE}`],
  "`..` inside": [`./d/../../../outside/secret ${FILE}`],
  "an absolute name": [`/etc/passwd ${FILE}`],
  "a name with a slash written in octal": [`./d\\057..\\057..\\057secret ${FILE}`],
  "a NUL": [`./a\\000b ${FILE}`],
  "an empty component": [`./d//a ${FILE}`],
  "the same name twice": [`./z ${FILE}`, `./z ${FILE}`],
  "lines out of order": [`./z ${FILE}`, `./y ${FILE}`],
  "a parent that is not there": [`./nowhere/z ${FILE}`],
  "a symlink above a file": [
    `./y type=link ${ATTRIBUTES} link=/etc time=1.000000000`,
    `./y type=dir ${ATTRIBUTES} time=1.000000000`,
    `./y/passwd ${FILE}`,
  ],
  "numbers without end": [`./z type=file mode=${"7".repeat(500)} uid=${"9".repeat(500)} size=1e9`],
  "negative numbers": [`./z type=file mode=-1 uid=-1 gid=-1 size=-3 time=-1.0`],
  "an unknown type": [`./z type=whiteout ${ATTRIBUTES}`],
  "no type": ["./z"],
  "a short digest": [`./z type=file ${ATTRIBUTES} size=3 sha256digest=00`],
  "a size that is not true": [`./z ${FILE.replace("size=3", "size=9007199254740991")}`],
  "a device": [`./z type=char ${ATTRIBUTES} device=native,99999999999,-1 time=1.000000000`],
  "an attribute that is no base64": [
    "# ctime=1.000000000 ino=1 dev=1,1 xattr.user.x=$$",
    `./z ${FILE}`,
  ],
  "a comment of 20,000 words": [`# ${"x=1 ".repeat(20_000)}`, `./z ${FILE}`],
  "a stamp that is none": [
    "# ctime=1.000000000 ino=1 dev=1,1 stamp=..",
    `./d type=dir ${ATTRIBUTES}`,
  ],
  "a line of 9 MiB": [`./${"x".repeat(9 << 20)} ${FILE}`],
  "a line that goes on for ever": Array.from({ length: 1000 }, () => "./z type=file \\"),
  "a directory within a name of 300 bytes": [`./${"x".repeat(300)} type=dir ${ATTRIBUTES}`],
  "/set": ["/set type=file uid=0", "./z size=3", "/unset all"],
};

for (const [what, lines] of Object.entries(LINES)) {
  Deno.test(`hostile root: a manifest with ${what}`, async () => {
    await place.spoil((spoilt) => {
      changeManifest(FILES.manifest(spoilt), (text) => {
        const end = text.lastIndexOf("# phlb end");
        return `${text.slice(0, end)}${lines.join("\n")}\n${text.slice(end)}`;
      });
    });
  });
}

function changeManifest(path: string, change: (text: string) => string): void {
  const text = gunzipSync(Deno.readFileSync(path)).toString("latin1");
  Deno.writeFileSync(path, packMember(new Uint8Array(Buffer.from(change(text), "latin1")), 1));
}

Deno.test("hostile root: a manifest that unpacks to 1 GiB ends with an error, in little memory", async () => {
  const start = gzipSync(Buffer.from("#mtree\n# phlb manifest 1\n"));
  const zeros = gzipSync(new Uint8Array(64 << 20), { level: 1 });
  const lines = gzipSync(Buffer.from("./z type=file\n".repeat(4 << 20)), { level: 1 });
  for (const [first, member] of [[start, zeros], [start, lines], [zeros, zeros]] as const) {
    const before = Deno.memoryUsage().rss;
    await place.spoil((spoilt) => {
      using file = Deno.openSync(FILES.manifest(spoilt), { write: true, truncate: true });
      file.writeSync(new Uint8Array(first));
      for (let i = 0; i < 16; i++) file.writeSync(new Uint8Array(member));
    }, "verify");
    const grown = Deno.memoryUsage().rss - before;
    assert.ok(grown < 256 << 20, `it took ${grown >> 20} MiB`);
  }
});

const JSON_FILES = ["summary", "marks", "trash entry"] as const;

Deno.test("hostile root: any field of a JSON file may be anything", async () => {
  const values: unknown[] = [
    null,
    -1,
    1e308,
    "",
    "../../outside",
    [],
    [[]],
    {},
    true,
    "\udcff\u0000\x1b[31m",
  ];
  const changes = fc.record({
    file: fc.constantFrom(...JSON_FILES),
    field: fc.nat(60),
    inner: fc.option(fc.nat(20)),
    value: fc.oneof(fc.constantFrom(...values), fc.jsonValue()),
  });
  await fc.assert(
    fc.asyncProperty(changes, async ({ file, field, inner, value }) => {
      await place.spoil((spoilt) => {
        const path = FILES[file](spoilt);
        const object: unknown = JSON.parse(Deno.readTextFileSync(path));
        Deno.writeTextFileSync(path, JSON.stringify(withField(object, { field, inner, value })));
      });
    }),
    { numRuns: FULL ? 500 : 20, endOnFailure: !FULL },
  );
});

function withField(
  object: unknown,
  { field, inner, value }: { field: number; inner: number | null; value: unknown },
): unknown {
  if (typeof object !== "object" || object === null) return value;
  const keys = Object.keys(object);
  const chosen = keys[field % Math.max(1, keys.length)];
  return Object.fromEntries(
    Object.entries(object).map(([key, old]) => {
      if (key !== chosen) return [key, old];
      const isDeep = inner !== null && typeof old === "object" && old !== null;
      return [key, isDeep ? withField(old, { field: inner, inner: null, value }) : value];
    }),
  );
}

Deno.test("hostile root: bytes of any file of ours may be flipped, cut off or doubled", async () => {
  const kinds = Object.keys(FILES).filter((kind) => kind !== "file in the snapshot");
  const changes = fc.record({
    file: fc.constantFrom(...kinds),
    unpacked: fc.boolean(),
    at: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(255)), {
      minLength: 1,
      maxLength: 8,
    }),
    cut: fc.option(fc.double({ min: 0, max: 1, noNaN: true })),
    doubled: fc.boolean(),
  });
  await fc.assert(
    fc.asyncProperty(changes, async ({ file, unpacked, at, cut, doubled }) => {
      await place.spoil((spoilt) => {
        const path = new Map(Object.entries(FILES)).get(file)?.(spoilt) ?? assert.fail();
        const isPacked = unpacked && path.endsWith(".gz");
        const stored = Deno.readFileSync(path);
        let bytes = isPacked ? new Uint8Array(gunzipSync(stored)) : stored;
        for (const [where, value] of at) bytes[Math.floor(where * (bytes.length - 1))] = value;
        if (cut !== null) bytes = bytes.slice(0, Math.floor(cut * bytes.length));
        if (doubled) bytes = new Uint8Array([...bytes, ...bytes]);
        Deno.writeFileSync(path, isPacked ? packMember(bytes, 1) : bytes);
      });
    }),
    { numRuns: FULL ? 500 : 20, endOnFailure: !FULL },
  );
});

/** What somebody may put into a database whose outside is in order. */
const STATEMENTS: Record<string, string> = {
  "paths that lead outside": "UPDATE content SET path = CAST('../../outside/secret' AS BLOB)",
  "absolute paths": "UPDATE content SET path = CAST('/etc/passwd' AS BLOB)",
  "paths with a NUL": "UPDATE content SET path = x'6100'",
  "empty paths": "UPDATE content SET path = x''",
  "snapshots that are not there": "UPDATE content SET snapshot = 4711",
  "names that lead outside": "UPDATE snapshots SET name = CAST('../outside' AS BLOB)",
  "times that lead outside": "UPDATE snapshots SET time = '../../outside' || id",
  "sizes below zero": "UPDATE content SET size = -1",
  "sizes and times beyond numbers":
    "UPDATE content SET size = 9223372036854775807, mtime_sec = -9223372036854775808",
  "digests of a byte":
    "PRAGMA ignore_check_constraints = ON; UPDATE content SET digest = CAST('x' || hex(digest) AS BLOB)",
  "digests mixed up": `UPDATE content SET path = (SELECT path FROM content ORDER BY digest LIMIT 1),
    snapshot = (SELECT snapshot FROM content ORDER BY digest LIMIT 1)`,
  "leftovers that are none": "UPDATE snapshots SET is_leftover = 1 - is_leftover",
  "no tables": "DROP TABLE content; DROP TABLE snapshots",
  "other columns": "DROP TABLE content; CREATE TABLE content (digest, size)",
  "a view in place of a table": `ALTER TABLE content RENAME TO other;
    CREATE VIEW content AS SELECT * FROM other`,
  "a trigger": `CREATE TRIGGER hostile AFTER INSERT ON content BEGIN
    DELETE FROM snapshots; SELECT RAISE(ABORT, 'hostile'); END`,
  "a newer version": "PRAGMA user_version = 99",
  "another program's mark": "PRAGMA application_id = 1",
};

for (const [what, statements] of Object.entries(STATEMENTS)) {
  Deno.test(`hostile root: an index with ${what}`, async () => {
    await place.spoil((spoilt) => {
      const database = new DatabaseSync(FILES.index(spoilt));
      try {
        database.exec(statements);
      } finally {
        database.close();
      }
      Deno.writeTextFileSync(`${spoilt.source}/new`, "another one");
    });
  });
}

Deno.test("hostile root: names that look like ours and are not", async () => {
  const names = [
    "9999-99-99-999999",
    "0000-00-00-000000",
    "2026-02-30-250000",
    "2026-01-07-085547 ",
    "2026-01-07-085547\n",
    "..2026-01-07-085547.partial",
    ".2026-01-09-085547-newest.partial",
    "2026-01-07-085547-1-manifest.mtree.gz",
    "-manifest.mtree.gz",
    "2026-01-09-085547-summary.json",
    "\u202e2026-01-07-085547",
  ];
  await place.spoil(({ root }) => {
    for (const [i, name] of names.entries()) {
      const path = `${root}/home/${name}`;
      if (i % 2 === 0) Deno.mkdirSync(path);
      else Deno.writeTextFileSync(path, "{}");
      Deno.mkdirSync(`${root}/${name}x`);
    }
  });
});

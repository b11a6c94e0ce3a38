import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { FsError } from "../../../src/fs/file_system.ts";
import { STAT } from "../../../src/fs/stat_table.ts";
import {
  ManifestError,
  readManifest,
  readManifestHeader,
} from "../../../src/store/manifest_reader.ts";
import type { ManifestSection } from "../../../src/store/section.ts";
import {
  makeSection,
  plainManifest,
  readAll,
  readSections,
  SAMPLE_HEADER,
  sampleDigest,
  writeSample,
} from "./manifest_samples.ts";

const DIGEST = sampleDigest(1);
const OURS = ["#mtree", "# phlb manifest 1"];

/** `<path>: <names>` for each section, `+` before one that continues. */
function outline(sections: readonly ManifestSection[]): string[] {
  return sections.map(({ relPath, continues, names }) => {
    return `${continues ? "+" : ""}${relPath}: ${names.join(" ")}`;
  });
}

/** Reads lines that end with an error; returns what came before and the message. */
async function readBroken(lines: readonly string[]): Promise<{ outline: string[]; told: string }> {
  const { sections, error } = await readAll(plainManifest(lines));
  ok(error instanceof ManifestError, String(error));
  return { outline: outline(sections), told: error.message };
}

Deno.test("readManifest() gives back what ManifestWriter wrote, column by column", async () => {
  const stat = {
    nlink: 2,
    uid: 1000,
    gid: 4_294_967_294,
    devMajor: 254,
    devMinor: 1_048_575,
    inoHigh: 0xffff_ffff,
    inoLow: 0xffff_fff1,
    mtimeSec: -5,
    mtimeNsec: 1,
    ctimeSec: 1_700_000_000,
    ctimeNsec: 999_999_999,
  };
  const sections = [
    makeSection("", [
      {
        name: "file",
        mode: 0o7777,
        stat: { ...stat, sizeBytes: 2 ** 53 - 1 },
        record: { digest: DIGEST, storedMtime: { sec: -1, nsec: 999_999_999 }, state: "unsettled" },
      },
      { name: "link", type: "link", stat, record: { linkTarget: "ä/../ \udcff" } },
      { name: "disk", type: "block", stat: { ...stat, rdevMajor: 259, rdevMinor: 70_000 } },
      { name: "sock", type: "socket", stat, record: { state: "recorded" } },
      {
        name: "attributed",
        stat,
        record: { digest: DIGEST, xattrs: [["user.ä", new Uint8Array([1, 0, 255])]] },
      },
    ]),
    makeSection("new\nline", [{ name: "\udcff", record: { digest: DIGEST } }]),
    makeSection("new\nline/below", []),
  ];
  deepStrictEqual(await readSections(writeSample(sections)), sections);
});

Deno.test("readManifest() cuts a large directory into sections that continue", async () => {
  const entries = Array.from({ length: 2500 }, (_, i) => ({ name: String(i).padStart(5, "0") }));
  const sections = await readSections(writeSample([makeSection("", entries)]));
  deepStrictEqual(sections.map(({ names }) => names.length), [1000, 1000, 500]);
  deepStrictEqual(sections.map(({ continues }) => continues), [false, true, true]);
  deepStrictEqual(sections.flatMap(({ names }) => names), entries.map(({ name }) => name));
});

Deno.test("readManifest() reads no further than its consumer wants", async () => {
  let closed = false;
  function* source(): Generator<Uint8Array> {
    try {
      yield* writeSample([makeSection("", [{ name: "a" }]), makeSection("d", [])]);
      throw new Error("read on");
    } finally {
      closed = true;
    }
  }
  for await (const section of readManifest(source())) {
    strictEqual(section.relPath, "");
    break;
  }
  strictEqual(closed, true);
});

Deno.test("readManifestHeader() gives back the header", async () => {
  deepStrictEqual(await readManifestHeader(writeSample([])), SAMPLE_HEADER);
  const strange = { ...SAMPLE_HEADER, source: "/a b/\n\udcff", previous: undefined };
  deepStrictEqual(await readManifestHeader(writeSample([], strange)), strange);
  const shut = { ...SAMPLE_HEADER, protect: "readonly" } as const;
  deepStrictEqual(await readManifestHeader(writeSample([], shut)), shut);
});

Deno.test("readManifestHeader() knows a manifest that phlb did not write", async () => {
  strictEqual(await readManifestHeader(plainManifest(["#mtree", ". type=dir"])), undefined);
});

Deno.test("readManifest() hands out everything before the place where a manifest is cut", async () => {
  const { outline, told } = await readBroken([...OURS, ". type=dir", "./a type=file"]);
  deepStrictEqual(outline, [": a"]);
  strictEqual(told, "Cannot read the manifest: line 4: the manifest ends too early");
});

Deno.test("readManifest() counts the entries again", async () => {
  const { told } = await readBroken([...OURS, ". type=dir", "./a type=file", "# phlb end 3"]);
  strictEqual(told, "Cannot read the manifest: line 5: there should be 3 entries, not 2");
});

Deno.test("readManifest() refuses a format newer than its own", async () => {
  const { told } = await readBroken(["#mtree", "# phlb manifest 2", ". type=dir"]);
  strictEqual(told, "Cannot read the manifest: line 3: format 2 is newer than 1 of this program");
});

Deno.test("readManifest() stops at the first line that cannot be true", async () => {
  const digest = `sha256digest=${DIGEST}`;
  const cases: Record<string, string> = {
    "./../x type=file": "the entry is not in the directory above it",
    "./a/../b type=file": "the entry is not in the directory above it",
    "./.. type=dir": "the path leads elsewhere",
    "./a//b type=dir": "the path leads elsewhere",
    "./a\\057b type=file": "the path leads elsewhere",
    "./a\\000b type=file": "the path leads elsewhere",
    "./\\056\\056 type=file": "the path leads elsewhere",
    "/etc/passwd type=file": "the path is absolute",
    "../x type=dir": "the path leads elsewhere",
    "x type=dir": "the path is not complete",
    "./x/y type=file": "the entry is not in the directory above it",
    "./x/y type=dir": "the directory above is not listed",
    "./k type=file": "the names are not in order",
    "./b type=file": "the names are not in order",
    "./z type=door": 'unknown type "door"',
    "./z mode=9": 'bad mode "9"',
    "./z size=-1": 'bad number "-1"',
    "./z size=1e3": 'bad number "1e3"',
    "./z size=": 'bad number ""',
    "./z size=99999999999999999": 'bad number "99999999999999999"',
    "./z time=5.1000000000": 'bad number "5.1000000000"',
    "./z time=x": 'bad number "x"',
    "./z device=native,1": 'bad number "native,1"',
    [`./z ${digest.slice(0, -1)}`]: `bad digest "${DIGEST.slice(0, 40)}…"`,
    "./z link=a\\000": "a name contains a zero byte",
  };
  for (const [line, reason] of Object.entries(cases)) {
    const { outline, told } = await readBroken([...OURS, ". type=dir", "./k type=file", line]);
    strictEqual(told, `Cannot read the manifest: line 5: ${reason}`, line);
    deepStrictEqual(outline, [": k"], line);
  }
});

Deno.test("readManifest() takes nothing over from a line of its own whose words were moved", async () => {
  const moved = "type=file mode=0644 uid=1 gid=2 size=5 gname=me";
  const lines = [...OURS, ". type=dir", `./a ${moved} `, `./b ${moved} time=7.0`, "# phlb end 3"];
  const [section] = await readSections(plainManifest(lines));
  deepStrictEqual([1, 2].map((row) => section?.stats.sizeBytes(row)), [5, 5]);
});

Deno.test("readManifest() refuses comments of ours that cannot be true", async () => {
  const cases: Record<string, string> = {
    "# ctime=1.x": 'bad number "x"',
    "# ctime=1.0 ino=99999999999999999999x": 'bad number "99999999999999999999x"',
    "# ctime=1.0 dev=8": 'bad number ""',
    "# ctime=1.0 state=lost": 'unknown state "lost"',
    "# ctime=1.0 xattr.user.x=eQ=": 'bad base64 "eQ="',
    "# ctime=1.0 xattr.user.x=e~==": 'bad base64 "e~=="',
  };
  for (const [comment, reason] of Object.entries(cases)) {
    const { told } = await readBroken([...OURS, comment, ". type=dir"]);
    strictEqual(told, `Cannot read the manifest: line 4: ${reason}`, comment);
  }
});

Deno.test("readManifest() refuses directories that are out of order or listed twice", async () => {
  for (const path of ["./b", "./a", "./b/c"]) {
    const lines = [...OURS, ". type=dir", "./b type=dir", "./b/c type=dir", `${path} type=dir`];
    const { outline, told } = await readBroken(lines);
    strictEqual(told, "Cannot read the manifest: line 6: the directories are not in order");
    deepStrictEqual(outline, [": ", "b: ", "b/c: "]);
  }
  const { told } = await readBroken([...OURS, "./b type=dir"]);
  strictEqual(told, "Cannot read the manifest: line 3: the directories are not in order");
});

Deno.test("readManifest() says that its file cannot be read", async () => {
  function* source(): Generator<Uint8Array> {
    yield* plainManifest([...OURS, ". type=dir", "./a type=file"]);
    throw new FsError({ code: "EIO", op: "pread", path: "m", reason: "Input/output error" });
  }
  const { sections, error } = await readAll(source());
  deepStrictEqual(outline(sections), [": a"]);
  ok(error instanceof ManifestError);
  strictEqual(error.message, "Cannot read the manifest: line 4: Input/output error");
});

Deno.test("readManifest() refuses a line without end", async () => {
  function* source(): Generator<Uint8Array> {
    yield* plainManifest([...OURS]);
    for (let i = 0; i < 1000; i++) yield new Uint8Array(100_000).fill(0x61);
    throw new Error("read on");
  }
  const { error } = await readAll(source());
  ok(error instanceof ManifestError);
  strictEqual(error.message, "Cannot read the manifest: line 2: the line is too long");
});

Deno.test("readManifest() reads relative names, /set, /unset, .. and lines that go on", async () => {
  const sections = await readSections(plainManifest([
    "#mtree",
    "",
    "/set type=file uid=7 mode=0600",
    ".               type=dir mode=0755",
    "    b           size=3 \\",
    "                time=5.7 # a comment",
    "    \\s\\M-C\\M-$  mode=0644 size=0",
    "    deep        type=dir",
    "        c",
    "        deeper  type=dir",
    "        ..",
    "    ..",
    "/unset uid",
    "    a",
    "..",
  ]));
  deepStrictEqual(outline(sections), [": b  ä", "deep: c", "deep/deeper: ", "+: a"]);
  const [root, , , rest] = sections;
  const read = [STAT.mode, STAT.uid, STAT.sizeBytes, STAT.mtimeSec, STAT.mtimeNsec].map((field) =>
    root?.stats.get(1, field)
  );
  deepStrictEqual(read, [0o100600, 7, 3, 5, 7]);
  strictEqual(root?.stats.get(0, STAT.mode), 0o040755);
  strictEqual(root?.stats.get(2, STAT.mode), 0o100644);
  strictEqual(rest?.stats.get(1, STAT.uid), 0);
});

Deno.test("readManifest() takes full paths in any order from another program", async () => {
  const sections = await readSections(plainManifest([
    "#mtree",
    ". type=dir",
    "./d type=dir",
    "./d/x type=file",
    "./a type=file",
    "./d/y type=file # not ctime=x ours",
    "e/z type=file",
  ]));
  deepStrictEqual(outline(sections), [": ", "d: x", "+: a", "+d: y", "+e: z"]);
});

Deno.test("readManifest() refuses names of another program that lead elsewhere", async () => {
  for (const line of ["../x type=file", "a/../../x type=file", "/x type=file", "./. type=file"]) {
    const { told } = await readBroken(["#mtree", ". type=dir", line]);
    ok(/line 3: the path (leads elsewhere|is absolute)$/.test(told), told);
  }
});

Deno.test("readManifest() does not take another program's comments for its own", async () => {
  const sections = await readSections(plainManifest(["# ctime=x ino=y", ". type=dir"]));
  deepStrictEqual(outline(sections), [": "]);
});

Deno.test("readManifest() keeps no more /set keywords than there can be", async () => {
  const lines = Array.from({ length: 200 }, (_, i) => `/set word${i}=1`);
  const { told } = await readBroken(["#mtree", ...lines]);
  strictEqual(told, "Cannot read the manifest: line 102: too many keywords are set");
});

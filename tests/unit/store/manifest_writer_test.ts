import { deepStrictEqual, ok, strictEqual, throws } from "node:assert/strict";
import { hash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { ManifestWriter } from "../../../src/store/manifest_writer.ts";
import { assertGolden } from "../../support/golden.ts";
import {
  makeSection,
  SAMPLE_HEADER,
  sampleDigest,
  type SampleEntry,
  writeSample,
} from "./manifest_samples.ts";

const STAT = {
  nlink: 1,
  devMajor: 8,
  devMinor: 1,
  inoLow: 4711,
  mtimeSec: 1_700_000_000,
  mtimeNsec: 5,
  ctimeSec: 1_700_000_001,
  ctimeNsec: 123_456_789,
};

const ENTRIES: readonly SampleEntry[] = [
  { name: "plain", stat: { ...STAT, sizeBytes: 12 }, record: { digest: sampleDigest(1) } },
  {
    name: "ä b\n\udcff",
    mode: 0o4755,
    stat: { ...STAT, uid: 1000, gid: 1000, sizeBytes: 12, nlink: 3, inoHigh: 0xffff_ffff },
    record: {
      digest: sampleDigest(1),
      storedMtime: { sec: -5, nsec: 7 },
      xattrs: [["user.a=b", new Uint8Array([0, 255])], ["user.empty", new Uint8Array(0)]],
    },
  },
  { name: "link", type: "link", mode: 0o777, stat: STAT, record: { linkTarget: "some where/#" } },
  { name: "null", type: "char", stat: { ...STAT, rdevMajor: 1, rdevMinor: 3 } },
  { name: "pipe", type: "fifo", stat: STAT, record: { state: "recorded" } },
  {
    name: "growing",
    stat: { ...STAT, sizeBytes: 9 },
    record: { digest: sampleDigest(2), state: "unsettled" },
  },
  { name: "old", stat: { ...STAT, mtimeSec: -1, mtimeNsec: 999_999_999 } },
];

const SECTIONS = [
  makeSection("", ENTRIES),
  makeSection("sub dir", []),
  makeSection("sub dir/x", []),
];

Deno.test("ManifestWriter writes the lines that FORMAT.md describes", async () => {
  const bytes = await new Blob(writeSample(SECTIONS)).bytes();
  assertGolden("manifest.mtree", gunzipSync(bytes).toString());
});

Deno.test("ManifestWriter tells the number of entries, and size and digest of the file", async () => {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const writer = new ManifestWriter({ ...options(), sink: (bytes) => pieces.push(bytes) });
  for (const section of SECTIONS) writer.add(section);
  const { entries, bytes, sha256 } = writer.finish();
  const file = await new Blob(pieces).bytes();
  deepStrictEqual({ entries, bytes }, { entries: ENTRIES.length + 3, bytes: file.length });
  strictEqual(sha256, hash("sha256", file, "hex"));
});

Deno.test("ManifestWriter writes no line for the directory of a section that continues", () => {
  const writer = new ManifestWriter({ ...options(), sink: () => undefined });
  writer.add(makeSection("", [{ name: "a" }]));
  writer.add({ ...makeSection("", [{ name: "b" }]), continues: true });
  strictEqual(writer.finish().entries, 3);
});

Deno.test("ManifestWriter hands out members of whole lines while it is being filled", () => {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const writer = new ManifestWriter({ ...options(), sink: (bytes) => pieces.push(bytes) });
  const entries = Array.from({ length: 60_000 }, (_, i) => ({
    name: `file-${String(i).padStart(6, "0")}`,
    record: { digest: sampleDigest(1) },
  }));
  writer.add(makeSection("", entries));
  ok(pieces.length >= 3, String(pieces.length));
  writer.finish();
  for (const piece of pieces) ok(gunzipSync(piece).toString().endsWith("\n"));
});

Deno.test("ManifestWriter lets a failing sink end the run", () => {
  const full = new Error("No space left on device");
  const writer = new ManifestWriter({
    ...options(),
    sink: () => {
      throw full;
    },
  });
  throws(() => writer.finish(), full);
});

function options() {
  return {
    header: SAMPLE_HEADER,
    level: 1,
    userName: () => undefined,
    groupName: () => undefined,
  };
}

import assert from "node:assert/strict";
import type { Problem } from "../../../../src/base/problem.ts";
import { formatSums } from "../../../../src/store/checksum_file.ts";
import { sampleDigest, type SampleEntry } from "../../store/manifest_samples.ts";
import { walkedSection } from "./sample_sections.ts";

const FILE: SampleEntry = { name: "a\\b", stat: { sizeBytes: 7, ctimeSec: 60, ctimeNsec: 5e8 } };
const LINK: SampleEntry = { name: "l", type: "link", record: { linkTarget: "x" } };

Deno.test("dirStamp() sums up a directory of files and symlinks", () => {
  const { stamp } = walkedSection("d", [FILE, { name: "b", stat: { uid: 5, mtimeSec: 9 } }, LINK]);
  assert.match(stamp?.text ?? "", /^[A-Za-z0-9_-]{43}$/);
  assert.deepStrictEqual(stamp?.owners, [0, 0, 5, 0]);
  assert.strictEqual(stamp?.touchedSec, 60.5);
  assert.deepStrictEqual([stamp?.files, stamp?.bytes], [2, 7]);
  const sums = formatSums(["a\\b", "b"], [1, 2].map(sampleDigest));
  assert.strictEqual(stamp?.sumsBytes, sums.length);
});

Deno.test("dirStamp() gives none to what has to be looked at entry by entry", () => {
  const problem: Problem = {
    relPath: "d/x",
    step: "walk",
    code: "unreadable",
    message: "",
    stored: false,
  };
  for (const more of [{ continues: true }, { ends: false }, { problems: [problem] }]) {
    assert.strictEqual(walkedSection("d", [FILE], more).stamp, undefined);
  }
  for (const type of ["fifo", "socket", "char", "block"] as const) {
    assert.strictEqual(walkedSection("d", [{ name: "x", type }]).stamp, undefined, type);
  }
});

Deno.test("dirStamp() tells names apart that are not Unicode, and targets and attributes", () => {
  const texts = [
    walkedSection("d", [{ name: "\udc80" }]),
    walkedSection("d", [{ name: "\udc81" }]),
    walkedSection("d", [LINK]),
    walkedSection("d", [{ ...LINK, record: { linkTarget: "y" } }]),
    walkedSection("d", [{
      ...LINK,
      record: { linkTarget: "x", xattrs: [["user.a", Uint8Array.of(1)]] },
    }]),
    walkedSection("d", [{
      ...LINK,
      record: { linkTarget: "x", xattrs: [["user.a", Uint8Array.of(2)]] },
    }]),
    walkedSection("d", []),
  ].map(({ stamp }) => stamp?.text);
  assert.strictEqual(new Set(texts).size, texts.length);
  assert.strictEqual(walkedSection("d", []).stamp?.touchedSec, -Infinity);
});

import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { decodeName, encodeName } from "../../../src/base/path_bytes.ts";
import {
  formatSums,
  isSumsName,
  parseSums,
  sumsFileName,
} from "../../../src/store/checksum_file.ts";
import { sampleDigest } from "./manifest_samples.ts";

const DIGEST = sampleDigest(1);

function linesOf(names: readonly string[]): string {
  return decodeName(formatSums(names, names.map(() => DIGEST)));
}

Deno.test("formatSums() writes one line for each file as sha256sum does", () => {
  strictEqual(linesOf(["a", "ä b"]), `${DIGEST}  a\n${DIGEST}  ä b\n`);
});

Deno.test("formatSums() escapes newline, return and backslash and marks the line", () => {
  strictEqual(linesOf(["a\nb\\c\rd"]), `\\${DIGEST}  a\\nb\\\\c\\rd\n`);
});

Deno.test("formatSums() writes a file called - so that it is not taken for standard input", () => {
  strictEqual(linesOf(["-"]), `${DIGEST}  ./-\n`);
});

Deno.test("parseSums() reads back any name, byte for byte", () => {
  const names = ["a", " b ", "-", "new\nline", "back\\slash", "cr\r", "\\n", "byte\udcff", "*x"];
  const { sums, badLines } = parseSums(formatSums(names, names.map(() => DIGEST)));
  strictEqual(badLines, 0);
  deepStrictEqual(sums, names.map((name) => ({ name, digest: DIGEST })));
});

Deno.test("parseSums() takes a backslash of 1.x, which escapes nothing, for a backslash", () => {
  const { sums } = parseSums(encodeName(`${DIGEST}  a\\nb\n`));
  deepStrictEqual(sums, [{ name: "a\\nb", digest: DIGEST }]);
});

Deno.test("parseSums() reads the binary marker and upper-case digits", () => {
  const { sums } = parseSums(encodeName(`${DIGEST.toUpperCase()} *a\n`));
  deepStrictEqual(sums, [{ name: "a", digest: DIGEST }]);
});

Deno.test("parseSums() counts lines that are none and reads the others", () => {
  const bad = ["# comment", `${DIGEST} a`, `${DIGEST}  `, "abc  a", `${DIGEST}  sub/file`];
  bad.push(`${DIGEST}  ..`, `${DIGEST}  a\0b`, `\\${DIGEST}  a\\tb`, `${DIGEST.slice(1)}  a`);
  const { sums, badLines } = parseSums(encodeName([...bad, `${DIGEST}  good`].join("\n")));
  deepStrictEqual(sums.map(({ name }) => name), ["good"]);
  strictEqual(badLines, bad.length);
});

Deno.test("sumsFileName() gives way to entries of the same name", () => {
  const nameWhen = (...taken: string[]) => sumsFileName((name) => taken.includes(name));
  strictEqual(nameWhen(), "SHA256SUMS");
  strictEqual(nameWhen("SHA256SUMS"), "SHA256SUMS.phlb");
  strictEqual(nameWhen("SHA256SUMS", "SHA256SUMS.phlb"), "SHA256SUMS.phlb.phlb");
  strictEqual(nameWhen("SHA256SUMS.phlb"), "SHA256SUMS");
});

Deno.test("isSumsName() knows the names that checksum files can have", () => {
  deepStrictEqual(
    ["SHA256SUMS", "SHA256SUMS.phlb", "SHA256SUMS.phlb.phlb", "SHA256SUMS.txt", "sha256sums"].map(
      isSumsName,
    ),
    [true, true, true, false, false],
  );
});

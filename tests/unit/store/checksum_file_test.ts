import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { decodeName, encodeName } from "../../../src/base/path_bytes.ts";
import {
  formatSums,
  isSumsName,
  parseSums,
  sumsFileName,
} from "../../../src/store/checksum_file.ts";

const A = "a".repeat(64);
const B = "0123456789abcdef".repeat(4);

Deno.test("formatSums() writes one line of sha256sum's format for each name", () => {
  strictEqual(decodeName(formatSums(["one", "two words"], [A, B])), `${A}  one\n${B}  two words\n`);
});

Deno.test("formatSums() escapes backslash, newline and carriage return and says so", () => {
  strictEqual(decodeName(formatSums(["a\\b\nc\rd"], [A])), `\\${A}  a\\\\b\\nc\\rd\n`);
});

Deno.test("formatSums() writes the bytes of a name that is not UTF-8", () => {
  const bytes = formatSums(["x\udcff"], [A]);
  deepStrictEqual([...bytes.slice(-3)], [0x78, 0xff, 0x0a]);
});

Deno.test("parseSums() reads back what formatSums() wrote", () => {
  const names = ["plain", "-", "-dash", "\\n", "a\nb", " lead", "*star", "x\udcfe", "ü"];
  const digests = names.map((_, i) => (i % 2 === 0 ? A : B));
  const { sums, badLines } = parseSums(formatSums(names, digests));
  deepStrictEqual(sums, names.map((name, i) => ({ name, digest: digests[i] })));
  strictEqual(badLines, 0);
});

Deno.test("parseSums() reads binary markers, upper case and unescaped backslashes", () => {
  const text = `${A} *binary\n${B.toUpperCase()}  upper\n${A}  back\\nslash`;
  deepStrictEqual(parseSums(encodeName(text)).sums, [
    { name: "binary", digest: A },
    { name: "upper", digest: B },
    { name: "back\\nslash", digest: A },
  ]);
});

Deno.test("parseSums() counts lines that it cannot use and goes on", () => {
  const bad = ["# comment", `${A} one-blank`, `${A}  sub/dir`, `${A}  `, `\\${A}  a\\qb`, "zz"];
  const { sums, badLines } = parseSums(encodeName([...bad, `${B}  good`, ""].join("\n")));
  deepStrictEqual(sums, [{ name: "good", digest: B }]);
  strictEqual(badLines, bad.length);
});

Deno.test("sumsFileName() gives way to entries of the source", () => {
  const nameBeside = (...taken: string[]) => sumsFileName((name) => taken.includes(name));
  strictEqual(nameBeside(), "SHA256SUMS");
  strictEqual(nameBeside("SHA256SUMS.phlb"), "SHA256SUMS");
  strictEqual(nameBeside("SHA256SUMS"), "SHA256SUMS.phlb");
  strictEqual(nameBeside("SHA256SUMS", "SHA256SUMS.phlb"), "SHA256SUMS.phlb.phlb");
});

Deno.test("isSumsName() knows every name that sumsFileName() can give", () => {
  for (const name of ["SHA256SUMS", "SHA256SUMS.phlb", "SHA256SUMS.phlb.phlb"]) {
    strictEqual(isSumsName(name), true, name);
  }
  for (const name of ["SHA256SUMS.txt", "sha256sums", "SHA256SUMS.phlb.old", "xSHA256SUMS"]) {
    strictEqual(isSumsName(name), false, name);
  }
});

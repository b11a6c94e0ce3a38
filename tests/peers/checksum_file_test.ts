import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { hash } from "node:crypto";
import { formatSums, parseSums } from "../../src/store/checksum_file.ts";
import { run } from "../support/run.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import { writeTree } from "../support/tree.ts";
import { GLOB_NAMES, HOSTILE_NAMES } from "./hostile_names.ts";

const NAMES = [...HOSTILE_NAMES, ...GLOB_NAMES];

async function writeFiles(path: string): Promise<string[]> {
  await writeTree(
    path,
    Object.fromEntries(NAMES.map((name) => [name, `content of ${name.length}`])),
  );
  return NAMES.map((name) => hash("sha256", `content of ${name.length}`, "hex"));
}

Deno.test("sha256sum -c accepts a SHA256SUMS of hostile names", async () => {
  await using dir = await makeTempDir();
  const digests = await writeFiles(dir.path);
  Deno.writeFileSync(`${dir.path}/SHA256SUMS`, formatSums(NAMES, digests));
  const told = await run("sha256sum", ["--strict", "-c", "SHA256SUMS"], { cwd: dir.path });
  strictEqual(told.match(/: OK$/gm)?.length, NAMES.length);
});

Deno.test("parseSums() reads what sha256sum writes for hostile names", async () => {
  await using dir = await makeTempDir();
  const digests = await writeFiles(`${dir.path}/files`);
  const command =
    "find files -type f -exec sh -c 'cd files && sha256sum -b \"./${1#files/}\"' _ {} ';'";
  await run("sh", ["-c", `${command} > SUMS`], { cwd: dir.path });
  const { sums, badLines } = parseSums(Deno.readFileSync(`${dir.path}/SUMS`));
  strictEqual(badLines, 0);
  const read = new Map(sums.map(({ name, digest }) => [name, digest]));
  deepStrictEqual(NAMES.map((name) => read.get(name)), digests);
});

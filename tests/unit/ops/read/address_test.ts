import assert from "node:assert/strict";
import { AppError } from "../../../../src/base/app_error.ts";
import { openFileSystem } from "../../../../src/fs/open_file_system.ts";
import {
  type Address,
  type AddressBase,
  cleanRelPath,
  resolveAddress,
} from "../../../../src/ops/read/address.ts";
import { faultyFileSystem } from "../../../support/faulty_file_system.ts";
import { makeTempDir } from "../../../support/temp_dir.ts";
import { symlink, writeTree } from "../../../support/tree.ts";

const A = "2026-01-07-085247";
const B = "2026-01-08-085247";

interface Place extends AsyncDisposable {
  readonly path: string;
  resolve(text: string, base?: Partial<AddressBase>): Address;
  /** `<id>:<relPath>`. */
  found(text: string, base?: Partial<AddressBase>): string;
  code(text: string, base?: Partial<AddressBase>): string;
}

async function makeRoot(): Promise<Place> {
  const temp = await makeTempDir();
  await writeTree(temp.path, {
    root: {
      ".phlb": {},
      home: {
        [A]: { docs: { "a.txt": "a", "b:c": { d: "d" } } },
        [B]: { docs: { "a.txt": "a" } },
        [`${B}-manifest.mtree.gz`]: "",
      },
      [A]: { top: "x" },
    },
    way: symlink(`root/home/${A}`),
    elsewhere: { file: "" },
  });
  const { fs } = openFileSystem("auto");
  const resolve = (text: string, base: Partial<AddressBase> = {}) =>
    resolveAddress(fs, text, {
      root: `${temp.path}/root`,
      name: undefined,
      cwd: temp.path,
      ...base,
    });
  return {
    path: temp.path,
    resolve,
    found: (text, base) => {
      const { id, relPath, root } = resolve(text, base);
      assert.strictEqual(root, Deno.realPathSync(`${temp.path}/root`));
      return `${id}:${relPath}`;
    },
    code: (text, base) => {
      try {
        return JSON.stringify(resolve(text, base));
      } catch (error) {
        if (error instanceof AppError) return error.code;
        throw error;
      }
    },
    [Symbol.asyncDispose]: () => temp[Symbol.asyncDispose](),
  };
}

Deno.test("an address is a snapshot and what stands behind its first colon", async () => {
  await using place = await makeRoot();
  assert.strictEqual(place.found("home/latest"), `home/${B}:`);
  assert.strictEqual(place.found("home/latest~1:docs/b:c/"), `home/${A}:docs/b:c`);
  assert.strictEqual(place.found(`home/${A}:./docs//a.txt`), `home/${A}:docs/a.txt`);
  assert.strictEqual(place.found("latest:docs", { name: "home" }), `home/${B}:docs`);
  assert.strictEqual(place.found(`${A}:top`, { name: "" }), `${A}:top`);
});

Deno.test("a path leads to the snapshot that it lies in, from wherever one stands", async () => {
  await using place = await makeRoot();
  const home = `${place.path}/root/home`;
  const nothing = { root: undefined };
  assert.strictEqual(place.found(`${home}/${A}`, nothing), `home/${A}:`);
  assert.strictEqual(place.found(`${home}/${A}/docs/a.txt`, nothing), `home/${A}:docs/a.txt`);
  assert.strictEqual(place.found(`${home}/${A}/docs/b:c`, nothing), `home/${A}:docs/b:c`);
  assert.strictEqual(place.found(`${home}/${A}:docs/b:c`, nothing), `home/${A}:docs/b:c`);
  assert.strictEqual(place.found(`${home}/${B}/gone/x`, nothing), `home/${B}:gone/x`);
  assert.strictEqual(place.found(".", { ...nothing, cwd: `${home}/${A}/docs` }), `home/${A}:docs`);
  assert.strictEqual(place.found(`./${A}/`, { ...nothing, cwd: home }), `home/${A}:`);
  assert.strictEqual(place.found("root/home/" + A, nothing), `home/${A}:`);
  assert.strictEqual(place.found(`${place.path}/way/docs`, nothing), `home/${A}:docs`);
  assert.strictEqual(place.found(`${place.path}/root/${A}/top`, nothing), `${A}:top`);
});

Deno.test("what is no snapshot is refused, and so is what leads out of one", async () => {
  await using place = await makeRoot();
  assert.strictEqual(place.code("./elsewhere/file"), "SNAPSHOT_UNKNOWN");
  assert.strictEqual(place.code("elsewhere/file"), "SNAPSHOT_UNKNOWN");
  assert.strictEqual(place.code("latest"), "SNAPSHOT_AMBIGUOUS");
  assert.strictEqual(place.code(`home/${A}:docs/../../..`), "PATH_INVALID");
  assert.strictEqual(place.code("home/latest", { root: undefined }), "DESTINATION_UNSET");
  assert.strictEqual(place.code("latest", { root: `${place.path}/nowhere` }), "ROOT_MISSING");
});

Deno.test("cleanRelPath() leaves names alone that only look special", () => {
  assert.strictEqual(cleanRelPath("/a/./b//..c/d../"), "a/b/..c/d..");
  assert.strictEqual(cleanRelPath(""), "");
});

Deno.test("an older snapshot is never taken because the newest cannot be looked at", async () => {
  await using root = await makeRoot();
  const path = (name: string) => name.endsWith(`/${B}`);
  for (const spec of ["home/latest", "home/2026-01-08", `home/${B}`, "home/none"]) {
    const { fs } = openFileSystem("auto");
    const faulty = faultyFileSystem(fs, [{ op: "lstat", path, code: "EIO", always: true }]);
    const base = { root: `${root.path}/root`, name: undefined, cwd: root.path };
    assert.throws(() => resolveAddress(faulty, spec, base), { code: "EIO" }, spec);
    const exact = resolveAddress(faulty, `home/${A}`, base);
    assert.strictEqual(exact.id, `home/${A}`);
    fs.closeAll();
  }
});

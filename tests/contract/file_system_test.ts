import assert from "node:assert/strict";
import type { FileSystemKind } from "../../src/fs/file_system.ts";
import { openFileSystem } from "../../src/fs/open_file_system.ts";
import { fileSystemContract } from "./file_system_contract.ts";

for (const kind of ["posix", "portable"] as const satisfies readonly FileSystemKind[]) {
  fileSystemContract(kind, () => openFileSystem(kind).fs);

  Deno.test(`${kind}: is what was asked for`, () => {
    assert.strictEqual(openFileSystem(kind).fs.kind, kind);
  });
}

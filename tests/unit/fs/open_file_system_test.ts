import assert from "node:assert/strict";
import { openFileSystem } from "../../../src/fs/open_file_system.ts";
import { run } from "../../support/run.ts";

Deno.test("openFileSystem() takes posix where it can, and says nothing then", () => {
  const { fs, note } = openFileSystem("auto");
  assert.deepStrictEqual([fs.kind, note], ["posix", undefined]);
});

Deno.test("openFileSystem() falls back to portable without FFI, with one sentence why", async () => {
  const module = new URL("../../../src/fs/open_file_system.ts", import.meta.url);
  const script = `import { openFileSystem } from ${JSON.stringify(module)};
    const { fs, note } = openFileSystem("auto");
    console.log(fs.kind, note);`;
  const told = await run(Deno.execPath(), ["run", "-q", "--no-prompt", "--allow-read", "-"], {
    stdin: script,
  });
  assert.match(told, /^portable The portable file system is used, because [^.]+\n$/);
});

import assert from "node:assert/strict";
import { FsError } from "../../../src/fs/file_system.ts";
import { asFsError } from "../../../src/fs/portable_error.ts";

const ERRORS: readonly (readonly [code: string, error: Error])[] = [
  // The runtime tells this one by its text alone.
  ["EMLINK", new Error("Too many links (os error 31): link '/a' -> '/b'")],
  ["ENOSPC", Object.assign(new Error("No space left on device (os error 28)"), { code: "ENOSPC" })],
  ["EACCES", new Deno.errors.PermissionDenied("it may not")],
  ["EACCES", new Deno.errors.NotCapable('Requires all access to "/proc/x", specify …')],
  ["ENOENT", new Deno.errors.NotFound("it is not there")],
];

for (const [code, error] of ERRORS) {
  Deno.test(`asFsError() finds ${code} in what the runtime throws`, () => {
    const call = (): never => {
      throw error;
    };
    assert.throws(() => asFsError("link", { path: "/b", call }), (thrown) => {
      return thrown instanceof FsError && thrown.code === code && thrown.path === "/b" &&
        thrown.op === "link";
    });
  });
}

Deno.test("asFsError() lets a missing permission through, which is no answer of the system", () => {
  const call = (): never => {
    throw new Deno.errors.NotCapable('Requires read access to "/b", run again with …');
  };
  const isIt = (thrown: unknown) => thrown instanceof Deno.errors.NotCapable;
  assert.throws(() => asFsError("open", { path: "/b", call }), isIt);
});

Deno.test("asFsError() lets a programming error through as it is", () => {
  const bug = new TypeError("undefined is not a function");
  const call = (): never => {
    throw bug;
  };
  assert.throws(() => asFsError("link", { path: "/b", call }), (thrown) => thrown === bug);
});

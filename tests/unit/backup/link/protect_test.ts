import assert from "node:assert/strict";
import { ACTION, type LinkSection } from "../../../../src/backup/link/link_messages.ts";
import { makeLinker } from "../../../../src/backup/link/linker.ts";
import type { Protection } from "../../../../src/store/protection.ts";
import { CancelFlag } from "../../../../src/threads/cancel.ts";
import { assertSameTree } from "../../../support/same_tree.ts";
import { readTree, symlink, type Tree, withMeta } from "../../../support/tree.ts";
import { makeWorkPlace } from "../hash/work_place.ts";

/** A linker that makes `root/partial`, as `root/previous` is. */
async function makeProtectPlace(previous: Tree, protection: Protection) {
  const work = await makeWorkPlace({ root: { previous, partial: {} } }, []);
  const handler = makeLinker({
    fs: work.fs,
    root: work.open("root"),
    snapshot: work.open("root/partial"),
    previous: work.open("root/previous"),
    protection,
    cancel: new CancelFlag(),
  });
  const section = (names: readonly string[]): LinkSection => ({
    relPath: "",
    names: names.join("/"),
    stats: work.rows("root/previous", ["", ...names]).data,
    actions: new Uint8Array(names.map(() => ACTION.linkPrevious)),
    storedMtimes: new Map(),
    linkTargets: new Map(),
    xattrs: new Map(),
    sameMetadataOnly: false,
  });
  return {
    handler: (...call: Parameters<typeof handler>) => handler(...call).answer,
    section,
    partial: () => readTree(`${work.path}/root/partial`),
    previous: () => readTree(`${work.path}/root/previous`),
    [Symbol.asyncDispose]: () => work[Symbol.asyncDispose](),
  };
}

Deno.test("a linker takes write bits away from what it protects, and from nothing else", async () => {
  const tree = { a: withMeta("alpha", { mode: 0o6777 }), left: "as it is", s: symlink("a") };
  for (const protection of ["none", "readonly"] as const) {
    await using place = await makeProtectPlace(tree, protection);
    const before = await place.previous();
    const { failures } = place.handler({
      kind: "sections",
      sections: [place.section(["a", "s"])],
    });
    assert.deepStrictEqual(failures, []);
    const content = new TextEncoder().encode("sums");
    const mtime = { sec: 5, nsec: 0 };
    const sums = { relPath: "", fileName: "SHA256SUMS", content, mtime, linkPrevious: false };
    place.handler({ kind: "finish", sums: [sums], dirs: [] });
    const made = await place.partial();
    const expected = protection === "none" ? [0o6777, 0o644] : [0o6555, 0o444];
    assert.deepStrictEqual([made["a"]?.mode, made["SHA256SUMS"]?.mode], expected);
    const skip = (path: string) => path === "a";
    assertSameTree(await place.previous(), before, { ignore: ["nlink"], skip });
  }
});

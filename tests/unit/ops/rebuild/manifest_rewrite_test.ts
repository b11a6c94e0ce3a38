import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { rewriteManifest, withStored } from "../../../../src/ops/rebuild/manifest_rewrite.ts";

const TEXT = `#mtree
# phlb manifest 1
# phlb source /a\\040b
# phlb previous 1-manifest.mtree.gz ${"0".repeat(64)}
# ctime=1.000000000 ino=1 dev=8,1
. type=dir mode=0755 uid=1 gid=1 uname=me gname=we time=5.000000000
# ctime=1.000000000 ino=2 dev=8,1 nlink=2 stored=9.000000000 state=unsettled xattr.user.a=eQ==
./a\\040b type=file mode=0644 uid=1 gid=1 uname=me gname=we size=1 time=5.000000000 sha256digest=${
  "a".repeat(64)
}
# ctime=0.000000000 ino=0 dev=0,0
./c type=file mode=0644 uid=1 gid=1 size=1 time=5.000000000 sha256digest=${"a".repeat(64)}
# phlb end 3
`;

Deno.test("rewriteManifest() changes what is stored elsewhere, and not a byte more", async () => {
  const { text } = await rewrite({ c: { sec: -1, nsec: 7 } });
  assert.strictEqual(
    text,
    TEXT.replace("dev=0,0\n./c", "dev=0,0 stored=-1.000000007\n./c"),
  );
});

Deno.test("rewriteManifest() drops a note that is not needed any more", async () => {
  const { text } = await rewrite({ "a b": { sec: 5, nsec: 0 } });
  assert.strictEqual(text, TEXT.replace(" stored=9.000000000", ""));
});

Deno.test("rewriteManifest() names the new digest of the manifest before, and tells its own", async () => {
  const { text, sha256, bytes } = await rewrite({}, "f".repeat(64));
  assert.strictEqual(text, TEXT.replace("0".repeat(64), "f".repeat(64)));
  assert.strictEqual(sha256, createHash("sha256").update(bytes).digest("hex"));
});

Deno.test("withStored() puts the word where the format has it", () => {
  const stored = { sec: 3, nsec: 4 };
  const extras = "# ctime=1.000000000 ino=2 dev=8,1 nlink=2 state=unsettled";
  assert.strictEqual(
    withStored(extras, stored, undefined),
    "# ctime=1.000000000 ino=2 dev=8,1 nlink=2 stored=3.000000004 state=unsettled",
  );
  assert.strictEqual(withStored(extras, stored, "3.000000004"), extras);
});

async function rewrite(
  stored: Record<string, { sec: number; nsec: number }>,
  previousSha256?: string,
) {
  const members: Uint8Array[] = [];
  const sha256 = await rewriteManifest({
    chunks: [gzipSync(TEXT)],
    sink: (bytes) => members.push(bytes),
    level: 1,
    storedMtime: (relPath) => stored[relPath],
    previousSha256,
    onTurn: () => Promise.resolve(),
  });
  const bytes = new Uint8Array(await new Blob(members.map((m) => m.slice())).arrayBuffer());
  return { text: new TextDecoder().decode(gunzipSync(bytes)), sha256, bytes };
}

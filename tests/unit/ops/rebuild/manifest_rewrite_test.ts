import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { rewriteManifest, withStored } from "../../../../src/ops/rebuild/manifest_rewrite.ts";

/** Digest of what is replaced. */
const OLD = "d".repeat(64);

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
    withRewritten(TEXT.replace("dev=0,0\n./c", "dev=0,0 stored=-1.000000007\n./c"), OLD),
  );
});

Deno.test("rewriteManifest() drops a note that is not needed any more", async () => {
  const { text } = await rewrite({ "a b": { sec: 5, nsec: 0 } });
  assert.strictEqual(text, withRewritten(TEXT.replace(" stored=9.000000000", ""), OLD));
});

Deno.test("rewriteManifest() adds the digest of what it replaces to those that are there", async () => {
  const { text: once } = await rewrite({});
  assert.strictEqual(once, withRewritten(TEXT, OLD));
  const { text: twice } = await rewrite({}, { text: once, replacedSha256: "e".repeat(64) });
  assert.strictEqual(twice, withRewritten(TEXT, `${OLD} ${"e".repeat(64)}`));
});

Deno.test("rewriteManifest() leaves out the stamps of directories and what is forgotten", async () => {
  const stamped = TEXT.replace("ino=1 dev=8,1\n", `ino=1 dev=8,1 stamp=${"s".repeat(43)}\n`);
  const { text } = await rewrite({}, { text: stamped, forgotten: ["a b"] });
  const wanted = TEXT.replace(/# ctime=1\.0+ ino=2[^]*(?=# ctime=0)/, "").replace("end 3", "end 2");
  const line = "# phlb forgotten 2026-01-07 me@box 1 1 a\\040b\n";
  assert.strictEqual(text, withRewritten(wanted, OLD).replace(`${OLD}\n`, `${OLD}\n${line}`));
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

/** `text` with the line that tells of what it replaced, at the end of the header. */
function withRewritten(text: string, digests: string): string {
  return text.replace("# ctime", `# phlb rewritten ${digests}\n# ctime`);
}

async function rewrite(
  stored: Record<string, { sec: number; nsec: number }>,
  { text = TEXT, replacedSha256 = OLD, forgotten = [] }: {
    text?: string;
    replacedSha256?: string;
    forgotten?: readonly string[];
  } = {},
) {
  const members: Uint8Array[] = [];
  await rewriteManifest({
    chunks: [gzipSync(text)],
    sink: (bytes) => members.push(bytes),
    level: 1,
    storedMtime: (relPath) => stored[relPath],
    replacedSha256,
    isForgotten: (relPath) => forgotten.includes(relPath),
    forgotten: forgotten.map((relPath) =>
      ({ relPath, at: "2026-01-07", by: "me@box", entries: 1, bytes: 1 }) as const
    ),
    onTurn: () => Promise.resolve(),
  });
  const bytes = new Uint8Array(await new Blob(members.map((m) => m.slice())).arrayBuffer());
  return { text: new TextDecoder().decode(gunzipSync(bytes)) };
}

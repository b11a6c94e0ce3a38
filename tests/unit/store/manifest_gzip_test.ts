import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { Buffer } from "node:buffer";
import { gunzipSync, gzipSync } from "node:zlib";
import { packMember, unpack, UnpackError } from "../../../src/store/manifest_gzip.ts";

const encoder = new TextEncoder();
const MEMBERS = ["first\n", "second\n", "x".repeat(100_000)].map((text) => {
  return packMember(encoder.encode(text), 1);
});
const WHOLE = await new Blob(MEMBERS).bytes();
const PLAIN = "first\nsecond\n" + "x".repeat(100_000);

/** What came out before the end or the error, and that error. */
async function collect(
  chunks: Iterable<Uint8Array>,
): Promise<{ text: string; error: unknown }> {
  let text = "";
  try {
    for await (const piece of unpack(chunks)) text += new TextDecoder().decode(piece);
    return { text, error: undefined };
  } catch (error) {
    return { text, error };
  }
}

function inPieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / size);
  return Array.from({ length: count }, (_, i) => bytes.slice(i * size, (i + 1) * size));
}

Deno.test("packMember() makes gzip members that any gunzip reads as one", () => {
  strictEqual(gunzipSync(WHOLE).toString(), PLAIN);
});

Deno.test("unpack() gives the bytes back however they are cut up", async () => {
  for (const size of [1, 7, 100, WHOLE.length]) {
    deepStrictEqual(await collect(inPieces(WHOLE, size)), { text: PLAIN, error: undefined });
  }
});

Deno.test("unpack() reads gzip files of other programs, also of several members", async () => {
  const other = Buffer.concat([gzipSync("one\n"), gzipSync("two\n")]);
  for (const size of [1, other.length]) {
    deepStrictEqual(await collect(inPieces(other, size)), { text: "one\ntwo\n", error: undefined });
  }
});

Deno.test("unpack() passes on what is not compressed", async () => {
  deepStrictEqual(await collect([encoder.encode("#mtree\n"), encoder.encode(". type=dir\n")]), {
    text: "#mtree\n. type=dir\n",
    error: undefined,
  });
  deepStrictEqual(await collect([]), { text: "", error: undefined });
});

Deno.test("unpack() gives all whole members of a file that was cut off anywhere", async () => {
  const ends = MEMBERS.map((_, i) => MEMBERS.slice(0, i + 1).reduce((n, m) => n + m.length, 0));
  for (let length = MEMBERS[0]?.length ?? 0; length < WHOLE.length; length++) {
    const { text, error } = await collect([WHOLE.slice(0, length)]);
    const whole = ends.filter((end) => end <= length).length;
    strictEqual(text, ["", "first\n", "first\nsecond\n"][whole]);
    strictEqual(error instanceof UnpackError, !ends.includes(length), String(length));
  }
});

Deno.test("unpack() believes no byte of a damaged member", async () => {
  const second = MEMBERS[0]?.length ?? 0;
  for (let at = second; at < second + (MEMBERS[1]?.length ?? 0); at++) {
    const damaged = WHOLE.slice();
    damaged[at] = (damaged[at] ?? 0) ^ 0x10;
    const { text, error } = await collect([damaged]);
    // Bytes of the header that say nothing (time, system) may differ without harm.
    if (error === undefined) strictEqual(text, PLAIN);
    else {
      ok(error instanceof UnpackError, String(error));
      strictEqual(text, "first\n");
    }
  }
});

Deno.test("unpack() refuses a member that grows without bound", async () => {
  const bomb = packMember(new Uint8Array(64 * 1024 * 1024), 9);
  await rejects(collect([bomb]).then(({ error }) => Promise.reject(error)), UnpackError);
});

Deno.test("unpack() tells when the gzip file of another program is cut off", async () => {
  const { error } = await collect([gzipSync("one\n".repeat(1000)).subarray(0, -9)]);
  ok(error instanceof UnpackError);
});

Deno.test("unpack() passes on a failure of its source and closes it in any case", async () => {
  const failure = new Error("I/O error");
  let closed = 0;
  function* source(bytes: Uint8Array): Generator<Uint8Array> {
    try {
      yield bytes;
      throw failure;
    } finally {
      closed++;
    }
  }
  strictEqual((await collect(source(WHOLE))).error, failure);
  strictEqual((await collect(source(encoder.encode("plain")))).error, failure);
  const { error } = await collect(source(gzipSync("other")));
  ok(error instanceof UnpackError && error.cause === failure);
  for await (const _ of unpack(source(WHOLE))) break;
  strictEqual(closed, 4);
});

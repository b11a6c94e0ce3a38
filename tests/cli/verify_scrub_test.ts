import assert from "node:assert/strict";
import { makePlace } from "../support/backup_place.ts";
import { runPhlb, startPhlb } from "../support/phlb.ts";
import { run } from "../support/run.ts";
import { sparse, writeTree } from "../support/tree.ts";
import { flipByte, takeApart, verify } from "../support/verify_run.ts";

Deno.test("SIGINT ends a verify with 130, and --resume reads what was not read", async () => {
  await using place = await makePlace();
  const snapshot = `${place.root}/hand/2019-03-04-101112`;
  await Deno.mkdir(`${place.root}/.phlb`);
  await writeTree(snapshot, { "a": "one", "b": "two", "endless": sparse(2 ** 43) });
  await Deno.writeTextFile(`${place.source}/phlb.toml`, "[performance]\nhashers = 1\n");
  const args = ["verify", "--root", place.root, "--config", `${place.source}/phlb.toml`, "--json"];
  const started = startPhlb(args);
  const script = 'until ls -l "/proc/$1/fd" | grep -q /endless; do kill -0 "$1" || exit 1; done';
  await run("sh", ["-c", script, "sh", String(started.pid)]);
  started.kill("SIGINT");
  const { code, stderr } = await started.outcome;
  assert.strictEqual(code, 130, stderr);
  assert.match(stderr, /The verify was interrupted.*--resume goes on with it/);

  await Deno.truncate(`${snapshot}/endless`, 5);
  const resumed = takeApart(await runPhlb([...args, "--resume"]));
  const { files_read: read, files_read_before: before } = resumed.summary;
  assert.deepStrictEqual([resumed.code, read, before], [0, 1, 2], resumed.stderr);
  const again = takeApart(await runPhlb([...args, "--resume"]));
  assert.match(again.stderr, /There is no unfinished verify of these snapshots/);
  assert.strictEqual(again.summary["files_read"], 3);
});

Deno.test("samples read everything once, one after the other", async () => {
  const tree = Object.fromEntries([...Array(10).keys()].map((i) => [`f${i}`, `${i}`.repeat(1000)]));
  await using place = await makePlace(tree);
  await place.mustBackup();
  await flipByte(`${place.latest()}/f7`);
  const codes: number[] = [];
  for (let i = 0; i < 4; i++) {
    const { code, summary } = await verify(place.root, ["--sample", "25%"]);
    codes.push(code);
    assert.strictEqual(summary["files_read"], 3);
  }
  assert.deepStrictEqual(codes.toSorted(), [0, 0, 0, 3]);
});

Deno.test("--max-duration ends cleanly and says that it is not finished", async () => {
  await using place = await makePlace();
  await Deno.mkdir(`${place.root}/.phlb`);
  await writeTree(`${place.root}/hand/2019-03-04-101112`, { "a": "one", "z": sparse(2 ** 43) });
  const args = ["verify", "--root", place.root, "--max-duration", "1s"];
  const { code, stdout, stderr } = await runPhlb(args);
  assert.strictEqual(code, 0, stderr);
  assert.match(stdout, /^Not finished: --resume goes on with it$/m);
  assert.match(stdout, /^Read 1 file \(3 Bytes\) of 2 /m);
});

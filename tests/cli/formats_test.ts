import assert from "node:assert/strict";
import { FakeClock } from "../support/fake_clock.ts";
import { unpackFixture } from "../support/fixture_root.ts";
import { type Here, runHere } from "../support/run_here.ts";
import { run } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import { readTree } from "../support/tree.ts";

// Roots that older programs wrote are opened, verified, restored from, continued and pruned.

/** A day on which all fixtures have been made. */
const LATER = "2027-01-07T08:52:47Z";

const FORMATS = [
  {
    file: "phlb-format-1-root.tar.gz",
    name: "home",
    kinds: ["phlb", "phlb"],
    newest: ["SHA256SUMS", "a", "new", "new\nline", "\udcff\udcfe", "sub/deep/file", "null"],
    trashed: 1,
    pinned: 1,
  },
  {
    file: "phlb-format-1-early-root.tar.gz",
    name: "home",
    kinds: ["phlb", "phlb", "phlb"],
    newest: ["SHA256SUMS", "a", "new", "new\nline", "\udcff\udcfe", "sub/deep/file", "null"],
    trashed: 0,
    pinned: 0,
  },
  {
    file: "pyhardlinkbackup-1.9.1-root.tar.gz",
    name: "documents",
    kinds: ["bare", "bare"],
    newest: ["edge1000"],
    trashed: 0,
    pinned: 0,
  },
] as const;

for (const format of FORMATS) {
  Deno.test(`a root of ${format.file} is read, continued and pruned`, async () => {
    await using temp = await makeTempDir();
    const place = new Place(temp.path);
    await unpackFixture(format.file, place.root);
    const before = await readTree(place.root);

    const listed = await place.must(["snapshots", place.root]);
    const snapshots = listed.lines.filter((line) => line["message_type"] === "snapshot");
    assert.deepStrictEqual(snapshots.map(({ kind }) => kind), format.kinds);
    assert.strictEqual(snapshots.filter(({ pinned }) => pinned).length, format.pinned);
    await place.must(["verify", "--root", place.root, "--all"]);
    const trash = await place.must(["trash", "list", "--root", place.root]);
    const trashed = trash.lines.filter((line) => line["message_type"] === "trash");
    assert.strictEqual(trashed.length, format.trashed);

    await place.must(["restore", "--root", place.root, `${format.name}/latest`, place.source]);
    const restored = await readTree(place.source);
    for (const path of format.newest) assert.ok(path in restored, `${path} was not restored`);

    const backup = ["backup", place.source, place.root, "--name", format.name];
    const first = await place.must(backup);
    assert.deepStrictEqual([bytesCopied(first), countsOf(first).problems], [0, 0]);
    await place.must(["verify", "--root", place.root, "--all"]);
    const isOld = (path: string) => !path.startsWith(".phlb/") && path in before;
    assertSameTree(await readTree(place.root), before, {
      ignore: ["nlink", "allocatedBytes"],
      skip: (path) => !isOld(path) || path === "." || path === ".phlb" || path === format.name,
    });

    const again = countsOf(await place.must(backup));
    assert.strictEqual(again.copied, 0);
    assert.ok(again.unchanged > 0 && again.changed + again.new === 0, JSON.stringify(again));

    const pruned = await place.must(["prune", place.root, "--keep-last", "1"]);
    const summary = pruned.lines.find((line) => line["message_type"] === "prune");
    assert.strictEqual(summary?.["removed"], format.kinds.length + 1 - format.pinned);
    const gone = pruned.lines.find((line) => line["action"] === "remove");
    await place.must(["trash", "restore", "--root", place.root, String(gone?.["snapshot_id"])]);
    await place.must(["trash", "empty", "--root", place.root]);
    await place.must(["verify", "--root", place.root, "--all"]);
  });
}

Deno.test("a fixture's text can be read without phlb", async () => {
  await using temp = await makeTempDir();
  await unpackFixture("phlb-format-1-root.tar.gz", temp.path);
  const script = "find home/*/ -name 'SHA256SUMS*' -execdir sha256sum --quiet -c {} \\;";
  const told = await run("sh", ["-c", `${script} 2>&1 || true`], { cwd: temp.path });
  // The source has a SHA256SUMS of its own that is none.
  assert.deepStrictEqual(told.split("\n").filter((line) => !/no properly formatted/.test(line)), [
    "",
  ]);
});

class Place {
  readonly root: string;
  readonly source: string;
  readonly #clock = new FakeClock(LATER);

  constructor(temp: string) {
    this.root = `${temp}/root`;
    this.source = `${temp}/source`;
  }

  async must(args: readonly string[]): Promise<Here> {
    this.#clock.advance(60_000);
    const ran = await runHere([...args, "--json"], { clock: this.#clock });
    assert.strictEqual(ran.code, 0, `phlb ${args.join(" ")}\n${ran.stderr}${ran.stdout}`);
    return ran;
  }
}

function bytesCopied({ lines }: Here): unknown {
  return lines.find((line) => line["message_type"] === "summary")?.["data_added"];
}

function countsOf(
  { lines }: Here,
): Readonly<Record<"copied" | "problems" | "new" | "changed" | "unchanged", number>> {
  const summary = lines.find((line) => line["message_type"] === "summary");
  return JSON.parse(JSON.stringify(summary?.["counts"]));
}

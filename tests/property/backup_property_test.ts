import assert from "node:assert/strict";
import { fc } from "../support/property.ts";
import { type BackupRun, runBackup } from "../support/backup_run.ts";
import { FakeClock } from "../support/fake_clock.ts";
import type { Fault } from "../support/faulty_file_system.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { makeTempDir } from "../support/temp_dir.ts";
import type { TreeEntry, TreeOnDisk } from "../support/tree.ts";
import { beginnings, type Change, changeSource, checkSnapshots, LIMITS, steps } from "./history.ts";
import { below, checkCounts, checkManifest, files, ownNames } from "./snapshot_truth.ts";

// fast-check prints the seed of a failure; with PHLB_TEST_FULL=1 it looks for its shortest form.

const FULL = Deno.env.get("PHLB_TEST_FULL") === "1";
const HISTORIES = FULL ? 500 : 8;

/** A run that is broken off before the one that counts. */
const breaks: fc.Arbitrary<{ role: "hasher" | "linker"; fault: Fault } | undefined> = fc.option(
  fc.record({
    role: fc.constantFrom("hasher" as const, "linker" as const),
    fault: fc.record({
      op: fc.constantFrom("createFile" as const, "link" as const, "setAttributes" as const),
      nth: fc.integer({ min: 1, max: 12 }),
      code: fc.constant("ENOSPC"),
    }),
  }),
  { nil: undefined, freq: 4 },
);

const histories = fc.record({
  beginning: beginnings,
  steps: fc.array(fc.record({ changes: steps, broken: breaks }), { minLength: 1, maxLength: 3 }),
  settings: fc.record({
    "dedup.min_size": fc.constantFrom(0, 1, LIMITS.minSizeBytes),
    "performance.in_memory": fc.constantFrom(0, LIMITS.inMemoryBytes, 1 << 20),
    "dedup.metadata": fc.constantFrom("manifest", "manifest", "manifest", "inode"),
    "backup.order": fc.constantFrom("tree", "tree", "tree", "newest-first"),
    "snapshot.protect": fc.constantFrom("none", "readonly"),
  }).filter((one) => one["snapshot.protect"] === "none" || one["dedup.metadata"] !== "inode"),
  /** Whether the previous run's clock allows to trust what it recorded. */
  trusting: fc.boolean(),
});

type History = typeof histories extends fc.Arbitrary<infer T> ? T : never;

Deno.test("every snapshot is what its source was, whatever happened to it in between", async () => {
  await fc.assert(fc.asyncProperty(histories, live), { numRuns: HISTORIES, endOnFailure: !FULL });
});

async function live(history: History): Promise<void> {
  await using temp = await makeTempDir();
  const witness = new Witness(temp.path, history);
  await Deno.mkdir(witness.root);
  await Deno.mkdir(witness.source);
  await witness.backUp(history.beginning);
  for (const { changes, broken } of history.steps) await witness.backUp(changes, broken);
}

/** Lives through a history and knows what everything was. */
class Witness {
  readonly source: string;
  readonly root: string;
  readonly #history: History;
  #clock: FakeClock | undefined;
  /** Everything in the snapshots so far, paths with the snapshot's time in front. */
  #past: TreeOnDisk = {};
  /** Inodes that hold a content in a snapshot so far. */
  readonly #stored = new Map<string, Set<string>>();

  constructor(path: string, history: History) {
    this.source = `${path}/source`;
    this.root = `${path}/root`;
    this.#history = history;
  }

  async backUp(changes: readonly Change[], broken?: History["steps"][number]["broken"]) {
    const before = await changeSource(this.source, changes);
    if (broken !== undefined) await this.#run({ [broken.role]: [broken.fault] });
    const { summary, error } = await this.#run({});
    assert.strictEqual(error, undefined, error instanceof Error ? error.stack : String(error));
    assert.ok(summary !== undefined);
    const time = summary.snapshot_id.split("/")[1] ?? "";
    const own = ownNames(before);
    const { tree, sums } = await checkSnapshots(
      `${this.root}/source`,
      [...own.keys()].map((path) => `${time}/${path}`),
    );
    this.#checkSums({ sums, own, time });
    checkCounts(summary, before);
    this.#checkPast(tree);
    const snapshot = below(tree, time);
    const isOwn = (path: string) => own.has(path);
    this.#checkSnapshot(snapshot, before, isOwn);
    await checkManifest(`${this.root}/source/${time}-manifest.mtree.gz`, { before, snapshot });
    this.#remember(tree, snapshot);
  }

  async #run(faults: Partial<Record<"hasher" | "linker", readonly Fault[]>>): Promise<BackupRun> {
    this.#clock ??= this.#startClock();
    this.#clock.advance(60_000);
    const settings = {
      ...this.#history.settings,
      "performance.buffer": "4KiB",
      "backup.allow_empty": true,
    };
    return await runBackup(this.source, this.root, { settings, clock: this.#clock, faults });
  }

  /** An hour ahead of the file system's clock, or months behind it. */
  #startClock(): FakeClock {
    const { ctime } = Deno.statSync(this.source);
    if (!this.#history.trusting || ctime === null) return new FakeClock();
    return new FakeClock(new Date(ctime.getTime() + 3_600_000).toISOString());
  }

  #checkSums({ sums, own, time }: {
    sums: Readonly<Record<string, number | null>>;
    own: ReadonlyMap<string, number>;
    time: string;
  }): void {
    const expected = [...own].map(([path, files]) => [`${time}/${path}`, files]);
    assert.deepStrictEqual(sums, Object.fromEntries(expected), "what sha256sum -c says");
  }

  /** Nothing of an older snapshot may ever change but the number of links to it. */
  #checkPast(tree: TreeOnDisk): void {
    const then = Object.fromEntries(
      Object.keys(this.#past).map((path) => {
        return [path, tree[path] ?? assert.fail(`${path} is gone`)];
      }),
    );
    assertSameTree(then, this.#past, { ignore: ["nlink"] });
  }

  #checkSnapshot(
    snapshot: TreeOnDisk,
    before: TreeOnDisk,
    isOwn: (path: string) => boolean,
  ): void {
    const files = (path: string) => before[path]?.type === "file";
    assertSameTree(snapshot, before, { skip: (path) => isOwn(path) || files(path) });
    const metadata = ["mode", "uid", "gid", "mtimeNs", "xattrs"] as const;
    const storage = ["inode", "nlink", "allocatedBytes"] as const;
    const others = (path: string) => isOwn(path) || !files(path);
    assertSameTree(snapshot, before, { ignore: [...metadata, ...storage], skip: others });
    if (this.#history.settings["dedup.metadata"] === "inode") {
      assertSameTree(snapshot, before, { ignore: ["xattrs", ...storage], skip: others });
    } else this.#checkShared(snapshot, before);
  }

  /** A content is stored once, and its inode has the metadata of a file that it was stored for. */
  #checkShared(snapshot: TreeOnDisk, before: TreeOnDisk): void {
    const minSizeBytes = this.#history.settings["dedup.min_size"];
    const pastInodes = new Set([...this.#stored.values()].flatMap((inodes) => [...inodes]));
    const fresh = new Map<string, string[]>();
    for (const [path, entry] of files(before)) {
      const stored = snapshot[path] ?? assert.fail();
      const known = this.#stored.get(entry.sha256 ?? "");
      if (pastInodes.has(stored.inode)) continue;
      fresh.set(stored.inode, [...fresh.get(stored.inode) ?? [], path]);
      if (entry.size !== undefined && entry.size >= minSizeBytes) {
        assert.strictEqual(known, undefined, `${path} was stored although it was known`);
      }
    }
    const digests = new Map<string, string>();
    for (const paths of fresh.values()) {
      const [path = ""] = paths;
      const { inode, sha256 = "", size = 0 } = snapshot[path] ?? assert.fail();
      const shown = (tree: TreeOnDisk, path: string) => this.#describe(tree[path] ?? assert.fail());
      assert.ok(
        paths.some((name) => shown(before, name) === shown(snapshot, path)),
        `${path} has the metadata of none of ${paths}: ${shown(snapshot, path)}`,
      );
      if (size < minSizeBytes) continue;
      assert.strictEqual(digests.get(sha256) ?? inode, inode, `${path} was stored twice`);
      digests.set(sha256, inode);
    }
  }

  /** What must be the same of a stored file and one that it was stored for. */
  #describe({ mode, uid, gid, mtimeNs, xattrs }: TreeEntry): string {
    const isProtected = this.#history.settings["snapshot.protect"] !== "none";
    const kept = isProtected ? mode & ~0o222 : mode;
    return `${kept.toString(8)} ${uid}:${gid} ${mtimeNs} ${JSON.stringify(xattrs)}`;
  }

  #remember(tree: TreeOnDisk, snapshot: TreeOnDisk): void {
    this.#past = Object.fromEntries(
      Object.entries(tree).filter(([path]) => path.includes("/") || /^\d{4}-[\d-]+$/.test(path)),
    );
    for (const [, { sha256 = "", inode }] of files(snapshot)) {
      const inodes = this.#stored.get(sha256) ?? new Set();
      this.#stored.set(sha256, inodes.add(inode));
    }
  }
}

/**
 * The life of a backup root beside a model of it: two sources, one root, one clock. The model knows
 * which snapshots there must be, where, and what each must hold; after each step the disk is read by
 * another program and compared.
 *
 * @module
 */
import assert from "node:assert/strict";
import { FakeClock } from "../support/fake_clock.ts";
import type { Around } from "../support/inline_operations.ts";
import { type Here, runHere } from "../support/run_here.ts";
import { compareTrees } from "../support/same_tree.ts";
import type { TreeEntry, TreeOnDisk } from "../support/tree.ts";
import { type Change, changeSource, checkSnapshots } from "./history.ts";
import {
  below,
  checkCounts,
  checkManifest,
  expectedSums,
  files,
  ownNames,
} from "./snapshot_truth.ts";

/** The two sources, by the names of their snapshots. */
export const NAMES = ["alpha", "beta"] as const;

/** One of them. */
export type Name = (typeof NAMES)[number];

/** A snapshot as the model has it. */
export interface Snap {
  readonly id: string;
  readonly name: Name;
  readonly time: string;
  readonly startedMs: number;
  /** What the source was. */
  readonly source: TreeOnDisk;
  /** The snapshot's own checksum files, with the numbers of their lines. */
  readonly own: ReadonlyMap<string, number>;
  /** What it must be on disk for ever. */
  readonly stored: Record<string, TreeEntry>;
  pinned: boolean;
  place: "root" | "trash";
}

/** How a life is lived. */
export interface Settings {
  readonly env: Readonly<Record<string, string>>;
  /** Whether the file system's clock is behind ours: only then can anything be known to be unchanged. */
  readonly trusting: boolean;
}

const MINUTE_MS = 60_000;

/** See the module text. */
export class Life {
  readonly root: string;
  readonly clock: FakeClock;
  readonly #temp: string;
  readonly #env: Readonly<Record<string, string>>;
  readonly #sources = new Map<Name, TreeOnDisk>();
  /** Those in the root and in the trash. */
  snaps: Snap[] = [];
  /** Inodes that were damaged, and have not been replaced everywhere. */
  #wounded = new Set<string>();
  /** Stored files that were deleted behind phlb's back: `<inode of the snapshot>/<path>`. */
  #lost = new Set<string>();
  /** Directories in snapshots in which a kill left a new checksum file or a wrong time. */
  #torn = new Set<string>();
  #restores = 0;

  constructor(temp: string, { env, trusting }: Settings) {
    this.#temp = temp;
    this.#env = env;
    this.root = `${temp}/root`;
    for (const dir of ["root", ...NAMES]) Deno.mkdirSync(`${temp}/${dir}`);
    const aheadMs = trusting ? 3_600_000 : -200 * 24 * 3_600_000;
    this.clock = new FakeClock(new Date(fileClockMs(temp) + aheadMs).toISOString());
  }

  /** Whether everything in the root and the trash is what it must be. */
  get isSound(): boolean {
    return this.#wounded.size === 0 && this.#lost.size === 0 && this.#torn.size === 0;
  }

  /** Those in the root, in the order of their times. */
  inRoot(name?: Name): Snap[] {
    return this.snaps
      .filter((snap) => snap.place === "root" && (name === undefined || snap.name === name))
      .toSorted((a, b) => a.time < b.time ? -1 : 1);
  }

  inTrash(): Snap[] {
    return this.snaps.filter(({ place }) => place === "trash");
  }

  /** Where the source of a name is. */
  sourceOf(name: Name): string {
    return `${this.#temp}/${name}`;
  }

  async edit(name: Name, changes: readonly Change[]): Promise<void> {
    this.#sources.set(name, await changeSource(this.sourceOf(name), changes));
  }

  /** Runs phlb; a mistake of its own is a failure, unless it was killed. */
  async run(args: readonly string[], around?: Around): Promise<Here> {
    const options = { clock: this.clock, env: this.#env };
    const ran = await runHere(
      [...args, "--json"],
      around === undefined ? options : { ...options, around },
    );
    const error = ran.errors.find((line) => line["message_type"] === "exit_error");
    if (around === undefined) assert.notStrictEqual(error?.["error_code"], "BUG", ran.stderr);
    return ran;
  }

  /** Backs up; a minute passes before. It must be refused when the clock is far behind. */
  async backUp(name: Name, more: readonly string[] = []): Promise<void> {
    const newest = this.inRoot(name).at(-1);
    this.clock.advance(MINUTE_MS);
    const behindMs = (newest?.startedMs ?? 0) - this.clock.now().getTime();
    const ran = await this.run(this.backupCommand(name, more));
    if (behindMs > 2 * 3_600_000 + 1000) {
      const error = ran.errors.find((line) => line["message_type"] === "exit_error");
      assert.deepStrictEqual([ran.code, error?.["error_code"]], [1, "CLOCK_BEHIND"], ran.stderr);
      await this.look();
      return;
    }
    await this.published(name, ran);
  }

  /** The command line of a backup. */
  backupCommand(name: Name, more: readonly string[] = []): string[] {
    return ["backup", this.sourceOf(name), this.root, "--allow-empty", ...more];
  }

  /** Takes the snapshot of a run that ended well into the model. */
  async published(name: Name, ran: Here): Promise<void> {
    await this.adopt(this.toldBy(name, ran));
  }

  /** The snapshot that a run which ended well tells of. */
  toldBy(name: Name, ran: Here): { id: string; name: Name; startedMs: number } {
    assert.ok(ran.code === 0 || (ran.code === 3 && !this.isSound), `${ran.code}: ${ran.stderr}`);
    const summary = ran.lines.find((line) => line["message_type"] === "summary") ?? {};
    const { snapshot_id: id, started_at: startedAt } = summary;
    assert.ok(typeof id === "string" && typeof startedAt === "string", ran.stdout);
    const source = this.#sources.get(name) ?? assert.fail();
    if (ran.code === 0) checkCounts(JSON.parse(JSON.stringify(summary)), source);
    return { id, name, startedMs: Date.parse(startedAt) };
  }

  /** Takes a new snapshot of a source into the model, and checks all that it is and all others. */
  async adopt(one: { id: string; name: Name; startedMs: number }): Promise<void> {
    this.#compare(await this.adoptAmong(one));
  }

  /** The same while others are not where the model has them. */
  async adoptAmong(
    { id, name, startedMs }: { id: string; name: Name; startedMs: number },
  ): Promise<TreeOnDisk> {
    const source = this.#sources.get(name) ?? assert.fail();
    const time = id.slice(name.length + 1);
    const own = ownNames(source);
    const { tree, sums } = await checkSnapshots(
      this.root,
      [...own.keys()].map((path) => `${id}/${path}`),
    );
    const stored = below(tree, id);
    const snap: Snap = {
      id,
      name,
      time,
      startedMs,
      source,
      own,
      stored: { ...stored },
      pinned: false,
      place: "root",
    };
    this.#checkNew(snap);
    if (this.isSound) {
      const told = Object.entries(sums).map(([path, lines]) => [path.slice(id.length + 1), lines]);
      assert.deepStrictEqual(told, [...own], "what sha256sum -c says");
    }
    const manifest = `${this.root}/${id}-manifest.mtree.gz`;
    await checkManifest(manifest, { before: source, snapshot: stored });
    this.snaps.push(snap);
    return tree;
  }

  /** Reads the disk and compares all of it with the model. */
  async look(): Promise<TreeOnDisk> {
    const { tree } = await checkSnapshots(this.root, []);
    this.#compare(tree);
    return tree;
  }

  /** After a kill: each snapshot is where its directory is, or gone for good if it was condemned. */
  async findPlaces({ mayGo, mayTear }: { mayGo: boolean; mayTear: boolean }): Promise<void> {
    const { tree } = await checkSnapshots(this.root, []);
    const kept: Snap[] = [];
    for (const snap of this.snaps) {
      const at = whereIs(tree, snap);
      if (at === undefined || at.includes(".deleting")) {
        assert.ok(mayGo && snap.place === "trash", `${snap.id} is gone`);
        continue;
      }
      snap.place = at === snap.id ? "root" : "trash";
      kept.push(snap);
    }
    this.snaps = kept;
    this.#compare(tree, { mayTear });
  }

  /** New snapshots that the model does not know, as a run may publish one and be killed then. */
  async unknown(name: Name): Promise<string | undefined> {
    const { tree } = await checkSnapshots(this.root, []);
    return published(tree).find((id) =>
      id.startsWith(`${name}/`) && !this.snaps.some((snap) => snap.id === id)
    );
  }

  /** Damages a stored file of a snapshot; true when there is one. */
  async damage({ pick, file, how }: { pick: number; file: number; how: string }): Promise<boolean> {
    const snap = choose(this.inRoot(), pick);
    if (snap === undefined) return false;
    const whole = files(snap.stored).filter(([path, { size = 0, inode }]) =>
      size > 0 && !this.#wounded.has(inode) && !this.#lost.has(lostKey(snap, path))
    );
    const [path, entry] = choose(whole, file) ?? [];
    if (path === undefined || entry === undefined) return false;
    await changeSource(this.root, [{ kind: "damage", path: `${snap.id}/${path}`, how }]);
    if (how === "delete") this.#lost.add(lostKey(snap, path));
    else this.#wounded.add(entry.inode);
    await this.look();
    return true;
  }

  /** Everything in the root's snapshots that is not what it must be, as `<id>/<path>`. */
  wounds(): string[] {
    const torn = this.inRoot().flatMap((snap) =>
      [...this.#torn].filter((key) => key.startsWith(lostKey(snap, "")))
        .map((key) => `${snap.id}/${key.slice(lostKey(snap, "").length)}`)
    );
    return torn.concat(
      this.inRoot().flatMap((snap) =>
        files(snap.stored).filter(([path, { inode }]) =>
          this.#wounded.has(inode) || this.#lost.has(lostKey(snap, path))
        ).map(([path]) => `${snap.id}/${path}`)
      ),
    );
  }

  /** Whether a good copy of all that is wounded lies in the root. */
  canHeal(): boolean {
    const good = new Set(
      this.inRoot().flatMap((snap) =>
        files(snap.stored).filter(([path, { inode }]) =>
          !this.#wounded.has(inode) && !this.#lost.has(lostKey(snap, path))
        ).map(([, { sha256 }]) => sha256)
      ),
    );
    return this.inRoot().every((snap) =>
      files(snap.stored).every(([, { sha256 }]) => good.has(sha256))
    );
  }

  /** Restores a snapshot and compares with what its source was. */
  async restore(snap: Snap): Promise<void> {
    const target = `${this.#temp}/restored-${this.#restores++}`;
    const ran = await this.run(["restore", "--root", this.root, snap.id, target]);
    const isHurt = this.wounds().some((path) => path.startsWith(`${snap.id}/`));
    if (isHurt) return assert.ok([0, 3].includes(ran.code), ran.stderr);
    assert.strictEqual(ran.code, 0, ran.stderr);
    const restored = await changeSource(target, []);
    const told = compareTrees(restored, snap.source, { ignore: ["inode", "allocatedBytes"] });
    assert.deepStrictEqual(told, [], `what was restored of ${snap.id}`);
    Deno.removeSync(target, { recursive: true });
  }

  /** What is linked to a damaged inode must be there as well: what it should be is known. */
  #checkNew({ id, own, source, stored }: Snap): void {
    const isFile = (path: string) => source[path]?.type === "file";
    const skip = (path: string) => own.has(path) || isFile(path);
    const told = compareTrees(stored, source, { skip });
    const expected = [
      ...files(source).map(([path, { sha256 = "", size = 0 }]) =>
        [path, { sha256, size }] as const
      ),
      ...[...own.keys()].map((path) => [path, expectedSums(source, path)] as const),
    ];
    for (const [path, wanted] of expected) {
      const found = stored[path];
      if (found === undefined) told.push(`missing: ${path}`);
      else {
        const right = { ...found, ...wanted };
        const differs = compareTrees({ [path]: found }, { [path]: right });
        if (!this.#wounded.has(found.inode)) told.push(...differs);
        stored[path] = right;
      }
    }
    assert.deepStrictEqual(told, [], `what is in ${id}`);
  }

  #compare(tree: TreeOnDisk, { mayTear = false } = {}): void {
    const expected = this.inRoot().map(({ id }) => id).toSorted();
    assert.deepStrictEqual(published(tree), expected, "the snapshots in the root");
    const told: string[] = [];
    const still: Hurt = { wounded: new Set(), lost: new Set(), torn: new Set() };
    for (const snap of this.snaps) {
      const at = whereIs(tree, snap);
      if (at === undefined) assert.fail(`${snap.id} is gone`);
      assert.strictEqual(at.startsWith(".phlb/trash/"), snap.place === "trash", at);
      const actual = below(tree, at);
      for (const path of new Set([...Object.keys(actual), ...Object.keys(snap.stored)])) {
        told.push(...this.#compareEntry(snap, path, { actual, still, mayTear }));
      }
    }
    assert.deepStrictEqual(told, [], "what changed in older snapshots");
    this.#wounded = still.wounded;
    this.#lost = still.lost;
    this.#torn = still.torn;
  }

  #compareEntry(
    snap: Snap,
    path: string,
    { actual, still, mayTear }: { actual: TreeOnDisk; still: Hurt; mayTear: boolean },
  ): string[] {
    const [now, then] = [actual[path], snap.stored[path]];
    const key = lostKey(snap, path);
    const isTorn = /(^|\/)\.phlb-sums-new$/.test(path) || then?.type === "dir";
    if (isTorn && (mayTear || this.#torn.has(key)) && isTornNow(now, then)) {
      still.torn.add(key);
      return [];
    }
    if (then === undefined) return [`${snap.id}: extra: ${path}`];
    if (now === undefined) {
      still.lost.add(key);
      return this.#lost.has(key) ? [] : [`${snap.id}: missing: ${path}`];
    }
    const isHurt = this.#wounded.has(then.inode) || this.#lost.has(key);
    const ignore: (keyof TreeEntry)[] = ["nlink", "allocatedBytes"];
    if (isHurt) ignore.push("inode", "mode", "uid", "gid", "xattrs");
    const told = compareTrees({ [path]: now }, { [path]: then }, { ignore });
    if (told.length > 0 && this.#wounded.has(now.inode)) {
      still.wounded.add(now.inode);
      snap.stored[path] = { ...then, inode: now.inode };
      return [];
    }
    if (told.length === 0 && isHurt) snap.stored[path] = now;
    return told.map((line) => `${snap.id}: ${line}`);
  }
}

/** What is not as it must be, and we know why. */
interface Hurt {
  readonly wounded: Set<string>;
  readonly lost: Set<string>;
  readonly torn: Set<string>;
}

function isTornNow(now: TreeEntry | undefined, then: TreeEntry | undefined): boolean {
  return now !== undefined && (then === undefined || now.mtimeNs !== then.mtimeNs);
}

/** One of several by a number; undefined when there is none. */
export function choose<T>(all: readonly T[], number: number): T | undefined {
  return all.length === 0 ? undefined : all[number % all.length];
}

function lostKey({ stored }: Snap, path: string): string {
  return `${stored["."]?.inode}/${path}`;
}

/** Where the directory of a snapshot is, below the root; its inode may have got another one since. */
function whereIs(tree: TreeOnDisk, { stored, time }: Snap): string | undefined {
  const inode = stored["."]?.inode;
  return Object.keys(tree).find((path) => tree[path]?.inode === inode && path.endsWith(`/${time}`));
}

function published(tree: TreeOnDisk): string[] {
  return Object.entries(tree).filter(([path, { type }]) =>
    type === "dir" && /^(alpha|beta)\/\d{4}-\d\d-\d\d-\d{6}[^/]*$/.test(path)
  ).map(([path]) => path).toSorted();
}

/** What the clock of the file system shows. */
function fileClockMs(dir: string): number {
  const { ctime } = Deno.statSync(dir);
  return ctime?.getTime() ?? assert.fail("there is no time of change");
}

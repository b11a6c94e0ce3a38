import assert from "node:assert/strict";
import { AppError } from "../../../../src/base/app_error.ts";
import { type FileSystem, FsError } from "../../../../src/fs/file_system.ts";
import { openFileSystem } from "../../../../src/fs/open_file_system.ts";
import { sweep } from "../../../../src/ops/trash/sweep.ts";
import { Trash, type TrashEntry } from "../../../../src/ops/trash/trash.ts";
import { unpublish } from "../../../../src/ops/trash/unpublish.ts";
import { listSnapshots } from "../../../../src/store/snapshots.ts";
import { Cancelled } from "../../../../src/threads/cancel.ts";
import { FakeClock } from "../../../support/fake_clock.ts";
import { type Fault, faultyFileSystem } from "../../../support/faulty_file_system.ts";
import { makeTempDir } from "../../../support/temp_dir.ts";
import { symlink, writeTree } from "../../../support/tree.ts";

const NOW = new Date("2026-02-01T12:00:00Z");
const [TIME, OTHER] = ["2026-01-07-085247", "2026-01-08-085247"];
const RECORD = { name: "home", time: TIME, removedAt: "2026-02-01T12:00:00Z", command: "test" };

const COMPANIONS = [
  "-manifest.mtree.gz",
  "-manifest.mtree.gz.damaged-2",
  "-backup.log",
  "-summary.json",
  "-marks.json",
];

/** A root with two snapshots, and what belongs to them. Made without other programs: often. */
async function makeRoot() {
  const temp = await makeTempDir();
  const home = `${temp.path}/home`;
  for (const time of [TIME, OTHER]) {
    Deno.mkdirSync(`${home}/${time}/sub`, { recursive: true });
    Deno.writeTextFileSync(`${home}/${time}/a`, "one");
    Deno.writeTextFileSync(`${home}/${time}/sub/b`, "two");
    Deno.symlinkSync("../../../outside", `${home}/${time}/sub/link`);
    for (const end of COMPANIONS) Deno.writeTextFileSync(`${home}/${time}${end}`, time + end);
  }
  Deno.writeTextFileSync(`${home}/${TIME}-else`, "not ours");
  Deno.mkdirSync(`${temp.path}/.phlb`);
  Deno.mkdirSync(`${temp.path}/outside`);
  Deno.writeTextFileSync(`${temp.path}/outside/keep`, "me");
  const read = () => treeIn(home, "home").toSorted();
  return { ...temp, read, [Symbol.asyncDispose]: () => temp[Symbol.asyncDispose]() };
}

/** A line for each entry: path, mode, content. */
function treeIn(path: string, relPath: string): string[] {
  return [...Deno.readDirSync(path)].flatMap(({ name, isDirectory, isSymlink }) => {
    const [full, rel] = [`${path}/${name}`, `${relPath}/${name}`];
    if (isSymlink) return [`${rel} -> ${Deno.readLinkSync(full)}`];
    const mode = ((Deno.lstatSync(full).mode ?? 0) & 0o777).toString(8);
    if (isDirectory) return [`${rel} ${mode}`, ...treeIn(full, rel)];
    return [`${rel} ${mode} ${Deno.readTextFileSync(full)}`];
  });
}

/** Works on the trash of a root, with faults in the way. */
function withTrash<T>(path: string, use: (trash: Trash) => T, faults: readonly Fault[] = []): T {
  const { fs } = openFileSystem("posix");
  const root = fs.openRoot(path);
  try {
    return use(new Trash(faultyFileSystem(fs, faults), root));
  } finally {
    fs.closeAll();
  }
}

function snapshotsOf(path: string): string[] {
  const { fs } = openFileSystem("posix");
  const root = fs.openRoot(path);
  try {
    return listSnapshots(fs, root).snapshots.map(({ time, companions }) =>
      `${time} ${companions.size}`
    );
  } finally {
    fs.closeAll();
  }
}

Deno.test("a snapshot goes to the trash with all that belongs to it, and comes back as it was", async () => {
  await using root = await makeRoot();
  const before = root.read();
  const entry = withTrash(root.path, (trash) => trash.put(RECORD, NOW));
  assert.deepStrictEqual(snapshotsOf(root.path), [`${OTHER} 4`]);
  assert.ok(root.read().some((line) => line.startsWith(`home/${TIME}-else`)));
  withTrash(root.path, (trash) => {
    assert.deepStrictEqual(trash.list(), { entries: [entry], others: [] });
    trash.restore(entry);
    assert.deepStrictEqual(trash.list(), { entries: [], others: [] });
  });
  assert.deepStrictEqual(root.read(), before);
});

const CHANGING = [
  "makeDir",
  "createFile",
  "write",
  "syncFile",
  "syncDir",
  "rename",
  "unlink",
  "removeDir",
  "openDir",
  "readDir",
] as const satisfies readonly (keyof FileSystem)[];

Deno.test("cut off at any call, a removal is none or is finished by the next one", async () => {
  let hits = 0;
  for (const op of CHANGING) {
    for (let nth = 1;; nth++) {
      await using root = await makeRoot();
      const before = root.read();
      const isHit = fails(() =>
        withTrash(root.path, (trash) => trash.put(RECORD, NOW), [{
          op,
          nth,
          code: "EIO",
          always: true,
        }])
      );
      if (!isHit) break;
      hits++;
      const listed = snapshotsOf(root.path);
      withTrash(root.path, (trash) => trash.settle());
      const now = root.read();
      if (listed.length === 2) assert.deepStrictEqual(now, before, `${op} ${nth}`);
      else {
        assert.deepStrictEqual(listed, [`${OTHER} 4`], `${op} ${nth}`);
        const left = now.filter((line) => line.startsWith(`home/${TIME}`));
        assert.deepStrictEqual(left, [`home/${TIME}-else 644 not ours`], `${op} ${nth}`);
      }
      withTrash(root.path, (trash) => {
        const { entries, others } = trash.list();
        assert.deepStrictEqual([entries.length, others], [2 - listed.length, []]);
        for (const entry of entries) trash.restore(entry);
      });
      assert.deepStrictEqual(root.read(), before, `${op} ${nth}`);
    }
  }
  assert.ok(hits > 15, `${hits} calls were made to fail`);
});

Deno.test("cut off at any call, a restore is none or is whole, and can be done again", async () => {
  for (const op of CHANGING) {
    for (let nth = 1;; nth++) {
      await using root = await makeRoot();
      const before = root.read();
      const entry = withTrash(root.path, (trash) => trash.put(RECORD, NOW));
      const isHit = fails(() =>
        withTrash(root.path, (trash) => trash.restore(entry), [{
          op,
          nth,
          code: "EIO",
          always: true,
        }])
      );
      if (!isHit) break;
      withTrash(root.path, (trash) => {
        trash.settle();
        for (const one of trash.list().entries) trash.restore(one);
      });
      assert.deepStrictEqual(root.read(), before, `${op} ${nth}`);
    }
  }
});

function fails(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (error) {
    if (error instanceof FsError) return true;
    throw error;
  }
}

Deno.test("a snapshot does not come back over another one", async () => {
  await using root = await makeRoot();
  const entry = withTrash(root.path, (trash) => trash.put(RECORD, NOW));
  await writeTree(`${root.path}/home/${TIME}`, { other: "x" });
  const failed = () => withTrash(root.path, (trash) => trash.restore(entry));
  assert.throws(failed, (error) => error instanceof AppError && error.code === "SNAPSHOT_EXISTS");
  withTrash(root.path, (trash) => assert.strictEqual(trash.list().entries.length, 1));
});

Deno.test("sweeping deletes entries for good, follows no symlink, and goes on where it ended", async () => {
  await using root = await makeRoot();
  const entry = withTrash(root.path, (trash) => trash.put(RECORD, NOW));
  await Deno.chmod(`${root.path}/.phlb/trash/${entry.trashId}/${TIME}/sub`, 0o555);
  const { fs } = openFileSystem("posix");
  const dir = fs.openRoot(root.path);
  const trash = new Trash(fs, dir);
  const stop = new AbortController();
  stop.abort();
  const deps = { fs, clock: new FakeClock(), signal: new AbortController().signal, onEvent() {} };
  try {
    const work = { trash, entries: [entry] };
    const none = await sweep(deps, work, { maxDurationMs: 0 });
    assert.deepStrictEqual(none, { names: 0, entries: 0, isComplete: false });
    // It is being deleted by now: nobody may bring it back, and the next sweep goes on with it.
    assert.deepStrictEqual(trash.list().entries, []);
    const stopped = sweep({ ...deps, signal: stop.signal }, { trash, entries: [] }, {
      maxDurationMs: undefined,
    });
    await assert.rejects(stopped, Cancelled);
    const swept = await sweep(deps, { trash, entries: [] }, { maxDurationMs: undefined });
    assert.deepStrictEqual(swept, { names: 12, entries: 1, isComplete: true });
    assert.deepStrictEqual(trash.list(), { entries: [], others: [] });
  } finally {
    fs.closeAll();
  }
  assert.strictEqual(await Deno.readTextFile(`${root.path}/outside/keep`), "me");
  // The directory stays: it tells that there was more than is there now.
  assert.ok(await Deno.stat(`${root.path}/.phlb/trash`));
});

Deno.test("what somebody put into the trash is left alone, and told", async () => {
  await using root = await makeRoot();
  await writeTree(`${root.path}/.phlb`, {
    trash: {
      mine: { file: "x" },
      evil: {
        "entry.json": '{"format_version":1,"name":"../..","time":"outside","removed_at":""}',
        outside: {},
      },
      link: symlink("../../outside"),
    },
  });
  withTrash(root.path, (trash) => {
    trash.settle();
    assert.deepStrictEqual(trash.list().entries, []);
    assert.deepStrictEqual(trash.list().others.toSorted(), ["evil", "link", "mine"]);
  });
  assert.strictEqual(await Deno.readTextFile(`${root.path}/.phlb/trash/mine/file`), "x");
});

Deno.test("a read-only snapshot can be moved by its owner, and keeps its mode", async () => {
  await using root = await makeRoot();
  const path = `${root.path}/home/${TIME}`;
  await Deno.chmod(path, 0o555);
  // As the kernel does it for everybody but root.
  const faults: Fault[] = [{
    op: "rename",
    path: (name) => name.endsWith(`/${TIME}`),
    code: "EACCES",
  }];
  const entry = withTrash(root.path, (trash) => trash.put(RECORD, NOW), faults);
  const moved = await Deno.stat(`${root.path}/.phlb/trash/${entry.trashId}/${TIME}`);
  assert.strictEqual((moved.mode ?? 0) & 0o777, 0o555);
});

Deno.test("a file that a power cut left in both places is no reason to fail", async () => {
  await using root = await makeRoot();
  const [{ trashId }] = [withTrash(root.path, (trash) => trash.put(RECORD, NOW))];
  const entry = `${root.path}/.phlb/trash/${trashId}`;
  for (const end of COMPANIONS.slice(0, 2)) {
    Deno.linkSync(`${entry}/${TIME}${end}`, `${root.path}/home/${TIME}${end}`);
  }
  assert.deepStrictEqual(withTrash(root.path, (trash) => trash.settle()), [`home/${TIME}`]);
  const left = [...Deno.readDirSync(`${root.path}/home`)].map(({ name }) => name);
  assert.deepStrictEqual(left.filter((name) => name.startsWith(TIME)), [`${TIME}-else`]);
  for (const end of COMPANIONS) Deno.lstatSync(`${entry}/${TIME}${end}`);
});

const NO_ROOM = { code: "ENOSPC", always: true } as const;

Deno.test("without room for an entry in the trash, a snapshot stays and nothing is left of the try", async () => {
  for (const op of ["makeDir", "createFile", "write", "rename"] as const) {
    await using root = await makeRoot();
    const before = root.read();
    const put = () => withTrash(root.path, (trash) => trash.put(RECORD, NOW), [{ op, ...NO_ROOM }]);
    assert.throws(put, { code: "ENOSPC" });
    assert.deepStrictEqual(root.read(), before, op);
    assert.deepStrictEqual([...Deno.readDirSync(`${root.path}/.phlb`)], [], "no trash was there");
  }
});

Deno.test("without room for their names, files beside a snapshot wait where they are", async () => {
  await using root = await makeRoot();
  const before = root.read();
  const isFile = (path: string) => !path.endsWith(TIME);
  const faults = [{ op: "rename", path: isFile, ...NO_ROOM }] as const;
  const entry = withTrash(root.path, (trash) => trash.put(RECORD, NOW), faults);
  assert.deepStrictEqual(snapshotsOf(root.path), [`${OTHER} 4`]);
  withTrash(root.path, (trash) => assert.deepStrictEqual(trash.settle(), []), faults);
  const inTrash = () => [...Deno.readDirSync(`${root.path}/.phlb/trash/${entry.trashId}`)].length;
  assert.strictEqual(inTrash(), 2, "the snapshot and the record");
  withTrash(root.path, (trash) => {
    assert.deepStrictEqual(trash.settle(), [entry.id]);
    trash.restore(entry);
  });
  assert.deepStrictEqual(root.read(), before);
});

Deno.test("files that wait beside a snapshot in the trash go with it for good", async () => {
  await using root = await makeRoot();
  const isFile = (path: string) => !path.endsWith(TIME);
  const faults = [{ op: "rename", path: isFile, ...NO_ROOM }] as const;
  const entry = withTrash(root.path, (trash) => trash.put(RECORD, NOW), faults);
  await sweepAll(root.path, [entry]);
  const left = root.read().filter((line) => line.startsWith(`home/${TIME}`));
  assert.deepStrictEqual(left, [`home/${TIME}-else 644 not ours`]);
});

Deno.test("where not even a rename has room, an entry without its record is one that goes", async () => {
  await using root = await makeRoot();
  const [entry, other] = withTrash(root.path, (trash) => [
    trash.put(RECORD, NOW),
    trash.put({ ...RECORD, time: OTHER }, NOW),
  ]);
  assert.ok(entry !== undefined && other !== undefined);
  const faults = [{ op: "rename", ...NO_ROOM }] as const;
  const condemn = (trash: Trash) => trash.condemn(entry.trashId);
  assert.strictEqual(withTrash(root.path, condemn, faults), entry.trashId);
  withTrash(root.path, (trash) => {
    assert.deepStrictEqual(trash.settle(), [], "nothing of it comes back");
    assert.deepStrictEqual(trash.list(), { entries: [other], others: [entry.trashId] });
    assert.deepStrictEqual(trash.listCondemned({ nameless: true }), [entry.trashId]);
  });
  Deno.mkdirSync(`${root.path}/.phlb/trash/of-somebody`);
  Deno.writeTextFileSync(`${root.path}/.phlb/trash/of-somebody/file`, "");
  const left = () => [...Deno.readDirSync(`${root.path}/.phlb/trash`)].map(({ name }) => name);
  await sweepAll(root.path, []);
  const kept = [entry.trashId, other.trashId, "of-somebody"];
  assert.deepStrictEqual(left().toSorted(), kept, "its record may have been lost otherwise");
  await sweepAll(root.path, [], { isAll: true });
  assert.deepStrictEqual(left().toSorted(), [other.trashId, "of-somebody"]);
});

Deno.test("a snapshot is deleted where it is: from the first step on it is none any more", async () => {
  await using root = await makeRoot();
  Deno.writeTextFileSync(`${root.path}/.phlb/index.sqlite3`, "a cache");
  const { fs } = openFileSystem("posix");
  const messages: string[] = [];
  const deps = (faults: readonly Fault[]) => ({
    fs: faultyFileSystem(fs, faults),
    onEvent: (event: { kind: string; message?: unknown }) => void messages.push(`${event.message}`),
  });
  const snapshot = { name: "home", time: TIME };
  const dir = fs.openRoot(root.path);
  try {
    const refused = unpublish(deps([{ op: "rename", ...NO_ROOM }]), dir, {
      snapshot,
      use: () => Promise.resolve(assert.fail("it was not renamed")),
    });
    await assert.rejects(refused, { code: "ROOT_FAILED", message: /^Cannot delete "home/ });
    assert.deepStrictEqual(snapshotsOf(root.path), [`${TIME} 4`, `${OTHER} 4`]);
    assert.match(messages.join("\n"), /^There was no room even to rename/);
    assert.deepStrictEqual(
      [...Deno.readDirSync(`${root.path}/.phlb`)],
      [],
      "the index gave its room",
    );

    const room: Fault[] = [{ op: "rename", code: "ENOSPC" }];
    await unpublish(deps(room), dir, {
      snapshot,
      use: (home, name) => {
        assert.deepStrictEqual(snapshotsOf(root.path), [`${TIME} 0`, `${OTHER} 4`], "cut off");
        assert.deepStrictEqual([home.path, name], [`${root.path}/home`, `.${TIME}.partial`]);
        return Promise.resolve();
      },
    });
  } finally {
    fs.closeAll();
  }
  const left = root.read().filter((line) => line.includes(TIME) && !line.includes(".partial"));
  assert.deepStrictEqual(left, [`home/${TIME}-else 644 not ours`]);
});

async function sweepAll(
  path: string,
  entries: readonly TrashEntry[],
  options: { isAll?: boolean } = {},
): Promise<void> {
  const { fs } = openFileSystem("posix");
  const dir = fs.openRoot(path);
  const deps = { fs, clock: new FakeClock(), signal: new AbortController().signal, onEvent() {} };
  try {
    const work = { trash: new Trash(fs, dir), entries };
    await sweep(deps, work, { ...options, maxDurationMs: undefined });
  } finally {
    fs.closeAll();
  }
}

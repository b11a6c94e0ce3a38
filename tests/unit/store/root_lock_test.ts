import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { AppError } from "../../../src/base/app_error.ts";
import { type FileSystem, FsError } from "../../../src/fs/file_system.ts";
import { openFileSystem } from "../../../src/fs/open_file_system.ts";
import { acquireRootLock, type LockHolder } from "../../../src/store/root_lock.ts";
import { makeTempDir } from "../../support/temp_dir.ts";

const HOLDER: LockHolder = {
  host: "box",
  pid: 123,
  since: "2026-01-07T08:52:47+01:00",
  command: "phlb backup",
};

const NO_SLEEP = () => Promise.reject(new Error("must not wait"));

async function makeRoot() {
  const temp = await makeTempDir();
  await Deno.mkdir(`${temp.path}/.phlb`);
  const { fs } = openFileSystem("auto");
  const root = fs.openRoot(temp.path);
  const dispose = async () => {
    fs.closeDir(root);
    await temp[Symbol.asyncDispose]();
  };
  return { fs, root, lockFile: `${temp.path}/.phlb/lock`, [Symbol.asyncDispose]: dispose };
}

Deno.test("acquireRootLock() notes in the lock file who holds it", async () => {
  await using place = await makeRoot();
  const { fs, root, lockFile } = place;
  const lock = await acquireRootLock(fs, root, { holder: HOLDER, waitMs: 0, sleep: NO_SLEEP });
  deepStrictEqual(JSON.parse(await Deno.readTextFile(lockFile)), HOLDER);
  lock.release();
});

Deno.test("acquireRootLock() locks a root on a full disk, where nobody can be noted", async () => {
  await using place = await makeRoot();
  const { fs, root } = place;
  const full: FileSystem = new Proxy(fs, {
    get: (target, op) => {
      const method: unknown = Reflect.get(target, op);
      if (typeof method !== "function") return method;
      return (...args: unknown[]): unknown => {
        const result: unknown = Reflect.apply(method, target, args);
        const write = () => {
          throw new FsError({ code: "ENOSPC", op: "write", path: "lock", reason: "full" });
        };
        return op === "tryLock" && typeof result === "object" ? { ...result, write } : result;
      };
    },
  });
  const lock = await acquireRootLock(full, root, { holder: HOLDER, waitMs: 0, sleep: NO_SLEEP });
  const second = acquireRootLock(fs, root, { holder: HOLDER, waitMs: 0, sleep: NO_SLEEP });
  await rejects(second, (error) => error instanceof AppError && error.code === "LOCKED");
  lock.release();
  const third = await acquireRootLock(fs, root, { holder: HOLDER, waitMs: 0, sleep: NO_SLEEP });
  third.release();
});

Deno.test("acquireRootLock() refuses a second holder and names the first", async () => {
  await using place = await makeRoot();
  const { fs, root } = place;
  const lock = await acquireRootLock(fs, root, { holder: HOLDER, waitMs: 0, sleep: NO_SLEEP });
  const second = { holder: { ...HOLDER, pid: 456 }, waitMs: 0, sleep: NO_SLEEP };
  await rejects(acquireRootLock(fs, root, second), (error) => {
    ok(error instanceof AppError);
    strictEqual(error.code, "LOCKED");
    strictEqual(error.exitCode, 11);
    const holder = "locked by pid 123 on box since 2026-01-07T08:52:47+01:00";
    strictEqual(error.message, `Cannot lock "${root.path}": ${holder}`);
    return true;
  });
  lock.release();
});

Deno.test("acquireRootLock() takes over what a dead process left", async () => {
  await using place = await makeRoot();
  const { fs, root, lockFile } = place;
  await Deno.writeTextFile(lockFile, `${JSON.stringify({ ...HOLDER, host: "x".repeat(300) })}\n`);
  const lock = await acquireRootLock(fs, root, { holder: HOLDER, waitMs: 0, sleep: NO_SLEEP });
  deepStrictEqual(JSON.parse(await Deno.readTextFile(lockFile)), HOLDER);
  lock.release();
});

Deno.test("acquireRootLock() names nobody when the lock file says nothing usable", async () => {
  await using place = await makeRoot();
  const { fs, root, lockFile } = place;
  const lock = await acquireRootLock(fs, root, { holder: HOLDER, waitMs: 0, sleep: NO_SLEEP });
  for (const text of ["", "{", "[]", '{"host":1,"pid":2,"since":3}']) {
    await Deno.writeTextFile(lockFile, text);
    const again = acquireRootLock(fs, root, { holder: HOLDER, waitMs: 0, sleep: NO_SLEEP });
    await rejects(again, /locked by another process$/);
  }
  lock.release();
});

Deno.test("acquireRootLock() waits for the lock and gets it when it is released", async () => {
  await using place = await makeRoot();
  const { fs, root } = place;
  const first = await acquireRootLock(fs, root, { holder: HOLDER, waitMs: 0, sleep: NO_SLEEP });
  const slept: number[] = [];
  const sleep = (ms: number) => {
    if (slept.push(ms) === 3) first.release();
    return Promise.resolve();
  };
  const lock = await acquireRootLock(fs, root, { holder: HOLDER, waitMs: 10_000, sleep });
  strictEqual(slept.length, 3);
  lock.release();
});

Deno.test("acquireRootLock() waits no longer than it was told", async () => {
  await using place = await makeRoot();
  const { fs, root } = place;
  const lock = await acquireRootLock(fs, root, { holder: HOLDER, waitMs: 0, sleep: NO_SLEEP });
  let sleptMs = 0;
  const sleep = (ms: number) => {
    sleptMs += ms;
    return Promise.resolve();
  };
  await rejects(acquireRootLock(fs, root, { holder: HOLDER, waitMs: 1100, sleep }), /locked by/);
  strictEqual(sleptMs, 1100);
  lock.release();
});

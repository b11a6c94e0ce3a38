import assert from "node:assert/strict";
import type { It } from "./file_system_contract.ts";
import { getFile, type OpenFs, openSite } from "./site.ts";

/** Locks: one holder at a time, and none that outlives its process. */
export function lockContract(it: It, open: OpenFs): void {
  it("tryLock() gives the lock once, and again after its release", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    const lock = fs.tryLock(root, "lock");
    assert.ok(lock !== undefined);
    assert.strictEqual(fs.tryLock(root, "lock"), undefined);
    assert.strictEqual(open().tryLock(root, "lock"), undefined);
    const other = fs.tryLock(root, "other lock");
    assert.ok(other !== undefined);
    lock.release();
    const again = fs.tryLock(root, "lock");
    assert.ok(again !== undefined);
    again.release();
    other.release();
  });

  it("what the lock's holder writes can be read by others, the last text alone", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    const lock = fs.tryLock(root, "lock");
    assert.ok(lock !== undefined);
    lock.write("a longer text, the first one");
    lock.write("short");
    assert.strictEqual(getFile(fs, root, "lock"), "short");
    lock.release();
    assert.strictEqual(getFile(fs, root, "lock"), "short");
  });

  it("a lock is held against other processes, and gone when its process is killed", async () => {
    await using site = await openSite(open);
    const { fs, root } = site;
    const holder = new URL("./hold_lock.ts", import.meta.url);
    const child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-q", "-P=phlb", holder.pathname, fs.kind, site.path],
      stdin: "piped",
      stdout: "piped",
    }).spawn();
    const reader = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
    const { value: said } = await reader.read();
    assert.strictEqual(said, "held\n");
    assert.strictEqual(fs.tryLock(root, "lock"), undefined);
    child.kill("SIGKILL");
    await Promise.all([child.status, child.stdin.close(), reader.cancel()]);
    const lock = fs.tryLock(root, "lock");
    assert.ok(lock !== undefined);
    lock.release();
  });
}

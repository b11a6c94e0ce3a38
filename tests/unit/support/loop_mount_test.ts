import assert from "node:assert/strict";
import { mountImage } from "../../support/loop_mount.ts";
import { run } from "../../support/run.ts";

for (const [type, sizeMib] of [["ext4", 16], ["xfs", 300], ["btrfs", 110]] as const) {
  Deno.test(`mountImage() mounts ${type}, turns it read-only and leaves nothing behind`, async () => {
    let path: string;
    {
      await using mounted = await mountImage({ type, sizeMib });
      path = mounted.path;
      const told = await run("findmnt", ["-n", "-o", "FSTYPE", "--mountpoint", path]);
      assert.strictEqual(told.trim(), type);
      await Deno.writeTextFile(`${path}/file`, "x");
      await mounted.remount("ro");
      await assert.rejects(Deno.writeTextFile(`${path}/file`, "y"), { code: "EROFS" });
    }
    await assert.rejects(Deno.stat(path), { code: "ENOENT" });
  });
}

Deno.test("mountImage() makes an ext4 that runs out of inodes", async () => {
  await using mounted = await mountImage({ type: "ext4", sizeMib: 16, inodes: 32 });
  const fill = async () => {
    for (let i = 0; i < 64; i++) await Deno.writeTextFile(`${mounted.path}/${i}`, "");
  };
  await assert.rejects(fill(), { code: "ENOSPC" });
});

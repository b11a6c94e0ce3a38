import assert from "node:assert/strict";
import { openFileSystem } from "../../../src/fs/open_file_system.ts";
import { storageKind } from "../../../src/fs/storage_kind.ts";
import { STAT, StatTable } from "../../../src/fs/stat_table.ts";
import { makeTempDir } from "../../support/temp_dir.ts";
import { symlink, type Tree, writeTree } from "../../support/tree.ts";

const disk = (rotational: string): Tree => ({
  queue: { rotational: `${rotational}\n` },
  slaves: {},
});

/** What sysfs might look like: `dev/block/<numbers>` are links into `devices`. */
async function kindWith(devices: Tree, device: string): Promise<string> {
  await using temp = await makeTempDir();
  const { fs } = openFileSystem("posix");
  try {
    await writeTree(temp.path, { files: {} });
    const dir = fs.openRoot(`${temp.path}/files`);
    const stats = new StatTable(1);
    fs.lstat(dir, "", stats, 0);
    const numbers = `${stats.get(0, STAT.devMajor)}:${stats.get(0, STAT.devMinor)}`;
    await writeTree(`${temp.path}/sys`, {
      devices,
      block: { [numbers]: symlink(`../devices/${device}`) },
    });
    return storageKind(fs, dir, `${temp.path}/sys/block`);
  } finally {
    fs.closeAll();
  }
}

const DEVICES: Tree = {
  ata1: { sda: { ...disk("1"), sda2: {} } },
  virtio2: { block: { vda: disk("1") } },
  "nvme0n1": { ...disk("0"), nvme0n1p1: {} },
  "dm-0": { queue: { rotational: "0\n" }, slaves: { sda2: symlink("../../ata1/sda/sda2") } },
  "dm-1": { queue: { rotational: "0\n" }, slaves: { "dm-0": symlink("../../dm-0") } },
  "md0": {
    queue: { rotational: "0\n" },
    slaves: {
      nvme0n1p1: symlink("../../nvme0n1/nvme0n1p1"),
      sda2: symlink("../../ata1/sda/sda2"),
    },
  },
  "dm-2": {
    queue: { rotational: "1\n" },
    slaves: { nvme0n1p1: symlink("../../nvme0n1/nvme0n1p1") },
  },
};
for (
  const [what, device, kind] of [
    ["a disk that rotates", "ata1/sda", "rotating"],
    ["a disk that does not", "nvme0n1", "solid"],
    ["a partition", "ata1/sda/sda2", "rotating"],
    ["a mapped device on a mapped device on a partition", "dm-1", "rotating"],
    ["a mapped device, whatever it says itself", "dm-2", "solid"],
    ["several devices, one of which rotates", "md0", "rotating"],
    ["a virtual disk, whatever it says", "virtio2/block/vda", "unknown"],
    ["nothing that the kernel knows", "gone", "unknown"],
  ] as const
) {
  Deno.test(`storageKind() of ${what} is ${kind}`, async () => {
    assert.strictEqual(await kindWith(DEVICES, device), kind);
  });
}

Deno.test("storageKind() of a file system in memory is unknown", () => {
  const { fs } = openFileSystem("posix");
  try {
    assert.strictEqual(storageKind(fs, fs.openRoot("/dev/shm")), "unknown");
  } finally {
    fs.closeAll();
  }
});

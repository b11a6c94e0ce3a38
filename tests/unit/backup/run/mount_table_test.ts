import assert from "node:assert/strict";
import { parseFstab, parseMountInfo } from "../../../../src/backup/run/mount_table.ts";

Deno.test("parseMountInfo() reads point, type, device and whether it is read-only", () => {
  const lines = [
    "22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw,errors=remount-ro",
    "40 22 7:0 / /mnt/my\\040disk rw,nosuid shared:5 master:1 - xfs /dev/loop0 ro,attr2",
    "41 22 0:50 / /mnt/share ro - cifs //nas/share rw",
    "cut off",
  ];
  assert.deepStrictEqual(parseMountInfo(lines), [
    { point: "/", type: "ext4", device: "/dev/vda", isReadOnly: false },
    { point: "/mnt/my disk", type: "xfs", device: "/dev/loop0", isReadOnly: true },
    { point: "/mnt/share", type: "cifs", device: "//nas/share", isReadOnly: true },
  ]);
});

Deno.test("parseFstab() reads mount points, without comments and swap", () => {
  const lines = [
    "# comment /x",
    "UUID=1 / ext4 defaults 0 1",
    "UUID=2 none swap sw",
    "",
    "a /b\\040c xfs",
  ];
  assert.deepStrictEqual(parseFstab(lines), ["/", "/b c"]);
});

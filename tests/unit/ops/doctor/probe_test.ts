import assert from "node:assert/strict";
import type { FileSystem } from "../../../../src/fs/file_system.ts";
import { openFileSystem } from "../../../../src/fs/open_file_system.ts";
import { probeLinks } from "../../../../src/ops/doctor/probe_links.ts";
import { probeMetadata } from "../../../../src/ops/doctor/probe_metadata.ts";
import { isRefusedName, probeNames } from "../../../../src/ops/doctor/probe_names.ts";
import type { ProbePlace } from "../../../../src/ops/doctor/probe_place.ts";
import { type Fault, faultyFileSystem } from "../../../support/faulty_file_system.ts";
import { makeTempDir } from "../../../support/temp_dir.ts";

/** Runs `probe` in an empty directory whose file system has faults. */
async function probing<T>(
  faults: readonly Fault[],
  probe: (place: ProbePlace) => T,
): Promise<T> {
  await using temp = await makeTempDir();
  const inner: FileSystem = openFileSystem("auto").fs;
  const fs = faultyFileSystem(inner, faults);
  try {
    const dir = inner.openRoot(temp.path);
    inner.liftBelow(dir); // as who has the lock may
    return probe({ fs, dir, path: temp.path });
  } finally {
    inner.closeAll();
  }
}

Deno.test("probeLinks() believes the inode, not the answer of link()", async () => {
  let copies = 0;
  await using temp = await makeTempDir();
  const { fs } = openFileSystem("auto");
  const dir = fs.openRoot(temp.path);
  const instead = () => fs.closeFile(fs.createFile(dir, copies++ === 0 ? "linked" : "other"));
  const lying = faultyFileSystem(fs, [{ op: "link", always: true, instead }]);
  const { hard_links, link_limit } = probeLinks({ fs: lying, dir, path: temp.path }, "cifs");
  assert.deepStrictEqual([hard_links, link_limit], ["copies", null]);
  fs.closeAll();
});

Deno.test("probeLinks() tells a file system without links, without locks, without fsync", async () => {
  const faults: Fault[] = [
    { op: "link", always: true, code: "EPERM" },
    { op: "tryLock", always: true, code: "EOPNOTSUPP" },
    { op: "syncAll", always: true, code: "EIO" },
  ];
  const traits = await probing(faults, (place) => probeLinks(place, undefined));
  assert.deepStrictEqual(
    [traits.hard_links, traits.locks, traits.durable, traits.exclusive_create],
    ["no", false, false, true],
  );
});

Deno.test("probeNames() tells which names are refused and which length is too much", async () => {
  const isHard = (path: string) => /[:\udcff]/.test(path) || /n{144}/.test(path);
  const faults: Fault[] = [{ op: "createFile", path: isHard, always: true, code: "EINVAL" }];
  const traits = await probing(faults, probeNames);
  assert.deepStrictEqual(traits, {
    case_sensitive: true,
    unicode_as_is: true,
    byte_names: false,
    refused_names: ["a:b"],
    longest_name_bytes: 143,
  });
  assert.ok(isRefusedName("12:30", traits.refused_names));
  assert.ok(!isRefusedName("why?", traits.refused_names));
});

Deno.test("probeMetadata() tells a file system that takes neither attributes nor symlinks", async () => {
  const faults: Fault[] = [
    { op: "setAttributes", always: true, code: "EIO" },
    { op: "symlink", always: true, code: "EPERM" },
  ];
  const { modes, xattrs, time_step_ns, symlinks, fifos } = await probing(faults, probeMetadata);
  assert.deepStrictEqual(
    [modes, xattrs, time_step_ns, symlinks, fifos],
    [false, false, 0, false, true],
  );
});

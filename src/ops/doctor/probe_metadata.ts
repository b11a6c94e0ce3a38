import type { Attributes } from "../../fs/file_system.ts";
import { STAT, StatTable, TYPE_BITS } from "../../fs/stat_table.ts";
import { sealRefusal } from "../../store/protection.ts";
import { type ProbePlace, touch, works } from "./probe_place.ts";
import type { MetadataTraits } from "./traits.ts";

/** `nobody`, as nearly every system numbers it; any number but the own would do. */
const OTHER_ID = 65534;

/** An odd second, so that a step of two shows. */
const SECOND = 1_234_567_891;
const NANOSECOND = 123_456_789;
const BEFORE_1970 = -100_000;
const AFTER_2038 = 4_102_444_800;

/** Steps that file systems keep times in. Source: FAT 2 s, HFS+ 1 s, NTFS 100 ns, ext4 1 ns. */
const STEPS_NS = [1, 100, 1000, 1_000_000, 10_000_000, 1_000_000_000, 2_000_000_000];

/** Tries what stands in an inode: kinds of entries, mode, owner, attributes and times. */
export function probeMetadata(place: ProbePlace): MetadataTraits {
  const { fs } = place;
  touch(place, "file");
  const isRoot = fs.userId() === 0 && fs.abilities.ownership;
  return {
    symlinks: keepsSymlinks(place),
    fifos: makesSpecial(place, "fifo"),
    device_nodes: isRoot ? makesSpecial(place, "char") : null,
    modes: keepsMode(place, 0o640) && keepsMode(place, 0o701),
    setuid: keepsMode(place, 0o4755),
    owners: isRoot ? keepsOwner(place) : null,
    xattrs: keepsXattr(place, ["user.phlb", new Uint8Array([0x79])]),
    acls: keepsXattr(place, ["system.posix_acl_access", ACL]),
    immutable: makesImmutable(place),
    ...probeTimes(place),
  };
}

function keepsSymlinks({ fs, dir }: ProbePlace): boolean {
  return works(() => fs.symlink("file", dir, "symlink")) && fs.readLink(dir, "symlink") === "file";
}

/** The device is `/dev/null`, which does no harm. */
function makesSpecial({ fs, dir }: ProbePlace, type: "fifo" | "char"): boolean {
  if (!fs.abilities.specialFiles) return false;
  const wanted = new StatTable(1);
  wanted.set(0, STAT.mode, TYPE_BITS[type] | 0o600);
  wanted.set(0, STAT.rdevMajor, 1);
  wanted.set(0, STAT.rdevMinor, 3);
  return works(() => fs.makeSpecial(dir, type, wanted, 0));
}

function keepsMode(place: ProbePlace, mode: number): boolean {
  const stats = given(place, { mode });
  return stats !== undefined && stats.permissions(0) === mode;
}

function keepsOwner(place: ProbePlace): boolean {
  const stats = given(place, { owner: { uid: OTHER_ID, gid: OTHER_ID } });
  return stats?.get(0, STAT.uid) === OTHER_ID && stats.get(0, STAT.gid) === OTHER_ID;
}

function keepsXattr(place: ProbePlace, xattr: readonly [string, Uint8Array]): boolean {
  const { fs, dir } = place;
  if (given(place, { xattrs: [xattr] }) === undefined) return false;
  return works(() => fs.xattrs(dir, "file")) &&
    fs.xattrs(dir, "file").some(([name]) => name === xattr[0]);
}

function makesImmutable({ fs, dir }: ProbePlace): boolean | null {
  const refusal = sealRefusal(fs, dir);
  return refusal === "user" ? null : refusal === undefined;
}

function probeTimes(
  place: ProbePlace,
): Pick<MetadataTraits, "time_step_ns" | "times_before_1970" | "times_after_2038"> {
  const stats = given(place, times(SECOND, NANOSECOND));
  const wanted = BigInt(SECOND) * 1_000_000_000n + BigInt(NANOSECOND);
  const step = STEPS_NS.find((ns) => stats?.mtimeNs(0) === wanted - wanted % BigInt(ns));
  const keeps = (second: number) =>
    given(place, times(second, 0))?.get(0, STAT.mtimeSec) === second;
  return {
    time_step_ns: step ?? 0,
    times_before_1970: keeps(BEFORE_1970),
    times_after_2038: keeps(AFTER_2038),
  };
}

function times(second: number, nanosecond: number): Attributes {
  return {
    times: {
      atimeSec: second,
      atimeNsec: nanosecond,
      mtimeSec: second,
      mtimeNsec: nanosecond,
    },
  };
}

/** The file's stat once it was given the attributes, undefined when they were refused. */
function given({ fs, dir }: ProbePlace, attributes: Attributes): StatTable | undefined {
  const stats = new StatTable(1);
  let refused: string[] = [];
  const done = works(() => {
    refused = fs.setAttributes(dir, "file", attributes);
    fs.lstat(dir, "file", stats, 0);
  });
  return done && refused.length === 0 ? stats : undefined;
}

/**
 * `u::rw,u:<other>:r,g::r,m::r,o::-`. Source: Linux `linux/posix_acl_xattr.h`: version 2, then tag,
 * permissions and id of each entry, little-endian.
 */
const ACL = acl([
  [0x01, 6, 0xffffffff],
  [0x02, 4, OTHER_ID],
  [0x04, 4, 0xffffffff],
  [0x10, 4, 0xffffffff],
  [0x20, 0, 0xffffffff],
]);

function acl(entries: readonly (readonly [tag: number, rights: number, id: number])[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 + entries.length * 8));
  view.setUint32(0, 2, true);
  for (const [i, [tag, rights, id]] of entries.entries()) {
    view.setUint16(4 + i * 8, tag, true);
    view.setUint16(6 + i * 8, rights, true);
    view.setUint32(8 + i * 8, id, true);
  }
  return new Uint8Array(view.buffer);
}

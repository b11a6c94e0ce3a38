import { type Dir, type FileSystem, FsError } from "./file_system.ts";
import { STAT, StatTable } from "./stat_table.ts";

/** What a file lies on, as far as the kernel says. */
export type StorageKind = "rotating" | "solid" | "unknown";

/** Where Linux tells of block devices by their numbers. Source: sysfs(5), Documentation/ABI/stable. */
const BLOCK_DEVICES = "/sys/dev/block";

/** Devices upon devices (LVM on RAID on dm-crypt …) that are gone through. */
const MAX_DEPTH = 8;

/**
 * What the open directory lies on. A partition is asked for its disk, a mapped device (LVM, dm-crypt,
 * RAID) for those below it: one rotating disk among them makes it rotating. `unknown` for network
 * file systems, for those of several devices, and elsewhere than on Linux.
 */
export function storageKind(fs: FileSystem, dir: Dir, devices = BLOCK_DEVICES): StorageKind {
  if (fs.kind === "portable") return "unknown"; // the runtime keeps /sys to itself
  const stats = new StatTable(1);
  fs.lstat(dir, "", stats, 0);
  const numbers = `${stats.get(0, STAT.devMajor)}:${stats.get(0, STAT.devMinor)}`;
  return kindOf(fs, `${devices}/${numbers}`, MAX_DEPTH);
}

function kindOf(fs: FileSystem, device: string, depth: number): StorageKind {
  if (depth === 0) return "unknown";
  const below = namesIn(fs, `${device}/slaves`);
  if (below.length > 0) {
    const kinds = below.map((name) => kindOf(fs, `${device}/slaves/${name}`, depth - 1));
    return kinds.find((kind) => kind === "rotating") ?? kinds[0] ?? "unknown";
  }
  if (isVirtual(fs, device)) return "unknown";
  // The kernel resolves the link before the dots: they lead from a partition to its disk.
  const word = wordIn(fs, `${device}/queue`) ?? wordIn(fs, `${device}/../queue`);
  return word === "1" ? "rotating" : word === "0" ? "solid" : "unknown";
}

/** Virtual disks say that they rotate, whatever they lie on. */
const VIRTUAL = /\/(virtio|vbd-|virtual\/block\/(loop|nbd|rbd|zram|ram))\d/;

function isVirtual(fs: FileSystem, device: string): boolean {
  try {
    return VIRTUAL.test(fs.realPath(device));
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
}

function namesIn(fs: FileSystem, path: string): readonly string[] {
  return ifThere(fs, path, (dir) => fs.readDir(dir).names) ?? [];
}

function wordIn(fs: FileSystem, queue: string): string | undefined {
  return ifThere(fs, queue, (dir) => {
    const file = fs.openFile(dir, "rotational");
    try {
      const bytes = new Uint8Array(8);
      return new TextDecoder().decode(bytes.subarray(0, fs.read(file, bytes, 0))).trim();
    } finally {
      fs.closeFile(file);
    }
  });
}

function ifThere<T>(fs: FileSystem, path: string, use: (dir: Dir) => T): T | undefined {
  try {
    const dir = fs.openRoot(path);
    try {
      return use(dir);
    } finally {
      fs.closeDir(dir);
    }
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}

/**
 * Which file systems are mounted where, as Linux tells it.
 *
 * @module
 */
import { decodeName } from "../../base/path_bytes.ts";
import { type FileSystem, FsError } from "../../fs/file_system.ts";
import { fileChunks } from "../../store/file_chunks.ts";
import { unvis } from "../../store/vis.ts";

/** A mounted file system. */
export interface Mount {
  /** Absolute. */
  readonly point: string;
  /** For example `ext4`. */
  readonly type: string;
  /** The device or server, for example `/dev/sda1`. */
  readonly device: string;
  readonly isReadOnly: boolean;
}

/** The file system that `path` (absolute, without symlinks) lies on; undefined when nobody says. */
export function mountOf(fs: FileSystem, path: string): Mount | undefined {
  const mounts = parseMountInfo(readLines(fs, { dir: "/proc/self", name: "mountinfo" }));
  return innermost(mounts, path);
}

/**
 * The mount point at or above `path` that `/etc/fstab` has a file system for which is not mounted;
 * undefined when there is none.
 */
export function missingMount(fs: FileSystem, path: string): string | undefined {
  const mounted = mountOf(fs, path);
  if (mounted === undefined) return undefined;
  const points = parseFstab(readLines(fs, { dir: "/etc", name: "fstab" }))
    .filter((point) => isWithin(path, point));
  const expected = points.sort((a, b) => b.length - a.length)[0];
  return expected === undefined || expected.length <= mounted.point.length ? undefined : expected;
}

/** Source: proc_pid_mountinfo(5). */
export function parseMountInfo(lines: readonly string[]): Mount[] {
  return lines.flatMap((line) => {
    const words = line.split(" ");
    const dash = words.indexOf("-", 6);
    const [point, options, type, device, superOptions] = [
      words[4],
      words[5],
      words[dash + 1],
      words[dash + 2],
      words[dash + 3],
    ];
    if (dash < 0 || point === undefined || type === undefined) return [];
    const isReadOnly = [options, superOptions].some((text) => text?.split(",").includes("ro"));
    return [{ point: unvis(point), type, device: unvis(device ?? ""), isReadOnly }];
  });
}

/** Mount points in the second column. Source: fstab(5). */
export function parseFstab(lines: readonly string[]): string[] {
  return lines.filter((line) => !line.trimStart().startsWith("#")).flatMap((line) => {
    const point = line.trim().split(/\s+/)[1];
    return point?.startsWith("/") === true ? [unvis(point)] : [];
  });
}

/** Of two on one point the later one covers the other. */
function innermost(mounts: readonly Mount[], path: string): Mount | undefined {
  let found: Mount | undefined;
  for (const mount of mounts) {
    if (!isWithin(path, mount.point)) continue;
    if (found === undefined || mount.point.length >= found.point.length) found = mount;
  }
  return found;
}

function isWithin(path: string, dir: string): boolean {
  return dir === "/" || path === dir || path.startsWith(`${dir}/`);
}

/** Deno's own calls are not let near /proc; where there is no such file, nobody says. */
function readLines(fs: FileSystem, { dir: path, name }: { dir: string; name: string }): string[] {
  if (fs.kind !== "posix") return [];
  try {
    const dir = fs.openRoot(path);
    try {
      const text = [...fileChunks(fs, dir, name)].map(decodeName).join("");
      return text.split("\n").filter((line) => line !== "");
    } finally {
      fs.closeDir(dir);
    }
  } catch (error) {
    if (error instanceof FsError) return [];
    throw error;
  }
}

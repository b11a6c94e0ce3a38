import { run } from "./run.ts";
import { makeTempDir } from "./temp_dir.ts";

/** A small file system of its own, in an image file. */
export interface LoopMountOptions {
  readonly type: "ext4" | "xfs" | "btrfs";
  /** Size of the image; xfs needs 300 MiB, btrfs 110 MiB. The file is sparse. */
  readonly sizeMib: number;
  /** How many inodes, on ext4. */
  readonly inodes?: number;
  /** More arguments for mkfs. */
  readonly mkfs?: readonly string[];
}

/** The mounted file system; unmounted and removed when the test ends. */
export interface LoopMount extends AsyncDisposable {
  /** Where it is mounted; its root directory is open to every user. */
  readonly path: string;
  /** Mounts it again with other options, for example `ro`. */
  remount(options: string): Promise<void>;
  /** Unmounts and mounts it, which also brings back one that has gone read-only by itself. */
  mountAgain(): Promise<void>;
  /** Unmounts it, has something done to the image file, and mounts it again. */
  whileUnmounted(work: (image: string) => Promise<void>): Promise<void>;
}

/**
 * Makes and mounts a file system.
 * @throws when the process is not root: a test that needs this must not pass without it.
 */
export async function mountImage(options: LoopMountOptions): Promise<LoopMount> {
  if (Deno.uid() !== 0) throw new Error("Cannot mount an image: only root can");
  const dir = await makeTempDir();
  const image = `${dir.path}/image`;
  const path = `${dir.path}/mounted`;
  try {
    await run("truncate", ["-s", `${options.sizeMib}M`, image]);
    await run(`mkfs.${options.type}`, [...mkfsArgs(options), image]);
    await Deno.mkdir(path);
    await run("mount", ["-o", "loop", image, path]);
  } catch (error) {
    await dir[Symbol.asyncDispose]();
    throw error;
  }
  const again = async (work: (image: string) => Promise<void>) => {
    await run("umount", [path]);
    await work(image);
    await run("mount", ["-o", "loop", image, path]);
  };
  return {
    path,
    remount: async (how) => void await run("mount", ["-o", `remount,${how}`, path]),
    mountAgain: () => again(() => Promise.resolve()),
    whileUnmounted: (work) => again(work),
    [Symbol.asyncDispose]: async () => {
      await run("umount", ["--lazy", path]);
      await dir[Symbol.asyncDispose]();
    },
  };
}

function mkfsArgs({ type, inodes, mkfs = [] }: LoopMountOptions): string[] {
  if (type !== "ext4") return ["-q", ...mkfs];
  const count = inodes === undefined ? [] : ["-N", String(inodes)];
  return ["-q", "-F", "-m", "0", ...count, ...mkfs];
}

import { CommandFailed, must } from "./measure.ts";
import type { ImageType } from "./options.ts";

/** A mounted file system; it is unmounted and its image removed when it is disposed of. */
export interface MountedImage extends AsyncDisposable {
  readonly path: string;
}

/** What to make. */
export interface ImageOptions {
  readonly type: ImageType;
  /** The image grows as it is filled, up to this, and shrinks as files are deleted. */
  readonly sizeGib: number;
}

/** Files can be smaller than the bytes for which ext4 has an inode by default. */
const EXT4_BYTES_PER_INODE = 8192;

/** Without the lazy ways of mkfs, which would go on writing while others are measured. */
const MKFS_OPTIONS: Readonly<Record<ImageType, readonly string[]>> = {
  ext4: [
    ...["-q", "-F", "-m", "0", "-i", String(EXT4_BYTES_PER_INODE)],
    ...["-E", "lazy_itable_init=0,lazy_journal_init=0"],
  ],
  xfs: ["-q", "-m", "reflink=1"],
  btrfs: ["-q"],
};

/** Makes a file system in memory, so that no disk has a say in what is measured. Needs root. */
export async function mountImage({ type, sizeGib }: ImageOptions): Promise<MountedImage> {
  const dir = await Deno.makeTempDir({ prefix: "phlb-bench-" });
  const [memory, path] = [`${dir}/memory`, `${dir}/${type}`];
  const image = `${memory}/image`;
  const mounted: string[] = [];
  const dispose = async () => {
    for (const mount of mounted.splice(0).reverse()) await unmount(mount);
    await Deno.remove(dir, { recursive: true });
  };
  try {
    await must("mkdir", memory, path);
    await must("mount", "-t", "tmpfs", "-o", `size=${sizeGib}G`, "tmpfs", memory);
    mounted.push(memory);
    await must("truncate", "-s", `${sizeGib}G`, image);
    await must(`mkfs.${type}`, ...MKFS_OPTIONS[type], image);
    await must("mount", "-o", "loop,discard", image, path);
    mounted.push(path);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { path, [Symbol.asyncDispose]: dispose };
}

const UNMOUNT_TRIES = 20;

/** A program that was just stopped, or the loop device, may let go of it a moment later only. */
async function unmount(path: string): Promise<void> {
  for (let tries = 1;; tries++) {
    try {
      return await must("umount", path);
    } catch (error) {
      if (!(error instanceof CommandFailed) || tries === UNMOUNT_TRIES) throw error;
      await must("sleep", "0.5");
    }
  }
}

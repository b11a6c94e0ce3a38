import { must } from "./measure.ts";

/** A mounted file system; it is unmounted and its image removed when it is disposed of. */
export interface MountedImage extends AsyncDisposable {
  readonly path: string;
}

/**
 * Makes an ext4 of its own in memory, so that no disk has a say in what is measured. The image
 * grows as it is filled, up to `sizeGib`, and shrinks as files are deleted. Needs root.
 */
export async function mountExt4Image({ sizeGib }: { sizeGib: number }): Promise<MountedImage> {
  const dir = await Deno.makeTempDir({ prefix: "phlb-bench-" });
  const [memory, path] = [`${dir}/memory`, `${dir}/ext4`];
  const image = `${memory}/image`;
  const mounted: string[] = [];
  const dispose = async () => {
    for (const mount of mounted.splice(0).reverse()) await must("umount", mount);
    await Deno.remove(dir, { recursive: true });
  };
  try {
    await must("mkdir", memory, path);
    await must("mount", "-t", "tmpfs", "-o", `size=${sizeGib}G`, "tmpfs", memory);
    mounted.push(memory);
    await must("truncate", "-s", `${sizeGib}G`, image);
    // Without the lazy ways of mkfs, which would go on writing while others are measured.
    const wholly = "lazy_itable_init=0,lazy_journal_init=0";
    await must("mkfs.ext4", "-q", "-F", "-m", "0", "-E", wholly, image);
    await must("mount", "-o", "loop,discard", image, path);
    mounted.push(path);
  } catch (error) {
    await dispose();
    throw error;
  }
  return { path, [Symbol.asyncDispose]: dispose };
}

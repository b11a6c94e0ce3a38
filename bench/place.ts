import { mountImage } from "./image.ts";
import type { BenchOptions } from "./options.ts";

/** A directory to work in; what is not the user's own is removed when it is disposed of. */
export interface Place extends AsyncDisposable {
  readonly path: string;
}

/** Where to work. A directory that the user named is left as it is, with the trees for next time. */
export async function makePlace({ image, quick, dir }: BenchOptions): Promise<Place> {
  if (image !== undefined) return await mountImage({ type: image, sizeGib: quick ? 4 : 20 });
  if (dir !== undefined) {
    await Deno.mkdir(dir, { recursive: true });
    return { path: await Deno.realPath(dir), [Symbol.asyncDispose]: () => Promise.resolve() };
  }
  const path = await Deno.makeTempDir({ prefix: "phlb-bench-" });
  const dispose = () => Deno.remove(path, { recursive: true });
  return { path, [Symbol.asyncDispose]: dispose };
}

/** Whether there is something of that name. */
export function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

import { type BackupPlace, placeAt } from "./backup_place.ts";
import { type LoopMount, type LoopMountOptions, mountImage } from "./loop_mount.ts";
import { makeTempDir } from "./temp_dir.ts";
import { type Tree, writeTree } from "./tree.ts";

/** A place whose backup root is a file system of its own; unmounted when the test ends. */
export interface LoopPlace extends BackupPlace {
  readonly mount: LoopMount;
}

/** Makes a place whose source has the given content and whose root is a new file system. */
export async function makeLoopPlace(options: LoopMountOptions, tree: Tree): Promise<LoopPlace> {
  await using owned = new AsyncDisposableStack();
  const temp = owned.use(await makeTempDir());
  const mount = owned.use(await mountImage(options));
  const source = `${temp.path}/source`;
  await writeTree(source, tree);
  return { ...placeAt(source, mount.path, owned.move()), mount };
}

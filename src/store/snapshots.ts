// temporary first version by the lead; replace
import type { Dir, FileSystem } from "../fs/file_system.ts";
export interface SnapshotRef { readonly name: string; readonly time: string; readonly kind: "phlb" | "bare" | "partial"; }
export function listSnapshots(fs: FileSystem, root: Dir, options: { name?: string } = {}): { snapshots: SnapshotRef[] } {
  const name = options.name ?? "";
  const dir = fs.openDir(root, name);
  const names = fs.readDir(dir).names.sort();
  fs.closeDir(dir);
  return { snapshots: names.filter((n) => /^\d{4}-\d\d-\d\d-\d{6}$/.test(n)).map((time) => ({ name, time, kind: names.includes(`${time}-manifest.mtree.gz`) ? "phlb" : "bare" })) };
}

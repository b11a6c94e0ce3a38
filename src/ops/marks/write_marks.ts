import { encodeName } from "../../base/path_bytes.ts";
import { openDirPath } from "../../fs/open_path.ts";
import type { Dir, FileSystem } from "../../fs/file_system.ts";
import { companionName } from "../../store/layout.ts";
import { formatMarks, type Marks } from "../../store/marks.ts";
import type { ListedSnapshot } from "../list_snapshots.ts";
import { NewCompanion } from "../rebuild/new_manifest.ts";

/** Writes the marks of a snapshot anew, durably and by one rename; call it under the root's lock. */
export function writeMarks(
  fs: FileSystem,
  root: Dir,
  { snapshot, marks }: { snapshot: ListedSnapshot; marks: Marks },
): void {
  const dir = openDirPath(fs, root, snapshot.name);
  try {
    const file = new NewCompanion(fs, dir, companionName(snapshot.time, "marks"));
    try {
      file.write(encodeName(formatMarks(marks)));
      file.publish({ replacing: snapshot.companions.has("marks") });
    } finally {
      file.discard();
    }
  } finally {
    fs.closeDir(dir);
  }
}

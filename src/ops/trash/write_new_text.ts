import { encodeName } from "../../base/path_bytes.ts";
import type { Dir, FileSystem } from "../../fs/file_system.ts";

/** Creates a file with a text and makes it durable; EEXIST when there is one. */
export function writeNewText(
  fs: FileSystem,
  dir: Dir,
  { name, text }: { name: string; text: string },
): void {
  const file = fs.createFile(dir, name);
  try {
    fs.write(file, encodeName(text), 0);
    fs.syncFile(file);
  } finally {
    fs.closeFile(file);
  }
}

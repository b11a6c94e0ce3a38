import { type Dir, type FileSystem, FsError } from "../../fs/file_system.ts";
import { SUMS_SUFFIX } from "../../store/checksum_file.ts";
import type { Protection } from "../../store/protection.ts";
import { StoredFile } from "../hash/stored_file.ts";
import type { SumsFile } from "./link_messages.ts";

/** Suffixes of a checksum file that are tried where names are folded. */
const MAX_SUFFIXES = 8;

/** Readable for whoever may enter the directory: it tells names and digests only. */
const SUMS_MODE = 0o644;

/** Writes a checksum file into a directory of the snapshot. */
export function writeSums(
  fs: FileSystem,
  into: Dir,
  { sums, protection }: { sums: SumsFile; protection: Protection },
): void {
  const file = newSums(fs, into, { fileName: sums.fileName, protection });
  file.finish(() => {
    file.writeWhole(sums.content, { sparse: false });
    const { sec, nsec } = sums.mtime;
    const times = { atimeSec: sec, atimeNsec: nsec, mtimeSec: sec, mtimeNsec: nsec };
    return { mode: SUMS_MODE, times };
  });
}

/** Where names are folded, an entry such as "sha256sums" may have taken the name. */
function newSums(
  fs: FileSystem,
  into: Dir,
  { fileName, protection }: { fileName: string; protection: Protection },
): StoredFile {
  for (let name = fileName, left = MAX_SUFFIXES;; name += SUMS_SUFFIX, left--) {
    try {
      return new StoredFile(fs, into, { name, protection });
    } catch (error) {
      if (!(error instanceof FsError) || error.code !== "EEXIST" || left === 0) throw error;
    }
  }
}

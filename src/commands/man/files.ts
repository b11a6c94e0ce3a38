import { CONFIG_FILE_NAME } from "../../config/config_files.ts";
import {
  companionName,
  INDEX_FILE,
  LOCK_FILE,
  PRIVATE_DIR,
  TRASH_DIR,
} from "../../store/layout.ts";

/** The files that phlb reads and writes, by the names that the code has for them. */
export const FILES: readonly (readonly [path: string, meaning: string])[] = [
  [CONFIG_FILE_NAME, "Configuration, in the current directory and every one above it."],
  ["~/.config/phlb/config.toml", "The user's own configuration; below $XDG_CONFIG_HOME if set."],
  [`~/${CONFIG_FILE_NAME}`, "The same."],
  ["ROOT/NAME/TIME/", "A snapshot: the source as it was, plain files."],
  ["ROOT/NAME/TIME/…/SHA256SUMS", "The digests of a directory's files, for sha256sum -c."],
  [companion("manifest"), "Every entry with its metadata and digest, in mtree(5) format."],
  [companion("config"), "The configuration of that run."],
  [companion("log"), "What became of what is new or changed, and each problem."],
  [companion("summaryText"), "What the run did, for people; and .json for programs."],
  [`ROOT/${PRIVATE_DIR}/${INDEX_FILE}`, "The index, a cache: never needed to read a backup."],
  [`ROOT/${PRIVATE_DIR}/${LOCK_FILE}`, "Held while a run changes the backup root."],
  [`ROOT/${PRIVATE_DIR}/${TRASH_DIR}/`, "Removed snapshots, until they are deleted."],
];

function companion(kind: Parameters<typeof companionName>[1]): string {
  return `ROOT/NAME/${companionName("TIME", kind)}`;
}

import type { NameFolding } from "../../fs/folded_names.ts";
import type { Protection } from "../../store/protection.ts";
import type { ThreadStart } from "../../threads/thread_start.ts";
import type { SelectRules } from "../select/select.ts";

/** First message to the walker: it may read below the source, nothing else. */
export interface WalkerStart extends ThreadStart {
  /** Absolute, without symlinks. */
  readonly sourceRoot: string;
  readonly rules: SelectRules;
  /** Of the backup root; not given where nothing is made there. */
  readonly folding?: NameFolding | undefined;
}

/** First message to a hasher: it may read below the source and write below the snapshot. */
export interface HasherStart extends ThreadStart {
  readonly sourceRoot: string;
  /** Absolute path of the `.partial` directory. */
  readonly snapshotDir: string;
  readonly bufferBytes: number;
  readonly protection: Protection;
  /** One Int32: KiB done of the file in work. */
  readonly progress: SharedArrayBuffer;
}

/** First message to the linker: it may read and write below the backup root, nothing else. */
export interface LinkerStart extends ThreadStart {
  /** Its own, among the linkers. */
  readonly slot: string;
  readonly backupRoot: string;
  /** Relative to the backup root, as is `previousDir`. */
  readonly snapshotDir: string;
  readonly previousDir: string | undefined;
  /** Names that a stored file may have; 0: as many as the file system allows. */
  readonly maxLinks: number;
  readonly protection: Protection;
}

/** The only call to the walker: go on, and hand over what comes next. `undefined`: the end. */
export type WalkCall = "next";

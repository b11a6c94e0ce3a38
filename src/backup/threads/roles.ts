/**
 * The three roles that work on the disk, each made from its start message: what a worker thread
 * runs, and what a test runs in its own thread with a file system that fails on purpose.
 *
 * @module
 */
import type { Dir, FileSystem } from "../../fs/file_system.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { StatTable } from "../../fs/stat_table.ts";
import { allowLifting } from "../../store/lifted.ts";
import { CancelFlag } from "../../threads/cancel.ts";
import type { HashAnswer, HashCall } from "../hash/hash_messages.ts";
import { makeHasher } from "../hash/hasher.ts";
import type { Handler } from "../../threads/lane.ts";
import type { LinkAnswer, LinkCall } from "../link/link_messages.ts";
import { makeLinker } from "../link/linker.ts";
import { Selector } from "../select/select.ts";
import type { HasherStart, LinkerStart, WalkCall, WalkerStart } from "./thread_messages.ts";
import { dirStamp } from "../walk/dir_stamp.ts";
import { toMessage, type WalkedMessage } from "../walk/walked.ts";
import { walk } from "../walk/walker.ts";

/** Entries and sections that travel in one message at most, give or take a section. */
const BATCH_ENTRIES = 500;
const BATCH_SECTIONS = 100;

/** Answers "next" with the following sections of the walk, `undefined` at its end. */
export function walkerRole(
  fs: FileSystem,
  start: WalkerStart,
): Handler<WalkCall, WalkedMessage[] | undefined> {
  const cancel = new CancelFlag(start.cancel);
  const root = fs.openRoot(start.sourceRoot);
  const own = new StatTable(1);
  fs.lstat(root, "", own, 0);
  const selector = new Selector(start.rules, { stats: own, row: 0 });
  const sections = walk({ fs, root, selector, folding: start.folding });
  return () => {
    const batch: WalkedMessage[] = [];
    for (let entries = 0; entries < BATCH_ENTRIES && batch.length < BATCH_SECTIONS;) {
      cancel.check();
      const { value, done } = sections.next();
      if (done === true) break;
      batch.push(toMessage({ ...value, stamp: dirStamp(value) }));
      entries += value.names.length + 1;
    }
    if (batch.length === 0) return { answer: undefined };
    return { answer: batch, transfer: batch.map(({ stats }) => stats.buffer) };
  };
}

/** Reads and hashes source files, and writes contents into the snapshot. */
export function hasherRole(fs: FileSystem, start: HasherStart): Handler<HashCall, HashAnswer> {
  const progress = new Int32Array(start.progress);
  const snapshot = fs.openRoot(start.snapshotDir);
  // What it stored itself it may take away again.
  fs.liftBelow(snapshot);
  return makeHasher({
    fs,
    source: fs.openRoot(start.sourceRoot),
    snapshot,
    bufferBytes: start.bufferBytes,
    protection: start.protection,
    cancel: new CancelFlag(start.cancel),
    onBytes: (bytes) => Atomics.store(progress, 0, Math.floor(bytes / 1024)),
  });
}

/** Makes the tree of the snapshot inside the backup root. */
export function linkerRole(fs: FileSystem, start: LinkerStart): Handler<LinkCall, LinkAnswer> {
  const root = fs.openRoot(start.backupRoot);
  allowLifting(fs, root, start.slot);
  const open = (relPath: string): Dir => openDirPath(fs, root, relPath);
  return makeLinker({
    fs,
    root,
    snapshot: open(start.snapshotDir),
    previous: start.previousDir === undefined ? undefined : open(start.previousDir),
    maxLinks: start.maxLinks,
    protection: start.protection,
    cancel: new CancelFlag(start.cancel),
  });
}

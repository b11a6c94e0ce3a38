import type { HashAnswer } from "../../backup/hash/hash_messages.ts";
import { makeHasher } from "../../backup/hash/hasher.ts";
import type { FenceRules } from "../../fs/fence.ts";
import type { FileSystem } from "../../fs/file_system.ts";
import { CancelFlag } from "../../threads/cancel.ts";
import type { Handler } from "../../threads/lane.ts";
import type { ReadCall, ReaderStart } from "./reader_thread.ts";

/** What the kernel lets a reading thread reach. */
export function readerFence({ dir }: ReaderStart): FenceRules {
  return { read: [dir], write: [] };
}

/** Tells the digests of files: the hasher of a backup, which is never asked to store anything. */
export function readerRole(fs: FileSystem, start: ReaderStart): Handler<ReadCall, HashAnswer> {
  const progress = new Int32Array(start.progress);
  const dir = fs.openRoot(start.dir);
  const hasher = makeHasher({
    fs,
    source: dir,
    snapshot: dir,
    bufferBytes: start.bufferBytes,
    cancel: new CancelFlag(start.cancel),
    onBytes: (bytes) => Atomics.store(progress, 0, Math.floor(bytes / 1024)),
  });
  return ({ files }) => {
    const result = hasher({ kind: "hash", files, hold: false });
    Atomics.store(progress, 0, 0);
    return result;
  };
}

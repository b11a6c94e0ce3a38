import { openLibc, openWaitingLibc } from "./libc.ts";
import { cPath } from "./posix_call.ts";
import { O } from "./posix_open_flags.ts";

/** Has a file system write to its disk while everything else goes on. */
export interface Writeback {
  /**
   * Writes what memory holds for the file system; resolves when that is done, or failed. A failure is
   * told by the next `syncAll` of a directory that was open before, not here.
   */
  start(): Promise<void>;
  /** Does not wait for what is under way. */
  close(): void;
}

/** For the file system of an absolute path; undefined where the C library is not to be had. */
export function openWriteback(path: string): Writeback | undefined {
  const opened = openLibc();
  const waiting = openWaitingLibc();
  if (!("libc" in opened) || waiting === undefined) return undefined;
  const { libc } = opened;
  const fd = libc.open(cPath(path), O.rdonly | O.directory | O.cloexec, 0);
  if (fd < 0) return undefined;
  return {
    start: async () => {
      await waiting.syncfs(fd);
    },
    close: () => {
      libc.close(fd);
    },
  };
}

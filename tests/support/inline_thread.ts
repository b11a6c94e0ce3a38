import type { FileSystem } from "../../src/fs/file_system.ts";
import { type Handler, inlineLane } from "../../src/threads/lane.ts";
import type { Started } from "../../src/threads/start_thread.ts";

/** What a test puts around each file system that a command opens. */
export type Around = (fs: FileSystem) => FileSystem;

/** How a command ended, as the command line would tell it. */
export interface Ended {
  /** 70 for what is a mistake in phlb: an error that nobody can act on. */
  readonly exitCode: number;
  readonly error: unknown;
  readonly problems: readonly { readonly relPath: string; readonly message: string }[];
}

/** Runs a role in the caller's own thread, as `enterThread` does it in a worker. */
export function startInline<Call, Answer>(
  fs: FileSystem,
  make: (fs: FileSystem) => Handler<Call, Answer>,
): Promise<Started<Call, Answer>> {
  const close = () => fs.closeAll();
  try {
    const report = { fence: { raised: true, abi: 0 } };
    return Promise.resolve({ lane: inlineLane(make(fs), close), report });
  } catch (error) {
    close();
    return Promise.reject(error);
  }
}

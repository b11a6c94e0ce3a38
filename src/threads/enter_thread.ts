/// <reference lib="deno.worker" />
import type { FileSystem } from "../fs/file_system.ts";
import { type FenceRules, type FenceState, raiseFence } from "../fs/fence.ts";
import { openFileSystem } from "../fs/open_file_system.ts";
import { openLibc } from "../fs/libc.ts";
import { CancelFlag } from "./cancel.ts";
import { threadCpuMs } from "../fs/thread_time.ts";
import { type Handler, type Served, serveLane } from "./lane.ts";
import { limitReads } from "./read_budget.ts";
import type { ThreadReport, ThreadStart } from "./thread_start.ts";

declare const self: DedicatedWorkerGlobalScope;

/**
 * Runs a role in this worker thread, behind the fence that `rules` draws from the start message. What
 * the role leaves open is closed when the lane is.
 */
export function enterThread<Start extends ThreadStart, Call, Answer>(
  rules: (start: Start) => FenceRules,
  role: (fs: FileSystem, start: Start) => Handler<Call, Answer>,
): void {
  // Main may still be busy with other things, so that this costs no time.
  openLibc();
  serveLane(self, (start: Start): Served<ThreadReport, Call, Answer> => {
    const { fs } = openFileSystem(start.fileSystem);
    const close = () => fs.closeAll();
    // Without the C library there is only the clock; to ask for the library would need permission.
    const cpuMs = start.fileSystem === "posix" ? threadCpuMs : () => undefined;
    // deno-lint-ignore phlb/no-clock -- a thread has no clock but its own to time its calls by
    const meter = () => ({ ms: performance.now(), cpuMs: cpuMs() });
    try {
      const fence = start.fence ? raiseFence(rules(start)) : UNFENCED;
      if (start.budget !== undefined) {
        limitReads(fs, { budget: start.budget, cancel: new CancelFlag(start.cancel) });
      }
      return { report: { fence }, handler: role(fs, start), close, meter };
    } catch (error) {
      close();
      throw error;
    }
  });
}

const UNFENCED: FenceState = { raised: false, abi: 0, reason: "performance.fence is off" };

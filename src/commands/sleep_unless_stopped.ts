import { Cancelled } from "../threads/cancel.ts";
import type { CommandDeps } from "./command_deps.ts";

/**
 * Waits, but not longer than until the user stops the program: waiting for a lock can take hours.
 *
 * @throws {Cancelled}
 */
export async function sleepUnlessStopped(
  milliseconds: number,
  { sleep, signal }: Pick<CommandDeps, "sleep" | "signal">,
): Promise<void> {
  if (signal.aborted) throw new Cancelled();
  const stopped = Promise.withResolvers<never>();
  const stop = () => stopped.reject(new Cancelled());
  signal.addEventListener("abort", stop);
  try {
    await Promise.race([sleep(milliseconds), stopped.promise]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

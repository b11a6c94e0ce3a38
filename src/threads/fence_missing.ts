import { AppError, EXIT } from "../base/app_error.ts";
import type { FenceState } from "../fs/fence.ts";

/** What a thread without a fence means where `performance.fence` is `required`. */
export function fenceMissing({ reason = "the kernel refused it" }: FenceState): AppError {
  return new AppError(`Cannot fence the threads: ${reason}`, {
    code: "FENCE_MISSING",
    exitCode: EXIT.failed,
    hint: 'Set `performance.fence = "auto"` to run without it',
  });
}

import { AppError, EXIT } from "../base/app_error.ts";

/** What is thrown for a `Job.mistrust`. */
export function untrusted(mistrust: string): AppError {
  return new AppError(`Cannot use the hooks and notifications: ${mistrust}`, {
    code: "CONFIG_UNTRUSTED",
    exitCode: EXIT.usage,
    hint: "phlb runs commands and reads secrets only for files that nobody else may write to: " +
      "chmod go-w FILE, chown, or set them in a file of your own",
  });
}

import { errnoName, errnoReason } from "./errno.ts";
import { FsError } from "./file_system.ts";

/** Windows error numbers that mean the same as an errno. Source: winerror.h. */
const WINDOWS_CODES: Readonly<Record<number, string>> = {
  2: "ENOENT",
  3: "ENOENT",
  4: "EMFILE",
  5: "EACCES",
  17: "EXDEV",
  19: "EROFS",
  32: "EBUSY",
  33: "EBUSY",
  50: "EOPNOTSUPP",
  80: "EEXIST",
  112: "ENOSPC",
  123: "EINVAL",
  145: "ENOTEMPTY",
  183: "EEXIST",
  206: "ENAMETOOLONG",
  267: "ENOTDIR",
  1117: "EIO",
  1142: "EMLINK",
  1314: "EPERM",
};

/** Runs a call of the runtime; what the operating system refuses comes out as an {@link FsError}. */
export function asFsError<T>(op: string, { path, call }: { path: string; call: () => T }): T {
  try {
    return call();
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    throw new FsError({ code, op, path, reason: errnoReason(code) });
  }
}

/** The refusal of something that this implementation refuses by itself. */
export function refusal(code: string, { op, path }: { op: string; path: string }): FsError {
  return new FsError({ code, op, path, reason: errnoReason(code) });
}

/** `undefined` for what is no answer of the operating system, as a missing permission of the runtime. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  // The runtime keeps all of /proc, /sys and /dev to itself, whatever it is permitted.
  if (error instanceof Deno.errors.NotCapable && error.message.startsWith("Requires all access")) {
    return "EACCES";
  }
  if ("code" in error && typeof error.code === "string" && /^E[A-Z0-9]+$/.test(error.code)) {
    return error.code;
  }
  // A few (EMLINK among them) come without a code.
  const [, number] = /\(os error (\d+)\)/.exec(error.message) ?? [];
  if (number !== undefined) {
    if (Deno.build.os === "windows") return WINDOWS_CODES[Number(number)] ?? `E${number}`;
    return errnoName(Number(number));
  }
  return codeOfClass(error);
}

function codeOfClass(error: Error): string | undefined {
  if (error instanceof Deno.errors.NotFound) return "ENOENT";
  if (error instanceof Deno.errors.PermissionDenied) return "EACCES";
  if (error instanceof Deno.errors.AlreadyExists) return "EEXIST";
  if (error instanceof Deno.errors.FilesystemLoop) return "ELOOP";
  if (error instanceof Deno.errors.NotADirectory) return "ENOTDIR";
  if (error instanceof Deno.errors.IsADirectory) return "EISDIR";
  if (error instanceof Deno.errors.Busy) return "EBUSY";
  if (error instanceof Deno.errors.InvalidData) return "EILSEQ";
  return undefined;
}

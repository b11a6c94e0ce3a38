import { type FileSystem, FsError } from "../../src/fs/file_system.ts";

/** A call that goes wrong, or before which something happens. */
export interface Fault {
  /** The method, for example `link`. */
  readonly op: keyof FileSystem;
  /**
   * Whether a call counts; the path is that of the open file or directory, with the name given
   * beside it (for `link` and `rename`: the new name). Default: every call.
   */
  readonly path?: (path: string) => boolean;
  /** The first call that is hit, counted from 1. Default 1. */
  readonly nth?: number;
  /** Whether later calls are hit as well. Default: no. */
  readonly always?: true;
  /** The call fails with this; without it, it goes through. */
  readonly code?: string;
  /** The call does its work before it fails. Default: no. */
  readonly after?: true;
  /** Runs right before the call, for example to change the file behind its back. */
  readonly before?: () => void;
  /** Runs in place of the call, for one that returns nothing. */
  readonly instead?: () => void;
}

/** `inner`, with `faults` in its way. `readDir` tells its fault after half of the names. */
export function faultyFileSystem(inner: FileSystem, faults: readonly Fault[]): FileSystem {
  const counts = new Map<Fault, number>();
  return new Proxy(inner, {
    get(target, op) {
      const method: unknown = Reflect.get(target, op);
      if (typeof method !== "function") return method;
      return (...args: unknown[]): unknown => {
        const path = pathOf(args);
        const { error, instead, isAfter } = hit({ op, path, faults, counts });
        if (instead !== undefined) return instead();
        if (error !== undefined && op !== "readDir" && !isAfter) throw error;
        const result: unknown = Reflect.apply(method, target, args);
        if (error !== undefined && op !== "readDir") throw error;
        return error === undefined ? result : brokenOff(result, error);
      };
    },
  });
}

interface Call {
  readonly op: string | symbol;
  readonly path: string;
  readonly faults: readonly Fault[];
  readonly counts: Map<Fault, number>;
}

/** What comes in the way of a call. */
interface Hit {
  readonly error?: FsError;
  readonly isAfter?: boolean;
  readonly instead?: () => void;
}

function hit({ op, path, faults, counts }: Call): Hit {
  for (const fault of faults) {
    if (fault.op !== op || fault.path?.(path) === false) continue;
    const count = (counts.get(fault) ?? 0) + 1;
    counts.set(fault, count);
    const nth = fault.nth ?? 1;
    if (count < nth || (count > nth && fault.always !== true)) continue;
    fault.before?.();
    const { code, instead } = fault;
    if (instead !== undefined) return { instead };
    if (code !== undefined) {
      const error = new FsError({ code, op: fault.op, path, reason: "injected fault" });
      return { error, isAfter: fault.after === true };
    }
  }
  return {};
}

/** The last open file or directory among the arguments, and the name that follows it. */
function pathOf(args: readonly unknown[]): string {
  const at = args.findLastIndex((arg) => isOpen(arg));
  const open = args[at];
  if (!isOpen(open)) return "";
  const name = args[at + 1];
  return typeof name === "string" && name !== "" ? `${open.path}/${name}` : open.path;
}

function isOpen(value: unknown): value is { readonly path: string } {
  return typeof value === "object" && value !== null && "path" in value &&
    typeof value.path === "string";
}

function brokenOff(listing: unknown, error: FsError): unknown {
  if (typeof listing !== "object" || listing === null || !("names" in listing)) return listing;
  const names = Array.isArray(listing.names) ? listing.names : [];
  return { ...listing, names: names.slice(0, names.length >> 1), error };
}

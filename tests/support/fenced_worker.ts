/// <reference lib="deno.worker" />
/** A thread behind the fence of a role that does not do the role's work but tries the fence. */
import { enterThread } from "../../src/threads/enter_thread.ts";
import { hasherFence, linkerFence, walkerFence } from "../../src/backup/threads/fence_rules.ts";
import type { Handler } from "../../src/threads/lane.ts";
import type { ThreadStart } from "../../src/threads/thread_start.ts";
import { type Libc, openLibc } from "../../src/fs/libc.ts";
import { failure } from "../../src/fs/posix_call.ts";

const FENCES = { walker: walkerFence, hasher: hasherFence, linker: linkerFence };

/** First message to the thread. */
export interface ProbeStart extends ThreadStart {
  readonly role: keyof typeof FENCES;
  readonly sourceRoot: string;
  readonly backupRoot: string;
  readonly snapshotDir: string;
}

/** The call to it: try everything on what is in `at`; into and out of `elsewhere`, too. */
export interface ProbeCall {
  readonly at: string;
  readonly elsewhere: string;
}

/** `"done"` or the error's code, by what was tried. */
export type ProbeAnswer = Readonly<Record<string, string>>;

const O = { wronly: 1, create: 0o100, truncate: 0o1000 };
const AT_FDCWD = -100;
const AT_REMOVEDIR = 0x200;

/** Straight to the kernel, whatever the port would have kept from it. */
function calls(libc: Libc, { at, elsewhere }: ProbeCall): Record<string, () => number> {
  const c = (path: string) => new TextEncoder().encode(`${path}\0`);
  const open = (path: string, flags: number) => {
    const fd = libc.open(c(path), flags, 0o600);
    return fd < 0 ? fd : libc.close(fd);
  };
  const link = (from: string, to: string) => libc.linkat(AT_FDCWD, c(from), AT_FDCWD, c(to), 0);
  const rename = (from: string, to: string) =>
    libc.renameat2(AT_FDCWD, c(from), AT_FDCWD, c(to), 0);
  return {
    "list": () => open(at, 0),
    "read": () => open(`${at}/file`, 0),
    "write": () => open(`${at}/file`, O.wronly),
    "truncate": () => open(`${at}/file`, O.wronly | O.truncate),
    "create": () => open(`${at}/created`, O.wronly | O.create),
    "mkdir": () => libc.mkdirat(AT_FDCWD, c(`${at}/made`), 0o700),
    "symlink": () => libc.symlinkat(c("target"), AT_FDCWD, c(`${at}/symlink`)),
    "link": () => link(`${at}/file`, `${at}/linked`),
    "link out": () => link(`${at}/file`, `${elsewhere}/linked`),
    "link in": () => link(`${elsewhere}/file`, `${at}/linked in`),
    "rename": () => rename(`${at}/file`, `${at}/renamed`),
    "rename out": () => rename(`${at}/other`, `${elsewhere}/renamed`),
    "rename in": () => rename(`${elsewhere}/file`, `${at}/renamed in`),
    "unlink": () => libc.unlinkat(AT_FDCWD, c(`${at}/third`), 0),
    "rmdir": () => libc.unlinkat(AT_FDCWD, c(`${at}/dir`), AT_REMOVEDIR),
  };
}

function probe(): Handler<ProbeCall, ProbeAnswer> {
  const opened = openLibc();
  if ("reason" in opened) throw new Error(opened.reason);
  const { libc } = opened;
  return (call) => {
    const answer: Record<string, string> = {};
    for (const [op, step] of Object.entries(calls(libc, call))) {
      answer[op] = step() < 0 ? failure(libc, { op, path: call.at }).code : "done";
    }
    return { answer };
  };
}

enterThread((start: ProbeStart) => FENCES[start.role](start), probe);

/// <reference lib="deno.worker" />
/** A thread behind the fence of a role that does not do the role's work but tries the fence. */
import { enterThread } from "../../src/backup/enter_thread.ts";
import { hasherFence, linkerFence, walkerFence } from "../../src/backup/fence_rules.ts";
import type { Handler } from "../../src/backup/lane.ts";
import type { ThreadStart } from "../../src/backup/thread_messages.ts";
import { type FileSystem, FsError } from "../../src/fs/file_system.ts";
import { type Libc, openLibc } from "../../src/fs/libc.ts";
import { failure } from "../../src/fs/posix_call.ts";
import { StatTable } from "../../src/fs/stat_table.ts";

const FENCES = { walker: walkerFence, hasher: hasherFence, linker: linkerFence };

/** First message to the thread. */
export interface ProbeStart extends ThreadStart {
  readonly role: keyof typeof FENCES;
  readonly sourceRoot: string;
  readonly backupRoot: string;
  readonly snapshotDir: string;
}

/** The call to it: try everything on the entries `file` and `dir` of `at`; `elsewhere` is writable. */
export interface ProbeCall {
  readonly at: string;
  readonly elsewhere: string;
}

/** `"done"` or the error's code, by what was tried. */
export type ProbeAnswer = Readonly<Record<string, string>>;

const O = { wronly: 1, create: 0o100, truncate: 0o1000 };
const AT_FDCWD = -100;
const AT_REMOVEDIR = 0x200;

/** Each as the C library does it by full path, whatever the port would have allowed. */
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

/** The same through the port, as far as it can be asked for that. */
function portCalls(fs: FileSystem, { at }: ProbeCall): Record<string, () => void> {
  const dir = fs.openRoot(at);
  const fifo = new StatTable(1);
  fifo.set(0, "mode", 0o010644);
  return {
    "port: create": () => fs.closeFile(fs.createFile(dir, "port created")),
    "port: mkdir": () => fs.makeDir(dir, "port made", 0o700),
    "port: symlink": () => fs.symlink("target", dir, "port symlink"),
    "port: link": () => fs.link(dir, "port", dir, "port linked"),
    "port: rename": () => fs.rename(dir, "port", dir, "port renamed"),
    "port: unlink": () => fs.unlink(dir, "port 2"),
    "port: rmdir": () => fs.removeDir(dir, "port dir"),
  };
}

function outcomeOf(step: () => void): string {
  try {
    step();
    return "done";
  } catch (error) {
    if (error instanceof FsError) return error.code;
    if (error instanceof Deno.errors.PermissionDenied) return "EACCES";
    throw error;
  }
}

function probe(fs: FileSystem): Handler<ProbeCall, ProbeAnswer> {
  const opened = openLibc();
  if ("reason" in opened) throw new Error(opened.reason);
  const { libc } = opened;
  return (call) => {
    const answer: Record<string, string> = {};
    for (const [op, step] of Object.entries(calls(libc, call))) {
      answer[op] = outcomeOf(() => {
        if (step() < 0) throw failure(libc, { op, path: call.at });
      });
    }
    return { answer };
  };
}

enterThread((start: ProbeStart) => FENCES[start.role](start), probe);

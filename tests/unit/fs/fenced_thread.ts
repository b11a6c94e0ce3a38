/// <reference lib="deno.worker" />
/** A worker for the tests of the fence: raises it, then tries what it is told to, one by one. */
import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { type FenceRules, type FenceState, raiseFence } from "../../../src/fs/fence.ts";
import { type FileSystem, FsError } from "../../../src/fs/file_system.ts";
import { openFileSystem } from "../../../src/fs/open_file_system.ts";
import { StatTable } from "../../../src/fs/stat_table.ts";

declare const self: DedicatedWorkerGlobalScope;

/** What the worker is asked for. */
export interface FencedCall {
  readonly rules: FenceRules;
  /** Directories by the names that the attempts use. */
  readonly source: string;
  readonly target: string;
  readonly outside: string;
}

/** How each attempt ended: `ok`, or the error's code. */
export interface FencedAnswer {
  readonly state: FenceState;
  readonly outcomes: Readonly<Record<string, string>>;
}

self.addEventListener("message", (event: MessageEvent<FencedCall>) => {
  const { fs } = openFileSystem("posix");
  const state = raiseFence(event.data.rules);
  const attempts = Object.entries(attemptsIn(fs, event.data));
  const outcomes = attempts.map(([name, attempt]) => [name, outcomeOf(attempt)]);
  const answer: FencedAnswer = { state, outcomes: Object.fromEntries(outcomes) };
  self.postMessage(answer);
  self.close();
});

function attemptsIn(fs: FileSystem, call: FencedCall): Record<string, () => void> {
  const source = fs.openRoot(call.source);
  const target = fs.openRoot(call.target);
  const table = new StatTable(1);
  const create = (dir: typeof source) => fs.closeFile(fs.createFile(dir, "new"));
  return {
    "list the source": () => fs.readDir(source),
    "read the source": () => read(fs, fs.openFile(source, "file")),
    "read xattrs of the source by name": () => {
      if (fs.xattrs(source, "file").length !== 1) throw new Error("the attribute is not there");
    },
    "lstat in the source": () => fs.lstat(source, "file", table, 0),
    "create in the source": () => create(source),
    "make a directory in the source": () => fs.makeDir(source, "new dir", 0o755),
    "make a symlink in the source": () => fs.symlink("x", source, "new link"),
    "make a fifo in the source": () => {
      table.set(0, 0, 0o010600);
      fs.makeSpecial(source, "new fifo", table, 0);
    },
    "unlink in the source": () => fs.unlink(source, "file"),
    "rename in the source": () => fs.rename(source, "file", source, "renamed"),
    "lock in the source": () => fs.tryLock(source, "file"),
    "write the source by path": () => Deno.writeTextFileSync(`${call.source}/file`, "overwritten"),
    "truncate the source by path": () => Deno.truncateSync(`${call.source}/file`, 0),
    "create in the target": () => create(target),
    "link in the target": () => {
      const sub = fs.openDir(target, "sub");
      fs.link(target, "new", sub, "linked");
      fs.rename(target, "new", sub, "renamed");
      fs.unlink(sub, "renamed");
    },
    "link from the source to the target": () => fs.link(source, "file", target, "stolen"),
    "rename from the target to the source": () => fs.rename(target, "file", source, "moved"),
    "list outside": () => {
      const { error } = fs.readDir(fs.openRoot(call.outside));
      if (error !== undefined) throw error;
    },
    "read outside by path": () => void Deno.readTextFileSync(`${call.outside}/file`),
    "create outside by path": () => Deno.writeTextFileSync(`${call.outside}/new`, ""),
    "run a program": () => void new Deno.Command("/bin/true").outputSync(),
    "hash and compress": () => {
      createHash("sha256").update(gunzipSync(gzipSync("text"))).digest();
    },
  };
}

function read(fs: FileSystem, file: ReturnType<FileSystem["openFile"]>): void {
  fs.read(file, new Uint8Array(4), 0);
  fs.closeFile(file);
}

function outcomeOf(attempt: () => void): string {
  try {
    attempt();
    return "ok";
  } catch (error) {
    if (error instanceof FsError) return error.code;
    if (error instanceof Deno.errors.PermissionDenied) return "EACCES";
    return String(error);
  }
}

/** Holds a lock until its standard input ends: `hold_lock.ts <kind> <directory>`. */
import { openFileSystem } from "../../src/fs/open_file_system.ts";

const [kind = "", path = ""] = Deno.args;
const { fs } = openFileSystem(kind === "posix" ? "posix" : "portable");
const lock = fs.tryLock(fs.openRoot(path), "lock");
console.log(lock === undefined ? "refused" : "held");
for await (const _ of Deno.stdin.readable);
lock?.release();

/**
 * How much of the processor and the disks the kernel gives to this process, in comparison with
 * others.
 *
 * @module
 */
import type { IoPriority } from "../base/io_priority.ts";
import { errnoName, errnoReason } from "./errno.ts";
import { errno, type Libc, openLibc, SYSCALL } from "./libc.ts";
import { listNames } from "./posix_listing.ts";
import { cPath } from "./posix_call.ts";

/** Source: Linux `linux/resource.h` and `linux/ioprio.h`. */
const PRIO_PROCESS = 0;
const IOPRIO_WHO_PROCESS = 1;
const IO_CLASS = { "best-effort": 2, idle: 3 } as const;
const IO_CLASS_SHIFT = 13;

const O_DIRECTORY_CLOEXEC = (Deno.build.arch === "aarch64" ? 0o40000 : 0o200000) | 0o2000000;

/** Undefined when all threads have it, else the reason why not, as the end of a message. */
type Refusal = string | undefined;

/**
 * Sets the niceness (-20 to 19) of this process: of all its threads, and of those they start from
 * now on.
 */
export function setNiceness(nice: number): Refusal {
  return onEachThread((libc, thread) => libc.setpriority(PRIO_PROCESS, thread, nice));
}

/** The same for the priority on disks; not every scheduler of the kernel looks at it. */
export function setIoPriority({ ioClass, level }: IoPriority): Refusal {
  const priority = IO_CLASS[ioClass] << IO_CLASS_SHIFT | level;
  return onEachThread((libc, thread) =>
    libc.ioprio_set(SYSCALL.ioprioSet, IOPRIO_WHO_PROCESS, thread, priority)
  );
}

/** Linux keeps both for each thread apart; the runtime has started some before us. */
function onEachThread(set: (libc: Libc, thread: number) => number): Refusal {
  const opened = openLibc();
  if ("reason" in opened) return opened.reason;
  const { libc } = opened;
  for (const thread of threadIds(libc)) {
    if (set(libc, thread) === 0) continue;
    const code = errnoName(errno(libc));
    if (code !== "ESRCH") return errnoReason(code); // that one has ended meanwhile
  }
  return undefined;
}

const TASKS = "/proc/self/task";

/** The calling thread first: new threads have what it has. 0 stands for it. */
function threadIds(libc: Libc): number[] {
  const fd = libc.open(cPath(TASKS), O_DIRECTORY_CLOEXEC, 0);
  if (fd < 0) return [0];
  try {
    return [0, ...listNames(libc, { fd, path: TASKS }).names.map(Number)];
  } finally {
    libc.close(fd);
  }
}

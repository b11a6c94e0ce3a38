import { type Libc, openLibc } from "./libc.ts";

/** Source: Linux `linux/time.h`. */
const CLOCK_THREAD_CPUTIME_ID = 3;

const timespec = new BigInt64Array(2);

/**
 * Milliseconds of processor time that the calling thread has had, undefined where nobody tells.
 * A call takes less than a microsecond.
 */
export function threadCpuMs(): number | undefined {
  const opened = openLibc();
  return "libc" in opened ? readClock(opened.libc) : undefined;
}

function readClock(libc: Libc): number | undefined {
  if (libc.clock_gettime(CLOCK_THREAD_CPUTIME_ID, timespec) !== 0) return undefined;
  return Number(timespec[0]) * 1000 + Number(timespec[1]) / 1e6;
}

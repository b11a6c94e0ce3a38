import { errno, type Libc } from "./libc.ts";
import { failure, uninterrupted } from "./posix_call.ts";

const SEEK_DATA = 3;
const SEEK_HOLE = 4;

const ENXIO = 6;
const EINVAL = 22;

/** An open file, and what is to be found in it. */
export interface DataQuery {
  readonly fd: number;
  /** For messages. */
  readonly path: string;
  readonly offset: number;
  readonly sizeBytes: number;
}

/** The next run of data at or after an offset; see `FileSystem.nextData`. */
export function nextDataRun(
  libc: Libc,
  { fd, path, offset, sizeBytes }: DataQuery,
): { start: number; end: number } | undefined {
  const seek = (from: number, what: number) =>
    uninterrupted(libc, () => Number(libc.lseek(fd, BigInt(from), what)));
  const start = seek(offset, SEEK_DATA);
  if (start < 0) {
    const number = errno(libc);
    if (number === ENXIO) return undefined;
    if (number === EINVAL) return { start: offset, end: sizeBytes };
    throw failure(libc, { op: "seek", path });
  }
  const end = seek(start, SEEK_HOLE);
  if (end < 0) throw failure(libc, { op: "seek", path });
  return { start, end };
}

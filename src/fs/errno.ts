/** Linux errno numbers by name, as far as a file system answers with them. Source: errno(3), asm-generic. */
const NAMES: Readonly<Record<number, string>> = {
  1: "EPERM",
  2: "ENOENT",
  4: "EINTR",
  5: "EIO",
  6: "ENXIO",
  9: "EBADF",
  11: "EAGAIN",
  12: "ENOMEM",
  13: "EACCES",
  16: "EBUSY",
  17: "EEXIST",
  18: "EXDEV",
  19: "ENODEV",
  20: "ENOTDIR",
  21: "EISDIR",
  22: "EINVAL",
  23: "ENFILE",
  24: "EMFILE",
  26: "ETXTBSY",
  27: "EFBIG",
  28: "ENOSPC",
  29: "ESPIPE",
  30: "EROFS",
  31: "EMLINK",
  34: "ERANGE",
  36: "ENAMETOOLONG",
  38: "ENOSYS",
  39: "ENOTEMPTY",
  40: "ELOOP",
  61: "ENODATA",
  75: "EOVERFLOW",
  84: "EILSEQ",
  95: "EOPNOTSUPP",
  107: "ENOTCONN",
  110: "ETIMEDOUT",
  112: "EHOSTDOWN",
  113: "EHOSTUNREACH",
  116: "ESTALE",
  117: "EUCLEAN",
  121: "EREMOTEIO",
  122: "EDQUOT",
};

/** Words for people; anything else is told by its name. */
const REASONS: Readonly<Record<string, string>> = {
  EPERM: "operation not permitted",
  ENOENT: "no such file or directory",
  EIO: "input/output error",
  ENXIO: "no such device or address",
  ENOMEM: "out of memory",
  EACCES: "permission denied",
  EBUSY: "device or resource busy",
  EEXIST: "it exists already",
  EXDEV: "it lies on another file system",
  ENOTDIR: "not a directory",
  EISDIR: "it is a directory",
  EINVAL: "invalid argument",
  ENFILE: "too many open files in the system",
  EMFILE: "too many open files",
  EFBIG: "the file is too large",
  ENOSPC: "no space (or no inode) left on the device",
  EROFS: "the file system is read-only",
  EMLINK: "too many links",
  ERANGE: "too many links or a result out of range",
  ENAMETOOLONG: "the name is too long",
  ENOTEMPTY: "the directory is not empty",
  ELOOP: "it is a symbolic link",
  EILSEQ: "it is not valid Unicode",
  EOPNOTSUPP: "the file system does not support it",
  ENOTCONN: "the server is not connected",
  ETIMEDOUT: "the connection timed out",
  EHOSTDOWN: "the server is down",
  ESTALE: "the file handle is stale",
  EUCLEAN: "the file system needs a check",
  EREMOTEIO: "input/output error on the server",
  EDQUOT: "the disk quota is exceeded",
};

/** Name of an errno number, `E<number>` for one that is not in the table. */
export function errnoName(number: number): string {
  return NAMES[number] ?? `E${number}`;
}

/** What an errno means in words. */
export function errnoReason(name: string): string {
  return REASONS[name] ?? `the system answered ${name}`;
}

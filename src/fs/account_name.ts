import { decodeName } from "../base/path_bytes.ts";
import type { Libc } from "./libc.ts";

const names = new Map<string, string | undefined>();

/** Room for one entry of the user or group database, members of large groups included. */
const ENTRY_BYTES = 64 * 1024;

/** Name of a user or group by number, undefined when the system knows none; asked for once. */
export function accountName(libc: Libc, kind: "user" | "group", id: number): string | undefined {
  const key = `${kind}:${id}`;
  if (!names.has(key)) names.set(key, lookUp(libc, kind, id));
  return names.get(key);
}

/** Source: getpwuid_r(3), getgrgid_r(3): both records begin with the pointer to the name. */
function lookUp(libc: Libc, kind: "user" | "group", id: number): string | undefined {
  const record = new Uint8Array(256);
  const entry = new Uint8Array(ENTRY_BYTES);
  const result = new BigUint64Array(1);
  const into = new Uint8Array(result.buffer);
  const call = kind === "user" ? libc.getpwuid_r : libc.getgrgid_r;
  if (call(id, record, entry, BigInt(ENTRY_BYTES), into) !== 0 || result[0] === 0n) {
    return undefined;
  }
  const [nameAddress = 0n] = new BigUint64Array(record.buffer);
  const name = new Uint8Array(Number(libc.strlen(nameAddress)));
  libc.copy_from(name, nameAddress, BigInt(name.length));
  return decodeName(name);
}

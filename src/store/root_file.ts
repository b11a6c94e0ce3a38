/**
 * `.phlb/root.json`: says that a directory is a backup root and which one, and what was found out
 * about its file system. FORMAT.md is the text for people.
 *
 * @module
 */
import { decodeName, encodeName } from "../base/path_bytes.ts";
import { type Dir, type FileSystem, type FileSystemKind, FsError } from "../fs/file_system.ts";
import { StatTable } from "../fs/stat_table.ts";
import { ROOT_FILE } from "./layout.ts";

/** The version of what {@link writeRootFile} writes. */
export const ROOT_FORMAT_VERSION = 1;

/** What was found out about one thing; null where it could not be found out. */
export type TraitValue = boolean | number | string | readonly string[] | null;

/** The file system of a backup root. */
export interface RootFileSystem {
  /** As the system calls it, for example `ext4`; null where nobody says. */
  readonly type: string | null;
  /** Magic number (`statfs.f_type`), 0 when unknown. */
  readonly type_id: number;
}

/** Content of the file. */
export interface RootFile {
  /** Of this root alone; it goes with it wherever it is moved or copied. */
  readonly id: string;
  /** ISO 8601. */
  readonly created_at: string;
  /** When `phlb doctor` looked at it last, ISO 8601; null when it never did. */
  readonly examined_at: string | null;
  /** How it was examined; `portable` sees less. */
  readonly file_access: FileSystemKind;
  readonly file_system: RootFileSystem;
  /** By the names that FORMAT.md lists. */
  readonly traits: Readonly<Record<string, TraitValue>>;
}

/** What is there in place of, or as, the file. */
export type RootFileState =
  | { readonly kind: "valid"; readonly file: RootFile }
  | { readonly kind: "missing" }
  /** Of a later version, which is not to be overwritten. */
  | { readonly kind: "newer"; readonly version: number }
  | { readonly kind: "damaged" };

/** More than this is no file of ours. */
const MAX_BYTES = 1 << 20;
const NEW_NAME = `.${ROOT_FILE}.new`;

/**
 * Reads the file from `dir`, a root's `.phlb`.
 *
 * @throws {FsError} when there is one that cannot be read
 */
export function readRootFile(fs: FileSystem, dir: Dir): RootFileState {
  try {
    const file = fs.openFile(dir, ROOT_FILE);
    try {
      const stats = new StatTable(1);
      fs.fstat(file, stats, 0);
      if (stats.type(0) !== "file" || stats.sizeBytes(0) > MAX_BYTES) return { kind: "damaged" };
      const bytes = new Uint8Array(stats.sizeBytes(0));
      return parseRootFile(decodeName(bytes.subarray(0, fs.read(file, bytes, 0))));
    } finally {
      fs.closeFile(file);
    }
  } catch (error) {
    if (error instanceof FsError && error.code === "ENOENT") return { kind: "missing" };
    throw error;
  }
}

/** What the text of such a file says. */
export function parseRootFile(text: string): RootFileState {
  const value = parseObject(text);
  const version = value?.["format_version"];
  if (typeof version === "number" && version > ROOT_FORMAT_VERSION) {
    return { kind: "newer", version };
  }
  const { id, created_at, examined_at, file_access, file_system, traits } = value ?? {};
  if (typeof id !== "string" || id === "" || typeof created_at !== "string") {
    return { kind: "damaged" };
  }
  return {
    kind: "valid",
    file: {
      id,
      created_at,
      examined_at: typeof examined_at === "string" ? examined_at : null,
      file_access: file_access === "portable" ? "portable" : "posix",
      file_system: fileSystemOf(file_system),
      traits: traitsOf(traits),
    },
  };
}

/**
 * Puts the file into `dir`, in one step and for good; one that is there gives way.
 *
 * @throws {FsError} when the root cannot be written
 */
export function writeRootFile(fs: FileSystem, dir: Dir, content: RootFile): void {
  const text = `${JSON.stringify({ format_version: ROOT_FORMAT_VERSION, ...content }, null, 2)}\n`;
  removeIfThere(fs, dir, NEW_NAME);
  const file = fs.createFile(dir, NEW_NAME);
  try {
    fs.write(file, encodeName(text), 0);
    fs.syncFile(file);
  } finally {
    fs.closeFile(file);
  }
  fs.replace(dir, NEW_NAME, dir, ROOT_FILE);
  fs.syncDir(dir);
}

function removeIfThere(fs: FileSystem, dir: Dir, name: string): void {
  try {
    fs.unlink(dir, name);
  } catch (error) {
    if (!(error instanceof FsError) || error.code !== "ENOENT") throw error;
  }
}

type Fields = Readonly<Record<string, unknown>>;

function parseObject(text: string): Fields | undefined {
  try {
    return fieldsOf(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function fieldsOf(value: unknown): Fields | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return Object.fromEntries(Object.entries(value));
}

function fileSystemOf(value: unknown): RootFileSystem {
  const { type, type_id } = fieldsOf(value) ?? {};
  return {
    type: typeof type === "string" ? type : null,
    type_id: typeof type_id === "number" ? type_id : 0,
  };
}

function traitsOf(value: unknown): Readonly<Record<string, TraitValue>> {
  const known: Record<string, TraitValue> = {};
  for (const [name, trait] of Object.entries(fieldsOf(value) ?? {})) {
    if (isTrait(trait)) known[name] = trait;
  }
  return known;
}

function isTrait(value: unknown): value is TraitValue {
  if (value === null) return true;
  if (Array.isArray(value)) return value.every((item) => typeof item === "string");
  return ["boolean", "number", "string"].includes(typeof value);
}

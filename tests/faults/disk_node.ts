import type { Dir, File, FileSystem, Xattrs } from "../../src/fs/file_system.ts";
import { openFileSystem } from "../../src/fs/open_file_system.ts";
import { type EntryType, STAT, StatTable } from "../../src/fs/stat_table.ts";

/** What one inode holds at a moment. */
export interface NodeState {
  readonly stats: StatTable;
  readonly mode: number;
  readonly xattrs: Xattrs;
  /** Of a file. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** Of a symlink. */
  readonly target: string;
  readonly names: ReadonlyMap<string, DiskNode>;
}

/** An inode of a followed disk. */
export class DiskNode {
  readonly type: EntryType;
  /** Of a directory: as they are, and as they are durable. */
  readonly names = new Map<string, DiskNode>();
  readonly durableNames = new Map<string, DiskNode>();
  now: NodeState;
  /** Undefined until it is durable at all. */
  durable: NodeState | undefined;

  constructor(type: EntryType, state: NodeState) {
    this.type = type;
    this.now = state;
  }

  /** Takes attributes and content of an open file. */
  readBy(fs: FileSystem, file: unknown): void {
    if (!isFile(file)) return;
    const stats = new StatTable(1);
    fs.fstat(file, stats, 0);
    const data = new Uint8Array(stats.sizeBytes(0));
    fs.read(file, data, 0);
    this.now = {
      ...this.now,
      stats,
      mode: stats.permissions(0),
      data,
      xattrs: fs.fileXattrs(file),
    };
  }

  /** Takes the attributes of a name in a directory (`""`: of itself). */
  lookBy(fs: FileSystem, dir: Dir, name: string): void {
    const stats = new StatTable(1);
    fs.lstat(dir, name, stats, 0);
    this.now = { ...this.now, stats, mode: stats.permissions(0), xattrs: fs.xattrs(dir, name) };
  }
}

function isFile(value: unknown): value is File {
  return typeof value === "object" && value !== null && "path" in value;
}

/** What was just made under a name. */
export function newNode(fs: FileSystem, dir: Dir, name: string): DiskNode {
  const stats = new StatTable(1);
  fs.lstat(dir, name, stats, 0);
  const type = stats.type(0);
  return new DiskNode(type, {
    stats,
    mode: stats.permissions(0),
    xattrs: fs.xattrs(dir, name),
    data: new Uint8Array(),
    target: type === "link" ? fs.readLink(dir, name) : "",
    names: new Map(),
  });
}

/** All that is below a directory, durable. */
export function nodesBelow(path: string): DiskNode {
  const { fs } = openFileSystem("posix");
  try {
    const dir = fs.openRoot(path);
    const root = newNode(fs, dir, "");
    fill({ fs, inodes: new Map() }, root, dir);
    root.durable = root.now;
    return root;
  } finally {
    fs.closeAll();
  }
}

interface Loader {
  readonly fs: FileSystem;
  /** Names of one inode are one node. */
  readonly inodes: Map<string, DiskNode>;
}

function fill(loader: Loader, node: DiskNode, dir: Dir): void {
  const { fs, inodes } = loader;
  for (const name of fs.readDir(dir).names) {
    const made = newNode(fs, dir, name);
    const key = made.now.stats.inodeKey(0);
    const child = inodes.get(key) ?? made;
    node.names.set(name, child);
    node.durableNames.set(name, child);
    if (child !== made) continue;
    if (made.type !== "dir") inodes.set(key, made);
    if (made.type === "file") {
      const file = fs.openFile(dir, name);
      made.readBy(fs, file);
      fs.closeFile(file);
    } else if (made.type === "dir") {
      const below = fs.openDir(dir, name);
      fill(loader, made, below);
      fs.closeDir(below);
    }
    made.durable = made.now;
  }
}

/** Writes a disk that a power cut left to the empty directory `path`. */
export function writeDisk(
  path: string,
  { root, stateOf }: { root: DiskNode; stateOf: (node: DiskNode) => NodeState },
): void {
  const { fs } = openFileSystem("posix");
  try {
    const writer: Writer = { fs, stateOf, written: new Map() };
    const dir = fs.openRoot(path);
    writeNames(writer, dir, { node: root, relPath: "", top: dir });
  } finally {
    fs.closeAll();
  }
}

interface Writer {
  readonly fs: FileSystem;
  readonly stateOf: (node: DiskNode) => NodeState;
  /** Where a node of several names was written first. */
  readonly written: Map<DiskNode, { readonly dir: Dir; readonly name: string }>;
}

function writeNames(
  writer: Writer,
  dir: Dir,
  { node, relPath, top }: { node: DiskNode; relPath: string; top: Dir },
): void {
  const { fs, stateOf, written } = writer;
  const state = stateOf(node);
  for (const [name, child] of state.names) {
    const first = written.get(child);
    if (child.type === "dir") {
      if (first !== undefined) continue; // no directory has two names
      fs.makeDir(dir, name, 0o700);
      written.set(child, { dir, name });
      const below = fs.openDir(dir, name);
      writeNames(writer, below, { node: child, relPath: `${relPath}/${name}`, top });
    } else if (first !== undefined) fs.link(first.dir, first.name, dir, name);
    else {
      writeOne(writer, { dir, name, child });
      written.set(child, { dir, name });
    }
  }
  fs.setAttributes(dir, "", attributesOf(state));
}

function writeOne(
  { fs, stateOf }: Writer,
  { dir, name, child }: { dir: Dir; name: string; child: DiskNode },
): void {
  const state = stateOf(child);
  if (child.type === "link") fs.symlink(state.target, dir, name);
  else if (child.type !== "file") fs.makeSpecial(dir, name, state.stats, 0);
  else {
    const file = fs.createFile(dir, name);
    writeBlocks(fs, file, state.data);
    fs.closeFile(file);
  }
  fs.setAttributes(dir, name, attributesOf(state));
}

/** Zeros are left out: a file that was sparse is so again. */
function writeBlocks(fs: FileSystem, file: File, data: Uint8Array<ArrayBuffer>): void {
  if (!data.includes(0)) return fs.write(file, data, 0);
  for (let at = 0; at < data.length; at += BLOCK_BYTES) {
    const block = data.subarray(at, at + BLOCK_BYTES);
    if (block.some((byte) => byte !== 0)) fs.write(file, block, at);
  }
  if (data.at(-1) === 0) fs.truncate(file, data.length);
}

const BLOCK_BYTES = 4096;

function attributesOf({ stats, mode, xattrs }: NodeState) {
  return {
    mode,
    owner: { uid: stats.get(0, STAT.uid), gid: stats.get(0, STAT.gid) },
    times: {
      atimeSec: stats.get(0, STAT.atimeSec),
      atimeNsec: stats.get(0, STAT.atimeNsec),
      mtimeSec: stats.get(0, STAT.mtimeSec),
      mtimeNsec: stats.get(0, STAT.mtimeNsec),
    },
    ...(xattrs.length > 0 ? { xattrs } : {}),
  };
}

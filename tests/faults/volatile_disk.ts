/**
 * What a disk may hold after a power cut. Everything below a directory is followed through the port:
 * which names and contents were made durable, and which changes are not. A cut keeps what is durable;
 * of the rest each change happened or did not, in any order, and contents may be gone or garbage.
 */
import { type Dir, type File, type FileSystem } from "../../src/fs/file_system.ts";
import type { Around } from "../support/inline_thread.ts";
import { type DiskNode, newNode, nodesBelow, type NodeState } from "./disk_node.ts";

/** The power is gone: nothing is done any more. */
export class PowerCut extends Error {}

/** One change of names; a rename has two parts, of which the first makes a name. */
interface Change {
  readonly parts: readonly Part[];
}

interface Part {
  readonly dir: DiskNode;
  readonly name: string;
  /** Undefined: the name is removed. */
  readonly node: DiskNode | undefined;
}

/** What became of changes that were not durable. */
export interface Fate {
  /** Whether a change of names happened. */
  readonly happened: () => boolean;
  /** What a file holds whose content is not durable. */
  readonly content: () => "now" | "before" | "empty" | "garbage";
}

/** A disk below `path`, as it is when this is made, all of it durable. */
export class VolatileDisk {
  readonly #root: DiskNode;
  readonly #path: string;
  readonly #handles = new WeakMap<object, DiskNode>();
  readonly #dirty = new Set<DiskNode>();
  #pending: Change[] = [];
  #writes = 0;
  #isCut = false;
  readonly #cutAt: number;
  readonly #onCut: () => void;

  /** Before the call number `cutAt` of those that write, the power goes; `onCut` runs then. */
  constructor(path: string, { cutAt = Infinity, onCut = () => {} }: {
    cutAt?: number;
    onCut?: () => void;
  }) {
    this.#path = path;
    this.#root = nodesBelow(path);
    this.#cutAt = cutAt;
    this.#onCut = onCut;
  }

  /** Calls that wrote below the directory so far. */
  get writes(): number {
    return this.#writes;
  }

  get isCut(): boolean {
    return this.#isCut;
  }

  /** Follows what is done by a file system. */
  readonly around: Around = (fs) =>
    new Proxy(fs, {
      get: (target, key) => {
        const method: unknown = Reflect.get(target, key);
        if (typeof method !== "function" || typeof key !== "string") return method;
        return (...args: unknown[]): unknown => {
          if (key.startsWith("close")) return Reflect.apply(method, target, args);
          if (this.#isCut) throw new PowerCut("the power is gone");
          const isOurs = WRITERS.has(key) && args.some((arg) => this.#nodeOf(arg) !== undefined);
          if (isOurs && ++this.#writes >= this.#cutAt) this.#cut();
          const undone = key === "unlink" || key === "removeDir" ? undefined : this.#seen(args);
          const result: unknown = Reflect.apply(method, target, args);
          this.#follow(target, { key, args, result, undone });
          return result;
        };
      },
    });

  /** Names and contents after the cut, by `fate`. */
  outcome(fate: Fate): { root: DiskNode; stateOf: (node: DiskNode) => NodeState } {
    const names = new Map<DiskNode, Map<string, DiskNode>>();
    const namesOf = (dir: DiskNode) => {
      const known = names.get(dir) ?? new Map(dir.durableNames);
      names.set(dir, known);
      return known;
    };
    for (const { parts } of this.#pending) {
      if (!fate.happened()) continue;
      const [made, ...others] = parts;
      const isBoth = others.some(({ dir }) => dir !== made?.dir) && fate.happened();
      for (const part of isBoth ? [made] : parts) if (part !== undefined) apply(namesOf, part);
    }
    const copies = new Map<DiskNode, NodeState>();
    const stateOf = (node: DiskNode): NodeState => {
      const state = copies.get(node) ?? this.#stateAfter(node, fate);
      copies.set(node, state);
      return { ...state, names: namesOf(node) };
    };
    return { root: this.#root, stateOf };
  }

  #stateAfter(node: DiskNode, fate: Fate): NodeState {
    if (!this.#dirty.has(node)) return node.now;
    const { now, durable } = node;
    const kind = fate.content();
    if (kind === "now" || (node.type !== "file" && fate.happened())) return now;
    if (kind === "before" || node.type !== "file") {
      return durable ?? { ...now, data: new Uint8Array() };
    }
    if (kind === "empty") return { ...now, data: new Uint8Array() };
    return { ...now, data: now.data.map((byte) => byte ^ 0x55) };
  }

  #cut(): never {
    this.#isCut = true;
    this.#onCut();
    throw new PowerCut("the power is gone");
  }

  #nodeOf(value: unknown): DiskNode | undefined {
    return typeof value === "object" && value !== null ? this.#handles.get(value) : undefined;
  }

  #seen(args: readonly unknown[]): DiskNode | undefined {
    const [dir, name] = args;
    return typeof name === "string" ? this.#nodeOf(dir)?.names.get(name) : undefined;
  }

  #follow(
    fs: FileSystem,
    { key, args, result, undone }: {
      key: string;
      args: readonly unknown[];
      result: unknown;
      undone: DiskNode | undefined;
    },
  ): void {
    if (key === "openRoot" && typeof args[0] === "string") {
      return this.#opened(result, this.#at(args[0]));
    }
    const [first, second, third, fourth] = args;
    const node = this.#nodeOf(first);
    if (node === undefined && key !== "symlink") return;
    switch (key) {
      case "openDir":
      case "openFile":
        return this.#opened(result, undone);
      case "reopenDir":
        return this.#opened(result, node);
      case "write":
      case "truncate":
      case "setFileAttributes":
      case "reflink":
        return this.#changed(node, () => node?.readBy(fs, first));
      case "setAttributes":
        return this.#changed(second === "" ? node : undone, (changed) => {
          if (isHandle(first) && typeof second === "string") changed.lookBy(fs, first, second);
        });
      case "syncFile":
        return node === undefined ? undefined : this.#durable(node);
      case "syncDir":
        return this.#syncDir(node);
      case "syncAll":
        return this.#syncAll();
      case "symlink":
        return this.#made(fs, [second, third]);
      case "createFile":
        this.#made(fs, [first, second]);
        return this.#opened(result, this.#seen(args));
      case "makeDir":
      case "makeSpecial":
        return this.#made(fs, [first, second]);
      case "link":
        return this.#named([part(this.#nodeOf(third), fourth, undone)], fs, [third]);
      case "unlink":
      case "removeDir":
        return this.#named([part(node, second, undefined)], fs, [first]);
      case "rename":
      case "replace":
        return this.#named(
          [part(this.#nodeOf(third), fourth, undone), part(node, second, undefined)],
          fs,
          [first, third],
        );
    }
  }

  #opened(handle: unknown, node: DiskNode | undefined): void {
    if (typeof handle === "object" && handle !== null && node !== undefined) {
      this.#handles.set(handle, node);
    }
  }

  #at(path: string): DiskNode | undefined {
    if (path !== this.#path && !path.startsWith(`${this.#path}/`)) return undefined;
    const names = path.slice(this.#path.length + 1).split("/").filter((name) => name !== "");
    return names.reduce<DiskNode | undefined>((dir, name) => dir?.names.get(name), this.#root);
  }

  #changed(node: DiskNode | undefined, look: (node: DiskNode) => void): void {
    if (node === undefined) return;
    look(node);
    this.#dirty.add(node);
  }

  #made(fs: FileSystem, [dir, name]: readonly unknown[]): void {
    const parent = this.#nodeOf(dir);
    if (parent === undefined || !isHandle(dir) || typeof name !== "string") return;
    const node = newNode(fs, dir, name);
    this.#dirty.add(node);
    this.#named([{ dir: parent, name, node }], fs, [dir]);
  }

  #named(parts: readonly (Part | undefined)[], fs: FileSystem, dirs: readonly unknown[]): void {
    const known = parts.flatMap((one) => one ?? []);
    for (const { dir, name, node } of known) {
      if (node === undefined) dir.names.delete(name);
      else dir.names.set(name, node);
    }
    this.#pending.push({ parts: known });
    for (const dir of dirs) {
      this.#changed(this.#nodeOf(dir), (node) => {
        if (isHandle(dir)) node.lookBy(fs, dir, "");
      });
    }
  }

  #durable(node: DiskNode): void {
    node.durable = node.now;
    this.#dirty.delete(node);
  }

  #syncDir(dir: DiskNode | undefined): void {
    if (dir === undefined) return;
    this.#durable(dir);
    this.#pending = this.#pending.flatMap(({ parts }) => {
      for (const one of parts) if (one.dir === dir) apply(() => dir.durableNames, one);
      const rest = parts.filter((one) => one.dir !== dir);
      return rest.length === 0 ? [] : [{ parts: rest }];
    });
  }

  #syncAll(): void {
    for (const { parts } of this.#pending) {
      for (const one of parts) apply(({ durableNames }) => durableNames, one);
    }
    this.#pending = [];
    for (const node of [...this.#dirty]) this.#durable(node);
  }
}

/** Calls that write, by the port. */
export const WRITERS: ReadonlySet<string> = new Set([
  "createFile",
  "write",
  "truncate",
  "reflink",
  "setFileAttributes",
  "setAttributes",
  "syncFile",
  "syncAll",
  "syncDir",
  "makeDir",
  "link",
  "symlink",
  "makeSpecial",
  "unlink",
  "removeDir",
  "rename",
  "replace",
]);

function apply(
  namesOf: (dir: DiskNode) => Map<string, DiskNode>,
  { dir, name, node }: Part,
): void {
  if (node === undefined) namesOf(dir).delete(name);
  else namesOf(dir).set(name, node);
}

function part(
  dir: DiskNode | undefined,
  name: unknown,
  node: DiskNode | undefined,
): Part | undefined {
  return dir === undefined || typeof name !== "string" ? undefined : { dir, name, node };
}

function isHandle(value: unknown): value is Dir & File {
  return typeof value === "object" && value !== null && "path" in value;
}

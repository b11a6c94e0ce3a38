/**
 * Keeps manifests true: those of snapshots in which files became links of another inode, or in which
 * a run that was killed left such links, say so; and as every manifest holds the digest of the one
 * before it, those that follow are written anew as well. A note in `.phlb` tells the next run which
 * ones were replaced, should this one be killed in between.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { encodeName, joinRel, printable } from "../../base/path_bytes.ts";
import { readSmallText } from "../../backup/run/small_text.ts";
import { type Dir, FsError } from "../../fs/file_system.ts";
import { DirCache, openDirPath } from "../../fs/open_path.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import { fileChunks } from "../../store/file_chunks.ts";
import { companionName, PRIVATE_DIR } from "../../store/layout.ts";
import { readManifestHeader } from "../../store/manifest_reader.ts";
import { unlinkIfThere } from "./dir_sums.ts";
import type { SnapshotInRebuild } from "./examine.ts";
import { type Mtime, rewriteManifest } from "./manifest_rewrite.ts";
import { NewCompanion } from "./new_manifest.ts";
import type { RebuildWork } from "./rebuild_work.ts";

/** The note, in `.phlb`. */
const NOTE_FILE = "relinked.json";

/** Digests of a manifest before and after it was written anew. */
interface Replaced {
  readonly old: string;
  readonly new: string;
}

/** See the module text. */
export class RelinkedManifests {
  readonly #work: RebuildWork;
  readonly #privateDir: Dir;
  /** By path relative to the root. */
  readonly #replaced: Map<string, Replaced>;

  /** `privateDir` is `.phlb`, open. */
  constructor(work: RebuildWork, privateDir: Dir) {
    this.#work = work;
    this.#privateDir = privateDir;
    this.#replaced = readNote(work, privateDir);
  }

  /** Writes the manifest of a snapshot anew if it has to be; call it in order of names, then times. */
  async update(snapshot: SnapshotInRebuild): Promise<void> {
    const { fs, store, options } = this.#work;
    const { nameDir, ref, dir } = snapshot.opened;
    const fileName = companionName(ref.time, "manifest");
    const header = await readManifestHeader(fileChunks(fs, nameDir, fileName));
    if (header === undefined) return; // another program's
    const { previous } = header;
    const before = previous && this.#replaced.get(joinRel(ref.name, previous.fileName));
    const previousSha256 = before?.old === previous?.sha256 ? before?.new : undefined;
    if (previousSha256 === undefined && store.countFaults("stored", snapshot.number) === 0) return;
    const digest = createHash("sha256");
    const file = new NewCompanion(fs, nameDir, fileName);
    const dirs = new DirCache(fs, dir);
    try {
      const sha256 = await rewriteManifest({
        chunks: digested(fileChunks(fs, nameDir, fileName), digest),
        sink: (bytes) => file.write(bytes),
        level: options.settings["snapshot.manifest_level"],
        storedMtime: (relPath) => {
          const at = { snapshot: snapshot.number, relPath };
          return store.hasFault("stored", at) ? this.#mtimeOf(dirs, relPath) : undefined;
        },
        previousSha256,
        onTurn: () => new Promise((resolve) => setTimeout(resolve, 0)),
      });
      this.#note(joinRel(ref.name, fileName), { old: digest.digest("hex"), new: sha256 });
      file.publish({ replacing: true });
      this.#work.log("info", `Wrote "${printable(joinRel(ref.name, fileName))}" anew`);
    } finally {
      dirs.close();
      file.discard();
    }
  }

  /** Ends the work: there is nothing left to be told to a later run. */
  finish(): void {
    unlinkIfThere(this.#work.fs, this.#privateDir, NOTE_FILE);
  }

  #mtimeOf(dirs: DirCache, relPath: string): Mtime | undefined {
    const slash = relPath.lastIndexOf("/");
    const stats = new StatTable(1);
    try {
      const dir = dirs.get(slash < 0 ? "" : relPath.slice(0, slash));
      this.#work.fs.lstat(dir, relPath.slice(slash + 1), stats, 0);
      return { sec: stats.get(0, STAT.mtimeSec), nsec: stats.get(0, STAT.mtimeNsec) };
    } catch (error) {
      if (error instanceof FsError) return undefined;
      throw error;
    }
  }

  #note(path: string, replaced: Replaced): void {
    const { fs } = this.#work;
    const first = this.#replaced.get(path);
    // A manifest that a killed run replaced and this one replaces again still follows the first.
    this.#replaced.set(path, { old: first?.old ?? replaced.old, new: replaced.new });
    const isThere = readSmallText(fs, this.#privateDir, NOTE_FILE) !== undefined;
    const file = new NewCompanion(fs, this.#privateDir, NOTE_FILE);
    try {
      file.write(encodeName(`${JSON.stringify([...this.#replaced])}\n`));
      file.publish({ replacing: isThere });
    } finally {
      file.discard();
    }
  }
}

function* digested(
  chunks: Iterable<Uint8Array<ArrayBuffer>>,
  digest: { update(bytes: Uint8Array): unknown },
): Generator<Uint8Array> {
  for (const chunk of chunks) {
    digest.update(chunk);
    yield chunk;
  }
}

/** What a killed run replaced: only what lies there now counts. */
function readNote(work: RebuildWork, privateDir: Dir): Map<string, Replaced> {
  const text = readSmallText(work.fs, privateDir, NOTE_FILE);
  const noted = text === undefined ? [] : parseNote(text);
  return new Map(noted.filter(([path, { new: sha256 }]) => digestOf(work, path) === sha256));
}

function parseNote(text: string): [string, Replaced][] {
  const list: unknown = tryParse(text);
  if (!Array.isArray(list)) return [];
  return list.flatMap((item: unknown): [string, Replaced][] => {
    if (!Array.isArray(item)) return [];
    const [path, replaced]: unknown[] = item;
    if (typeof path !== "string" || typeof replaced !== "object" || replaced === null) return [];
    if (!("old" in replaced && "new" in replaced)) return [];
    const { old, new: now } = replaced;
    return typeof old === "string" && typeof now === "string" ? [[path, { old, new: now }]] : [];
  });
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function digestOf({ fs, root }: RebuildWork, path: string): string | undefined {
  const slash = path.lastIndexOf("/");
  try {
    const dir = openDirPath(fs, root.dir, slash < 0 ? "" : path.slice(0, slash));
    try {
      const digest = createHash("sha256");
      for (const chunk of fileChunks(fs, dir, path.slice(slash + 1))) digest.update(chunk);
      return digest.digest("hex");
    } finally {
      fs.closeDir(dir);
    }
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}

/** Opens `.phlb`, which must be there. */
export function openPrivateDir({ fs, root }: RebuildWork): Dir {
  return fs.openDir(root.dir, PRIVATE_DIR);
}

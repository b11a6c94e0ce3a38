import { joinRel } from "../../base/path_bytes.ts";
import type { StatTable } from "../../fs/stat_table.ts";
import type { ManifestSection } from "../../store/section.ts";

/** A directory of a snapshot with all that is recorded of it. */
export interface CollectedDir {
  readonly relPath: string;
  /** Row 0 is the directory itself. */
  readonly stats: StatTable;
  /** Everything in it but subdirectories. */
  readonly names: ReadonlySet<string>;
  /** Digests of its regular files, as far as there are any. */
  readonly digests: ReadonlyMap<string, string>;
}

/** Puts sections together: a large directory comes in several. */
export class DirCollector {
  readonly #onDir: (dir: CollectedDir) => void;
  #open:
    | { relPath: string; stats: StatTable; names: Set<string>; digests: Map<string, string> }
    | undefined;

  /** `onDir` hears of each directory when all of it is known. */
  constructor(onDir: (dir: CollectedDir) => void) {
    this.#onDir = onDir;
  }

  add({ relPath, continues, names, stats, records }: ManifestSection): void {
    if (!continues || this.#open?.relPath !== relPath) {
      this.finish();
      this.#open = { relPath, stats: stats.pick([0]), names: new Set(), digests: new Map() };
    }
    for (const [i, name] of names.entries()) {
      this.#open?.names.add(name);
      const record = records[i + 1];
      if (record?.digest === undefined || record.state === "recorded") continue;
      if (stats.type(i + 1) === "file") this.#open?.digests.set(name, record.digest);
    }
  }

  /** Ends the last directory. */
  finish(): void {
    const dir = this.#open;
    this.#open = undefined;
    if (dir !== undefined) this.#onDir(dir);
  }
}

/** Path of an entry of the directory, relative to the snapshot. */
export function pathIn({ relPath }: Pick<CollectedDir, "relPath">, name: string): string {
  return joinRel(relPath, name);
}

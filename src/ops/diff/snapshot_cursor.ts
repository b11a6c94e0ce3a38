import type { Problem } from "../../base/problem.ts";
import type { FileSystem } from "../../fs/file_system.ts";
import { companionName } from "../../store/layout.ts";
import {
  isManifestDamage,
  type ManifestScan,
  openManifestScan,
} from "../../store/manifest_scan.ts";
import type { EntryPlace } from "../../store/raw_entry.ts";
import { damagedManifest, type OpenedSnapshot, readSections } from "../read/open_snapshot.ts";
import { treeSections } from "../read/tree_sections.ts";
import { type EntryCursor, SectionCursor, type TreeEntry } from "./entry_cursor.ts";
import { ManifestCursor } from "./manifest_cursor.ts";

/** What a {@link SnapshotCursor} goes along. */
export interface SnapshotCursorOptions {
  readonly snapshot: OpenedSnapshot;
  /** The part of it that is wanted: an entry and all below it; `""` is everything. */
  readonly scope: string;
  /** Whether all of its entries are wanted, so that a manifest is better read as a whole. */
  readonly whole?: boolean;
  readonly onProblem: (problem: Problem) => void;
}

/**
 * The entries of any snapshot: of its manifest, of its tree from where that is damaged on, and
 * without one of its tree.
 */
export class SnapshotCursor implements EntryCursor {
  readonly #fs: FileSystem;
  readonly #options: SnapshotCursorOptions;
  readonly #scan: ManifestScan | undefined;
  #inner: EntryCursor;
  #manifest: ManifestCursor | undefined;
  #damage: unknown;
  /** Metadata comes from the stored files from here on. */
  #isStored: boolean;

  constructor(fs: FileSystem, options: SnapshotCursorOptions) {
    this.#fs = fs;
    this.#options = options;
    const { snapshot, scope, whole = false } = options;
    this.#isStored = !snapshot.hasManifest;
    const name = companionName(snapshot.ref.time, "manifest");
    try {
      const isScanned = snapshot.hasManifest && !whole;
      this.#scan = isScanned ? openManifestScan(fs, snapshot.nameDir, name) : undefined;
      if (this.#scan !== undefined) this.#manifest = new ManifestCursor(this.#scan, scope);
    } catch (error) {
      if (!isManifestDamage(error)) throw error;
      this.#scan?.close();
      this.#scan = undefined;
    }
    this.#inner = this.#manifest ?? this.#sections();
  }

  get needsLoad(): boolean {
    if (this.#damage !== undefined) return true;
    try {
      return this.#inner.needsLoad;
    } catch (error) {
      if (!isManifestDamage(error)) throw error;
      this.#damage = error;
      return true;
    }
  }

  async load(): Promise<void> {
    while (this.needsLoad) {
      try {
        if (this.#damage !== undefined) throw this.#damage;
        await this.#inner.load();
      } catch (error) {
        if (this.#manifest === undefined || !isManifestDamage(error)) throw error;
        this.#damage = undefined;
        this.#goOnWithTree(error);
      }
    }
  }

  get entry(): TreeEntry | undefined {
    return this.#inner.entry;
  }

  advance(): void {
    this.#inner.advance();
  }

  /** Passes over entries that both have, as far as that can be done without looking at them. */
  async skipShared(other: SnapshotCursor): Promise<void> {
    if (this.#manifest === undefined || other.#manifest === undefined) return;
    try {
      await this.#manifest.skipShared(other.#manifest);
    } catch (error) {
      if (!isManifestDamage(error)) throw error; // whose it is turns out when it is read
    }
  }

  async close(): Promise<void> {
    await this.#inner.close();
    this.#scan?.close();
  }

  #sections(): EntryCursor {
    const { snapshot, scope } = this.#options;
    const onProblem = (problem: Problem) => {
      this.#isStored ||= problem.code === "damaged" && problem.step === "read";
      this.#options.onProblem(problem);
    };
    return new SectionCursor(readSections(this.#fs, snapshot, { onProblem }), {
      scope,
      isStored: () => this.#isStored,
    });
  }

  #goOnWithTree(error: Error): void {
    const { snapshot, scope, onProblem } = this.#options;
    const after = passedBy(this.#manifest);
    this.#manifest = undefined;
    this.#isStored = true;
    onProblem(damagedManifest(snapshot, error));
    const tree = treeSections({
      fs: this.#fs,
      dir: snapshot.dir,
      ownSums: true,
      onProblem,
      ...(after === undefined ? {} : { after }),
    });
    this.#inner = new SectionCursor(tree, { scope, isStored: () => true });
  }
}

function passedBy(manifest: ManifestCursor | undefined): EntryPlace | undefined {
  try {
    return manifest?.passed;
  } catch (error) {
    if (!isManifestDamage(error)) throw error;
    return undefined;
  }
}

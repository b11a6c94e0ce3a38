import type { WalkCall } from "../../backup/threads/thread_messages.ts";
import { walkBatches } from "../../backup/walk/walk_batches.ts";
import type { WalkedMessage, WalkedSection } from "../../backup/walk/walked.ts";
import type { Lane } from "../../threads/lane.ts";
import type { EntryRecord, ManifestSection } from "../../store/section.ts";

/**
 * What a walker finds, as sections of a manifest would say it. Regular files have no digest, and no
 * extended attributes yet.
 */
export async function* sourceSections(
  walker: Lane<WalkCall, WalkedMessage[] | undefined>,
  onSection: (section: WalkedSection) => void,
): AsyncGenerator<ManifestSection> {
  for await (const batch of walkBatches(walker)) {
    for (const section of batch) onSection(section);
    for (const { relPath, continues, names, stats, linkTargets, xattrs } of batch) {
      const records: (EntryRecord | undefined)[] = [];
      for (const row of [...linkTargets.keys(), ...xattrs.keys()]) {
        const [linkTarget, attributes] = [linkTargets.get(row), xattrs.get(row)];
        records[row] = {
          ...(linkTarget === undefined ? {} : { linkTarget }),
          ...(attributes === undefined ? {} : { xattrs: attributes }),
        };
      }
      yield { relPath, continues, names, stats, records };
    }
  }
}

/** Entries of the source that are not compared: left out by a rule, or not to be had. */
export class NotCompared {
  readonly #relPaths = new Set<string>();

  /** Takes what a walk says of a section. */
  add({ skipped, problems }: WalkedSection): void {
    for (const { relPath } of skipped) this.#relPaths.add(relPath);
    for (const { relPath, code } of problems) {
      // What could be listed but not all of it described is compared all the same.
      if (code !== "metadata") this.#relPaths.add(relPath);
    }
  }

  /** Whether an entry, or a directory above it, is among them. */
  has(relPath: string): boolean {
    if (this.#relPaths.size === 0) return false;
    for (let path = relPath;; path = path.slice(0, path.lastIndexOf("/"))) {
      if (this.#relPaths.has(path)) return true;
      if (!path.includes("/")) return this.#relPaths.has("");
    }
  }
}

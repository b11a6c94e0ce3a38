import type { LinkFailure } from "../link/link_messages.ts";
import { takenApart } from "./known.ts";
import type { ComparedSection } from "./settling.ts";

/** Directories of the source that the backup root cannot hold; all that is in them is lost as well. */
export class LostDirs {
  readonly #relPaths = new Set<string>();

  /**
   * Takes over what became of the directories `relPaths`, and loses the sections of those that could
   * not be made. Call it in the order of the walk.
   */
  async settle(
    compared: readonly ComparedSection[],
    { relPaths, failures }: {
      relPaths: readonly string[];
      failures: readonly LinkFailure[];
    },
  ): Promise<readonly ComparedSection[]> {
    const reasons = new Map<string, string>();
    for (const { index, reason } of failures) {
      const relPath = relPaths[index] ?? "";
      if (!this.#has(parentOf(relPath))) reasons.set(relPath, reason);
      this.#relPaths.add(relPath);
    }
    if (this.#relPaths.size === 0) return compared;
    return await Promise.all(compared.map(async (section) => {
      const { relPath, continues } = section.walked;
      if (!this.#has(relPath)) return section;
      const lost = "links" in section ? await takenApart(section) : section;
      lost.lose(continues ? undefined : reasons.get(relPath));
      return lost;
    }));
  }

  #has(relPath: string): boolean {
    for (let at = relPath; at !== ""; at = parentOf(at)) {
      if (this.#relPaths.has(at)) return true;
    }
    return false;
  }
}

/** Whether the section lies in a directory that could not be made. */
export function isLost(section: ComparedSection): boolean {
  return "isLost" in section && section.isLost;
}

function parentOf(relPath: string): string {
  return relPath.slice(0, Math.max(relPath.lastIndexOf("/"), 0));
}

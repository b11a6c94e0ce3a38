import { STAT, type StatTable } from "../../fs/stat_table.ts";

/**
 * The names of one inode of the source. The first one that is restored is what the others become
 * links of; until it is, they wait.
 */
export class LinkGroup<Waiting> {
  readonly waiting: Waiting[] = [];
  #state: "none" | "pending" | "restored" = "none";
  #path = "";
  /** Inode in the target of a name that was right already. */
  #foundInode: string | undefined;

  /** Below the target: the name that others are linked to. */
  get path(): string {
    return this.#path;
  }

  /** What becomes of one more name. */
  join(path: string): "first" | "link" | "wait" {
    if (this.#state === "restored") return "link";
    if (this.#state === "pending") return "wait";
    this.#state = "pending";
    this.#path = path;
    return "first";
  }

  /**
   * A name that is right in the target already, content and all, and has that inode there; false
   * when it is not the inode of the others.
   */
  noteSame(path: string, inode: string | undefined): boolean {
    if (this.#state === "none") {
      this.#state = "restored";
      this.#path = path;
      this.#foundInode = inode;
      return true;
    }
    return this.#foundInode !== undefined && this.#foundInode === inode;
  }

  /** The first name was restored or not; those that waited have to join again. */
  settle({ isRestored }: { isRestored: boolean }): Waiting[] {
    this.#state = isRestored ? "restored" : "none";
    return this.waiting.splice(0);
  }
}

/** All inodes of the source with several names. */
export class HardLinks<Waiting> {
  readonly #groups = new Map<string, { readonly group: LinkGroup<Waiting>; left: number }>();

  /** The group of the entry in row `row`; forgotten when all names of the inode have come. */
  group(stats: StatTable, row: number): LinkGroup<Waiting> {
    const key = stats.inodeKey(row);
    const known = this.#groups.get(key) ??
      { group: new LinkGroup<Waiting>(), left: stats.get(row, STAT.nlink) };
    known.left--;
    if (known.left > 0) this.#groups.set(key, known);
    else this.#groups.delete(key);
    return known.group;
  }
}

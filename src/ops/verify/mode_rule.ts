/**
 * The mode of stored files. An inode has the mode of the entry that first stored it, perhaps without
 * its write bits (`snapshot.protect`). That entry need not be among those that name it now; so an
 * inode with the mode of none of its entries is only a finding when that entry is known to be among
 * them, or when the inode had another mode before.
 *
 * @module
 */
import { joinRel } from "../../base/path_bytes.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import { type ScrubEntry, UNKNOWN_MODE } from "../../store/scrub_chunk.ts";
import type { FoundInode } from "../../store/scrub_table.ts";
import { type CompareRules, isStoredMode, modeText } from "./compare_entry.ts";
import { INODE, type InodeTable } from "./inode_table.ts";
import type { SoundFile } from "./recorded_check.ts";

/** Inodes that are looked at again at the end; more than that are only counted. */
const MAX_SUSPECTS = 100_000;

/** An inode whose mode no entry has had so far. */
interface Suspect<Place> {
  readonly place: Place;
  readonly relPath: string;
  readonly inode: FoundInode;
  readonly recordedMode: number;
  /** What it had in an earlier verify. */
  readonly formerMode: number | undefined;
}

/** What can be asked when all entries were seen. */
export interface ModeEvidence<Place> {
  /** Whether no snapshot is gone that could have stored an inode; asked once, when it matters. */
  readonly isHistoryWhole: () => Promise<boolean>;
  readonly onFinding: (at: { place: Place; relPath: string }, reason: string) => void;
  /** Nobody can say what mode the inode should have. */
  readonly onUnjudged: (inode: FoundInode) => void;
}

/** Gathers the modes of inodes; `Place` is the caller's own snapshot. */
export class ModeRule<Place> {
  readonly #table: InodeTable;
  readonly #recall: (inode: FoundInode) => ScrubEntry | undefined;
  readonly #suspects = new Map<number, Suspect<Place>>();
  #dropped = 0;

  /** `recall` tells what is remembered of an inode from an earlier verify. */
  constructor(table: InodeTable, recall: (inode: FoundInode) => ScrubEntry | undefined) {
    this.#table = table;
    this.#recall = recall;
  }

  /** An entry names inode `number`. */
  see(
    number: number,
    file: SoundFile,
    { rules, place }: { rules: CompareRules; place: Place },
  ): void {
    if ((this.#table.flags(number) & INODE.modeKnown) !== 0) return;
    const { mode, stats, row, digest } = file;
    if (mode === undefined || isStoredMode(stats.permissions(row), mode, rules)) {
      this.#table.setFlag(number, INODE.modeKnown);
      this.#suspects.delete(number);
      return;
    }
    if (this.#suspects.has(number)) return;
    if (this.#suspects.size >= MAX_SUSPECTS) {
      this.#dropped++;
      return;
    }
    const own = new StatTable(1);
    own.copyRow(0, stats, row);
    const inode = { stats: own, row: 0, digest: digest === "" ? undefined : digest };
    const remembered = this.#recall(inode)?.mode ?? UNKNOWN_MODE;
    const formerMode = remembered === UNKNOWN_MODE ? undefined : remembered;
    const relPath = joinRel(file.dir, file.name);
    this.#suspects.set(number, { place, relPath, inode, recordedMode: mode, formerMode });
  }

  /** Tells the findings and returns how many inodes nobody can judge. */
  async judge(
    { isHistoryWhole, onFinding, onUnjudged }: ModeEvidence<Place>,
  ): Promise<number> {
    let unjudged = this.#dropped;
    let isWhole: boolean | undefined;
    for (const [number, suspect] of this.#suspects) {
      const { inode, recordedMode, formerMode } = suspect;
      const mode = inode.stats.permissions(0);
      const text = `its mode is ${modeText(mode)}, ${modeText(recordedMode)} is recorded`;
      if (formerMode !== undefined) {
        if (formerMode === mode) continue;
        onFinding(suspect, `${text}, and it was ${modeText(formerMode)} when verified before`);
        continue;
      }
      const isAllSeen = this.#table.names(number) >= inode.stats.get(0, STAT.nlink);
      if (isAllSeen) isWhole ??= await isHistoryWhole();
      if (isAllSeen && isWhole === true) onFinding(suspect, text);
      else {
        unjudged++;
        onUnjudged(inode);
      }
    }
    return unjudged;
  }
}

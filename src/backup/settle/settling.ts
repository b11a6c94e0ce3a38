import { joinRel, printable } from "../../base/path_bytes.ts";
import type { Problem } from "../../base/problem.ts";
import { StatTable } from "../../fs/stat_table.ts";
import type { EntryRecord } from "../../store/section.ts";
import type { PreviousSection } from "./compare.ts";
import type { KnownSection } from "./known.ts";
import type { WalkedSection } from "../walk/walked.ts";

/** How an entry ended; every entry ends as one of these. */
export const OUTCOME = {
  open: 0,
  /** A hard link to content that the root held. */
  linked: 1,
  /** Content stored by this run. */
  copied: 2,
  /** A symlink or special file, made anew or linked. */
  made: 3,
  /** Not creatable here: it stands in the manifest alone. */
  recorded: 4,
  /** Not in the snapshot; a problem says why. */
  lost: 5,
} as const;

/** A section on its way through steps 3 and 4: what is known of each entry so far. */
export class SettlingSection {
  readonly walked: WalkedSection;
  readonly previous: PreviousSection;
  /** The truth about each entry; starts as the walked rows, replaced where a later look differs. */
  readonly stats: StatTable;
  /** `outcomes[i]`, `digests[i]` … are for `names[i]`. */
  readonly outcomes: Uint8Array<ArrayBuffer>;
  readonly records: (EntryRecord | undefined)[];
  /** `name -> path in the root` for links to other paths, for the log. */
  readonly linkedTo = new Map<number, string>();
  readonly problems: Problem[];
  /** Whether the root cannot hold its directory: nothing of it is in the snapshot. */
  isLost = false;
  /** Whether `stats` still says what the walk said. */
  isAsWalked = true;

  constructor(walked: WalkedSection, previous: PreviousSection) {
    this.walked = walked;
    this.previous = previous;
    this.stats = new StatTable(walked.stats.data);
    this.outcomes = new Uint8Array(walked.names.length);
    this.records = new Array(walked.names.length + 1).fill(undefined);
    this.problems = [...walked.problems];
  }

  name(index: number): string {
    return this.walked.names[index] ?? "";
  }

  /** Leaves all of it out of the snapshot; `reason` is told when it is that of this very directory. */
  lose(reason: string | undefined): void {
    this.isLost = true;
    this.outcomes.fill(OUTCOME.lost);
    if (reason === undefined) return;
    const { relPath } = this.walked;
    const message = `Cannot back up "${printable(relPath)}" with all that is in it: ${reason}`;
    this.problems.push({ relPath, step: "link", code: "bad-name", message, stored: false });
  }

  /** Adds to what the manifest will say of an entry. */
  describe(index: number, record: EntryRecord): void {
    const known = this.records[index + 1];
    this.records[index + 1] = known === undefined ? record : { ...known, ...record };
  }
}

/** A section beside what the previous snapshot has of it. */
export type ComparedSection = SettlingSection | KnownSection;

/** A regular file of a section whose content has to be seen to. */
export interface FileRef {
  readonly section: SettlingSection;
  readonly index: number;
}

/** Records, once for an entry, that a stored file is not what it should be. */
export function noteDamage(ref: FileRef, storedPath: string, reason: string): void {
  const { section } = ref;
  const relPath = pathOf(ref);
  if (section.problems.some((known) => known.code === "damaged" && known.relPath === relPath)) {
    return;
  }
  section.problems.push({
    relPath,
    step: "link",
    code: "damaged",
    message: `Cannot link to the stored file "${printable(storedPath)}": ${reason}; ` +
      `the content of "${printable(relPath)}" was stored again`,
    stored: true,
  });
}

/** Records that the root cannot hold a file: it is not in the snapshot. */
export function noteUnholdable(ref: FileRef, reason: string): void {
  const { section, index } = ref;
  section.outcomes[index] = OUTCOME.lost;
  const relPath = pathOf(ref);
  const message = `Cannot back up "${printable(relPath)}": ${reason}`;
  section.problems.push({ relPath, step: "link", code: "bad-name", message, stored: false });
}

/** Path of a file relative to the source root. */
export function pathOf({ section, index }: FileRef): string {
  return joinRel(section.walked.relPath, section.name(index));
}

import { joinRel, printable } from "../../base/path_bytes.ts";
import type { Problem, ProblemCode } from "../../base/problem.ts";

/** What a verify can find. */
export type FindingCode =
  & ProblemCode
  & (
    | "missing"
    | "extra"
    | "content"
    | "size"
    | "type"
    | "mtime"
    | "mode"
    | "owner"
    | "target"
    | "checksums"
    | "manifest"
    | "chain"
    | "signature"
    | "unreadable"
  );

/** One difference between what is recorded and what is there. */
export interface Difference {
  readonly code: FindingCode;
  /** Goes on from `Cannot confirm "…": `. */
  readonly reason: string;
}

const BACK =
  "Check the disk. phlb repair heals it from any equal content: in the backup root, in the source, " +
  "or, with --from ROOT, in another copy of the backup";
const EDITED = "Somebody or something changed the stored file; its content is checked on its own";

/** What the user can do about each. */
export const FINDING_HINTS: Readonly<Record<FindingCode, string>> = {
  missing: BACK,
  content: BACK,
  size: BACK,
  type: BACK,
  extra: "It was put there by hand: move it away, because it goes when the snapshot is pruned",
  mtime: `${EDITED}. phlb repair gives the recorded time`,
  mode: `${EDITED}. phlb repair gives the recorded mode`,
  owner: `${EDITED}. phlb repair gives the recorded owner`,
  target: "The link was replaced: phlb repair makes the recorded one",
  checksums: "The manifest counts: phlb repair writes the checksum file anew",
  manifest:
    "Check the disk. Another copy of the backup may have the whole manifest; without it, phlb " +
    "rebuild makes one from what the snapshot holds",
  chain:
    "Do not trust what this manifest says of modes, times and digests: somebody or something " +
    "changed it after a later snapshot had been made. Compare with another copy of the backup",
  signature:
    "Do not trust this manifest, unless you know why: it was made before snapshot.sign_key was " +
    "set, phlb wrote it anew since, or the key is missing in the file of allowed signers",
  unreadable: "May this user read it (root may), and is the disk well?",
};

/** Findings after which the entry cannot be had from this snapshot as it was. */
const LOST: ReadonlySet<FindingCode> = new Set([
  "missing",
  "content",
  "size",
  "type",
  "unreadable",
]);

/** A finding about the entry at `relPath` of a snapshot. */
export function finding(
  { snapshotId, relPath }: { snapshotId: string; relPath: string },
  { code, reason }: Difference,
): Problem {
  const path = relPath === "" ? snapshotId : joinRel(snapshotId, relPath);
  return {
    relPath,
    step: "verify",
    code,
    message: `Cannot confirm "${printable(path)}": ${reason}`,
    stored: !LOST.has(code),
    snapshotId,
    hint: FINDING_HINTS[code],
  };
}

/** `1 entry`, `2 entries`: for reasons. */
export function counted(count: number, [one, many]: readonly [string, string]): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** The reason at the end of a message of the walk. */
export function reasonOf(message: string): string {
  return message.replace(/^Cannot read (?:the source|the checksums of ".*"|".*"): /s, "");
}

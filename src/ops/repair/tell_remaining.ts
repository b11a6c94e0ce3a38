import { joinRel, printable } from "../../base/path_bytes.ts";
import type { Problem } from "../../base/problem.ts";
import type { Finding } from "../../store/wounds.ts";
import { FINDING_HINTS, type FindingCode } from "../verify/finding.ts";
import type { RepairWork } from "./repair_work.ts";

/** Tells each finding that is not healed, and counts them. */
export function tellRemaining(work: RepairWork): void {
  for (const finding of work.store.findings()) {
    work.counts.remaining++;
    work.deps.onEvent({ kind: "problem", problem: problemOf(work, finding) });
  }
}

function problemOf(
  work: RepairWork,
  { snapshot, relPath, codes, reason, why }: Finding,
): Problem {
  const snapshotId = work.idOf(snapshot);
  const path = relPath === "" ? snapshotId : joinRel(snapshotId, relPath);
  const [first = ""] = codes.split(" ");
  const code = isFindingCode(first) ? first : "damaged";
  const because = why === "" ? "" : `; ${why}`;
  const hint = work.isWantOfRoom(why) ? undefined : hintOf(code);
  return {
    relPath,
    step: "repair",
    code,
    message: `Cannot repair "${printable(path)}": ${reason}${because}`,
    stored: !LOST.has(code),
    snapshotId,
    ...(hint === undefined ? {} : { hint }),
  };
}

const LOST: ReadonlySet<string> = new Set(["missing", "content", "size", "type", "unreadable"]);

/** Findings that a repair does nothing about. */
const OF_VERIFY: ReadonlySet<string> = new Set(["extra", "manifest", "chain", "signature"]);

function hintOf(code: string): string | undefined {
  if (OF_VERIFY.has(code) && isFindingCode(code)) return FINDING_HINTS[code];
  return LOST.has(code)
    ? "Another copy of the backup may have it: phlb repair --from ROOT takes it from there"
    : undefined;
}

function isFindingCode(code: string): code is FindingCode {
  return Object.hasOwn(FINDING_HINTS, code);
}

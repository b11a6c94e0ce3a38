import { printable } from "../base/path_bytes.ts";
import type { ChainState } from "../ops/verify/check_chain.ts";
import { FINDING_HINTS } from "../ops/verify/finding.ts";
import type { VerifiedRoot } from "../ops/verify/verify_options.ts";
import type { VerifiedSnapshot } from "../ops/verify/target_state.ts";
import type { VerifyResult } from "../ops/verify/verify.ts";
import { forgottenReason } from "../store/forgotten.ts";
import type { Figures } from "./figures.ts";
import { forgottenFields } from "./forgotten_fields.ts";
import type { JsonMessage } from "./json_lines.ts";

/** What was asked for, as far as the summary tells of it. */
export interface VerifyTextOptions {
  readonly figures: Figures;
  readonly fast: boolean;
}

/** One line for a verified snapshot. */
export function verifiedText(
  snapshot: VerifiedSnapshot,
  { figures }: Pick<VerifyTextOptions, "figures">,
): string {
  const { snapshotId, relPath, files, bytes, durationSeconds } = snapshot;
  const id = printable(relPath === "" ? snapshotId : `${snapshotId}:${relPath}`);
  const amount = `${figures.say("{files:file|files}", { files })}, ${figures.size(bytes)}`;
  return `${id}: ${stateOf(snapshot, figures)}, ${amount}, ${figures.duration(durationSeconds)}`;
}

function stateOf(
  { problems, isComplete, wasRemoved }: VerifiedSnapshot,
  { say }: Figures,
): string {
  if (wasRemoved) return say("removed meanwhile");
  const found = problems > 0 ? say("{problems:problem|problems}", { problems }) : undefined;
  if (!isComplete) {
    return found === undefined ? say("not finished") : `${say("not finished")}, ${found}`;
  }
  return found ?? say("ok");
}

/** What came out of a verify, and what to do about it. */
export function verifySummaryText(
  { roots, findings, durationSeconds }: VerifyResult,
  options: VerifyTextOptions,
): string {
  const { figures } = options;
  const problems = [...findings.values()].reduce((sum, count) => sum + count, 0);
  const { say, tell, duration } = figures;
  const took = duration(durationSeconds);
  const lines = roots.flatMap((root) => rootLines(root, options));
  lines.push(
    problems === 0
      ? say("No problems were found ({took})", { took })
      : say("{problems:problem|problems} found ({took})", { problems, took }),
  );
  if (findings.size > 0) lines.push("", say("What to do:"));
  for (const [code, count] of findings) {
    lines.push(...wrapped(`${code} (${figures.count(count)})`, tell(FINDING_HINTS[code])));
  }
  return lines.join("\n");
}

function rootLines(
  root: VerifiedRoot,
  { figures, fast }: VerifyTextOptions,
): string[] {
  const lines: string[] = [];
  const { say, size } = figures;
  const sum = (count: (snapshot: VerifiedSnapshot) => number) =>
    root.snapshots.reduce((total, snapshot) => total + count(snapshot), 0);
  if (fast) lines.push(say("Contents were not read (--fast)"));
  else {
    lines.push(say("Read {files:file|files} ({size}) of {inodes} ({all}), each content once", {
      files: sum(({ filesRead }) => filesRead),
      size: size(sum(({ bytesRead }) => bytesRead)),
      inodes: root.inodes,
      all: size(root.bytes),
    }));
  }
  if (root.inodesReadBefore > 0) {
    lines.push(say("{files:file|files} ({size}) had been read before the interruption", {
      files: root.inodesReadBefore,
      size: size(root.bytesReadBefore),
    }));
  }
  lines.push(...chainLines(root, figures), ...signerLines(root, figures));
  lines.push(...forgottenTextLines(root, figures));
  if (!root.isComplete) lines.push(say("Not finished: --resume goes on with it"));
  const unknown = sum(({ filesWithoutDigest }) => filesWithoutDigest);
  if (unknown > 0) {
    lines.push(say("{files:file|files} without a digest to compare", { files: unknown }));
  }
  if (root.modesUnjudged > 0) {
    lines.push(say("{files:file|files} with a mode that other snapshots gave", {
      files: root.modesUnjudged,
    }));
  }
  return lines;
}

/** What is worth a word about the chain of manifests; what is broken in it is told as a problem. */
function chainLines({ snapshots }: VerifiedRoot, { say }: Figures): string[] {
  const lines: string[] = [];
  const add = (state: ChainState, text: (count: number) => string) => {
    const found = snapshots.filter(({ chain }) => chain?.state === state);
    const [first] = found;
    if (first === undefined) return;
    const where = `"${printable(first.snapshotId)}"`;
    const more = found.length > 1 ? ` ${say("and {more} more", { more: found.length - 1 })}` : "";
    lines.push(`${text(found.length)} ${where}${more}`);
  };
  add("gap", () => say("A gap, no damage: a snapshot was removed before"));
  add(
    "rewritten",
    (count) => say("{count:manifest|manifests} written anew by phlb, before", { count }),
  );
  add(
    "rebuilt",
    (count) =>
      say("{count:manifest|manifests} made anew by phlb rebuild, not proven, before", { count }),
  );
  return lines;
}

/** Forgotten paths that are named one by one. */
const NAMED_FORGOTTEN = 10;

/** What is not there because somebody wanted it gone. */
function forgottenTextLines({ snapshots }: VerifiedRoot, { say, tell }: Figures): string[] {
  const all = snapshots.flatMap(({ snapshotId, forgotten }) =>
    forgotten.map((one) =>
      say('"{path}" is not there: {reason}', {
        path: printable(`${snapshotId}/${one.relPath}`),
        reason: tell(forgottenReason(one)),
      })
    )
  );
  const more = all.length - NAMED_FORGOTTEN;
  const rest = more > 0 ? [say("{more:more path|more paths} forgotten", { more })] : [];
  return [...all.slice(0, NAMED_FORGOTTEN).map(printable), ...rest];
}

function signerLines({ snapshots }: VerifiedRoot, { say }: Figures): string[] {
  const bySigner = Map.groupBy(snapshots, ({ signer }) => signer);
  return [...bySigner].flatMap(([signer, { length }]) =>
    signer === undefined ? [] : [
      say("{length:manifest|manifests} signed by {signer}", {
        length,
        signer: printable(signer),
      }),
    ]
  );
}

/** Columns of a line. */
const WIDTH = 80;
const INDENT = "    ";

function wrapped(title: string, text: string): string[] {
  const lines = [`  ${title}:`];
  let line = INDENT;
  for (const word of text.split(" ")) {
    if (line !== INDENT && line.length + 1 + word.length > WIDTH) {
      lines.push(line);
      line = INDENT;
    }
    line += line === INDENT ? word : ` ${word}`;
  }
  return [...lines, line];
}

/** The JSON message for a verified snapshot. */
export function verifiedMessage(snapshot: VerifiedSnapshot): JsonMessage {
  return {
    message_type: "verified_snapshot",
    snapshot_id: snapshot.snapshotId,
    inside: snapshot.relPath,
    num_errors: snapshot.problems,
    has_manifest: snapshot.hasManifest,
    chain: snapshot.chain?.state ?? null,
    previous_snapshot: snapshot.chain?.previousTime ?? null,
    signed_by: snapshot.signer ?? null,
    finished: snapshot.isComplete,
    removed: snapshot.wasRemoved,
    forgotten: snapshot.forgotten.map(forgottenFields),
    total_entries: snapshot.entries,
    total_files: snapshot.files,
    total_bytes: snapshot.bytes,
    files_without_digest: snapshot.filesWithoutDigest,
    files_read: snapshot.filesRead,
    bytes_read: snapshot.bytesRead,
    duration: snapshot.durationSeconds,
  };
}

/** The JSON message at the end of a verify. */
export function verifySummaryMessage(result: VerifyResult): JsonMessage {
  const { roots, findings, durationSeconds } = result;
  const snapshots = roots.flatMap((root) => root.snapshots);
  const sum = <T>(items: readonly T[], count: (item: T) => number) =>
    items.reduce((total, item) => total + count(item), 0);
  return {
    message_type: "summary",
    num_errors: sum([...findings.values()], (count) => count),
    errors_by_code: Object.fromEntries(findings),
    finished: roots.every(({ isComplete }) => isComplete),
    num_snapshots: snapshots.length,
    total_files: sum(snapshots, ({ files }) => files),
    unique_files: sum(roots, ({ inodes }) => inodes),
    unique_bytes: sum(roots, ({ bytes }) => bytes),
    files_read: sum(snapshots, ({ filesRead }) => filesRead),
    bytes_read: sum(snapshots, ({ bytesRead }) => bytesRead),
    files_read_before: sum(roots, ({ inodesReadBefore }) => inodesReadBefore),
    bytes_read_before: sum(roots, ({ bytesReadBefore }) => bytesReadBefore),
    files_without_digest: sum(snapshots, ({ filesWithoutDigest }) => filesWithoutDigest),
    modes_unjudged: sum(roots, ({ modesUnjudged }) => modesUnjudged),
    total_duration: durationSeconds,
  };
}

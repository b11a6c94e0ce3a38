/**
 * Examines a backup root and a source: what the file systems can do, what of the source will not be
 * preserved, whether the kernel's fence holds, how fast it all is.
 *
 * @module
 */
import { AppError, EXIT } from "../../base/app_error.ts";
import { openRootDir, openSource, UNWRITABLE } from "../../backup/run/preflight.ts";
import { entryFailure } from "../../backup/run/root_errors.ts";
import { roomWarnings } from "../../backup/run/room.ts";
import type { RootFile } from "../../store/root_file.ts";
import { benchHash, type Measurement } from "./bench.ts";
import type { DoctorDeps, DoctorQuery } from "./doctor_deps.ts";
import type { DoctorReport, RootReport, SourceReport } from "./doctor_report.ts";
import { type ExaminedRoot, examineRoot } from "./examine_root.ts";
import { examineSource } from "./examine_source.ts";
import { bySeverity, type Finding, findingsOf, metFindings } from "./finding.ts";
import { FLAWLESS } from "./traits.ts";

/**
 * See the module text.
 *
 * @throws {AppError} DESTINATION_UNSET, ROOT_MISSING, ROOT_NOT_MOUNTED, ROOT_UNWRITABLE, ROOT_NEWER,
 * LOCKED, SOURCE_MISSING, SOURCE_UNREADABLE, FENCE_MISSING
 * @throws {Cancelled}
 */
export async function examine(deps: DoctorDeps, query: DoctorQuery): Promise<DoctorReport> {
  const { fs } = deps;
  const { settings } = query.job;
  if (settings.destination === undefined) throw noDestination();
  const root = openRootDir(fs, settings.destination);
  const opened = settings.source === undefined ? undefined : openSource(fs, settings.source);
  deps.onEvent({ kind: "begin", text: `Examining "${root.path}"` });
  const examined = await examineRoot(root, deps, query).catch((error: unknown): ExaminedRoot => {
    const message = `Cannot examine the backup root "${root.path}"`;
    throw entryFailure(error, { fs, root, message, ...UNWRITABLE });
  });
  const { report, before } = examined;
  const traits = report.traits ?? FLAWLESS;
  const source = opened === undefined
    ? undefined
    : await examineSource({ source: opened, root, traits }, deps, query);
  const measurements = query.bench
    ? [...await benchHash(deps), ...scanned(source), ...examined.measurements]
    : [];
  return {
    root: report,
    source,
    findings: bySeverity([
      ...rootFindings(report, before),
      ...(fs.protection(root.dir) === undefined ? [] : [PROTECTED]),
      ...sourceFindings(source),
      ...metFindings(findingsOf(traits), source?.isWhole === true ? source.concerned : undefined),
    ]),
    measurements,
  };
}

const PROTECTED: Finding = {
  concern: "root",
  severity: "stops",
  text: "The backup root is immutable or append-only (chattr)",
  hint: "Take that away with: chattr -i -a",
};

function rootFindings(report: RootReport, before: RootFile | undefined): Finding[] {
  const { traits, fence, space, notStored, mount } = report;
  const found: Finding[] = roomWarnings(space, undefined).map(note);
  if (traits === undefined) {
    found.push({
      concern: "root",
      severity: "stops",
      text: `The backup root cannot be written, so nothing was tried: ${notStored}`,
      hint: mount?.isReadOnly === true
        ? "It is mounted read-only, which is fine for restoring"
        : UNWRITABLE.hint,
    });
  }
  if (fence !== undefined && !fence.holds && fence.wanted !== "off") {
    const { reason = "not everything was refused that should be" } = fence.state;
    const severity = fence.wanted === "required" ? "stops" : "note";
    found.push({ ...note(`Threads are not fenced by the kernel: ${reason}`), severity });
  }
  const was = before?.file_system;
  if (was !== undefined && was.type_id !== space.typeId) {
    found.push(
      note(`It lay on another kind of file system when it was examined before: ${was.type}`),
    );
  }
  return found;
}

function note(text: string): Finding {
  return { concern: "root", severity: "note", text };
}

/** Servers and file systems that make up inode numbers as they go. */
const UNSTABLE_INODES = /^(?:cifs|smb3|vfat|exfat|msdos|9p|fuse\.sshfs|fuse\.rclone)$/;

function sourceFindings(source: SourceReport | undefined): Finding[] {
  if (source === undefined) return [];
  const { mount, totals, isWhole } = source;
  const found: Finding[] = [];
  if (totals.unreadable > 0) {
    found.push({
      concern: "root",
      severity: "lost",
      text: `${totals.unreadable} entries of the source cannot be read and would be left out`,
      hint: "Run the backup as a user who may read them; phlb backup --dry-run names them",
    });
  }
  if (mount !== undefined && UNSTABLE_INODES.test(mount.type)) {
    found.push({
      ...note(`The source lies on ${mount.type}, whose inode numbers may change by themselves`),
      hint: "Set backup.ignore_inode = true when unchanged files are read again and again",
    });
  }
  if (!isWhole) {
    found.push({
      ...note("Not all of the source was seen in the time allowed: it may meet more than is told"),
      hint: "Allow more with --max-duration",
    });
  }
  return found;
}

function scanned(source: SourceReport | undefined): Measurement[] {
  if (source === undefined) return [];
  const { totals: { entries, excluded }, seconds, isWhole } = source;
  return [{
    what: "scan",
    amount: entries + excluded,
    unit: "entries",
    seconds,
    endedEarly: isWhole,
  }];
}

function noDestination(): AppError {
  return new AppError("Cannot examine a backup root: none is given", {
    code: "DESTINATION_UNSET",
    exitCode: EXIT.usage,
    hint: 'Give it as an argument, or set "destination" in phlb.toml or PHLB_DESTINATION',
  });
}

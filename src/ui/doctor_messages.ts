import type { DoctorReport, RootReport, SourceReport } from "../ops/doctor/doctor_report.ts";
import type { Mount } from "../backup/run/mount_table.ts";
import { type JsonMessage, pathFields } from "./json_lines.ts";

/** The messages of `phlb doctor`; what is not known is null. */
export function doctorMessages(report: DoctorReport): JsonMessage[] {
  const { root, source, findings, measurements } = report;
  return [
    rootMessage(root),
    ...(source === undefined ? [] : [sourceMessage(source)]),
    ...findings.map(({ concern, severity, text, hint }) => {
      const met = source?.concerned.get(concern);
      return {
        message_type: "finding",
        concern,
        severity,
        message: text,
        hint: hint ?? null,
        entries: met?.count ?? null,
        ...(met === undefined ? {} : pathFields(met.example)),
      };
    }),
    ...measurements.map(({ what, bufferBytes, amount, unit, seconds, endedEarly }) => ({
      message_type: "measurement",
      what,
      buffer_bytes: bufferBytes ?? null,
      amount,
      unit,
      seconds,
      ended_early: endedEarly,
    })),
    summaryMessage(report),
  ];
}

function rootMessage(report: RootReport) {
  const { path, mount, space, traits, fence, file, notStored, protections } = report;
  return {
    message_type: "examined_root",
    ...pathFields(path),
    id: file?.id ?? null,
    stored: notStored === undefined,
    not_stored_because: notStored ?? null,
    ...mountFields(mount),
    type_id: space.typeId,
    free_bytes: space.freeBytes ?? null,
    free_inodes: space.freeInodes ?? null,
    traits: traits ?? null,
    protect: protections,
    fence: fence === undefined ? null : {
      wanted: fence.wanted,
      raised: fence.state.raised,
      holds: fence.holds,
      landlock_abi: fence.state.abi,
      reason: fence.state.reason ?? null,
      attempts: fence.attempts.map(({ action, mayPass, outcome }) => ({
        action,
        may_pass: mayPass,
        outcome,
      })),
    },
  };
}

function sourceMessage({ path, mount, totals, isWhole, seconds, concerned }: SourceReport) {
  return {
    message_type: "examined_source",
    ...pathFields(path),
    ...mountFields(mount),
    finished: isWhole,
    total_entries: totals.entries,
    total_files: totals.files,
    total_directories: totals.directories,
    total_symlinks: totals.symlinks,
    total_others: totals.others,
    total_bytes: totals.bytes,
    hard_linked: totals.hardLinked,
    excluded: totals.excluded,
    unreadable: totals.unreadable,
    properties: Object.fromEntries([...concerned].map(([concern, { count }]) => [concern, count])),
    duration: seconds,
  };
}

function mountFields(mount: Mount | undefined) {
  return {
    file_system: mount?.type ?? null,
    device: mount?.device ?? null,
    mount_point: mount?.point ?? null,
    read_only: mount?.isReadOnly ?? null,
  };
}

function summaryMessage({ findings }: DoctorReport): JsonMessage {
  const count = (severity: string) => findings.filter((one) => one.severity === severity).length;
  return {
    message_type: "summary",
    preserves_all: findings.every(({ severity }) => severity === "note"),
    stops: count("stops"),
    lost: count("lost"),
    manifest: count("manifest"),
    notes: count("note"),
  };
}

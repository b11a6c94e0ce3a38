import { isoTime } from "../../backup/snapshot/iso_time.ts";
import { printable } from "../../base/path_bytes.ts";
import type { RunRecord } from "../state/job_record.ts";
import type { JobStatus } from "../status/status.ts";
import type { News } from "./news.ts";

/** What somebody is told of a job that is overdue. */
export function overdueNews(
  status: JobStatus & { readonly overdueSince: Date },
  hostName: string,
): News {
  const { id, name, source, root, lastGood, overdueSince, record } = status;
  const { last_try: tried, last_skip: skip } = record;
  const isGood = tried === null || tried.snapshot_id !== null;
  // What kept a run from beginning is both.
  const failure = isGood || tried.message === skip?.reason ? undefined : tried;
  const lines = [
    lastGood === undefined
      ? "There was never a good backup"
      : `The last good backup began at ${minute(lastGood)}`,
    `One is missing since ${minute(overdueSince)}`,
    `It goes from "${source}" to "${root}"`,
    ...(failure === undefined ? [] : [tryLine(failure)]),
    ...(skip === null ? [] : [`It did not begin at ${minute(new Date(skip.at))}: ${skip.reason}`]),
  ];
  const reason = skip?.reason ?? failure?.message ?? undefined;
  return {
    kind: "overdue",
    subject: `Backup of "${printable(id ?? name)}" is overdue on ${hostName}`,
    text: [...lines.map(printable), "", "More is told by: phlb status"].join("\n"),
    ...(reason === undefined ? {} : { error: reason }),
  };
}

function tryLine({ started_at, exit_code, message }: RunRecord): string {
  const at = minute(new Date(started_at));
  if (message === null) return `The try at ${at} ended with exit code ${exit_code}`;
  return `The try at ${at} ended with exit code ${exit_code}: ${message}`;
}

/** As `2026-11-28 02:30`, local. */
function minute(time: Date): string {
  return isoTime(time).slice(0, 16).replace("T", " ");
}

/**
 * `phlb status --prometheus`: the text format that node_exporter's textfile collector reads.
 *
 * Source: Prometheus, "Exposition formats", text-based format 0.0.4.
 *
 * @module
 */
import type { JobStatus, RootStatus, Status } from "../ops/status/status.ts";

interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number | undefined;
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** The text; what is not known is left out. */
export function statusMetrics({ jobs, roots }: Status, now: Date): string {
  const metrics: Metric[] = [
    {
      name: "phlb_status_timestamp_seconds",
      help: "When this was written.",
      samples: [
        { labels: {}, value: seconds(now) },
      ],
    },
    ...JOB_METRICS.map(({ name, help, of }) => ({
      name,
      help,
      samples: jobs.map((job) => ({ labels: labelsOf(job), value: of(job) })),
    })),
    ...ROOT_METRICS.map(({ name, help, of }) => ({
      name,
      help,
      samples: roots.map((root) => ({ labels: { root: root.path }, value: of(root) })),
    })),
    verifiedMetric(roots),
  ];
  return metrics.map(metricText).join("");
}

/** What one metric tells of a job or a root. */
interface Row<T> {
  readonly name: string;
  readonly help: string;
  of(one: T): number | undefined;
}

const JOB_METRICS: readonly Row<JobStatus>[] = [
  {
    name: "phlb_job_last_good_timestamp_seconds",
    help: "When the last run began that published a snapshot.",
    of: ({ lastGood }) => seconds(lastGood),
  },
  {
    name: "phlb_job_last_try_timestamp_seconds",
    help: "When the last run began, however it ended.",
    of: ({ record }) => seconds(dateOf(record.last_try?.started_at)),
  },
  {
    name: "phlb_job_last_try_exit_code",
    help: "Exit code of the last run.",
    of: ({ record }) => record.last_try?.exit_code,
  },
  {
    name: "phlb_job_next_timestamp_seconds",
    help: "When the next run is to begin.",
    of: ({ next }) => seconds(next),
  },
  {
    name: "phlb_job_overdue",
    help: "1 when a good run is missing.",
    of: ({ every, overdueSince }) =>
      every === undefined ? undefined : overdueSince === undefined ? 0 : 1,
  },
  {
    name: "phlb_job_snapshots",
    help: "Complete snapshots in the backup root.",
    of: ({ snapshots }) => snapshots,
  },
  {
    name: "phlb_job_snapshots_pinned",
    help: "Pinned ones among them.",
    of: ({ pinned }) => pinned,
  },
  {
    name: "phlb_job_snapshots_partial",
    help: "Snapshots that are under way or were cut off.",
    of: ({ partial }) => partial,
  },
  {
    name: "phlb_job_newest_problems",
    help: "Problems of the run that made the newest snapshot.",
    of: ({ newest }) => newest?.summary?.counts.problems,
  },
  {
    name: "phlb_job_newest_duration_seconds",
    help: "How long that run took.",
    of: ({ newest }) => newest?.summary?.duration_seconds,
  },
  {
    name: "phlb_job_newest_size_bytes",
    help: "Size of all files in the newest snapshot.",
    of: ({ newest }) => newest?.summary?.bytes.processed,
  },
  {
    name: "phlb_job_newest_stored_bytes",
    help: "Content that the newest snapshot's run stored.",
    of: ({ newest }) => newest?.summary?.bytes.copied,
  },
];

const ROOT_METRICS: readonly Row<RootStatus>[] = [
  {
    name: "phlb_root_available",
    help: "1 when the backup root is there and is one.",
    of: ({ fault }) => fault === undefined ? 1 : 0,
  },
  {
    name: "phlb_root_free_bytes",
    help: "Free space on the backup root's file system.",
    of: ({ room }) => room?.freeBytes,
  },
  {
    name: "phlb_root_free_inodes",
    help: "Free inodes there.",
    of: ({ room }) => room?.freeInodes,
  },
  {
    name: "phlb_root_bytes_per_snapshot",
    help: "Mean of what the last snapshots took.",
    of: ({ room }) => room?.perSnapshot?.bytes,
  },
  {
    name: "phlb_root_trash_snapshots",
    help: "Removed snapshots that lie in the trash.",
    of: ({ trash }) => trash,
  },
  {
    name: "phlb_root_damaged_files",
    help: "Stored files that phlb verify found damaged.",
    of: ({ coverage }) => coverage?.damaged.inodes,
  },
];

function verifiedMetric(roots: readonly RootStatus[]): Metric {
  return {
    name: "phlb_root_verified_ratio",
    help: "Share of the stored bytes that phlb verify read within so many days.",
    samples: roots.flatMap(({ path, coverage }) =>
      coverage === undefined || coverage.known.bytes === 0
        ? []
        : coverage.within.map(({ days, bytes }) => ({
          labels: { root: path, days: String(days) },
          value: bytes / coverage.known.bytes,
        }))
    ),
  };
}

function labelsOf({ id, name, root }: JobStatus): Readonly<Record<string, string>> {
  return { job: id ?? "", name, root };
}

function metricText({ name, help, samples }: Metric): string {
  const known = samples.filter(({ value }) => value !== undefined);
  if (known.length === 0) return "";
  const lines = known.map(({ labels, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escaped(text)}"`);
    return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`;
  });
  return [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, ...lines, ""].join("\n");
}

function escaped(text: string): string {
  return text.toWellFormed().replaceAll("\\", "\\\\").replaceAll('"', '\\"')
    .replaceAll("\n", "\\n");
}

function seconds(time: Date | undefined): number | undefined {
  return time === undefined ? undefined : time.getTime() / 1000;
}

function dateOf(text: string | undefined): Date | undefined {
  return text === undefined ? undefined : new Date(text);
}

import type { Job } from "../../config/config.ts";
import { lateness } from "../schedule/due.ts";
import { calendarOf } from "../schedule/scheduled_job.ts";
import { readJobRecord } from "../state/job_record.ts";
import { type JobStatus, type StatusDeps, statusOf } from "../status/status.ts";
import { type Channel, channelsOf } from "./channels.ts";
import type { Delivery, News, NotifyOptions } from "./news.ts";
import { wants } from "./notify.ts";
import { overdueNews } from "./overdue_news.ts";
import { type DailyDeps, TellDaily } from "./tell_daily.ts";

/** What {@link tellOverdue} needs from the outside. */
export interface OverdueDeps extends StatusDeps, Pick<DailyDeps, "warn"> {
  readonly host: { readonly name: string };
  /** Sends to one channel, and never rejects for a channel that fails. */
  readonly notify: (news: News, options: NotifyOptions) => Promise<readonly Delivery[]>;
}

/** A job that may be overdue. */
export interface Suspect {
  readonly job: Job;
  /**
   * Whether it is told only when it was already overdue hours ago: its own run may be under way, as
   * all are after the computer was off.
   */
  readonly isPatient: boolean;
}

/** The channels that are to hear of a job that is overdue. */
export function overdueChannels(job: Job): Channel[] {
  return channelsOf(job.settings).filter((channel) => wants(channel, "overdue", { job }));
}

/**
 * Tells of each job that is overdue, through each channel that wants to know once a day, see
 * {@link TellDaily}. A channel that failed is tried again by whoever looks next.
 */
export async function tellOverdue(
  deps: OverdueDeps,
  suspects: readonly Suspect[],
): Promise<void> {
  for (const suspect of suspects) await tellOf(suspect, deps);
}

async function tellOf({ job, isPatient }: Suspect, deps: OverdueDeps): Promise<void> {
  const { id, settings } = job;
  const key = { id, source: settings.source ?? deps.cwd, settings };
  const teller = new TellDaily(deps, { key, about: "overdue" });
  const channels = teller.due(overdueChannels(job));
  if (channels.length === 0 || !mayBeOverdue(job, deps)) return;
  // The root is looked at only now: its disk may sleep until then.
  const status = overdueStatus(job, deps);
  if (status === undefined || (isPatient && !teller.isLasting())) return;
  const news = overdueNews(status, deps.host.name);
  await teller.tell(channels, (channel) => deps.notify(news, { job, channel }));
}

/** By what this machine remembers; its root may know of a later run. */
function mayBeOverdue({ id, settings }: Job, { state, clock, cwd }: OverdueDeps): boolean {
  const every = settings["schedule.every"];
  if (every === undefined) return false;
  const { last_good } = readJobRecord(state, { id, source: settings.source ?? cwd, settings });
  const { overdueSince } = lateness({
    calendar: calendarOf(every),
    now: clock.now(),
    lastGood: last_good === null ? undefined : new Date(last_good.started_at),
    randomizedDelayMs: settings["schedule.randomized_delay"],
  });
  return overdueSince !== undefined;
}

function overdueStatus(
  job: Job,
  deps: OverdueDeps,
): JobStatus & { readonly overdueSince: Date } | undefined {
  const [status] = statusOf(deps, [job]).jobs;
  if (status?.overdueSince === undefined) return undefined;
  return { ...status, overdueSince: status.overdueSince };
}

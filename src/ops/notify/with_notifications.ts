import { AppError, EXIT } from "../../base/app_error.ts";
import { printable } from "../../base/path_bytes.ts";
import type { Job } from "../../config/config.ts";
import type { AfterDeps } from "../after_backup.ts";
import { RunWatch } from "../hooks/run_watch.ts";
import type { JobOutcome } from "../job_outcome.ts";
import type { News } from "./news.ts";
import { notify, wants } from "./notify.ts";
import { type Channel, channelsOf } from "./channels.ts";
import { TellDaily } from "./tell_daily.ts";

/** More problems than that are counted only. */
const PROBLEMS_TOLD = 10;

/** What {@link withNotifications} tells of. */
export interface Notified {
  readonly run: (deps: AfterDeps) => Promise<JobOutcome>;
  /** Whether it is tried again every hour while it cannot begin. */
  readonly isRetried: boolean;
}

/**
 * Runs a job and notifies whom it concerns that it begins and how it ended. An interruption is told
 * to nobody: who asked for it knows. That a run cannot begin is told once a day when it is tried again
 * every hour; a service that is pinged hears of each.
 */
export async function withNotifications(
  job: Job,
  deps: AfterDeps,
  { run, isRetried }: Notified,
): Promise<JobOutcome> {
  const watch = new RunWatch(deps.onEvent);
  await notify(deps, startNews(job, deps), { job });
  const outcome = await run({ ...deps, onEvent: watch.onEvent });
  if (outcome.exitCode === EXIT.interrupted) return outcome;
  const host = deps.host.name;
  const { summaryText: text, tell = untold, cwd } = deps;
  const news = endNews(outcome, { host, watch, text, cwd, tell });
  if (isRetried && isObstacle(outcome)) await tellObstacle({ job, news }, deps);
  else await notify(deps, news, { job });
  return outcome;
}

function isObstacle({ exitCode }: JobOutcome): boolean {
  return exitCode === EXIT.noRoot || exitCode === EXIT.locked;
}

async function tellObstacle({ job, news }: { job: Job; news: News }, deps: AfterDeps) {
  const { id, settings } = job;
  const key = { id, source: settings.source ?? deps.cwd, settings };
  const warn = (message: string) => deps.onEvent({ kind: "log", level: "warning", message });
  const { clock, state } = deps;
  const teller = new TellDaily({ clock, state, warn }, { key, about: "failure" });
  const send = (channel: Channel) => notify(deps, news, { job, channel });
  const channels = channelsOf(settings).filter((channel) => wants(channel, news.kind, { job }));
  if (channels.includes("ping")) await send("ping");
  await teller.tell(teller.due(channels.filter((channel) => channel !== "ping")), send);
}

function untold(text: string): string {
  return text;
}

function startNews(job: Job, { host, cwd, tell = untold }: AfterDeps): News {
  return {
    kind: "start",
    subject: tell(`Backup of "${whatOf(job, cwd)}" begins on ${host.name}`),
    text: "",
  };
}

function whatOf({ id, settings }: Job, cwd: string): string {
  return printable(id ?? settings.name ?? settings.source ?? cwd);
}

interface Ending {
  readonly host: string;
  readonly watch: RunWatch;
  readonly text: AfterDeps["summaryText"];
  readonly cwd: string;
  readonly tell: (text: string) => string;
}

function endNews(outcome: JobOutcome, { host, watch, text, cwd, tell }: Ending): News {
  const { job, exitCode, summary, error } = outcome;
  const what = whatOf(job, cwd);
  const log = watch.beside("-backup.log");
  const lines: string[] = [];
  if (error !== undefined) lines.push(tell(error.message));
  if (error instanceof AppError && error.hint !== undefined) lines.push(tell(error.hint));
  if (summary !== undefined && watch.snapshotPath !== undefined) {
    for (const { message } of summary.problems.slice(0, PROBLEMS_TOLD)) lines.push(tell(message));
    lines.push("", text(summary, watch.snapshotPath).trim());
  }
  if (log !== undefined) lines.push("", tell(`Log: ${log}`));
  const { kind, subject } = headline(outcome, { what, host });
  return {
    kind,
    subject: tell(subject),
    text: lines.map(printableLines).join("\n").trim(),
    exitCode,
    ...(summary === undefined ? {} : { problems: summary.counts.problems }),
    ...(watch.isPublished && watch.snapshotPath !== undefined
      ? { snapshotPath: watch.snapshotPath }
      : {}),
    ...(error === undefined ? {} : { error: error.message }),
  };
}

function headline(
  { exitCode, summary }: JobOutcome,
  { what, host }: { readonly what: string; readonly host: string },
): Pick<News, "kind" | "subject"> {
  if (exitCode === EXIT.ok) {
    return { kind: "success", subject: `Backup of "${what}" is done on ${host}` };
  }
  if (exitCode !== EXIT.problems) {
    return { kind: "failure", subject: `Backup of "${what}" failed on ${host}` };
  }
  const count = summary?.counts.problems ?? 0;
  const problems = count === 0
    ? "not all is well"
    : count === 1
    ? "1 problem"
    : `${count} problems`;
  return { kind: "problem", subject: `Backup of "${what}" is done on ${host}, ${problems}` };
}

function printableLines(text: string): string {
  return text.split("\n").map(printable).join("\n");
}

import type { Job } from "../../config/config.ts";
import type { Settings } from "../../config/schema.ts";
import { type Channel, channelsOf } from "./channels.ts";
import type { Delivery, News, NewsKind, NotifyDeps, NotifyOptions } from "./news.ts";
import { Secrets } from "./secrets.ts";
import { sendDesktop } from "./send_desktop.ts";
import { type HttpDeps, pingPath, sendNtfy, sendPing, sendWebhook } from "./send_http.ts";

/**
 * Sends the news through every channel of the job that wants news of this kind, all at a time, and
 * tells what became of each. Waits for no channel longer than `notify.timeout`. A channel that fails
 * is a warning; never throws for one.
 */
export async function notify(
  deps: NotifyDeps,
  news: News,
  { job, channel: only }: NotifyOptions,
): Promise<Delivery[]> {
  const wanted = channelsOf(job.settings)
    .filter((channel) => only === undefined || channel === only)
    .filter((channel) => wants(channel, news.kind, { job }));
  return await Promise.all(wanted.map(async (channel): Promise<Delivery> => {
    const failure = job.mistrust ?? await failureOf(channel, { deps, news, job });
    tell(deps, { job, channel, news, failure });
    return { channel, failure };
  }));
}

/** Whether the job wants news of that kind through a channel that is configured. */
export function wants(channel: Channel, kind: NewsKind, { job }: { readonly job: Job }): boolean {
  if (kind === "test") return true;
  if (channel === "ping") return pingPath(kind, job) !== undefined;
  return listOf(channel, job.settings).includes(kind);
}

function listOf(channel: Exclude<Channel, "ping">, settings: Settings): readonly string[] {
  return settings[`notify.${channel}.on`];
}

interface Sending {
  readonly deps: NotifyDeps;
  readonly news: News;
  readonly job: Job;
}

async function failureOf(
  channel: Channel,
  { deps, news, job }: Sending,
): Promise<string | undefined> {
  const timeoutMs = job.settings["notify.timeout"];
  const timeout = AbortSignal.timeout(timeoutMs);
  const signal = AbortSignal.any([deps.signal, timeout]);
  const secrets = new Secrets({ ...deps, signal }, { timeoutMs });
  try {
    await send(channel, { deps, news, job, secrets, signal });
    return undefined;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (timeout.aborted) return "it took too long";
    if (deps.signal.aborted) return "it was interrupted";
    return secrets.without(error.message);
  }
}

async function send(
  channel: Channel,
  given: Sending & { readonly secrets: Secrets; readonly signal: AbortSignal },
): Promise<void> {
  const { deps, news, job, secrets, signal } = given;
  const http: HttpDeps = { job, hostName: deps.host.name, secrets, signal };
  switch (channel) {
    case "desktop":
      return await sendDesktop(deps, news, { signal });
    case "webhook":
      return await sendWebhook(news, http);
    case "ntfy":
      return await sendNtfy(news, http);
    case "ping":
      return await sendPing(news, http);
    case "email": {
      const { sendEmail } = await import("./send_email.ts");
      return await sendEmail(news, { deps, settings: job.settings, secrets, signal });
    }
  }
}

interface Told {
  readonly job: Job;
  readonly channel: Channel;
  readonly news: News;
  readonly failure: string | undefined;
}

function tell({ onEvent }: NotifyDeps, { job, channel, news, failure }: Told): void {
  const whose = job.id === undefined ? {} : { jobId: job.id };
  onEvent({ kind: "notification", ...whose, channel, about: news.kind, failure });
  if (failure === undefined) return;
  const message = `Cannot notify by ${channel}: ${failure}`;
  onEvent({ kind: "log", level: "warning", message });
}

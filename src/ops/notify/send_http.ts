/**
 * The channels that are called by HTTP: a webhook, an ntfy server, and a service that is pinged.
 *
 * @module
 */
import type { Job } from "../../config/config.ts";
import { callHttp, type HttpCall, readUrl } from "./call_http.ts";
import type { News, NewsKind } from "./news.ts";
import type { Secrets } from "./secrets.ts";

/** What these channels are sent with. */
export interface HttpDeps {
  readonly job: Job;
  readonly hostName: string;
  readonly secrets: Secrets;
  readonly signal: AbortSignal;
}

/** Source: healthchecks.io keeps 100 kB of a body; more is nothing for a message. */
const MAX_CHARS = 10_000;

/** Calls the webhook. @throws {SendError} */
export async function sendWebhook(news: News, deps: HttpDeps): Promise<void> {
  const { settings } = deps.job;
  const address = settings["notify.webhook.url"];
  if (address === undefined) return;
  const secret = settings["notify.webhook.secret"];
  const words = {
    ...wordsOf(news, deps),
    ...(secret === undefined ? {} : { secret: await deps.secrets.read("its secret", secret) }),
  };
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  for (const line of settings["notify.webhook.headers"]) {
    const [name = "", ...rest] = line.split(":");
    const twin = Object.keys(headers).find((one) => one.toLowerCase() === name.toLowerCase());
    headers[twin ?? name] = filled(rest.join(":").trim(), { words, form: headerForm });
  }
  const method = settings["notify.webhook.method"];
  const url = await readUrl(deps.secrets, address);
  const isJson = /json/i.test(headers["Content-Type"] ?? "");
  const template = settings["notify.webhook.body"];
  const body = template === undefined
    ? JSON.stringify(jsonOf(news, deps))
    : filled(template, { words, form: isJson ? jsonForm : (text) => text });
  await callHttp(
    { url, method, headers, body: method === "GET" ? undefined : body },
    deps.signal,
  );
}

function jsonOf(news: News, { job, hostName }: HttpDeps) {
  return {
    kind: news.kind,
    subject: news.subject,
    text: news.text,
    job: job.id ?? null,
    host: hostName,
    exit_code: news.exitCode ?? null,
    problems: news.problems ?? null,
    snapshot: news.snapshotPath ?? null,
    error: news.error ?? null,
  };
}

/** What stands for what in headers and body. */
function wordsOf(news: News, deps: HttpDeps): Readonly<Record<string, string>> {
  const fields = Object.entries(jsonOf(news, deps));
  return Object.fromEntries(fields.map(([name, value]) => [name, String(value ?? "")]));
}

/** Braces around anything else stay as they are: JSON is full of them. */
function filled(
  template: string,
  { words, form }: {
    readonly words: Readonly<Record<string, string>>;
    readonly form: (text: string) => string;
  },
): string {
  return template.replaceAll(/\{(\w+)\}/g, (whole, name: string) => {
    const word = Object.hasOwn(words, name) ? words[name] : undefined;
    return word === undefined ? whole : form(word);
  });
}

function jsonForm(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** Source: RFC 2047; a head has no other letters than those of ASCII, and no line breaks. */
function headerForm(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").trim();
  if (/^[\x20-\x7e]*$/.test(line)) return line;
  const bytes = new TextEncoder().encode(line.toWellFormed());
  return `=?UTF-8?B?${btoa(String.fromCharCode(...bytes))}?=`;
}

/** Source: ntfy, "Message priority": 1 to 5. */
const PRIORITY: Readonly<Record<NewsKind, string>> = {
  failure: "4",
  overdue: "4",
  problem: "3",
  success: "2",
  start: "1",
  test: "3",
};

/** Publishes at an ntfy server. @throws {SendError} */
export async function sendNtfy(news: News, deps: HttpDeps): Promise<void> {
  const { settings } = deps.job;
  const address = settings["notify.ntfy.url"];
  if (address === undefined) return;
  const token = settings["notify.ntfy.token"];
  const isGood = news.kind === "success" || news.kind === "test";
  const headers = {
    Title: headerForm(news.subject),
    Priority: PRIORITY[news.kind],
    Tags: isGood ? "white_check_mark" : "warning",
    ...(token === undefined
      ? {}
      : { Authorization: `Bearer ${await deps.secrets.read("its token", token)}` }),
  };
  const url = await readUrl(deps.secrets, address);
  await callHttp(post(url, { headers, text: news.text }), deps.signal);
}

/** What a service that waits for a sign of life is told; undefined when nothing. */
export function pingPath(kind: NewsKind, { settings }: Job): string | undefined {
  if (kind === "start") return "/start";
  if (kind === "failure") return "/fail";
  if (kind === "problem") return settings["notify.ping.problem"] === "fail" ? "/fail" : "";
  return kind === "overdue" ? undefined : "";
}

/** Gives a sign of life, see {@link pingPath}. @throws {SendError} */
export async function sendPing(news: News, deps: HttpDeps): Promise<void> {
  const address = deps.job.settings["notify.ping.url"];
  const path = pingPath(news.kind, deps.job);
  if (address === undefined || path === undefined) return;
  const url = await readUrl(deps.secrets, address);
  url.pathname = `${url.pathname.replace(/\/$/, "")}${path}`;
  const text = news.kind === "start" ? "" : `${news.subject}\n\n${news.text}`;
  await callHttp(post(url, { headers: {}, text }), deps.signal);
}

function post(
  url: URL,
  { headers, text }: { readonly headers: Readonly<Record<string, string>>; readonly text: string },
): HttpCall {
  return {
    url,
    method: "POST",
    headers: { "Content-Type": "text/plain; charset=utf-8", ...headers },
    body: text.slice(0, MAX_CHARS),
  };
}

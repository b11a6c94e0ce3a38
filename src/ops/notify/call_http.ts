import { isHttpUrl, URL_FORM } from "../../config/text_rule.ts";
import type { Secret } from "../../config/secret.ts";
import { SendError } from "./news.ts";
import type { Secrets } from "./secrets.ts";

/** A request. */
export interface HttpCall {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** Reads an address that may be a secret, and from then on treats it as one. */
export async function readUrl(secrets: Secrets, secret: Secret): Promise<URL> {
  const text = await secrets.read("its address", secret);
  if (!isHttpUrl(text)) throw new SendError(`its address is none: it ${URL_FORM}`);
  const url = new URL(text);
  secrets.conceal(url.href);
  const rest = `${url.pathname}${url.search}`;
  if (rest !== "/") secrets.conceal(rest);
  return url;
}

/**
 * Sends a request and takes every answer but 2xx for a failure, so that a redirection does not get
 * what was meant for another.
 *
 * @throws {SendError}
 */
export async function callHttp(
  { url, method, headers, body }: HttpCall,
  signal: AbortSignal,
): Promise<void> {
  try {
    const response = await fetch(url, {
      method,
      headers,
      redirect: "manual",
      signal,
      ...(body === undefined ? {} : { body }),
    });
    await response.body?.cancel();
    if (response.ok) return;
    throw new SendError(`${url.origin} answered ${response.status} ${response.statusText}`.trim());
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new SendError(`${url.origin} cannot be reached: ${reasonOf(error)}`);
  }
}

/**
 * Source: Deno 2.8: "error sending request for url (<url>): client error (Connect): …"; Deno 2.9 says
 * so in the cause.
 */
function reasonOf({ message, cause }: Error): string {
  if (cause instanceof Error) return reasonOf(cause);
  return message.split("): ").at(-1) ?? message;
}

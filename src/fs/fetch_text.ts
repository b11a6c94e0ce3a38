import type { FetchCall, Fetched } from "../base/fetch_text.ts";

/** See `FetchText`; tells the server nothing but that phlb asks. */
export async function fetchText(
  url: string,
  { timeoutMs, maxBytes, signal }: FetchCall,
): Promise<Fetched> {
  const timeout = AbortSignal.timeout(timeoutMs);
  try {
    const response = await fetch(url, {
      signal: AbortSignal.any([signal, timeout]),
      headers: { accept: "application/json, text/plain;q=0.9", "user-agent": "phlb" },
    });
    const text = await readText(response, maxBytes);
    if (text === undefined) return { reason: `the answer has more than ${maxBytes} bytes` };
    return { status: response.status, text };
  } catch (error) {
    if (timeout.aborted) return { reason: `there was no answer within ${timeoutMs / 1000} s` };
    if (signal.aborted) return { reason: "it was interrupted" };
    if (error instanceof Error) return { reason: reasonOf(error) };
    throw error;
  }
}

/** Undefined when it is longer than that. */
async function readText(response: Response, maxBytes: number): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}

/** The innermost cause says most: the outer ones repeat the address. */
function reasonOf(error: Error): string {
  const { message, cause } = error;
  if (cause instanceof Error) return reasonOf(cause);
  return message.replace(/^.*: (?=[^:]+$)/s, "");
}

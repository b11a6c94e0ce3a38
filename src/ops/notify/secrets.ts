import type { Secret } from "../../config/secret.ts";
import { type NotifyDeps, SendError } from "./news.ts";

/** Reads secrets, and takes those that it has read out of what is to be shown. */
export class Secrets {
  readonly #deps: Pick<NotifyDeps, "env" | "readText" | "runProgram" | "signal">;
  readonly #timeoutMs: number;
  readonly #known = new Set<string>();

  constructor(
    deps: Pick<NotifyDeps, "env" | "readText" | "runProgram" | "signal">,
    { timeoutMs }: { readonly timeoutMs: number },
  ) {
    this.#deps = deps;
    this.#timeoutMs = timeoutMs;
  }

  /**
   * The secret, which is called `what` in messages.
   *
   * @throws {SendError} when it cannot be had
   */
  async read(what: string, secret: Secret): Promise<string> {
    const found = await this.#find(secret);
    const text = typeof found === "string" ? found.split(/\r?\n/)[0]?.trim() ?? "" : "";
    if (text !== "") {
      this.conceal(text);
      return text;
    }
    const why = typeof found === "string" ? "it is empty" : found.why;
    throw new SendError(`${what} cannot be had: ${why}`);
  }

  /** Keeps a text, however it is encoded, from being shown. */
  conceal(text: string): void {
    const forms = [text, encodeURIComponent(text), encodeURI(text), JSON.stringify(text)];
    for (const form of forms) this.#known.add(form);
    this.#known.add(base64(text));
  }

  /** The text without what is secret. */
  without(text: string): string {
    const longestFirst = [...this.#known].toSorted((a, b) => b.length - a.length);
    return longestFirst.reduce((left, secret) => left.replaceAll(secret, "…"), text);
  }

  async #find(secret: Secret): Promise<string | { readonly why: string }> {
    const { source } = secret;
    switch (source.from) {
      case "text":
        return secret.text ?? "";
      case "env":
        return this.#deps.env[source.name] ??
          { why: `the environment variable "${source.name}" is not set` };
      case "file":
        return this.#readFile(source.path);
      case "command":
        return await this.#ask(source.args);
    }
  }

  #readFile(path: string): string | { readonly why: string } {
    try {
      return this.#deps.readText(path) ?? { why: `there is no file "${path}"` };
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      return { why: `"${path}" cannot be read: ${error.message}` };
    }
  }

  async #ask([program = "", ...args]: readonly string[]) {
    const { runProgram, signal } = this.#deps;
    const end = await runProgram(program, { args, signal, timeoutMs: this.#timeoutMs });
    if (end === undefined) return { why: `there is no program "${program}" that may be run` };
    if (end.timedOut) return { why: `"${program}" took too long` };
    return end.code === 0 ? end.stdout : { why: `"${program}" ended with exit code ${end.code}` };
  }
}

/** As HTTP and SMTP send passwords. */
function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

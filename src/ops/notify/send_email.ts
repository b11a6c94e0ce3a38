import { createTransport, type Transporter } from "nodemailer";
import type { Settings } from "../../config/schema.ts";
import { type News, type NotifyDeps, SendError } from "./news.ts";
import type { Secrets } from "./secrets.ts";

/** Source: RFC 8314, section 3.3; RFC 5321. */
const PORTS = { starttls: 587, tls: 465, none: 25 } as const;

/** Where a password may go in the clear. */
const LOOPBACK = /^(?:localhost|127\.[\d.]+|::1)$/;

/** What an e-mail is sent with. */
export interface EmailDeps {
  readonly deps: Pick<NotifyDeps, "readText" | "host">;
  readonly settings: Settings;
  readonly secrets: Secrets;
  readonly signal: AbortSignal;
}

/**
 * Sends the news by e-mail.
 *
 * @throws {SendError} and what nodemailer throws
 */
export async function sendEmail(news: News, given: EmailDeps): Promise<void> {
  const { deps, settings, signal } = given;
  const transport = await connect(given);
  const close = () => transport.close();
  signal.addEventListener("abort", close);
  try {
    const sent = transport.sendMail({
      from: { name: "phlb", address: settings["notify.email.from"] ?? `phlb@${deps.host.name}` },
      to: [...settings["notify.email.to"]],
      subject: news.subject,
      text: `${news.text}\n`,
      // Source: RFC 3834, section 5: nobody's holiday reply is to answer it.
      headers: { "Auto-Submitted": "auto-generated" },
    });
    await Promise.race([sent, whenAborted(signal)]);
  } finally {
    signal.removeEventListener("abort", close);
    transport.close();
  }
}

async function connect({ deps, settings, secrets }: EmailDeps): Promise<Transporter> {
  const tls = settings["notify.email.tls"];
  const host = settings["notify.email.host"] ?? "";
  const user = settings["notify.email.user"];
  const ca = readCa(settings["notify.email.ca"], deps);
  if (user !== undefined && tls === "none" && !LOOPBACK.test(host)) {
    throw new SendError('no password is sent in the clear: set "notify.email.tls"');
  }
  const password = settings["notify.email.password"];
  if (user !== undefined && password === undefined) {
    throw new SendError('there is a user and no "notify.email.password"');
  }
  const pass = password && await secrets.read("its password", password);
  return createTransport({
    host,
    port: settings["notify.email.port"] ?? PORTS[tls],
    name: deps.host.name,
    secure: tls === "tls",
    requireTLS: tls === "starttls",
    ignoreTLS: tls === "none",
    ...(ca === undefined ? {} : { tls: { ca } }),
    ...(user === undefined || pass === undefined ? {} : { auth: { user, pass } }),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
}

function readCa(path: string | undefined, { readText }: EmailDeps["deps"]): string | undefined {
  if (path === undefined) return undefined;
  try {
    const text = readText(path);
    if (text !== undefined) return text;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new SendError(`"${path}" cannot be read: ${error.message}`);
  }
  throw new SendError(`there is no file "${path}"`);
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
    if (signal.aborted) reject(signal.reason);
  });
}

import assert from "node:assert/strict";
import { TextLineStream } from "./text_lines.ts";
import { run } from "./run.ts";
import { makeTempDir } from "./temp_dir.ts";

/** What a mail server has taken. */
export interface Mail {
  /** Whether the connection was encrypted. */
  readonly tls: boolean;
  /** Who was logged in. */
  readonly login: string | null;
  readonly from: string;
  readonly to: readonly string[];
  /** Head and body. */
  readonly data: string;
}

/** How a mail server is to be. */
export interface SmtpSinkOptions {
  readonly mode: "none" | "starttls" | "tls";
  /** Empty: nobody has to log in. */
  readonly user?: string;
  readonly password?: string;
}

/** A mail server on 127.0.0.1; ended with the test. */
export interface SmtpSink extends AsyncDisposable {
  readonly port: number;
  /** File with the certificate, which signs itself; for TLS. */
  readonly certificate: string;
  /** The next mail that it has taken or takes. */
  next(): Promise<Mail>;
}

/** Starts one. */
export async function startSmtpSink(
  { mode, user = "", password = "" }: SmtpSinkOptions,
): Promise<SmtpSink> {
  const dir = await makeTempDir();
  const [certificate, key] = [`${dir.path}/cert.pem`, `${dir.path}/key.pem`];
  if (mode !== "none") await makeCertificate(certificate, key);
  const script = new URL("smtp_sink.py", import.meta.url).pathname;
  const server = new Deno.Command("python3", {
    args: [script, mode, user, password, certificate, key],
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const lines = server.stdout.pipeThrough(new TextDecoderStream())
    .pipeThrough(new TextLineStream()).getReader();
  const { value: port } = await lines.read();
  return {
    port: Number(port),
    certificate,
    next: async () => {
      const { value } = await lines.read();
      assert.ok(value !== undefined, "the mail server has ended");
      return JSON.parse(value);
    },
    [Symbol.asyncDispose]: async () => {
      server.kill("SIGKILL");
      await server.status;
      await lines.cancel();
      await dir[Symbol.asyncDispose]();
    },
  };
}

async function makeCertificate(certificate: string, key: string): Promise<void> {
  await run("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"],
    ...["-keyout", key, "-out", certificate, "-days", "2", "-subj", "/CN=localhost"],
    ...["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"],
    ...["-addext", "basicConstraints=critical,CA:FALSE"],
  ]);
}

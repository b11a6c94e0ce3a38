import assert from "node:assert/strict";
import type { NotificationEvent } from "../../../../src/backup/events.ts";
import type { ProgramCall, ProgramEnd } from "../../../../src/base/run_program.ts";
import type { Channel } from "../../../../src/ops/notify/channels.ts";
import type { News, NewsKind } from "../../../../src/ops/notify/news.ts";
import { notify } from "../../../../src/ops/notify/notify.ts";
import { load } from "../../../support/config_deps.ts";
import { startHttpSink } from "../../../support/http_sink.ts";
import { startSmtpSink } from "../../../support/smtp_sink.ts";

const NEWS: News = {
  kind: "failure",
  subject: 'Backup of "fotos é" failed on nb',
  text: "Cannot open <x>\nLog: /l",
  exitCode: 10,
  error: "Cannot open <x>",
};

interface Setting {
  readonly kind?: NewsKind;
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly channel?: Channel;
  readonly signal?: AbortSignal;
  readonly programs?: Readonly<Record<string, (call: ProgramCall) => ProgramEnd>>;
}

/** Sends news as a configuration says, and collects what is told of it. */
async function send(config: string, setting: Setting = {}) {
  const { kind = "failure", env = {}, files = {}, channel, programs = {} } = setting;
  const events: NotificationEvent[] = [];
  const warnings: string[] = [];
  const { main } = load({ files: { "/home/ann/work/phlb.toml": config } });
  const deliveries = await notify(
    {
      env,
      readText: (path) => files[path] ?? Deno.readTextFileSync(path),
      runProgram: (program, call) => Promise.resolve(programs[program]?.(call)),
      host: { name: "nb" },
      signal: setting.signal ?? new AbortController().signal,
      onEvent: (event) => {
        if (event.kind === "notification") events.push(event);
        else warnings.push(event.message);
      },
    },
    { ...NEWS, kind },
    { job: main, ...(channel === undefined ? {} : { channel }) },
  );
  return { deliveries, events, warnings };
}

const WELL = { code: 0, stdout: "", stderr: "", timedOut: false };

for (const mode of ["none", "starttls", "tls"] as const) {
  Deno.test(`e-mail arrives, with tls = "${mode}" and a password`, async () => {
    await using sink = await startSmtpSink({ mode, user: "ann", password: "hunter2" });
    const { warnings, events } = await send(
      `[notify.email]
      host = "127.0.0.1"
      port = ${sink.port}
      tls = "${mode}"
      ca = "${sink.certificate}"
      user = "ann"
      password = { env = "MAIL_WORD" }
      to = ["ann@example.org", "bob@example.org"]`,
      {
        env: { MAIL_WORD: "hunter2" },
        ...(mode === "none" ? { files: { [sink.certificate]: "" } } : {}),
      },
    );
    assert.deepStrictEqual(warnings, []);
    const { data, ...mail } = await sink.next();
    assert.deepStrictEqual(mail, {
      tls: mode !== "none",
      login: "ann",
      from: "<phlb@nb>",
      to: ["<ann@example.org>", "<bob@example.org>"],
    });
    assert.match(data, /^From: phlb <phlb@nb>\r$/m);
    assert.match(data, /^Auto-Submitted: auto-generated\r$/m);
    assert.match(data, /^Subject: =\?UTF-8\?/m);
    assert.match(data, /\r\n\r\nCannot open <x>\r\nLog: \/l\r\n/);
    const told = { kind: "notification", channel: "email", about: "failure", failure: undefined };
    assert.deepStrictEqual(events, [told]);
  });
}

Deno.test("e-mail that cannot be sent is a warning, without what is secret", async () => {
  await using sink = await startSmtpSink({ mode: "starttls", user: "ann", password: "right" });
  const config = (more: string) =>
    `notify.timeout = "20s"
    [notify.email]
    host = "127.0.0.1"
    port = ${sink.port}
    user = "ann"
    to = ["ann@example.org"]
    ${more}`;
  const env = { MAIL_WORD: "hunter2" };
  const ca = `ca = "${sink.certificate}"`;
  const password = 'password = { env = "MAIL_WORD" }';
  for (
    const [more, setting, expected] of [
      [`${ca}\n${password}`, { env }, /535 ann may not log in with …/],
      [password, { env }, /self.?signed certificate|UnknownIssuer|certificate/i],
      [ca, { env }, /there is a user and no "notify\.email\.password"/],
      [
        `${ca}\n${password}`,
        {},
        /its password cannot be had: the environment variable "MAIL_WORD"/,
      ],
      [`ca = "/no"\n${password}`, { env }, /"\/no" cannot be read|there is no file "\/no"/],
      [
        `tls = "none"\nhost = "mail.example.org"\n${password}`,
        { env },
        /no password is sent in the/,
      ],
    ] as const
  ) {
    const text = more.includes("host =")
      ? config(more).replace(/host = "127.*\n/, "")
      : config(more);
    const { deliveries, warnings } = await send(text, setting);
    assert.match(deliveries[0]?.failure ?? "", expected);
    assert.strictEqual(warnings.length, 1);
    assert.match(warnings[0] ?? "", /^Cannot notify by email: /);
    assert.doesNotMatch(warnings.join(), /hunter2|aHVudGVyMg/);
  }
});

Deno.test("a webhook gets a JSON object", async () => {
  await using sink = startHttpSink();
  const { warnings } = await send(`notify.webhook.url = "${sink.url}/hook?x=1"`);
  assert.deepStrictEqual(warnings, []);
  const [request] = sink.requests;
  assert.deepStrictEqual([request?.method, request?.path], ["POST", "/hook?x=1"]);
  assert.strictEqual(request?.headers["content-type"], "application/json");
  assert.deepStrictEqual(JSON.parse(request?.body ?? ""), {
    kind: "failure",
    subject: NEWS.subject,
    text: NEWS.text,
    job: null,
    host: "nb",
    exit_code: 10,
    problems: null,
    snapshot: null,
    error: "Cannot open <x>",
  });
});

Deno.test("a webhook gets a body, a method and headers of one's own", async () => {
  await using sink = startHttpSink();
  await send(
    `[notify.webhook]
    url = { file = "/url" }
    method = "PUT"
    headers = ["Authorization: Bearer {secret}", "X-Subject: {subject}"]
    secret = { command = ["pass", "show", "hook"] }
    body = '{"text": "{subject}: {text}", "code": {exit_code}, "other": {"a": 1}}'`,
    {
      files: { "/url": `${sink.url}/put\n` },
      programs: {
        pass: ({ args }) => ({ ...WELL, stdout: `${args.join("-")}\nsecond line\n` }),
      },
    },
  );
  const [request] = sink.requests;
  assert.strictEqual(request?.method, "PUT");
  assert.strictEqual(request.headers["authorization"], "Bearer show-hook");
  assert.match(request.headers["x-subject"] ?? "", /^=\?UTF-8\?B\?[\w+/=]+\?=$/);
  assert.deepStrictEqual(JSON.parse(request.body), {
    text: `${NEWS.subject}: ${NEWS.text}`,
    code: 10,
    other: { a: 1 },
  });
});

Deno.test("ntfy gets title, priority and token", async () => {
  await using sink = startHttpSink();
  await send(
    `[notify.ntfy]\nurl = "${sink.url}/topic"\ntoken = { env = "T" }\non = ["success", "failure"]`,
    { env: { T: "tk_1" } },
  );
  const [request] = sink.requests;
  assert.deepStrictEqual([request?.method, request?.path], ["POST", "/topic"]);
  assert.strictEqual(request?.body, NEWS.text);
  assert.strictEqual(request.headers["authorization"], "Bearer tk_1");
  assert.strictEqual(request.headers["priority"], "4");
  const title = /^=\?UTF-8\?B\?(.*)\?=$/.exec(request.headers["title"] ?? "")?.[1] ?? "";
  const bytes = Uint8Array.from(atob(title), (letter) => letter.charCodeAt(0));
  assert.strictEqual(new TextDecoder().decode(bytes), NEWS.subject);
});

Deno.test("a service that waits for signs of life gets them under its addresses", async () => {
  await using sink = startHttpSink();
  const config = `notify.ping.url = "${sink.url}/uuid/?rid=1"`;
  for (const kind of ["start", "success", "problem", "failure", "overdue"] as const) {
    await send(config, { kind });
  }
  await send(`${config}\nnotify.ping.problem = "success"`, { kind: "problem" });
  assert.deepStrictEqual(sink.requests.map(({ path }) => path), [
    "/uuid/start?rid=1",
    "/uuid?rid=1",
    "/uuid/fail?rid=1",
    "/uuid/fail?rid=1",
    "/uuid?rid=1",
  ]);
});

Deno.test("each channel is told of what its list has alone; a test goes to all", async () => {
  await using sink = startHttpSink();
  const config = `[notify]
    desktop.on = ["success"]
    ntfy.url = "${sink.url}/ntfy"
    webhook.url = "${sink.url}/webhook"
    webhook.on = ["overdue"]`;
  const programs = { "notify-send": () => WELL };
  const channels = async (kind: NewsKind) =>
    (await send(config, { kind, programs })).deliveries.map(({ channel }) => channel);
  assert.deepStrictEqual(await channels("success"), ["desktop"]);
  assert.deepStrictEqual(await channels("failure"), ["ntfy"]);
  assert.deepStrictEqual(await channels("overdue"), ["webhook", "ntfy"]);
  assert.deepStrictEqual(await channels("start"), []);
  assert.deepStrictEqual(await channels("test"), ["desktop", "webhook", "ntfy"]);
  const one = await send(config, { kind: "test", channel: "ntfy" });
  assert.deepStrictEqual(one.deliveries.map(({ channel }) => channel), ["ntfy"]);
});

Deno.test("the desktop is reached by the first program that is there", async () => {
  const calls: string[][] = [];
  const note = (name: string) => ({ args }: ProgramCall) => {
    calls.push([name, ...args]);
    return WELL;
  };
  const config = 'notify.desktop.on = ["failure"]';
  await send(config, { programs: { "notify-send": note("n"), "osascript": note("o") } });
  await send(config, { programs: { "osascript": note("o") } });
  await send(config, { programs: { "powershell": note("p") } });
  assert.deepStrictEqual(calls[0], [
    "n",
    "--app-name=phlb",
    "--urgency=critical",
    "--",
    NEWS.subject,
    "Cannot open &lt;x&gt;\nLog: /l",
  ]);
  assert.deepStrictEqual([calls[1]?.[0], calls[1]?.at(-2)], ["o", NEWS.subject]);
  assert.strictEqual(calls[2]?.[0], "p");
  const { warnings } = await send(config);
  assert.match(warnings[0] ?? "", /desktop: there is no notify-send, osascript or powershell$/);
});

Deno.test("a server that fails, redirects or is not there is a warning that has no secret", async () => {
  await using sink = startHttpSink((path) =>
    path.startsWith("/moved")
      ? new Response(null, { status: 302, headers: { location: "/elsewhere" } })
      : new Response("no", { status: 503, statusText: "hunter2 is busy" })
  );
  const config = (url: string) => `notify.ntfy.url = "${url}"`;
  for (
    const [url, expected] of [
      [`${sink.url}/hunter2`, /^http:\/\/127\.0\.0\.1:\d+ answered 503/],
      [`${sink.url}/moved/hunter2`, /^http:\/\/127\.0\.0\.1:\d+ answered 302/],
      ["http://127.0.0.1:2/hunter2", /^http:\/\/127\.0\.0\.1:2 cannot be reached: .*refused/],
    ] as const
  ) {
    const { deliveries, warnings } = await send(config(url));
    assert.match(deliveries[0]?.failure ?? "", expected);
    assert.doesNotMatch(warnings.join(), /\/hunter2/);
  }
  assert.ok(sink.requests.every(({ path }) => path !== "/elsewhere"));
});

Deno.test("a server that does not answer is waited for as long as notify.timeout says", async () => {
  const never = Promise.withResolvers<Response>();
  await using sink = startHttpSink(() => never.promise);
  const config = `notify.timeout = "0.2s"\nnotify.ntfy.url = "${sink.url}/t"`;
  const { deliveries } = await send(config);
  assert.strictEqual(deliveries[0]?.failure, "it took too long");
  const stopped = await send(config.replace("0.2s", "60s"), { signal: AbortSignal.abort() });
  assert.strictEqual(stopped.deliveries[0]?.failure, "it was interrupted");
  never.resolve(new Response());
});

Deno.test("a secret that cannot be had is told by where it was to come from", async () => {
  const ntfy = (secret: string) => `[notify.ntfy]\nurl = "http://127.0.0.1:1"\ntoken = ${secret}`;
  const programs = {
    fails: () => ({ ...WELL, code: 2, stdout: "hunter2", stderr: "hunter2" }),
    empty: () => ({ ...WELL, stdout: "\n" }),
  };
  for (
    const [secret, expected] of [
      ['{ env = "X" }', 'the environment variable "X" is not set'],
      ['{ command = ["missing"] }', 'there is no program "missing" that may be run'],
      ['{ command = ["fails"] }', '"fails" ended with exit code 2'],
      ['{ command = ["empty"] }', "it is empty"],
    ] as const
  ) {
    const { deliveries } = await send(ntfy(secret), { programs });
    assert.strictEqual(deliveries[0]?.failure, `its token cannot be had: ${expected}`);
  }
  const { deliveries } = await send(ntfy('{ file = "/nonexistent/x" }'), { programs });
  assert.match(deliveries[0]?.failure ?? "", /"\/nonexistent\/x" cannot be read: /);
});

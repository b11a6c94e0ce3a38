import type { Spec } from "./setting_spec.ts";

/** What a notification can be about. */
export const NEWS_KINDS = ["failure", "problem", "overdue", "success"] as const;

const TROUBLE = ["failure", "problem", "overdue"] as const;

const SECRET = 'A secret: { env = "NAME" }, { file = "PATH" } or { command = ["PROGRAM", …] }.';

const URL_SECRET = "May be a secret as well; what stands here is not copied into snapshots.";

/** The keys of the `[notify]` table and those below it, see `SCHEMA`. */
export const NOTIFY_SCHEMA = {
  "notify.timeout": {
    type: "duration",
    default: "30s",
    description: "How long one notification may take. One that fails is a warning.",
    example: "10s",
  },
  "notify.desktop.on": {
    type: "words",
    choices: NEWS_KINDS,
    default: [],
    description: "What to show on the desktop (notify-send, osascript or PowerShell): failure: " +
      "no snapshot came of it; problem: exit code 3; overdue: there was no backup for too long; " +
      "success.",
    example: ["failure", "overdue"],
  },
  "notify.email.on": {
    type: "words",
    choices: NEWS_KINDS,
    default: TROUBLE,
    description: "What to send an e-mail about, once there are host and to.",
    example: ["failure"],
  },
  "notify.email.host": {
    type: "string",
    rule: "host",
    description: "The mail server (SMTP).",
    example: "mail.example.org",
  },
  "notify.email.port": {
    type: "integer",
    min: 1,
    max: 65_535,
    description: 'Its port. By tls: 587 for "starttls", 465 for "tls", 25 for "none".',
    example: 2525,
  },
  "notify.email.tls": {
    type: "choice",
    choices: ["starttls", "tls", "none"],
    default: "starttls",
    description: 'How the connection is kept secret. Without it ("none") there is no password.',
    example: "tls",
  },
  "notify.email.ca": {
    type: "path",
    description: "File (PEM) with the certificate that signed the mail server's own, where no " +
      "public authority did.",
    example: "/etc/ssl/private-ca.pem",
  },
  "notify.email.user": {
    type: "string",
    description: "Name to log in with at the mail server. No login without it.",
    example: "ann",
  },
  "notify.email.password": {
    type: "secret",
    description: `Password of that user. ${SECRET}`,
    example: { file: "~/.config/phlb/mail-password" },
  },
  "notify.email.from": {
    type: "string",
    rule: "address",
    description: "Sender of the e-mail. phlb@ and the name of this machine when it is not set.",
    example: "phlb@example.org",
  },
  "notify.email.to": {
    type: "strings",
    rule: "address",
    default: [],
    description: "Who gets the e-mail.",
    example: ["ann@example.org"],
  },
  "notify.webhook.on": {
    type: "words",
    choices: NEWS_KINDS,
    default: TROUBLE,
    description: "What to call the webhook for, once there is its url.",
    example: ["failure", "success"],
  },
  "notify.webhook.url": {
    type: "secret",
    plain: "call-url",
    description: `Address to call. ${URL_SECRET}`,
    example: "https://chat.example.org/hooks/phlb",
  },
  "notify.webhook.method": {
    type: "choice",
    choices: ["POST", "PUT", "GET"],
    default: "POST",
    description: "How to call it. GET has no body.",
    example: "PUT",
  },
  "notify.webhook.headers": {
    type: "strings",
    rule: "header",
    default: [],
    description: "Lines for the head of the request. Content-Type is application/json otherwise.",
    example: ["Content-Type: text/plain", "Authorization: Bearer {secret}"],
  },
  "notify.webhook.body": {
    type: "string",
    description: "What to send. {kind}, {subject}, {text}, {job}, {host}, {exit_code}, " +
      "{problems}, {snapshot}, {error} and {secret} stand for what they say, in JSON as the " +
      "inside of its quotes. All of these as a JSON object when it is not set.",
    example: '{"text": "{subject}"}',
  },
  "notify.webhook.secret": {
    type: "secret",
    description: `What {secret} stands for in headers and body. ${SECRET}`,
    example: { env: "CHAT_TOKEN" },
  },
  "notify.ntfy.on": {
    type: "words",
    choices: NEWS_KINDS,
    default: TROUBLE,
    description: "What to publish at an ntfy server, once there is its url.",
    example: ["failure"],
  },
  "notify.ntfy.url": {
    type: "secret",
    plain: "call-url",
    description: `Address of the topic. ${URL_SECRET}`,
    example: "https://ntfy.sh/a-name-that-nobody-guesses",
  },
  "notify.ntfy.token": {
    type: "secret",
    description: `Access token of the server. ${SECRET}`,
    example: { command: ["secret-tool", "lookup", "service", "ntfy"] },
  },
  "notify.ping.url": {
    type: "secret",
    plain: "call-url",
    description: "Address to call as healthchecks.io wants it: with /start behind it when a " +
      `backup begins, as it is when it is done, with /fail when it failed. ${URL_SECRET}`,
    example: "https://hc-ping.com/5f1bbd64-0000-4000-8000-000000000000",
  },
  "notify.ping.problem": {
    type: "choice",
    choices: ["fail", "success"],
    default: "fail",
    description: "What a backup with problems (exit code 3) is there.",
    example: "success",
  },
} as const satisfies Record<string, Spec>;

import assert from "node:assert/strict";
import { makeHookPlace } from "../support/hook_place.ts";
import { startHttpSink } from "../support/http_sink.ts";
import type { Outcome } from "../support/run.ts";
import { startSmtpSink } from "../support/smtp_sink.ts";

Deno.test("a backup tells that it begins and how it ended, and shows no secret anywhere", async () => {
  await using sink = startHttpSink();
  await using place = await makeHookPlace();
  await place.configure(`[notify]
ping.url = "${sink.url}/ping-hunter2"
webhook.url = { env = "HOOK_URL" }
webhook.on = ["success", "problem", "failure"]
webhook.headers = ["Authorization: Bearer {secret}"]
webhook.secret = { command = ["echo", "hunter2"] }
[hooks]
run_after = '''test ! -e @/fail'''
`);
  const env = { HOOK_URL: `${sink.url}/hook-hunter2` };
  const well = await place.phlb(["backup", "-vv"], { env });
  assert.strictEqual(well.code, 0, well.stderr);
  const snapshot = place.latest();
  const [start, ...ends] = sink.requests.splice(0);
  assert.strictEqual(start?.path, "/ping-hunter2/start");
  assert.deepStrictEqual(ends.map(({ path }) => path).toSorted(), [
    "/hook-hunter2",
    "/ping-hunter2",
  ]);
  const hook = ends.find(({ path }) => path === "/hook-hunter2");
  assert.strictEqual(hook?.headers["authorization"], "Bearer hunter2");
  const { kind, exit_code, problems, snapshot: told, text } = JSON.parse(hook.body);
  assert.deepStrictEqual([kind, exit_code, problems, told], ["success", 0, 0, snapshot]);
  assert.match(text, /Backup complete/);
  assert.match(text, new RegExp(`Log: ${snapshot}-backup\\.log$`));

  await Deno.writeTextFile(`${place.dir}/fail`, "");
  const problem = await place.phlb(["backup", "--json"], { env });
  assert.strictEqual(problem.code, 3, problem.stderr);
  await Deno.remove(place.root, { recursive: true });
  const german = { ...env, LC_ALL: "de_DE.UTF-8" };
  const failure = await place.phlb(["backup"], { env: german });
  assert.strictEqual(failure.code, 10, failure.stderr);
  const bodies = sink.requests.filter(({ path }) => path === "/hook-hunter2")
    .map(({ body }) => JSON.parse(body));
  assert.deepStrictEqual(bodies.map((body) => body.kind), ["problem", "failure"]);
  assert.match(bodies[0].subject, /^Backup of "\/.*\/source" is done on \S+, not all is well$/);
  // People are told in their language, programs are not.
  assert.match(bodies[1].subject, /^Sicherung von „\/.*\/source“ auf \S+ ist fehlgeschlagen$/);
  assert.match(bodies[1].text, /^Kann den Sicherungsort .* nicht öffnen: /);
  assert.match(bodies[1].error, /^Cannot open the backup root /);
  assert.deepStrictEqual(
    sink.requests.map(({ path }) => path).filter((path) => path.endsWith("/fail")).length,
    2,
  );
  assertTold(problem);
  assertSecret([well, problem, failure]);
  assertSecret([
    await place.phlb(["config", "show", "--origin"], { env }),
    await place.phlb(["config", "show", "--json"], { env }),
  ]);
});

/** The messages of a backup with a problem. */
function assertTold({ stdout }: Outcome): void {
  const messages = stdout.trimEnd().split("\n").map((line) => JSON.parse(line))
    .filter(({ message_type }) => message_type === "notification");
  assert.deepStrictEqual(messages.map(({ channel, kind, sent }) => [channel, kind, sent]).sort(), [
    ["ping", "problem", true],
    ["ping", "start", true],
    ["webhook", "problem", true],
  ]);
}

/** What the command that tells the secret is called is no secret. */
function assertSecret(outcomes: readonly Outcome[]): void {
  for (const { stdout, stderr } of outcomes) {
    assert.doesNotMatch(`${stdout}${stderr}`.replaceAll(/"echo", ?"hunter2"/g, ""), /hunter2/);
  }
}

Deno.test("a notification that fails is told, and changes nothing else", async () => {
  await using place = await makeHookPlace();
  await place.configure('notify.ping.url = "http://127.0.0.1:2/hunter2"\n');
  const { code, stderr } = await place.phlb(["backup"]);
  assert.strictEqual(code, 0, stderr);
  const warnings = stderr.split("\n").filter((line) => line.startsWith("Warning: "));
  assert.strictEqual(warnings.length, 2, stderr);
  for (const warning of warnings) {
    assert.match(
      warning,
      /^Warning: Cannot notify by ping: http:\/\/127\.0\.0\.1:2 cannot be reach/,
    );
  }
  const log = await Deno.readTextFile(`${place.latest()}-config.toml`);
  assert.match(log, /^# url is set, and not shown: it may be a secret/m);
  for (const { name } of Deno.readDirSync(`${place.root}/source`)) {
    if (/\.(?:toml|log|txt|json)$/.test(name)) {
      assert.doesNotMatch(await Deno.readTextFile(`${place.root}/source/${name}`), /hunter2/);
    }
  }
  const dry = await place.phlb(["backup", "--dry-run"]);
  assert.doesNotMatch(dry.stderr, /notify/);
});

Deno.test("phlb notify test sends one through each channel, or the one that is named", async () => {
  await using sink = await startSmtpSink({ mode: "starttls", user: "ann", password: "hunter2" });
  await using place = await makeHookPlace();
  await place.configure(`[notify.email]
host = "127.0.0.1"
port = ${sink.port}
ca = "${sink.certificate}"
user = "ann"
password = { file = "@/word" }
to = ["ann@example.org"]
[notify.ping]
url = "http://127.0.0.1:2/x"
`);
  await Deno.writeTextFile(`${place.dir}/word`, "hunter2\n");
  const email = await place.phlb(["notify", "test", "email"]);
  assert.deepStrictEqual([email.code, email.stdout, email.stderr], [0, "email: sent\n", ""]);
  const mail = await sink.next();
  assert.deepStrictEqual([mail.tls, mail.login], [true, "ann"]);
  assert.match(mail.data, /^Subject: Test from phlb on /m);
  const all = await place.phlb(["notify", "test", "--json"]);
  assert.strictEqual(all.code, 1, all.stderr);
  const results = all.stdout.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepStrictEqual(results.map(({ channel, kind, sent }) => [channel, kind, sent]), [
    ["email", "test", true],
    ["ping", "test", false],
  ]);
  assert.match(results[1].error, /^http:\/\/127\.0\.0\.1:2 cannot be reached: /);
  const none = await place.phlb(["notify", "test", "ntfy"]);
  assert.strictEqual(none.code, 2, none.stderr);
  assert.match(
    none.stderr,
    /^Error: Cannot send a test: ntfy is not configured\nHint: Set "notify/,
  );
});

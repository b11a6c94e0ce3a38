/**
 * What schedulers themselves, or parsers of their formats, make of what we write for them.
 *
 * @module
 */
import assert from "node:assert/strict";
import { renderCronBlock } from "../../src/ops/schedule/cron_lines.ts";
import { renderPlist } from "../../src/ops/schedule/launchd_plist.ts";
import { renderService, renderTimer } from "../../src/ops/schedule/systemd_units.ts";
import { renderTask } from "../../src/ops/schedule/windows_task.ts";
import { projectDir } from "../support/phlb.ts";
import { run, runAnyhow } from "../support/run.ts";
import { makeScheduledJob } from "../support/scheduled_job.ts";
import { makeTempDir } from "../support/temp_dir.ts";

/** Everything that means something to somebody. */
const ODD = `sp ace %h %% $HOME $$ "q" 'a' \\b \\n ;#&|<>*~ \`x\` é ü 日本 !{}()[]`;
const ODD_ENV = { PHLB_NOTE: ODD, XDG_STATE_HOME: "/state home" };

/** The words of a command as systemd dumps it: in quotes, with the escapes of C. */
function dumpedWords(line: string): string[] {
  const words: string[] = [];
  for (const [, quoted, plain] of line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)) {
    words.push(plain ?? (quoted ?? "").replaceAll(/\\(.)/g, (_, c) => c === "n" ? "\n" : c));
  }
  return words;
}

/** What systemd has understood of units, as it would start them. */
async function dumpUnits(units: Readonly<Record<string, string>>, unit: string): Promise<string> {
  await using temp = await makeTempDir();
  await Deno.mkdir(`${temp.path}/units`);
  await Deno.mkdir(`${temp.path}/run`, { mode: 0o700 });
  for (const [name, text] of Object.entries(units)) {
    await Deno.writeTextFile(`${temp.path}/units/${name}`, text);
  }
  await run("chown", ["-R", "65534:65534", temp.path]);
  const env = {
    PATH: "/usr/bin:/bin",
    HOME: temp.path,
    XDG_RUNTIME_DIR: `${temp.path}/run`,
    SYSTEMD_UNIT_PATH: `${temp.path}/units:`,
  };
  const args = ["--reuid=65534", "--regid=65534", "--clear-groups", "/lib/systemd/systemd"];
  const test = [...args, "--test", "--user", `--unit=${unit}`, "--log-target=console"];
  const { stdout, stderr } = await runAnyhow("setpriv", test, { env });
  const dump = stdout + stderr;
  const start = dump.indexOf(`-> Unit ${unit}:`);
  assert.ok(start >= 0, dump.slice(-3000));
  return dump.slice(start, dump.indexOf("-> Unit ", start + 10));
}

Deno.test("systemd reads odd paths of a service as they are", async () => {
  const job = makeScheduledJob({
    source: `/source/${ODD}`,
    root: `/root/${ODD}`,
    cwd: `/cwd/${ODD}\nline`,
    program: ["/bin/true", `/main ${ODD}`],
    env: ODD_ENV,
    lines: ["nice = 12", 'ionice = "best-effort:6"', 'timeout = "2h"', 'writable = ["/extra"]'],
  });
  const dump = await dumpUnits(
    { "phlb-docs.service": renderService(job, "system") },
    "phlb-docs.service",
  );
  const fieldOf = (name: string) => new RegExp(`^\\s+${name}: (.*)$`, "m").exec(dump)?.[1] ?? "";
  const words = dumpedWords(fieldOf("Command Line"));
  // "$$" is "$" only when the command is started.
  const expected = job.command.map((word, i) => i === 0 ? word : word.replaceAll("$", "$$$$"));
  assert.deepStrictEqual(words, expected);
  assert.strictEqual(
    fieldOf("ReadWritePaths"),
    `-/root/${ODD} -/home/ann/.local/state/phlb -/extra`,
  );
  assert.strictEqual(fieldOf("ReadOnlyPaths"), `-/source/${ODD}`);
  assert.ok(dump.includes(`Environment: PHLB_NOTE=${ODD}\n`), dump);
  assert.ok(dump.includes("Environment: XDG_STATE_HOME=/state home\n"));
  assert.ok(dump.includes("Environment: HOME=/home/ann\n"));
  assert.strictEqual(fieldOf("Nice"), "12");
  assert.match(dump, /IOSchedulingClass: best-effort[^]*IOPriority: 6/);
  assert.match(dump, /TimeoutStartSec: 2h 15min/);
  assert.match(dump, /ProtectSystem: strict/);
  assert.match(dump, /LockPersonality: yes/);
  assert.match(dump, /PrivateTmp: yes/);
});

Deno.test("systemd verifies services and timers of the system and of a user without a word", async () => {
  await using temp = await makeTempDir();
  const names = await Promise.all(
    ["daily 02:30", "0 0 1,15 * mon", "weekly sunday 03:00; every 6h", "monthly last 04:00"]
      .flatMap(
        (every, i) =>
          (["system", "user"] as const).map(async (scope) => {
            const name = `${temp.path}/phlb-${scope}${i}`;
            const lines = i === 1
              ? ["catch_up = false", "hardened = false"]
              : ['randomized_delay = "15m"', "network = true"];
            const job = makeScheduledJob({ every, lines, program: ["/bin/true"], root: "/tmp/x" });
            await Deno.writeTextFile(`${name}.service`, renderService(job, scope));
            await Deno.writeTextFile(`${name}.timer`, renderTimer(job));
            return [`${name}.service`, `${name}.timer`];
          }),
      ),
  );
  const { code, stdout, stderr } = await runAnyhow("systemd-analyze", ["verify", ...names.flat()]);
  const ours = `${stdout}${stderr}`.split("\n").filter((line) => line.includes("phlb"));
  assert.deepStrictEqual([code, ours], [0, []]);
});

Deno.test("a timer says when, catches up each hour unless told not to, and may be late at random", async () => {
  const job = makeScheduledJob({ lines: ['randomized_delay = "15m"'], program: ["/bin/true"] });
  const units = { "phlb-docs.service": renderService(job, "user") };
  const dump = await dumpUnits(
    { ...units, "phlb-docs.timer": renderTimer(job) },
    "phlb-docs.timer",
  );
  assert.match(dump, /OnCalendar: \*-\*-\* 02:30:00/);
  assert.match(dump, /OnCalendar: \*-\*-\* \*:\d\d:00/);
  assert.match(dump, /Persistent: yes/);
  assert.match(renderTimer(job), /^RandomizedDelaySec=900$/m);
  const strict = renderTimer(makeScheduledJob({ lines: ["catch_up = false"] }));
  assert.deepStrictEqual(strict.match(/^OnCalendar=.*|^Persistent=.*/gm), [
    "OnCalendar=*-*-* 02:30:00",
    "Persistent=false",
  ]);
});

Deno.test("a shell, as cron starts it, takes odd paths of a crontab's command as they are", async () => {
  await using temp = await makeTempDir();
  const dir = `${temp.path}/${ODD.replaceAll("/", "")}\nline`;
  await Deno.mkdir(dir);
  const program = `${dir}/show`;
  await Deno.writeTextFile(program, '#!/bin/sh\nprintf "%s\\0" "$@" "$PHLB_NOTE"\n', {
    mode: 0o755,
  });
  const job = makeScheduledJob({
    program: [program],
    cwd: `/cwd/${ODD}\nline`,
    env: { PHLB_NOTE: ODD },
    lines: ['randomized_delay = "10m"'],
  });
  const lines = renderCronBlock(job).trimEnd().split("\n").filter((line) => !line.startsWith("#"));
  assert.strictEqual(lines.length, 2);
  for (const line of lines) {
    const command = line.split(" ").slice(5).join(" ");
    assert.doesNotMatch(command, /[%\\]/, "cron has its own ideas of these");
    const shown = (await run("dash", ["-c", command])).split("\0").slice(0, -1);
    assert.deepStrictEqual(shown, [...job.command.slice(1), "--quiet", "--delay", "10m", ODD]);
  }
});

const PLIST_DTD = `
<!ENTITY % plistObject "(array | data | date | dict | real | integer | string | true | false)">
<!ELEMENT plist %plistObject;>
<!ATTLIST plist version CDATA "1.0">
<!ELEMENT array (%plistObject;)*>
<!ELEMENT dict (key, %plistObject;)*>
<!ELEMENT key (#PCDATA)>
<!ELEMENT string (#PCDATA)>
<!ELEMENT data (#PCDATA)>
<!ELEMENT date (#PCDATA)>
<!ELEMENT true EMPTY>
<!ELEMENT false EMPTY>
<!ELEMENT real (#PCDATA)>
<!ELEMENT integer (#PCDATA)>
`;

const PLIST_JSON =
  "import sys, json, plistlib; print(json.dumps(plistlib.load(open(sys.argv[1], 'rb'))))";

Deno.test("a property list is valid, and read as it was meant", async () => {
  await using temp = await makeTempDir();
  const job = makeScheduledJob({
    every: "Mon,Thu 02:30; 0 4 1 * fri",
    cwd: `/cwd/${ODD}\nline`,
    env: ODD_ENV,
    lines: ["nice = 5", 'ionice = "idle"', 'randomized_delay = "1m"'],
  });
  const logPath = "/Library/Logs/phlb & co.log";
  const path = `${temp.path}/a.plist`;
  await Deno.writeTextFile(path, renderPlist(job, { logPath, scope: "system" }));
  await Deno.writeTextFile(`${temp.path}/plist.dtd`, PLIST_DTD);
  const dtd = ["--noout", "--nonet", "--dtdvalid", `${temp.path}/plist.dtd`];
  await run("xmllint", [...dtd, path]);
  const plist = JSON.parse(await run("/usr/bin/python3", ["-c", PLIST_JSON, path]));
  assert.deepStrictEqual(plist["ProgramArguments"], [...job.command, "--quiet", "--delay", "1m"]);
  assert.deepStrictEqual(plist["EnvironmentVariables"], { HOME: "/home/ann", ...ODD_ENV });
  const intervals: { Hour?: number; Minute: number }[] = plist["StartCalendarInterval"];
  assert.deepStrictEqual(intervals.filter(({ Hour }) => Hour !== undefined), [
    { Weekday: 1, Hour: 2, Minute: 30 },
    { Weekday: 4, Hour: 2, Minute: 30 },
    { Day: 1, Hour: 4, Minute: 0 },
    { Weekday: 5, Hour: 4, Minute: 0 },
  ]);
  assert.strictEqual(intervals.length, 5, "and one for each hour");
  const { Label, Nice, LowPriorityIO, StandardErrorPath } = plist;
  assert.deepStrictEqual(
    [Label, Nice, LowPriorityIO, StandardErrorPath],
    ["net.phlb.docs", 5, true, logPath],
  );
});

/** As CommandLineToArgvW does. */
const WINDOWS_ARGV = `
import sys, json, xml.etree.ElementTree as ET
ns = {"t": "http://schemas.microsoft.com/windows/2004/02/mit/task"}
exec_ = ET.parse(sys.argv[1]).getroot().find("t:Actions/t:Exec", ns)
text, args, arg, quoted, i, begun = exec_.find("t:Arguments", ns).text, [], "", False, 0, False
while i < len(text):
    slashes = 0
    while i < len(text) and text[i] == "\\\\":
        slashes += 1; i += 1
    if i < len(text) and text[i] == '"':
        arg += "\\\\" * (slashes // 2)
        if slashes % 2: arg += '"'
        else: quoted = not quoted
        begun = True; i += 1
        continue
    arg += "\\\\" * slashes
    begun = begun or slashes > 0
    if i >= len(text): break
    if text[i] in " \\t" and not quoted:
        if begun: args.append(arg)
        arg, begun = "", False
    else:
        arg += text[i]; begun = True
    i += 1
if begun: args.append(arg)
print(json.dumps([exec_.find("t:Command", ns).text] + args))
`;

Deno.test("a task for Windows fits its schema, and its arguments come apart as they were", async () => {
  await using temp = await makeTempDir();
  const schema = `${projectDir()}tests/fixtures/task_scheduler.xsd`;
  const times = [
    "daily 02:30",
    "weekdays 18:00; monthly last 04:00",
    "every 15 minutes",
    "*-01,07-01,15 03:05:30",
    "Sat *-06-* 10:00",
    "0 8-18 * * 1-5",
  ];
  for (const [i, every] of times.entries()) {
    const cwd = `C:\\Users\\Ann "A" & Söhne\\${i === 0 ? "end\\" : ODD}`;
    const job = makeScheduledJob({
      every,
      program: ["C:\\Program Files\\phlb & co\\phlb.exe"],
      lines: ['randomized_delay = "15m"', 'timeout = "4h"', "on_battery = false", "nice = 15"],
    });
    const command = job.command.map((word) => word === "/home/ann" ? cwd : word);
    const path = `${temp.path}/task.xml`;
    await Deno.writeTextFile(
      path,
      renderTask({ ...job, command }, i % 2 === 0 ? "user" : "system"),
    );
    await run("xmllint", ["--noout", "--nonet", "--schema", schema, path]);
    const argv = JSON.parse(await run("/usr/bin/python3", ["-c", WINDOWS_ARGV, path]));
    assert.deepStrictEqual(argv, [...command, "--quiet"], every);
  }
});

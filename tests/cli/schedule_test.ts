import assert from "node:assert/strict";
import { makePlace } from "../support/backup_place.ts";
import { phlbCommand, phlbEnvironment, runPhlb } from "../support/phlb.ts";
import { type Outcome, run, runAnyhow } from "../support/run.ts";
import { makeTempDir, type TempDir } from "../support/temp_dir.ts";

const PATH = Deno.env.get("PATH") ?? "";

/** Programs in front of the real ones that write down how they were called. */
async function fakePrograms(temp: TempDir, scripts: Readonly<Record<string, string>>) {
  await Deno.mkdir(`${temp.path}/bin`);
  const log = `${temp.path}/calls`;
  for (const [name, script] of Object.entries(scripts)) {
    const text = `#!/bin/sh\nprintf '%s %s\\n' ${name} "$*" >> ${log}\n${script}\n`;
    await Deno.writeTextFile(`${temp.path}/bin/${name}`, text, { mode: 0o755 });
  }
  return {
    env: { PATH: `${temp.path}/bin:${PATH}` },
    calls: () => {
      const lines = Deno.readTextFileSync(log).trim().split("\n");
      Deno.writeTextFileSync(log, "");
      return lines;
    },
  };
}

const TOML = `
destination = "root"
[schedule]
every = "daily 02:30"
[[job]]
id = "docs"
source = "source"
[[job]]
id = "photos"
source = "photos"
schedule.every = "Mon..Fri 18:00"
`;

/** A configuration with two jobs beside a home directory. */
async function makeConfig(toml = TOML): Promise<TempDir> {
  const temp = await makeTempDir();
  await Deno.mkdir(`${temp.path}/home`);
  for (const dir of ["source", "photos", "root"]) await Deno.mkdir(`${temp.path}/${dir}`);
  await Deno.writeTextFile(`${temp.path}/source/a`, "a");
  await Deno.writeTextFile(`${temp.path}/phlb.toml`, toml);
  return temp;
}

function namesIn(dir: string): string[] {
  return [...Deno.readDirSync(dir)].map(({ name }) => name).sort();
}

Deno.test("phlb schedule install enables timers of the user, and remove takes exactly these away", async () => {
  await using temp = await makeConfig();
  const programs = await fakePrograms(temp, { systemctl: "", loginctl: "echo Linger=no" });
  const units = `${temp.path}/home/.config/systemd/user`;
  const env = { ...programs.env, HOME: `${temp.path}/home` };
  const schedule = (...args: string[]) => runPhlb(["schedule", ...args], { cwd: temp.path, env });
  const kind = ["--user", "--backend", "systemd"];
  await Deno.mkdir(units, { recursive: true });
  await Deno.writeTextFile(`${units}/phlb-own.timer`, "[Timer]\n# somebody's own\n");
  const installed = await schedule("install", ...kind);
  assert.strictEqual(installed.code, 0, installed.stderr);
  assert.match(installed.stdout, /Scheduled the job "docs" by systemd: daily 02:30/);
  assert.match(installed.stderr, /enable-linger/);
  assert.match(installed.stderr, /never been used as a backup root\. Run phlb backup once by hand/);
  assert.deepStrictEqual(programs.calls().filter((line) => line.startsWith("systemctl")), [
    "systemctl --user daemon-reload",
    "systemctl --user enable phlb-docs.timer",
    "systemctl --user restart phlb-docs.timer",
    "systemctl --user daemon-reload",
    "systemctl --user enable phlb-photos.timer",
    "systemctl --user restart phlb-photos.timer",
  ]);
  const names = ["phlb-docs", "phlb-photos"].flatMap((
    unit,
  ) => [`${unit}.service`, `${unit}.timer`]);
  assert.deepStrictEqual(namesIn(units), [...names, "phlb-own.timer"].sort());
  const listed = await schedule("list", ...kind, "--json");
  const rows = listed.stdout.trim().split("\n").map((line) => JSON.parse(line));
  assert.deepStrictEqual(
    rows.map(({ job, installed, every }) => [job, installed, every]),
    [["docs", true, "daily 02:30"], ["photos", true, "Mon..Fri 18:00"]],
  );
  // A job that is gone from the configuration goes as well.
  await Deno.writeTextFile(
    `${temp.path}/phlb.toml`,
    TOML.replace(/\[\[job\]\]\nid = "photos"[^]*/, ""),
  );
  const removed = await schedule("remove", ...kind);
  assert.deepStrictEqual([removed.code, removed.stdout.trim().split("\n").length], [0, 2]);
  assert.deepStrictEqual(namesIn(units), ["phlb-own.timer"]);
  assert.deepStrictEqual(programs.calls().slice(0, 2), [
    "systemctl --user disable --now phlb-docs.timer",
    "systemctl --user daemon-reload",
  ]);
  assert.match((await schedule("remove", ...kind)).stderr, /nothing of phlb/);
});

Deno.test("phlb schedule install leaves nothing behind when systemd refuses, and what is not ours alone", async () => {
  await using temp = await makeConfig();
  const programs = await fakePrograms(temp, { systemctl: "echo no bus >&2; exit 1" });
  const units = `${temp.path}/home/.config/systemd/user`;
  const env = { ...programs.env, HOME: `${temp.path}/home` };
  const kind = ["--user", "--backend", "systemd"];
  const install = (...args: string[]) =>
    runPhlb(["schedule", "install", ...kind, ...args], { cwd: temp.path, env });
  const failed = await install("--json");
  assert.strictEqual(failed.code, 1);
  const { error_code, message } = JSON.parse(failed.stderr.trim().split("\n").at(-1) ?? "");
  assert.deepStrictEqual(
    [error_code, message],
    ["SCHEDULER_FAILED", 'Cannot run "systemctl --user daemon-reload": no bus'],
  );
  assert.deepStrictEqual(namesIn(units), []);
  await Deno.writeTextFile(`${units}/phlb-docs.service`, "[Service]\nExecStart=/bin/mine\n");
  const foreign = await install();
  assert.deepStrictEqual([foreign.code, /phlb did not write it/.test(foreign.stderr)], [2, true]);
  assert.deepStrictEqual(namesIn(units), ["phlb-docs.service"]);
});

/** Runs phlb where the machine's crontabs are an empty directory of the test. */
async function withCrontabs(
  temp: TempDir,
  args: readonly string[],
  { toml = `${temp.path}/phlb.toml` } = {},
): Promise<Outcome> {
  const spool = `${temp.path}/crontabs`;
  await run("mkdir", ["-p", spool]);
  await run("chown", ["root:crontab", spool]);
  await run("chmod", ["1730", spool]);
  const script = 'mount --bind "$1" /var/spool/cron/crontabs; shift; exec "$@"';
  const command = ["--mount", "sh", "-ec", script, "sh", spool, ...phlbCommand()];
  const env = phlbEnvironment({ HOME: `${temp.path}/home` });
  const given = ["--config", toml];
  return await runAnyhow("unshare", [...command, "schedule", ...args, ...given], { env });
}

/** What Debian's crontab puts in front, and does not list. */
const HEADER = "# DO NOT EDIT THIS FILE\n# (installed)\n# (Cron version)\n";

Deno.test("phlb schedule by cron keeps the rest of the real crontab byte by byte", async () => {
  await using temp = await makeConfig();
  const before = "# mine: é % \\\n  5 4 * * *\techo %hello\n\nMAILTO=ann\n";
  await withCrontabs(temp, ["list", "--backend", "cron"]);
  const crontab = `${temp.path}/crontabs/root`;
  await Deno.writeTextFile(crontab, HEADER + before);
  await run("chmod", ["600", crontab]);
  const own = () => Deno.readTextFileSync(crontab).split("\n").slice(3).join("\n");
  const first = await withCrontabs(temp, ["install", "--backend", "cron"]);
  assert.strictEqual(first.code, 0, first.stderr);
  const after = own();
  assert.ok(after.startsWith(before), after);
  const lines = after.slice(before.length).trimEnd().split("\n");
  assert.strictEqual(lines.filter((line) => /^30 2 \* \* \* .*--job docs/.test(line)).length, 1);
  assert.strictEqual(lines.filter((line) => /^0 18 \* \* 1-5 .*--job photos/.test(line)).length, 1);
  assert.strictEqual(lines.filter((line) => /^\d+ \* \* \* \* /.test(line)).length, 2);
  await withCrontabs(temp, ["install", "--backend", "cron"]);
  assert.strictEqual(own(), after, "installed again, nothing changes");
  await withCrontabs(temp, ["remove", "--backend", "cron", "--job", "docs"]);
  assert.doesNotMatch(own(), /--job docs/);
  const removed = await withCrontabs(temp, ["remove", "--backend", "cron"]);
  assert.strictEqual(removed.stdout, "Removed phlb-photos from cron\n");
  assert.strictEqual(own(), before);
});

Deno.test("a crontab of phlb's lines alone goes when they go, and one in other bytes is left alone", async () => {
  await using temp = await makeConfig();
  await withCrontabs(temp, ["install", "--backend", "cron"]);
  assert.deepStrictEqual(namesIn(`${temp.path}/crontabs`), ["root"]);
  await withCrontabs(temp, ["remove", "--backend", "cron"]);
  assert.deepStrictEqual(namesIn(`${temp.path}/crontabs`), []);
  const latin1 = new Uint8Array([...new TextEncoder().encode(`${HEADER}# caf`), 0xe9, 0x0a]);
  await Deno.writeFile(`${temp.path}/crontabs/root`, latin1, { mode: 0o600 });
  const { code, stderr } = await withCrontabs(temp, ["install", "--backend", "cron"]);
  assert.deepStrictEqual([code, /bytes that are not UTF-8/.test(stderr)], [1, true]);
  assert.deepStrictEqual(await Deno.readFile(`${temp.path}/crontabs/root`), latin1);
});

Deno.test("what a scheduler cannot have is an error that says so", async () => {
  await using temp = await makeConfig(TOML.replace("daily 02:30", "monthly last 02:30"));
  const cron = await runPhlb(["schedule", "install", "--print", "--backend", "cron"], {
    cwd: temp.path,
  });
  assert.strictEqual(cron.code, 2);
  assert.match(cron.stderr, /by cron: of "monthly last 02:30", it cannot count days from the end/);
  await Deno.writeTextFile(`${temp.path}/phlb.toml`, "[schedule]\nevery = 'sometimes'\n");
  const wrong = await runPhlb(["schedule", "list"], { cwd: temp.path });
  assert.deepStrictEqual([wrong.code, /must be a time such as/.test(wrong.stderr)], [2, true]);
  const shown = await runPhlb(["schedule", "show", "every 5h"], { cwd: temp.path });
  assert.strictEqual(shown.code, 2, shown.stdout);
  await Deno.writeTextFile(`${temp.path}/phlb.toml`, 'destination = "root"\n');
  assert.strictEqual((await runPhlb(["schedule", "install"], { cwd: temp.path })).code, 2);
});

Deno.test("phlb schedule run runs what is due, once, and begins no root", async () => {
  await using temp = await makeConfig(`destination = "root"
source = "source"
[schedule]
every = "hourly"
`);
  const env = { XDG_STATE_HOME: `${temp.path}/state` };
  const schedule = (...args: string[]) => runPhlb(["schedule", "run", ...args], { cwd: "/", env });
  const at = ["--directory", temp.path];
  const never = await schedule(...at, "--quiet");
  assert.deepStrictEqual([never.code, never.stdout, never.stderr], [0, "", ""]);
  assert.deepStrictEqual(namesIn(`${temp.path}/root`), [], "a new root is begun by hand");
  const log = () => Deno.readTextFileSync(`${temp.path}/state/phlb/schedule.log`);
  assert.match(log(), /not run: Cannot use the backup root ".*": it has never been used/);
  const forced = await schedule(...at, "--now");
  assert.strictEqual(forced.code, 10);
  const byHand = await runPhlb(["backup", "-q"], { cwd: temp.path, env });
  assert.strictEqual(byHand.code, 0, byHand.stderr);
  assert.strictEqual((await schedule(...at, "--json")).stdout, "", "it is not due any more");
  const record = Deno.readDirSync(`${temp.path}/state/phlb/jobs`);
  const [{ name } = { name: "" }] = [...record];
  const path = `${temp.path}/state/phlb/jobs/${name}`;
  const old = JSON.parse(Deno.readTextFileSync(path));
  const yesterday = new Date(Date.now() - 86_400_000).toISOString();
  old.last_try.started_at = old.last_good.started_at = yesterday;
  Deno.writeTextFileSync(path, JSON.stringify(old));
  const due = await schedule(...at, "--json");
  assert.strictEqual(due.code, 0, due.stderr);
  assert.match(due.stdout, /"message_type":"summary"/);
  assert.strictEqual(JSON.parse(Deno.readTextFileSync(path)).last_good.scheduled, true);
  assert.match(log(), /The backup: done, exit code 0\n$/);
  assert.strictEqual(
    namesIn(`${temp.path}/root/source`).filter((n) => !n.includes("-", 17)).length,
    2,
  );
});

Deno.test("phlb schedule run ends what takes too long, and tells a locked root without an error", async () => {
  await using place = await makePlace({ a: "a" });
  await place.mustBackup();
  await using temp = await makeTempDir();
  const env = { XDG_STATE_HOME: `${temp.path}/state` };
  const toml = (lines: string) =>
    Deno.writeTextFileSync(
      `${temp.path}/phlb.toml`,
      `destination = "${place.root}"\nsource = "${place.source}"\n[schedule]\n${lines}\n`,
    );
  toml('every = "hourly"');
  const args = ["schedule", "run", "-v", "--directory", temp.path];
  await runPhlb(["backup", "-q"], { cwd: temp.path, env });
  const state = `${temp.path}/state/phlb`;
  const [{ name } = { name: "" }] = [...Deno.readDirSync(`${state}/jobs`)];
  Deno.writeTextFileSync(`${state}/jobs/${name}`, `{"last_good":null}`);
  await run("find", [place.root, "-name", "*-summary.json", "-delete"]);
  await run("find", [
    ...[`${place.root}/source`, "-mindepth", "1", "-maxdepth", "1", "-type", "d"],
    ...["-exec", "sh", "-c", 'mv "$1" "${1%/*}/2020-01-0${1#${1%?}}-000000"', "sh", "{}", ";"],
  ]);
  {
    using lock = await Deno.open(`${place.root}/.phlb/lock`, { write: true, create: true });
    await lock.lock(true);
    const locked = await runPhlb(args, { env });
    assert.strictEqual(locked.code, 0, locked.stderr);
    assert.match(locked.stderr, /The backup was not run: Cannot lock/);
    const { last_skip, last_try } = JSON.parse(Deno.readTextFileSync(`${state}/jobs/${name}`));
    assert.deepStrictEqual([last_skip.code, last_try.exit_code], ["LOCKED", 11]);
    toml('every = "hourly"\ncatch_up = false');
    assert.strictEqual((await runPhlb([...args, "--now"], { env })).code, 11);
    toml('every = "hourly"\ntimeout = "200ms"');
    const late = await runPhlb([...args, "--now"], {
      env: { ...env, PHLB_BACKUP_LOCK_WAIT: "30s" },
    });
    assert.strictEqual(late.code, 1, late.stderr);
    assert.match(late.stderr, /took longer than schedule\.timeout \(200ms\)|\(0\.2s\)/);
  }
});

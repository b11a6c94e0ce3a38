import { resolve } from "node:path";
import { type Command, Option, type OptionValues } from "commander";
import { AppError, EXIT, type ExitCode } from "../base/app_error.ts";
import { printable } from "../base/path_bytes.ts";
import type { Config, Job } from "../config/config.ts";
import type { ScheduledJob } from "../ops/schedule/scheduled_job.ts";
import type { Backend, Scheduler, UnitFile } from "../ops/schedule/scheduler.ts";
import { jsonLine } from "../ui/json_lines.ts";
import type { Words } from "../ui/words.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { addScheduleRun } from "./schedule_run.ts";
import { stateTexts } from "./state_texts.ts";
import { wordsOf } from "./words_of.ts";

const INSTALL_AFTER = `
Each job with schedule.every in phlb.toml is scheduled: every = "daily 02:30".
The time is written in words, in systemd's OnCalendar, or as in a crontab.

Examples:
  phlb schedule install --print           what would be written
  phlb schedule install                   a timer of systemd, else the crontab
  phlb schedule install --job photos --backend cron
  sudo phlb schedule install              for the system, configured by root`;

const BACKEND_NAMES = ["systemd", "cron", "launchd", "windows"] as const;

/** Adds `phlb schedule` with its commands. */
export function addScheduleCommand(program: Command, context: CommandContext): void {
  const command = program.command("schedule")
    .summary("have backups run by themselves")
    .description("Has backups run by themselves, at the times that schedule.every says.");
  addInstall(command, context);
  addRemove(command, context);
  addList(command, context);
  addShow(command, context);
  addScheduleRun(command, context);
}

function addInstall(parent: Command, { deps, finish }: CommandContext): void {
  const command = parent.command("install")
    .summary("write and enable what starts the jobs")
    .description("Writes and enables a timer, crontab lines or a task for each scheduled job.");
  command.addOption(new Option("--job <id>", "only this [[job]] of the configuration"));
  command.addOption(new Option("--print", "show what would be written, write nothing"));
  command.addOption(
    new Option("--force", "replace what phlb did not write for this configuration"),
  );
  addCommon(command);
  command.addHelpText("after", INSTALL_AFTER);
  command.action(async () => finish(await install(command.opts(), deps)));
}

function addRemove(parent: Command, { deps, finish }: CommandContext): void {
  const command = parent.command("remove")
    .summary("end and remove what starts the jobs")
    .description("Removes what phlb schedule install wrote, for all jobs or for one.");
  command.addOption(new Option("--job <id>", "only this job, whether or not it is configured"));
  addCommon(command);
  command.action(async () => finish(await remove(command.opts(), deps)));
}

function addList(parent: Command, { deps, finish }: CommandContext): void {
  const command = parent.command("list")
    .summary("list the jobs with their times")
    .description("Lists the jobs: when they run, when next, and whether that is installed.");
  addCommon(command);
  command.action(async () => finish(await list(command.opts(), deps)));
}

function addShow(parent: Command, { deps, finish }: CommandContext): void {
  const command = parent.command("show")
    .summary("show a time in all notations, and when it comes round")
    .description(
      "Shows TIME, or the times of the jobs, in the notations of systemd and cron, and when they " +
        "come round next.",
    )
    .argument("[time]", 'such as "daily 02:30"; those of the configuration if not given');
  command.addOption(new Option("--job <id>", "only this [[job]] of the configuration"));
  command.addOption(new Option("--config <file>", "read only this configuration file"));
  command.addOption(new Option("--json", "print JSON lines"));
  command.action(async (time) => finish(await show(time, { values: command.opts(), deps })));
}

function addCommon(command: Command): void {
  command.addOption(
    new Option("--backend <name>", "which scheduler; told from the system if not given")
      .choices(BACKEND_NAMES),
  );
  command.addOption(new Option("--user", "for this user (default unless root)"));
  command.addOption(new Option("--system", "for the system (default for root)").conflicts("user"));
  command.addOption(new Option("--config <file>", "read only this configuration file"));
  command.addOption(new Option("--json", "print JSON lines"));
}

/** The jobs that options name: one, or all, or what is configured outside of jobs. */
export async function configuredJobs(
  values: OptionValues,
  deps: CommandDeps,
): Promise<{ config: Config; jobs: readonly Job[] }> {
  const { loadConfig, selectJob } = await import("../config/load_config.ts");
  const { cwd, env, home, files } = deps;
  const configFile = textOf(values["config"]);
  const config = loadConfig({ reader: files, env, cwd, home }, {}, { configFile });
  deps.useLocale?.(config.main.settings.locale);
  const job = textOf(values["job"]);
  if (job !== undefined) return { config, jobs: [selectJob(config, job)] };
  return { config, jobs: config.jobs.length > 0 ? config.jobs : [config.main] };
}

/** What was given for an option with a value. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

async function scheduledJobs(
  values: OptionValues,
  deps: CommandDeps,
): Promise<{ jobs: readonly Job[]; scheduled: readonly ScheduledJob[] }> {
  const [{ jobs }, { scheduledJob }] = await Promise.all([
    configuredJobs(values, deps),
    import("../ops/schedule/scheduled_job.ts"),
  ]);
  const { cwd, home, env, program } = deps;
  const config = textOf(values["config"]);
  const configFile = config === undefined ? undefined : resolve(cwd, config);
  const stateDir = stateTexts(deps)?.dir;
  const place = { cwd, home, env, program, stateDir, configFile };
  const scheduled = jobs.flatMap((job) => scheduledJob(job, place) ?? []);
  const twin = scheduled.find(({ unit }, i) => scheduled.findIndex((s) => s.unit === unit) !== i);
  if (twin === undefined) return { jobs, scheduled };
  throw new AppError(`Cannot schedule ${twin.label}: another job's units have the same name`, {
    code: "SCHEDULE_UNWRITABLE",
    exitCode: EXIT.usage,
    hint: "Give it another id",
  });
}

async function openScheduler(values: OptionValues, deps: CommandDeps): Promise<Scheduler> {
  const [{ chooseScheduler }, { openFileSystem }, { listNames }] = await Promise.all([
    import("../ops/schedule/choose_scheduler.ts"),
    import("../fs/open_file_system.ts"),
    import("../ops/schedule/list_names.ts"),
  ]);
  const { files, runProgram, env, home, uid, os } = deps;
  const { fs } = openFileSystem("auto");
  const scope = values["user"] === true ? "user" : values["system"] === true ? "system" : undefined;
  const backend = BACKEND_NAMES.find((name): name is Backend => name === values["backend"]);
  const tools = { files, runProgram, env, home, uid, os };
  return chooseScheduler({ ...tools, listNames: (path) => listNames(fs, path) }, {
    backend,
    scope,
  });
}

async function install(values: OptionValues, deps: CommandDeps): Promise<ExitCode> {
  const { scheduled } = await scheduledJobs(values, deps);
  if (scheduled.length === 0) throw nothingToDo();
  const scheduler = await openScheduler(values, deps);
  const units = scheduled.map((job) => ({ job, files: scheduler.files(job) }));
  const [{ logScheduled }, { isoTime }] = await Promise.all([
    import("../ops/state/schedule_log.ts"),
    import("../backup/snapshot/iso_time.ts"),
  ]);
  const state = stateTexts(deps);
  const words = await wordsOf(deps);
  const out = writer(values, { terminal: deps.terminal, words });
  if (values["print"] === true) {
    for (const { files } of units) for (const file of files) out.line(fileResult(file));
    return EXIT.ok;
  }
  for (const { job } of units) {
    // A hardened service may write there, but not make the directory.
    logScheduled(state, `${isoTime(deps.clock.now())} Scheduled ${job.label}: ${job.every}`);
    const hints = await scheduler.install(job, { force: values["force"] === true });
    out.line({
      text: words.say("Scheduled {label} by {backend}: {every}", {
        label: words.tell(job.label),
        backend: scheduler.backend,
        every: job.every,
      }),
      json: { message_type: "schedule_installed", unit: job.unit, ...kindOf(scheduler) },
    });
    for (const hint of [...hints, ...await rootHints(job, deps)]) out.note(hint);
  }
  return EXIT.ok;
}

/** A scheduled run never begins a backup root: who schedules one that is none should know. */
async function rootHints(job: ScheduledJob, deps: CommandDeps): Promise<string[]> {
  const [{ checkMark }, { openRootDir }, { openFileSystem }] = await Promise.all([
    import("../backup/run/root_mark.ts"),
    import("../backup/run/preflight.ts"),
    import("../fs/open_file_system.ts"),
  ]);
  const { fs } = openFileSystem(job.settings["performance.file_system"]);
  try {
    const root = openRootDir(fs, job.root);
    checkMark(fs, root, { state: stateTexts(deps), unmarked: "never" });
    return [];
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return [`${error.message}. ${error.hint ?? ""}`.trim()];
  } finally {
    fs.closeAll();
  }
}

async function remove(values: OptionValues, deps: CommandDeps): Promise<ExitCode> {
  const { unitName } = await import("../ops/schedule/scheduled_job.ts");
  const scheduler = await openScheduler(values, deps);
  const job = textOf(values["job"]);
  const units = job === undefined ? await ownUnits(scheduler, values, deps) : [unitName(job)];
  const words = await wordsOf(deps);
  const out = writer(values, { terminal: deps.terminal, words });
  let removed = 0;
  for (const unit of units) {
    if (!await scheduler.remove(unit)) continue;
    removed++;
    const json = { message_type: "schedule_removed", unit, ...kindOf(scheduler) };
    const { backend } = scheduler;
    out.line({ text: words.say("Removed {unit} from {backend}", { unit, backend }), json });
  }
  if (removed === 0) out.note(`There is nothing of phlb in ${scheduler.backend} to remove`);
  return EXIT.ok;
}

/** All that are there: a job that was taken out of the configuration should go as well. */
async function ownUnits(
  scheduler: Scheduler,
  values: OptionValues,
  deps: CommandDeps,
): Promise<string[]> {
  const installed = await scheduler.installed();
  const { scheduled } = await scheduledJobs(values, deps).catch((error: unknown) => {
    if (error instanceof AppError) return { scheduled: [] };
    throw error;
  });
  return [...new Set([...scheduled.map(({ unit }) => unit), ...installed])];
}

async function list(values: OptionValues, deps: CommandDeps): Promise<ExitCode> {
  const [{ jobs, scheduled }, scheduler, { scheduleRows, scheduleTable }] = await Promise.all([
    scheduledJobs(values, deps),
    openScheduler(values, deps),
    import("../ui/schedule_text.ts"),
  ]);
  const installed = await scheduler.installed();
  const { unitName } = await import("../ops/schedule/scheduled_job.ts");
  const words = await wordsOf(deps);
  const rows = scheduleRows({
    jobs: jobs.map(({ id }) => ({
      id,
      unit: unitName(id),
      job: scheduled.find(({ unit }) => unit === unitName(id)),
    })),
    installed,
    backend: scheduler.backend,
    now: deps.clock.now(),
    words,
  });
  const { terminal } = deps;
  if (values["json"] === true) { for (const { json } of rows) terminal.out.write(jsonLine(json)); }
  else terminal.out.write(scheduleTable(rows, words));
  return EXIT.ok;
}

async function show(
  time: string | undefined,
  { values, deps }: { values: OptionValues; deps: CommandDeps },
): Promise<ExitCode> {
  const [{ parseCalendar, CALENDAR_FORM }, { calendarResult }] = await Promise.all([
    import("../base/calendar/parse_calendar.ts"),
    import("../ui/schedule_text.ts"),
  ]);
  const named = time === undefined
    ? (await configuredJobs(values, deps)).jobs.map(({ id, settings }) => ({
      id,
      every: settings["schedule.every"],
    }))
    : [{ id: undefined, every: time }];
  const words = await wordsOf(deps);
  const out = writer(values, { terminal: deps.terminal, words });
  const found = named.flatMap(({ id, every }) => every === undefined ? [] : [{ id, every }]);
  if (found.length === 0) throw nothingToDo();
  for (const { id, every } of found) {
    const parsed = parseCalendar(every);
    if ("fault" in parsed) {
      throw new AppError(`Cannot read the time "${printable(every)}": ${parsed.fault}`, {
        code: "USAGE",
        exitCode: EXIT.usage,
        hint: `It must be ${CALENDAR_FORM}`,
      });
    }
    const { calendar } = parsed;
    out.line(calendarResult({ id, every, calendar, now: deps.clock.now(), words }));
  }
  return EXIT.ok;
}

interface Line {
  readonly text: string;
  readonly json: { readonly message_type: string } & Readonly<Record<string, unknown>>;
}

function writer(
  values: OptionValues,
  { terminal, words }: Pick<CommandDeps, "terminal"> & { readonly words: Words },
) {
  const isJson = values["json"] === true;
  return {
    line: ({ text, json }: Line) => terminal.out.write(isJson ? jsonLine(json) : `${text}\n`),
    note: (message: string) =>
      terminal.err.write(
        isJson
          ? jsonLine({ message_type: "log", level: "warning", message })
          : `${words.say("Note: {note}", { note: printable(words.tell(message)) })}\n`,
      ),
  };
}

function fileResult({ path, text }: UnitFile): Line {
  return {
    text: `# ${printable(path)}\n${text}`,
    json: { message_type: "schedule_file", path, text },
  };
}

function kindOf({ backend, scope }: Scheduler): Readonly<Record<string, string>> {
  return { backend, scope };
}

function nothingToDo(): AppError {
  return new AppError("Cannot schedule anything: no job says when it is to run", {
    code: "SCHEDULE_UNSET",
    exitCode: EXIT.usage,
    hint: 'Put every = "daily 02:30" below [schedule] in phlb.toml',
  });
}

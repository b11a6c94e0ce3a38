import { resolve } from "node:path";
import { type Command, Option, type OptionValues } from "commander";
import { AppError, EXIT, type ExitCode } from "../base/app_error.ts";
import type { Job } from "../config/config.ts";
import { canShowBlocks } from "../ui/bar_chart.ts";
import { chooseLocale, loadFigures } from "../ui/figures.ts";
import { jsonLine } from "../ui/json_lines.ts";
import { wantsColor } from "../ui/terminal.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { configuredJobs, textOf } from "./schedule.ts";
import { stateTexts } from "./state_texts.ts";

const AFTER = `
Exits with 3 when a scheduled job is overdue: a good run is missing for a
quarter of the time between two runs (an hour to a day), or there was none ever.
With --notify the channels of [notify] hear of each such job, once a day however
often it is run. What phlb schedule installs does so by itself.

Examples:
  phlb status
  phlb status --quiet --notify
  phlb status --prometheus /var/lib/prometheus/node-exporter/phlb.prom`;

/** Adds `phlb status`. */
export function addStatusCommand(program: Command, { deps, finish }: CommandContext): void {
  const command = program.command("status")
    .summary("tell how the jobs and their backup roots stand")
    .description(
      "Tells for each job when it ran last and runs next, whether it is overdue, and what there " +
        "is; for each backup root its room, how much of it was verified, and the trash.",
    );
  command.addOption(new Option("--job <id>", "only this [[job]] of the configuration"));
  command.addOption(new Option("--config <file>", "read only this configuration file"));
  command.addOption(
    new Option(
      "--prometheus <file>",
      "also write it there, for node_exporter's textfile collector",
    ),
  );
  command.addOption(new Option("--notify", "notify of each job that is overdue, once a day"));
  command.addOption(new Option("--json", "print JSON lines"));
  command.addOption(new Option("-q, --quiet", "show only what is overdue"));
  command.addHelpText("after", AFTER);
  command.action(async () => finish(await tell(command.opts(), deps)));
}

async function tell(values: OptionValues, deps: CommandDeps): Promise<ExitCode> {
  const [{ config, jobs }, { statusOf }, text, { openFileSystem }] = await Promise.all([
    configuredJobs(values, deps),
    import("../ops/status/status.ts"),
    import("../ui/status_text.ts"),
    import("../fs/open_file_system.ts"),
  ]);
  if (jobs.every(({ settings }) => settings.destination === undefined)) throw noDestination();
  if (values["notify"] === true) await checkListeners(jobs);
  const { clock, cwd, env, terminal } = deps;
  const { fs } = openFileSystem(config.main.settings["performance.file_system"]);
  const status = statusOf({ fs, clock, cwd, state: stateTexts(deps) }, jobs);
  fs.closeAll();
  const file = textOf(values["prometheus"]);
  if (file !== undefined) {
    const { statusMetrics } = await import("../ui/status_metrics.ts");
    write(deps, resolve(cwd, file), statusMetrics(status, clock.now()));
  }
  const overdue = status.jobs.filter(({ overdueSince }) => overdueSince !== undefined);
  if (values["json"] === true) {
    for (const message of text.statusMessages(status)) terminal.out.write(jsonLine(message));
  } else if (values["quiet"] !== true || overdue.length > 0) {
    const shown = values["quiet"] === true ? { jobs: overdue, roots: [] } : status;
    const figures = await loadFigures(chooseLocale(config.main.settings.locale, env));
    const color = wantsColor(terminal.out, env);
    const frame = { now: clock.now(), figures, color, blocks: canShowBlocks(env) };
    terminal.out.write(`${text.statusText(shown, frame)}\n`);
  }
  if (values["notify"] === true) await tellOf({ main: config.main, jobs }, { values, deps });
  return overdue.length > 0 ? EXIT.problems : EXIT.ok;
}

/** Asking for notifications that nobody gets is a mistake. */
async function checkListeners(jobs: readonly Job[]): Promise<void> {
  const { overdueChannels } = await import("../ops/notify/tell_overdue.ts");
  if (jobs.some((job) => overdueChannels(job).length > 0)) return;
  throw new AppError("Cannot notify anybody: no channel is to be told of what is overdue", {
    code: "USAGE",
    exitCode: EXIT.usage,
    hint: 'Set one below [notify] in phlb.toml, with "overdue" among its "on"; ' +
      "notify.ping is none: such a service sees for itself that nothing comes",
  });
}

async function tellOf(
  { main, jobs }: { readonly main: Job; readonly jobs: readonly Job[] },
  { values, deps }: { readonly values: OptionValues; readonly deps: CommandDeps },
): Promise<void> {
  const { makeReporter } = await import("./make_reporter.ts");
  const { tellOfLate } = await import("./tell_of_late.ts");
  const options = { json: values["json"] === true, quiet: values["quiet"] === true };
  const settings = { ...main.settings, "log.progress": false };
  const reporter = await makeReporter(settings, { options, deps });
  try {
    await tellOfLate(jobs.map((job) => ({ job, isPatient: false })), { reporter, deps });
  } finally {
    reporter.close();
  }
}

function write({ files }: CommandDeps, path: string, text: string): void {
  try {
    files.replaceText(path, text);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new AppError(`Cannot write "${path}": ${error.message}`, {
      code: "METRICS_UNWRITABLE",
      exitCode: EXIT.failed,
      hint: "May this user write there? It is written anew beside it, then renamed",
      cause: error,
    });
  }
}

function noDestination(): AppError {
  return new AppError("Cannot tell how backups stand: no destination is configured", {
    code: "DESTINATION_UNSET",
    exitCode: EXIT.usage,
    hint: 'Set "destination" in phlb.toml or PHLB_DESTINATION',
  });
}

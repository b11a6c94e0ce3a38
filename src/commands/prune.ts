import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option, type OptionValues } from "commander";
import { EXIT, type ExitCode } from "../base/app_error.ts";
import { printable } from "../base/path_bytes.ts";
import type { Flags } from "../config/config.ts";
import { parseSize, SIZE_FORM } from "../config/quantity.ts";
import type { PrunePlan } from "../ops/retention/prune.ts";
import { problemFields } from "./problem_fields.ts";
import { collect } from "./backup_options.ts";
import { changeDeps } from "./change_deps.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { addWorkOptions, ExitWatch, withWork, type Work, workOptions } from "./work.ts";

const EXAMPLES = `
A snapshot stays when any rule keeps it; the newest of a day, week … stands for
it. The newest of each name and pinned ones stay in any case. Nothing of a name
goes unless its newest snapshot is complete and verifies, nor when it looks like
a disaster. What goes can be brought back: phlb trash restore.

Examples:
  phlb prune --dry-run                     what the [retention] table lets go
  phlb prune /mnt/backup --keep-daily 14 --keep-weekly 8 --keep-monthly 24
  phlb prune --free 200G                   oldest first, until so much is free

Exits with 3 when something was held back.`;

const PERIODS = ["hourly", "daily", "weekly", "monthly", "yearly"] as const;
const UNITS = {
  hourly: "hours",
  daily: "days",
  weekly: "weeks",
  monthly: "months",
  yearly: "years",
};

/** Adds `phlb prune`. */
export function addPruneCommand(program: Command, { deps, finish }: CommandContext): void {
  const command = program.command("prune")
    .summary("remove old snapshots by rules")
    .description(
      "Puts snapshots into the trash that no rule keeps, and says why each of the others stays. " +
        "Rules come from the [retention] table of phlb.toml and from these options.",
    )
    .argument("[root]", "backup root; the configured destination if not given");
  addRules(command);
  command.optionsGroup("Run:");
  command.addOption(new Option("--dry-run", "show the plan, change nothing"));
  command.addOption(
    new Option("--free <size>", "oldest first until so much is free; deleted at once")
      .argParser(size),
  );
  command.addOption(new Option("--force", "prune also what looks like a disaster, after a look"));
  addWorkOptions(command);
  command.addHelpText("after", EXAMPLES);
  command.action(async (root) => {
    const values: OptionValues = command.opts();
    const options = {
      ...workOptions(values),
      flags: ruleFlags(values),
      ...(root === undefined ? {} : { root: resolve(deps.cwd, root) }),
    };
    finish(await withWork(options, deps, (work) => run(values, work, deps)));
  });
}

/** The part of a command that {@link addRules} needs. */
interface OptionTaker {
  optionsGroup(heading: string): unknown;
  addOption(option: Option): unknown;
}

function addRules(command: OptionTaker): void {
  const add = (flags: string, description: string) => new Option(flags, description);
  command.optionsGroup("Rules:");
  command.addOption(add("--keep-last <n>", "the newest n of each name; -1: all").argParser(whole));
  for (const period of PERIODS) {
    const text = `the newest of each of n ${UNITS[period]}`;
    command.addOption(add(`--keep-${period} <n>`, text).argParser(whole));
  }
  command.addOption(add("--keep-within <time>", "all of this time before the newest, such as 7d"));
  for (const period of PERIODS) {
    const text = `the newest of each ${UNITS[period].slice(0, -1)} of this time`;
    command.addOption(add(`--keep-within-${period} <time>`, text));
  }
  command.addOption(
    add("--keep-tag <tag>", "all with this tag; may be repeated").argParser(collect),
  );
}

function whole(text: string): number {
  const value = Number(text);
  if (/^(?:-1|\d{1,7})$/.test(text)) return value;
  throw new InvalidArgumentError("It must be a whole number, or -1 for all.");
}

function size(text: string): number {
  const bytes = parseSize(text);
  if (bytes === undefined) throw new InvalidArgumentError(`It must be ${SIZE_FORM}.`);
  return bytes;
}

/** What the command line says, by the key of the configuration that it stands for. */
function ruleFlags(values: OptionValues): Flags {
  const number = (key: string) => typeof values[key] === "number" ? values[key] : undefined;
  const text = (key: string) => typeof values[key] === "string" ? values[key] : undefined;
  const tags: unknown = values["keepTag"];
  return {
    "retention.keep_last": number("keepLast"),
    "retention.keep_hourly": number("keepHourly"),
    "retention.keep_daily": number("keepDaily"),
    "retention.keep_weekly": number("keepWeekly"),
    "retention.keep_monthly": number("keepMonthly"),
    "retention.keep_yearly": number("keepYearly"),
    "retention.keep_within": text("keepWithin"),
    "retention.keep_within_hourly": text("keepWithinHourly"),
    "retention.keep_within_daily": text("keepWithinDaily"),
    "retention.keep_within_weekly": text("keepWithinWeekly"),
    "retention.keep_within_monthly": text("keepWithinMonthly"),
    "retention.keep_within_yearly": text("keepWithinYearly"),
    "retention.keep_tags": Array.isArray(tags) ? { append: tags.map(String) } : undefined,
  };
}

async function run(values: OptionValues, work: Work, deps: CommandDeps): Promise<ExitCode> {
  const { reporter, settings, base, figures } = work;
  const watch = new ExitWatch(reporter);
  const free: unknown = values["free"];
  const text = await import("../ui/prune_text.ts");
  const isQuiet = values["quiet"] === true;
  const result = await deps.operations.prune(
    { ...changeDeps(deps, watch.onEvent), every: deps.every },
    {
      root: base.root,
      name: typeof values["name"] === "string" ? values["name"] : jobName(values, work),
      settings,
      dryRun: values["dryRun"] === true,
      force: values["force"] === true,
      freeBytes: typeof free === "number" ? free : undefined,
    },
    (plan) => {
      const messages = text.pruneSnapshotMessages(plan);
      const planText = isQuiet ? undefined : text.prunePlanText(plan, figures);
      for (const [i, json] of messages.entries()) {
        reporter.result({ text: i === 0 ? planText : undefined, json });
      }
      tellRefused(plan, watch);
    },
  );
  const trashDays = settings["retention.trash_days"];
  reporter.result({
    text: isQuiet ? undefined : `\n${text.pruneText(result, { figures, trashDays })}`,
    json: text.pruneMessage(result),
  });
  return shortOfRoom(result.freeBytes, free) ? EXIT.problems : watch.exitCode;
}

/** A name that is only configured says what to back up, not what to prune. */
function jobName(values: OptionValues, { base }: Work): string | undefined {
  return typeof values["job"] === "string" ? base.name : undefined;
}

function shortOfRoom(freeBytes: number | undefined, wanted: unknown): boolean {
  return freeBytes !== undefined && typeof wanted === "number" && freeBytes < wanted;
}

function tellRefused({ refused }: PrunePlan, watch: ExitWatch): void {
  for (const { name, refusal } of refused) {
    const message = `Cannot prune "${printable(name)}": ${refusal.reason}`;
    watch.onEvent({ kind: "problem", problem: problemFields(message, refusal.hint) });
  }
}

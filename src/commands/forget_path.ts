import type { Command, OptionValues } from "commander";
import { AppError, EXIT, type ExitCode } from "../base/app_error.ts";
import type { ForgetPlan } from "../ops/forget/forget_deps.ts";
import type { Summary } from "../store/summary.ts";
import { changeDeps } from "./change_deps.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { addWorkOptions, ExitWatch, withWork, type Work, workOptions } from "./work.ts";

const EXAMPLES = `
PATH is a file or a whole directory, as it stands below the snapshot, or
absolute in the source. It goes at once and for good, not into the trash; the
manifest keeps when that was, and by whom. Where the same content stays, under
other names or in other snapshots, is told. A backup stores it again as long as
the source has it and no rule excludes it.

Examples:
  phlb forget-path latest docs/passwords.txt --dry-run
  phlb forget-path --all-snapshots docs/passwords.txt
  phlb forget-path --everywhere latest keys    and copies of what is in it

Exits with 3 when it had to leave something.`;

/** Adds `phlb forget-path`. */
export function addForgetPathCommand(program: Command, { deps, finish }: CommandContext): void {
  const command = program.command("forget-path")
    .summary("take a path out of snapshots for good")
    .description("Takes PATH out of each SNAPSHOT, with all that is below it.")
    .usage("[options] <snapshot...> <path>")
    .argument("<words...>", "snapshots, then the path; with --all-snapshots the path alone")
    .option("--all-snapshots", "out of all that have it, those in the trash too")
    .option("--everywhere", "also what has the same content, in all snapshots and in the trash")
    .option("--dry-run", "show what would go, and what would stay; change nothing")
    .option("--force", "also out of pinned snapshots");
  addWorkOptions(command);
  command.addHelpText("after", EXAMPLES).action(async (words) => {
    const values: OptionValues = command.opts();
    finish(
      await withWork(workOptions(values), deps, (work) => run({ words, values, work, deps })),
    );
  });
}

interface RunContext {
  readonly words: readonly string[];
  readonly values: OptionValues;
  readonly work: Work;
  readonly deps: CommandDeps;
}

async function run({ words, values, work, deps }: RunContext): Promise<ExitCode> {
  const { base, settings, reporter, figures } = work;
  const isSet = (key: string) => values[key] === true;
  const { addresses, path } = taken(words, { all: isSet("allSnapshots") });
  const watch = new ExitWatch(reporter);
  const [text, { summaryText }, { rebuiltSummaryText }] = await Promise.all([
    import("../ui/forget_text.ts"),
    import("../ui/summary_text.ts"),
    import("../ui/rebuild_text.ts"),
  ]);
  const onPlan = (plan: ForgetPlan) => {
    const messages = text.forgetMessages(plan);
    for (const [i, json] of messages.entries()) {
      reporter.result({ text: i === 0 ? text.planText(plan, figures) : undefined, json });
    }
  };
  const plan = await deps.operations.forgetPath({
    ...changeDeps(deps, watch.onEvent),
    summaryText: (summary: Summary, snapshotPath: string) =>
      summary.note === "rebuilt"
        ? rebuiltSummaryText(summary, { path: snapshotPath, figures })
        : summaryText(summary, { snapshotPath, dryRun: false, figures }),
  }, {
    addresses,
    all: isSet("allSnapshots"),
    path,
    everywhere: isSet("everywhere"),
    base: values["name"] === undefined && isSet("allSnapshots") && values["job"] === undefined
      ? { ...base, name: undefined } // a name that is only configured says what to back up
      : base,
    settings,
    dryRun: isSet("dryRun"),
    force: isSet("force"),
  }, onPlan);
  reporter.result({ text: text.forgetText(plan, figures), json: text.forgetMessage(plan) });
  return watch.exitCode;
}

function taken(
  words: readonly string[],
  { all }: { all: boolean },
): { addresses: readonly string[]; path: string } {
  const addresses = words.slice(0, -1);
  const path = words.at(-1) ?? "";
  if (all === (addresses.length === 0)) return { addresses, path };
  throw new AppError(
    all
      ? "Cannot forget in single snapshots and in all of them"
      : "Cannot forget a path: no snapshot is named",
    {
      code: "USAGE",
      exitCode: EXIT.usage,
      hint: "phlb forget-path SNAPSHOT PATH, or phlb forget-path --all-snapshots PATH",
    },
  );
}

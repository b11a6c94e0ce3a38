import { resolve } from "node:path";
import { type Command, InvalidArgumentError, Option } from "commander";
import { EXIT, type ExitCode } from "../base/app_error.ts";
import { DURATION_FORM, parseDuration } from "../config/quantity.ts";
import { doctorMessages } from "../ui/doctor_messages.ts";
import { doctorText } from "../ui/doctor_text.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { stateTexts } from "./state_texts.ts";
import { sleepUnlessStopped } from "./sleep_unless_stopped.ts";
import { ExitWatch, withWork, type Work, workOptions } from "./work.ts";

const AFTER = `
Everything is tried in a directory below ROOT/.phlb that is removed again; the
result is stored in ROOT/.phlb/root.json, which also marks ROOT as a backup
root. The source is only read. Exit code 3: something will not be preserved.

Examples:
  phlb doctor /mnt/backup
  phlb doctor /mnt/backup --source ~/Documents
  phlb doctor --bench                      how fast it is here`;

/** How long a source is looked at unless somebody says. */
const PASS_MS = 20_000;

function define(program: Command) {
  return program.command("doctor")
    .summary("tell what a backup root cannot preserve")
    .description(
      "Tries what the file system of ROOT can do, tells what of a source will not be preserved " +
        "there, and proves that the kernel keeps phlb away from the source.",
    )
    .argument("[root]", "backup root; the configured destination if not given")
    .option("--source <dir>", "look at this source; the configured one if not given")
    .addOption(
      new Option("--max-duration <duration>", "look at the source for no longer (20s)")
        .argParser(duration),
    )
    .option("--bench", "measure how fast hashing, scanning, linking and writing are")
    .option("--job <id>", "examine root and source of this [[job]]")
    .option("--config <file>", "read only this configuration file")
    .optionsGroup("Output:")
    .option("--json", "print JSON lines")
    .option("-q, --quiet", "show nothing but results, problems and errors")
    .option("-v, --verbose", "show more; -vv shows everything", (_, count: number) => count + 1, 0)
    .addHelpText("after", AFTER);
}

/** Adds `phlb doctor`. */
export function addDoctorCommand(program: Command, { deps, finish }: CommandContext): void {
  define(program).action(async (root, options) => {
    const { cwd } = deps;
    const given = {
      ...workOptions({ ...options, progress: false }),
      root: root === undefined ? undefined : resolve(cwd, root),
      source: options.source === undefined ? undefined : resolve(cwd, options.source),
    };
    const maxPassMs = options.maxDuration ?? PASS_MS;
    finish(
      await withWork(given, deps, (work) => {
        return examine({ work, deps, maxPassMs, bench: options.bench === true });
      }),
    );
  });
}

interface Examine {
  readonly work: Work;
  readonly deps: CommandDeps;
  readonly maxPassMs: number;
  readonly bench: boolean;
}

async function examine({ work, deps, maxPassMs, bench }: Examine): Promise<ExitCode> {
  const { job, reporter, figures } = work;
  const { clock, signal, host, argv, files, operations, terminal } = deps;
  const { onEvent } = new ExitWatch(reporter);
  const report = await operations.examine({
    ...{ clock, signal, host, onEvent },
    command: ["phlb", ...argv].join(" "),
    state: stateTexts(deps),
    sleep: (milliseconds) => sleepUnlessStopped(milliseconds, deps),
    readText: (path) => files.readText(path),
  }, { job, maxPassMs, bench });
  const text = doctorText(report, { figures, columns: terminal.columns });
  const messages = doctorMessages(report);
  for (const [i, json] of messages.entries()) {
    reporter.result({ text: i === messages.length - 1 ? text : undefined, json });
  }
  return report.findings.some(({ severity }) => severity !== "note") ? EXIT.problems : EXIT.ok;
}

function duration(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new InvalidArgumentError(`It must be ${DURATION_FORM}.`);
  return milliseconds;
}

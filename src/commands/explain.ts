import { resolve } from "node:path";
import type { Command } from "commander";
import { EXIT, type ExitCode } from "../base/app_error.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { addWorkOptions, ExitWatch, withWork, type Work, workOptions } from "./work.ts";

const EXAMPLES = `
Without a backup root, the rules alone are explained. Exit code 3: what is
stored of it is damaged.

Examples:
  phlb explain ~/Documents/letter.odt
  phlb explain --source /home/ann .cache/thumbnails
  phlb explain --check photos/2025/beach.jpg   and read what is stored`;

/** Adds `phlb explain`. */
export function addExplainCommand(program: Command, { deps, finish }: CommandContext): void {
  const command = program.command("explain")
    .summary("tell why a path is (not) backed up, and where")
    .description(
      "Tells which rule of which layer backs PATH up or leaves it out, in which snapshots and " +
        "inodes it lies, and whether what is stored is as recorded.",
    )
    .argument("<path>", "a file or directory in the source")
    .option("--source <dir>", "the source it lies in, when that is not configured")
    .option("--check", "read what is stored and compare the digests");
  addWorkOptions(command);
  command.addHelpText("after", EXAMPLES).action(async (path, options) => {
    const source = options.source === undefined ? undefined : resolve(deps.cwd, options.source);
    const common = { ...workOptions(options), source };
    const check = options.check === true;
    finish(await withWork(common, deps, (work) => explain({ path, check, work, deps })));
  });
}

interface Explain {
  readonly path: string;
  readonly check: boolean;
  readonly work: Work;
  readonly deps: CommandDeps;
}

async function explain({ path, check, work, deps }: Explain): Promise<ExitCode> {
  const { job, jobs, reporter, figures } = work;
  const { clock, signal, cwd, files, operations } = deps;
  const watch = new ExitWatch(reporter);
  const { onEvent } = watch;
  const explanation = await operations.explain(
    { clock, signal, onEvent, cwd, readText: (file) => files.readText(file) },
    { path, job, jobs, check },
  );
  const { explainMessages, explainText } = await import("../ui/explain_text.ts");
  const text = explainText(explanation, figures);
  for (const [i, json] of explainMessages(explanation).entries()) {
    reporter.result({ text: i === 0 ? text : undefined, json });
  }
  const isDamaged = explanation.stored?.versions.some(({ differences }) => differences.length > 0);
  if (isDamaged === true) return EXIT.problems;
  return explanation.rootMissing?.exitCode ?? watch.exitCode;
}

import { resolve } from "node:path";
import { type Command, InvalidArgumentError, type OptionValues } from "commander";
import { EXIT, type ExitCode } from "../base/app_error.ts";
import { printable } from "../base/path_bytes.ts";
import { DURATION_FORM, parseDuration } from "../config/quantity.ts";
import { changeDeps } from "./change_deps.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { addWorkOptions, ExitWatch, withWork, type Work, workOptions } from "./work.ts";

const EMPTY_EXAMPLES = `
Examples:
  phlb trash empty                         all of it, for good
  phlb trash empty home/2026-01-07-085247  that one
  phlb trash empty --older-than 7          what was removed a week ago`;

/** Adds `phlb trash` with its three commands. */
export function addTrashCommand(program: Command, context: CommandContext): void {
  const command = program.command("trash")
    .summary("list, bring back or delete what was removed")
    .description("Tells what was removed from a backup root, brings it back, or deletes it.");
  addList(command, context);
  addRestore(command, context);
  addEmpty(command, context);
}

function addList(parent: Command, { deps, finish }: CommandContext): void {
  const command = parent.command("list")
    .summary("list what lies in the trash")
    .description("Lists the snapshots in the trash, and what comes free when they are deleted.")
    .argument("[root]", "backup root; the configured destination if not given");
  addWorkOptions(command);
  command.action(async (root, options) => {
    const given = { ...workOptions(options), ...rootOf(root, deps) };
    finish(await withWork(given, deps, (work) => list(work, deps)));
  });
}

async function list(work: Work, deps: CommandDeps): Promise<ExitCode> {
  const { reporter, settings, base, figures } = work;
  const { trashMessages, trashText } = await import("../ui/trash_text.ts");
  const watch = new ExitWatch(reporter);
  const { clock, signal, host } = deps;
  const listing = await deps.operations.listTrash(
    { clock, signal, host, onEvent: watch.onEvent },
    { root: base.root, settings },
  );
  reporter.result({
    text: trashText(listing, figures),
    json: { message_type: "trash_summary", root: listing.root, entries: listing.entries.length },
  });
  for (const json of trashMessages(listing)) reporter.result({ text: undefined, json });
  return watch.exitCode;
}

function addRestore(parent: Command, { deps, finish }: CommandContext): void {
  const command = parent.command("restore")
    .summary("bring snapshots back from the trash")
    .description("Brings each SNAPSHOT back from the trash to where it was.")
    .argument("<snapshot...>", "<name>/<time>, as phlb trash list shows it, or its beginning");
  addWorkOptions(command);
  command.action(async (wanted, options) => {
    finish(
      await withWork(workOptions(options), deps, async ({ reporter, settings, base, figures }) => {
        const onEvent = reporter.handle.bind(reporter);
        const query = { root: base.root, settings, wanted };
        for (const id of await deps.operations.restoreTrash(changeDeps(deps, onEvent), query)) {
          reporter.result({
            text: figures.say('"{id}" is back', { id: printable(id) }),
            json: { message_type: "trash_restored", snapshot_id: id },
          });
        }
        return EXIT.ok;
      }),
    );
  });
}

function addEmpty(parent: Command, { deps, finish }: CommandContext): void {
  const command = parent.command("empty")
    .summary("delete what lies in the trash for good")
    .description("Deletes snapshots in the trash for good. What is cut off, the next run finishes.")
    .argument("[snapshot...]", "those alone; all if not given")
    .option("--older-than <days>", "only what was removed so many days ago", days)
    .option("--max-duration <time>", "end after that time, for example 30m", duration)
    .option("--dry-run", "tell what would be deleted");
  addWorkOptions(command);
  command.addHelpText("after", EMPTY_EXAMPLES).action(async (wanted, options) => {
    finish(
      await withWork(workOptions(options), deps, (work) => empty(wanted, options, work, deps)),
    );
  });
}

async function empty(
  wanted: readonly string[],
  values: OptionValues,
  ...[{ reporter, settings, base, figures }, deps]: [Work, CommandDeps]
): Promise<ExitCode> {
  const { emptiedMessage, emptiedText } = await import("../ui/trash_text.ts");
  const { olderThan, maxDuration } = values;
  const dryRun = values["dryRun"] === true;
  const onEvent = reporter.handle.bind(reporter);
  const result = await deps.operations.emptyTrash(changeDeps(deps, onEvent), {
    root: base.root,
    settings,
    wanted,
    olderThanDays: typeof olderThan === "number" ? olderThan : 0,
    maxDurationMs: typeof maxDuration === "number" ? maxDuration : undefined,
    dryRun,
  });
  reporter.result({
    text: emptiedText(result, { figures, dryRun }),
    json: { ...emptiedMessage(result), dry_run: dryRun },
  });
  return EXIT.ok;
}

function rootOf(root: string | undefined, { cwd }: CommandDeps): { root?: string } {
  return root === undefined ? {} : { root: resolve(cwd, root) };
}

function days(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError("It must be a whole number of days.");
}

function duration(text: string): number {
  const milliseconds = parseDuration(text);
  if (milliseconds === undefined) throw new InvalidArgumentError(`It must be ${DURATION_FORM}.`);
  return milliseconds;
}

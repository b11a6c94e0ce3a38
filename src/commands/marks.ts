/**
 * `phlb pin`, `phlb unpin`, `phlb tag` and `phlb note`.
 *
 * @module
 */
import type { Command } from "commander";
import { EXIT, type ExitCode } from "../base/app_error.ts";
import { printable } from "../base/path_bytes.ts";
import type { MarkChange, MarkedSnapshot } from "../ops/marks/change_marks.ts";
import type { Figures } from "../ui/figures.ts";
import { collect } from "./backup_options.ts";
import { changeDeps } from "./change_deps.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { addWorkOptions, withWork, type WorkOptions, workOptions } from "./work.ts";

/** Adds the four commands. */
export function addMarkCommands(program: Command, context: CommandContext): void {
  addPin(program, context);
  addUnpin(program, context);
  addTag(program, context);
  addNote(program, context);
}

function addPin(program: Command, { deps, finish }: CommandContext): void {
  const command = program.command("pin")
    .summary("keep snapshots, whatever the rules say")
    .description("Pins each SNAPSHOT: phlb prune keeps it, and phlb remove asks for --force.")
    .argument("<snapshot...>", "snapshots to pin");
  addWorkOptions(command);
  command.action(async (addresses, options) => {
    finish(await mark({ addresses, change: { pinned: true } }, workOptions(options), deps));
  });
}

function addUnpin(program: Command, { deps, finish }: CommandContext): void {
  const command = program.command("unpin")
    .summary("let the rules decide about snapshots again")
    .description("Takes away the pin of each SNAPSHOT.")
    .argument("<snapshot...>", "snapshots to unpin");
  addWorkOptions(command);
  command.action(async (addresses, options) => {
    finish(await mark({ addresses, change: { pinned: false } }, workOptions(options), deps));
  });
}

function addTag(program: Command, { deps, finish }: CommandContext): void {
  const command = program.command("tag")
    .summary("show or change the tags of snapshots")
    .description("Shows the tags of each SNAPSHOT, once the options have changed them.")
    .argument("<snapshot...>", "snapshots whose tags are meant")
    .option("--add <tag>", "add a tag; may be repeated", collect)
    .option("--remove <tag>", "take a tag away; may be repeated", collect)
    .option("--set <tag>", "this tag and no other; may be repeated", collect)
    .option("--clear", "take all tags away");
  addWorkOptions(command);
  command.action(async (addresses, options) => {
    const { add: addTags = [], remove: removeTags = [], set, clear } = options;
    const setTags = set ?? (clear === true ? [] : undefined);
    const change = { addTags, removeTags, setTags };
    finish(await mark({ addresses, change }, workOptions(options), deps));
  });
}

function addNote(program: Command, { deps, finish }: CommandContext): void {
  const command = program.command("note")
    .summary("keep a note with a snapshot")
    .description("Keeps TEXT with SNAPSHOT, in place of its note; without TEXT it is taken away.")
    .argument("<snapshot>", "the snapshot")
    .argument("[text]", "the note");
  addWorkOptions(command);
  command.action(async (address, text, options) => {
    const change = { note: text ?? "" };
    finish(await mark({ addresses: [address], change }, workOptions(options), deps));
  });
}

async function mark(
  { addresses, change }: { addresses: readonly string[]; change: MarkChange },
  options: WorkOptions,
  deps: CommandDeps,
): Promise<ExitCode> {
  return await withWork(options, deps, async ({ reporter, settings, base, figures }) => {
    const onEvent = reporter.handle.bind(reporter);
    const query = { addresses, base, settings, change };
    for (const one of await deps.operations.changeMarks(changeDeps(deps, onEvent), query)) {
      const { id, pinned, tags, note, isChanged } = one;
      reporter.result({
        text: options.quiet === true ? undefined : markedText(one, figures),
        json: {
          message_type: "marked",
          snapshot_id: id,
          pinned,
          tags,
          note: note ?? null,
          changed: isChanged,
        },
      });
    }
    return EXIT.ok;
  });
}

function markedText({ id, pinned, tags, note }: MarkedSnapshot, { say }: Figures): string {
  const words = [
    ...(pinned ? [say("pinned")] : []),
    ...tags.map((tag) => `#${tag}`),
    ...(note === undefined ? [] : [note]),
  ];
  return printable(`${id}  ${words.length === 0 ? say("no pin, tags or note") : words.join(" ")}`);
}

import type { Command } from "commander";
import { EXIT, type ExitCode } from "../base/app_error.ts";
import { encodeName } from "../base/path_bytes.ts";
import type { ListedEntry, ListedPlace, ListSink } from "../ops/search/list_entries.ts";
import { jsonLine } from "../ui/json_lines.ts";
import { LsText, nodeMessage, placeMessage } from "../ui/ls_text.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { addWorkOptions, ExitWatch, withWork, type Work, workOptions } from "./work.ts";

const EXAMPLES = `
PATH stands as it does below the snapshot. With -R and with -0, whole paths are
printed, else names.

Examples:
  phlb ls                                    the newest snapshot
  phlb ls -l latest:docs                     a directory in it, as ls -l
  phlb ls -R home/2026-01-07 | grep invoice
  phlb ls -R -0 latest | xargs -0 -n1 echo   names with newlines and all`;

interface LsOptions {
  readonly recursive?: true | undefined;
  readonly long?: true | undefined;
  readonly digest?: true | undefined;
  readonly humanReadable?: true | undefined;
  readonly null?: true | undefined;
}

/** Adds `phlb ls`. */
export function addLsCommand(program: Command, { deps, finish }: CommandContext): void {
  const command = program.command("ls")
    .summary("list what a snapshot holds")
    .description("Lists a directory of SNAPSHOT, or an entry of it.")
    .argument("[snapshot]", "SNAPSHOT[:PATH]", "latest")
    .helpOption("--help", "print this help")
    .option("-R, --recursive", "list all that is below the directory")
    .option("-l, --long", "with mode, links, owner, size and modification time")
    .option("--digest", "with the SHA-256 of files")
    .option("-h, --human-readable", "with -l: sizes such as 1.50 KiB")
    .option("-0, --null", "print bare paths, each ended by a zero byte instead of a newline");
  addWorkOptions(command);
  command.addHelpText("after", EXAMPLES).action(async (address, options) => {
    const common = workOptions(options);
    finish(
      await withWork(common, deps, (work) => {
        const json = common.json === true;
        return list(address, { options, json, work, deps });
      }),
    );
  });
}

interface LsContext {
  readonly options: LsOptions;
  readonly json: boolean;
  readonly work: Work;
  readonly deps: CommandDeps;
}

async function list(address: string, context: LsContext): Promise<ExitCode> {
  const { options, json, work: { base, settings, reporter }, deps } = context;
  const { clock, signal, operations, terminal } = deps;
  const watch = new ExitWatch(reporter);
  const query = {
    address,
    base,
    fileSystem: settings["performance.file_system"],
    recursive: options.recursive === true,
    detailed: json || (options.null !== true && (options.long ?? options.digest) === true),
  };
  const { onEvent } = watch;
  await operations.listEntries({ clock, signal, onEvent }, query, sinkOf(context));
  return terminal.out.isGone === true ? EXIT.ok : watch.exitCode;
}

function sinkOf(context: LsContext): ListSink {
  const { options, json, deps: { terminal: { out } } } = context;
  const write = (data: string | Uint8Array) => {
    if (data.length > 0) out.write(data);
    return out.isGone !== true;
  };
  if (json) return jsonSink(write);
  if (options.null !== true) return textSink(context, write);
  return {
    begin: () => {},
    take: (entries) => write(encodeName(entries.map(({ relPath }) => `${relPath}\0`).join(""))),
  };
}

type Write = (data: string | Uint8Array) => boolean;

function jsonSink(write: Write): ListSink {
  let isRecorded = false;
  const line = ({ entry }: ListedEntry) =>
    entry === undefined ? "" : jsonLine(nodeMessage(entry, { isRecorded }));
  return {
    begin: (place) => {
      isRecorded = place.ref.kind === "phlb";
      write(jsonLine(placeMessage(place)));
    },
    take: (entries) => write(entries.map(line).join("")),
  };
}

function textSink({ options, work, deps }: LsContext, write: Write): ListSink {
  const { isTty } = deps.terminal.out;
  let text: LsText | undefined;
  const start = (place: ListedPlace | undefined, entries: readonly ListedEntry[]) =>
    new LsText({
      long: options.long === true,
      digest: options.digest === true,
      human: options.humanReadable === true,
      figures: work.figures,
      isTty,
      cut: options.recursive === true ? 0 : cutOf(place, entries),
    });
  let listed: ListedPlace | undefined;
  return {
    begin: (place) => {
      listed = place;
    },
    take: (entries) => {
      text ??= start(listed, entries);
      const lines = text.lines(entries);
      // Off a screen names go out as they are, whatever bytes they have.
      return write(isTty ? lines : encodeName(lines));
    },
  };
}

/** Where names begin in paths of entries of the listed directory; 0 for an entry that is none. */
function cutOf(place: ListedPlace | undefined, [first]: readonly ListedEntry[]): number {
  const prefix = `${place?.relPath ?? ""}/`;
  return prefix !== "/" && first?.relPath.startsWith(prefix) === true ? prefix.length : 0;
}

import { type Command, Option } from "commander";
import { AppError, EXIT, type ExitCode } from "../base/app_error.ts";
import { DURATION_FORM, parseDuration, parseSize, SIZE_FORM } from "../config/quantity.ts";
import type { EntryType } from "../fs/stat_table.ts";
import type { EntryQuery } from "../ops/search/entry_filter.ts";
import type { FindQuery, FindResult } from "../ops/search/find_versions.ts";
import { findSummaryMessage, FindText, matchMessage } from "../ui/find_text.ts";
import { jsonLine } from "../ui/json_lines.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { addWorkOptions, ExitWatch, withWork, type Work, workOptions } from "./work.ts";

const EXAMPLES = `
PATTERN is for the name alone or, with a slash in it, for the whole path below
the snapshot: * ? [a-z] stand for characters, ** for any directories. An entry
with the same content in several snapshots is one version.

Examples:
  phlb find letter.odt                       its versions in all snapshots
  phlb find "*.jpg" --larger 10M --newer 2026-01-01
  phlb find "docs/**/*.tex" --newest 5       in the five newest snapshots
  phlb find --digest 5891b5b522d5            a content, whatever its name`;

/** The letters of find(1). */
const TYPES: Readonly<Record<string, EntryType>> = {
  f: "file",
  d: "dir",
  l: "link",
  p: "fifo",
  s: "socket",
  c: "char",
  b: "block",
};

interface FindOptions {
  readonly ignoreCase?: true | undefined;
  readonly digest?: string | undefined;
  readonly type?: string | undefined;
  readonly larger?: string | undefined;
  readonly smaller?: string | undefined;
  readonly newer?: string | undefined;
  readonly older?: string | undefined;
  readonly snapshot?: string[] | undefined;
  readonly newest?: string | undefined;
}

/** Adds `phlb find`. */
export function addFindCommand(program: Command, { deps, finish }: CommandContext): void {
  const command = program.command("find")
    .summary("find files in all snapshots, with all their versions")
    .description("Tells which versions there are of what PATTERN matches, and where.")
    .argument("[patterns...]", "name, path or pattern; any of them")
    .optionsGroup("What:")
    .option("-i, --ignore-case", "upper and lower case are the same")
    .option("--digest <sha256>", "content with this SHA-256; its first eight digits will do")
    .addOption(new Option("--type <type>", "f files, d directories, l links, …").choices(LETTERS))
    .option("--larger <size>", "files of at least this size, such as 10M")
    .option("--smaller <size>", "files of at most this size")
    .option("--newer <date>", "modified since 2026-01-31, or in the last 30d or 12h")
    .option("--older <date>", "modified before")
    .optionsGroup("In:")
    .option("--snapshot <snapshot>", "only this snapshot; repeatable", collect)
    .option("--newest <n>", "only the newest N snapshots of each name");
  addWorkOptions(command);
  command.addHelpText("after", EXAMPLES).action(async (patterns, options) => {
    const common = workOptions(options);
    const json = common.json === true;
    finish(
      await withWork(common, deps, (work) => find(patterns, { options, json, work, deps })),
    );
  });
}

const LETTERS = Object.keys(TYPES);

function collect(value: string, before: string[] | undefined): string[] {
  return [...(before ?? []), value];
}

interface FindContext {
  readonly options: FindOptions;
  readonly json: boolean;
  readonly work: Work;
  readonly deps: CommandDeps;
}

async function find(patterns: readonly string[], context: FindContext): Promise<ExitCode> {
  const { work: { base, settings, reporter }, deps, options, json } = context;
  const { clock, signal, operations } = deps;
  const query: FindQuery = {
    base,
    fileSystem: settings["performance.file_system"],
    entries: entryQuery(patterns, options, clock.now().getTime()),
    snapshots: options.snapshot ?? [],
    newest: options.newest === undefined ? undefined : countOf(options.newest),
  };
  const watch = new ExitWatch(reporter);
  const { onEvent } = watch;
  const result = await operations.findVersions({ clock, signal, onEvent }, query);
  reporter.close();
  if (json) writeJson(result, deps);
  else writeText(result, context);
  return watch.exitCode;
}

function entryQuery(
  patterns: readonly string[],
  options: FindOptions,
  nowMs: number,
): EntryQuery {
  const { digest, type, larger, smaller, newer, older } = options;
  const kind = type === undefined ? undefined : TYPES[type];
  if (patterns.length === 0 && digest === undefined) throw nothingWanted();
  return {
    patterns,
    ignoreCase: options.ignoreCase === true,
    digest: digest === undefined ? undefined : digestOf(digest),
    ...(kind === undefined ? {} : { types: [kind] }),
    leastBytes: larger === undefined ? undefined : sizeOf("--larger", larger),
    mostBytes: smaller === undefined ? undefined : sizeOf("--smaller", smaller),
    sinceMs: newer === undefined ? undefined : dateOf("--newer", newer, nowMs),
    untilMs: older === undefined ? undefined : dateOf("--older", older, nowMs),
  };
}

function digestOf(text: string): string {
  const digest = text.toLowerCase();
  if (/^([0-9a-f]{8,64}|[0-9a-f]{128})$/.test(digest)) return digest;
  throw badOption("--digest", text, "It takes 8 to 64 hexadecimal digits of a SHA-256");
}

function sizeOf(option: string, text: string): number {
  return parseSize(text) ?? fail(option, text, `It takes ${SIZE_FORM}`);
}

function countOf(text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw badOption("--newest", text, "It takes a number from 1 on");
}

/** A day or a time, local unless it says otherwise, or a duration before now. */
function dateOf(option: string, text: string, nowMs: number): number {
  const duration = parseDuration(text);
  if (duration !== undefined && /[a-z]$/.test(text)) return nowMs - duration;
  const date = DATE_PATTERN.exec(text);
  const [, day = "", time = "00:00", zone = ""] = date ?? [];
  const ms = date === null ? NaN : new Date(`${day}T${time}${zone}`).getTime();
  // Of a day that a month does not have, Date makes one of the next month.
  const isReal = new Date(`${day}T00:00Z`).toJSON()?.startsWith(day) === true;
  if (!Number.isNaN(ms) && isReal) return ms;
  throw badOption(option, text, `It takes 2026-01-31, "2026-01-31 08:52", or ${DURATION_FORM}`);
}

const DATE_PATTERN =
  /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(Z|[+-]\d\d:\d\d)?)?$/;

function fail(option: string, text: string, hint: string): never {
  throw badOption(option, text, hint);
}

function badOption(option: string, text: string, hint: string): AppError {
  return new AppError(`Cannot use ${option} "${text}"`, {
    code: "USAGE",
    exitCode: EXIT.usage,
    hint,
  });
}

function nothingWanted(): AppError {
  return new AppError("Cannot find anything: no pattern is given", {
    code: "USAGE",
    exitCode: EXIT.usage,
    hint: 'Give a name, a pattern such as "*.jpg", or --digest',
  });
}

/** Lines that are written at once. */
const BATCH = 1000;

function writeText(result: FindResult, { work, deps: { terminal: { out } } }: FindContext): void {
  const text = new FindText(result, work.figures);
  let lines = text.head;
  let count = 0;
  for (const path of result.paths) {
    lines += text.path(path);
    if (++count % BATCH !== 0) continue;
    out.write(lines);
    lines = "";
    if (out.isGone === true) return;
  }
  out.write(lines + text.foot);
}

function writeJson(result: FindResult, { terminal: { out } }: CommandDeps): void {
  let versions = 0;
  for (const path of result.paths) {
    versions += path.versions.length;
    out.write(path.versions.map((version) => jsonLine(matchMessage(path, version))).join(""));
    if (out.isGone === true) return;
  }
  out.write(jsonLine(findSummaryMessage(result, { versions })));
}

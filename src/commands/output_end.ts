import { AppError, EXIT, type ExitCode } from "../base/app_error.ts";
import type { Terminal } from "../ui/terminal.ts";

/** Commands that change something: whether that was done tells their code, not who reads of it. */
const ACTING: ReadonlySet<string> = new Set([
  "add",
  "backup",
  "forget-path",
  "helper",
  "note",
  "notify",
  "pin",
  "prune",
  "rebuild",
  "remove",
  "repair",
  "rescue-kit",
  "restore",
  "schedule",
  "tag",
  "trash empty",
  "trash restore",
  "unpin",
]);

/** What {@link settleOutput} looks at. */
export interface OutputEnd {
  readonly argv: readonly string[];
  readonly terminal: Terminal;
}

/**
 * The exit code of a command that came to `exitCode`, once it is known what became of its output.
 * One whose reader went away ends as programs do that a closed pipe ends.
 *
 * @throws {OUTPUT_FAILED} when output was lost, on a full disk for example
 */
export function settleOutput(exitCode: ExitCode, { argv, terminal }: OutputEnd): ExitCode {
  const { failure, isGone } = terminal.out;
  const isActing = isActingCommand(argv);
  if (failure !== undefined) {
    throw new AppError(`Cannot write the output: ${failure}`, {
      code: "OUTPUT_FAILED",
      exitCode: isActing ? exitCode : EXIT.failed,
      hint: isActing
        ? "Only the report of what was done is lost"
        : "Is there room where it goes, and may this user write there?",
    });
  }
  return isGone === true && exitCode === EXIT.ok && !isActing ? EXIT.unread : exitCode;
}

function isActingCommand(argv: readonly string[]): boolean {
  const [first = "", second = ""] = argv.filter((word) => !word.startsWith("-"));
  const isDry = argv.includes("--dry-run") || argv.includes("-n");
  return !isDry && (ACTING.has(first) || ACTING.has(`${first} ${second}`));
}

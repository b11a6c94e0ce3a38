import { type Command, Option, type OptionValues } from "commander";
import { AppError, EXIT, type ExitCode } from "../base/app_error.ts";
import { Cancelled } from "../threads/cancel.ts";
import { DURATION_FORM, parseDuration } from "../config/quantity.ts";
import type { Flags } from "../config/config.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { addPaceOptions, takeConfiguredPriority } from "./pace_options.ts";
import { addWorkOptions, ExitWatch, withWork, type Work, workOptions } from "./work.ts";

const EXAMPLES = `
Examples:
  phlb verify                              the newest snapshot of each name
  phlb verify --fast latest~1              without reading the contents
  phlb verify latest:docs                  a part of a snapshot
  phlb verify --all --sample 5%            a part of all, another one each time
  phlb verify --all --max-duration 30m     what was not read longest, 30 minutes
  phlb verify --all --resume               go on with one that was interrupted

Exits with 3 when anything is not as it was stored.`;

/** Adds `phlb verify`. */
export function addVerifyCommand(program: Command, { deps, finish }: CommandContext): void {
  const command = program.command("verify")
    .summary("check that snapshots are still what was stored")
    .description(
      "Compares snapshots with their manifests and checksum files, and reads the contents " +
        "of all stored files, each once. Nothing is changed, and no lock is taken.",
    )
    .argument("[snapshot...]", "SNAPSHOT[:PATH]; the newest of each name if not given")
    .addOption(new Option("--all", "all snapshots"))
    .addOption(new Option("--fast", "do not read the contents"))
    .addOption(
      new Option("--sample <share>", "read that share, what was not read for longest first"),
    )
    .addOption(new Option("--max-duration <time>", "end after that time, for example 30m"))
    .addOption(new Option("--resume", "go on with a verify that did not come to its end"))
    .addOption(
      new Option("--allowed-signers <file>", "have every manifest signed by one of these keys"),
    );
  addPaceOptions(command);
  addWorkOptions(command);
  command.addHelpText("after", EXAMPLES).action(async (addresses, options) => {
    const request = { addresses, ...verifyOptions(addresses, options) };
    finish(
      await withWork(
        { ...workOptions(options), flags: signersFlag(options) },
        deps,
        async (work) => await run(request, work, deps),
      ),
    );
  });
}

function signersFlag({ allowedSigners }: OptionValues): Flags {
  return {
    "snapshot.allowed_signers": typeof allowedSigners === "string" ? allowedSigners : undefined,
  };
}

interface Request {
  readonly addresses: readonly string[];
  readonly all: boolean;
  readonly fast: boolean;
  readonly quiet: boolean;
  readonly resume: boolean;
  readonly sample: number | undefined;
  readonly maxDurationMs: number | undefined;
}

function verifyOptions(
  addresses: readonly string[],
  values: OptionValues,
): Omit<Request, "addresses"> {
  const [all, fast, resume] = [values["all"], values["fast"], values["resume"]];
  const { sample, maxDuration } = values;
  if (all === true && addresses.length > 0) throw conflict("--all", "a SNAPSHOT");
  if (fast === true && typeof sample === "string") throw conflict("--fast", "--sample");
  if (fast === true && resume === true) throw conflict("--fast", "--resume");
  return {
    all: all === true,
    fast: fast === true,
    quiet: values["quiet"] === true,
    resume: resume === true,
    sample: typeof sample === "string" ? parseShare(sample) : undefined,
    maxDurationMs: typeof maxDuration === "string" ? parseTime(maxDuration) : undefined,
  };
}

async function run(request: Request, work: Work, deps: CommandDeps): Promise<ExitCode> {
  const { reporter, settings, base, figures } = work;
  const { clock, signal, every, host, operations, sshKeygen } = deps;
  const watch = new ExitWatch(reporter);
  const { addresses, all, quiet, ...options } = request;
  const allowedSigners = signersFile(settings["snapshot.allowed_signers"], deps);
  const signatures = allowedSigners === undefined ? undefined : { sshKeygen, allowedSigners };
  const query = {
    request: { addresses, all, base },
    options: { ...options, settings },
    fileSystem: settings["performance.file_system"],
  };
  const opsDeps = {
    clock,
    signal,
    every,
    signatures,
    cores: host.cores,
    cpuMs: host.cpuMs,
    machineMs: host.machineMs,
    onEvent: watch.onEvent,
  };
  await takeConfiguredPriority(settings, { operations, onEvent: watch.onEvent });
  const result = await operations.verify(opsDeps, query).catch((error: unknown) => {
    throw error instanceof Cancelled && !request.fast ? interrupted(error) : error;
  });
  const show = { figures, fast: request.fast };
  const { verifiedMessage, verifiedText, verifySummaryMessage, verifySummaryText } = await import(
    "../ui/verify_text.ts"
  );
  const isSilent = quiet && watch.problems === 0;
  for (const snapshot of result.roots.flatMap(({ snapshots }) => snapshots)) {
    reporter.result({
      text: isSilent ? undefined : verifiedText(snapshot, show),
      json: verifiedMessage(snapshot),
    });
  }
  reporter.result({
    text: isSilent ? undefined : `\n${verifySummaryText(result, show)}`,
    json: verifySummaryMessage(result),
  });
  return watch.problems > 0 ? EXIT.problems : EXIT.ok;
}

/** @throws {ALLOWED_SIGNERS_MISSING} when there is no such file: it would be told for each manifest */
function signersFile(path: string | undefined, { files }: CommandDeps): string | undefined {
  if (path === undefined || files.readText(path) !== undefined) return path;
  throw new AppError(`Cannot read the allowed signers "${path}": there is no such file`, {
    code: "ALLOWED_SIGNERS_MISSING",
    exitCode: EXIT.usage,
    hint: "It has lines such as: me@example.org ssh-ed25519 AAAA…; see ssh-keygen(1)",
  });
}

function interrupted(cause: Cancelled): AppError {
  return new AppError("The verify was interrupted", {
    code: "INTERRUPTED",
    exitCode: EXIT.interrupted,
    hint: "The same command with --resume goes on with it",
    cause,
  });
}

/** A share above 0 and up to 1, from `5%` or `0.05`. */
function parseShare(text: string): number {
  const match = /^(\d+(?:\.\d+)?) *(%?)$/.exec(text);
  const share = match === null ? 0 : Number(match[1]) / (match[2] === "%" ? 100 : 1);
  if (share > 0 && share <= 1) return share;
  throw usage(
    `Cannot use "${text}" for --sample: it is no share`,
    "Give a share such as 5% or 0.05",
  );
}

function parseTime(text: string): number {
  const durationMs = parseDuration(text);
  if (durationMs !== undefined && durationMs > 0) return durationMs;
  throw usage(`Cannot use "${text}" for --max-duration: it is no time`, `Give ${DURATION_FORM}`);
}

function conflict(one: string, other: string): AppError {
  return usage(`Cannot use ${one} together with ${other}`, "Leave one of them out");
}

function usage(message: string, hint: string): AppError {
  return new AppError(message, { code: "USAGE", exitCode: EXIT.usage, hint });
}

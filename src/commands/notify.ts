import { Argument, type Command } from "commander";
import { AppError, EXIT, type ExitCode } from "../base/app_error.ts";
import { type Channel, CHANNELS, channelsOf, NEEDED } from "../ops/notify/channels.ts";
import type { News } from "../ops/notify/news.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";
import { withWork, type Work, workOptions } from "./work.ts";

const AFTER = `
The channels are those of [notify] in the configuration; a test goes to each of
them, whatever it is to be notified of. The service at notify.ping.url takes it
for a backup that went well. Exit code 1: a channel failed.

Examples:
  phlb notify test             all that are configured
  phlb notify test email --job documents`;

/** Adds `phlb notify` and what is below it. */
export function addNotifyCommand(program: Command, { deps, finish }: CommandContext): void {
  const notify = program.command("notify")
    .summary("try the notifications")
    .description("Sends notifications as phlb backup does.");
  notify.command("test")
    .description("Sends a test through the channels that are configured.")
    .addArgument(new Argument("[channel]", "only this one").choices(CHANNELS))
    .option("--job <id>", "the channels of this [[job]] of the configuration")
    .option("--config <file>", "read only this configuration file")
    .option("--json", "print JSON lines")
    .addHelpText("after", AFTER)
    .action(async (channel, options) => {
      const given = workOptions({ ...options, progress: false });
      finish(await withWork(given, deps, (work) => sendTest({ work, deps, channel })));
    });
}

interface Test {
  readonly work: Work;
  readonly deps: CommandDeps;
  readonly channel: Channel | undefined;
}

async function sendTest(
  { work: { job, reporter, figures }, deps, channel }: Test,
): Promise<ExitCode> {
  const configured = channelsOf(job.settings);
  if (channel === undefined ? configured.length === 0 : !configured.includes(channel)) {
    throw nothingToTest(channel);
  }
  const { say, tell } = figures;
  const { env, files, runProgram, host, signal, operations } = deps;
  const news: News = {
    kind: "test",
    subject: say("Test from phlb on {host}", { host: host.name }),
    text: say("This is a test: notifications of phlb arrive here."),
  };
  const deliveries = await operations.notify(
    // What became of each is the result here.
    { env, readText: (path) => files.readText(path), runProgram, host, signal, onEvent: () => {} },
    news,
    { job, ...(channel === undefined ? {} : { channel }) },
  );
  for (const { channel: name, failure } of deliveries) {
    const sent = failure === undefined;
    reporter.result({
      text: `${name}: ${
        failure === undefined ? say("sent") : say("not sent, {reason}", { reason: tell(failure) })
      }`,
      json: {
        message_type: "notification",
        channel: name,
        kind: "test",
        sent,
        ...(failure === undefined ? {} : { error: failure }),
      },
    });
  }
  return deliveries.every(({ failure }) => failure === undefined) ? EXIT.ok : EXIT.failed;
}

function nothingToTest(channel: Channel | undefined): AppError {
  const what = channel === undefined ? "no channel is configured" : `${channel} is not configured`;
  const needs = channel === undefined
    ? CHANNELS.map((name) => `${NEEDED[name]} (${name})`).join(", ")
    : NEEDED[channel];
  return new AppError(`Cannot send a test: ${what}`, {
    code: "USAGE",
    exitCode: EXIT.usage,
    hint: `Set ${needs} in phlb.toml; "phlb config path" tells which files are read`,
  });
}

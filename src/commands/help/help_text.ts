import type { CommandUnknownOpts } from "commander";

/** All that `--help` prints for a command. Commander hands it out only by printing it. */
export function helpText(command: CommandUnknownOpts): string {
  let text = "";
  const { writeOut, ...others } = command.configureOutput();
  const keep = (part: string) => {
    text += part;
  };
  command.configureOutput({ ...others, writeOut: keep });
  command.outputHelp();
  command.configureOutput({ ...others, ...(writeOut === undefined ? {} : { writeOut }) });
  return text;
}

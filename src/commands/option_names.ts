import type { Command } from "commander";

type OptionOwner = Pick<Command, "options" | "commands">;

/**
 * The arguments with underscores in names of options made hyphens: PyHardLinkBackup 1.x takes both.
 * Words that are not options of ours stay as they are.
 */
export function hyphenated(argv: readonly string[], program: OptionOwner): string[] {
  const known = new Set(optionNames(program));
  const end = argv.indexOf("--");
  return argv.map((word, i) => {
    if (!word.startsWith("--") || (end >= 0 && i >= end)) return word;
    const [name = "", ...value] = word.split("=");
    const twin = name.replaceAll("_", "-");
    return known.has(twin) ? [twin, ...value].join("=") : word;
  });
}

function optionNames({ options, commands }: OptionOwner): string[] {
  const own = options.flatMap(({ long }) => long ?? []);
  return [...own, ...commands.flatMap(optionNames)];
}

import { keyFacts } from "./key_facts.ts";
import { KEYS, tableOf } from "./keys.ts";
import type { Key } from "./schema.ts";

const COLUMNS = 96;

const HEAD =
  `# Configuration of phlb, with every key there is. A line that starts with "#" and no space sets a
# key, once the "#" is taken away: here to its default, or to an example where it has none.
#
# Files are looked for as phlb.toml in the current directory and every one above it, then as
# $XDG_CONFIG_HOME/phlb/config.toml (usually ~/.config/phlb/config.toml), then as ~/phlb.toml.
# What a nearer file sets goes before what a farther one sets, key by key. Environment variables
# go before files, and command-line options before everything.
#
# A list replaces that of the farther files. To change it instead:
#   dirs.append = ["more"]
#   dirs.remove = [".cache"]
# In an environment variable a list is written with commas, or as a JSON array. The variable of a
# secret has the secret itself.
#
# Relative paths are relative to this file, ~ is your home directory. Sizes are written "256KiB" or
# "10M" (steps of 1024), durations "0.5s", "30m", "2h".
`;

const TAIL = `
# Several sources or destinations in one file: one [[job]] each, run by "--job ID", or all in turn
# by "--all". A job can set every key from above for itself, and needs an id.
#[[job]]
#id = "documents"
#source = "~/Documents"
#exclude.dirs.append = ["drafts"]
`;

/** The text of `config.example.toml`: every key, described and commented out. */
export function renderExample(): string {
  let table = "";
  const parts = KEYS.map((key) => {
    const heading = tableOf(key) === table ? "" : `[${tableOf(key)}]\n`;
    table = tableOf(key);
    return heading + block(key);
  });
  return [HEAD, ...parts].join("\n") + TAIL;
}

/** The line that sets the key is its default, or the example where it is unset by default. */
function block(key: Key): string {
  const { description, bounds, byDefault, alsoSetBy, example, setter } = keyFacts(key);
  const isTold = byDefault === undefined || example === undefined;
  const lines = [
    ...wrapped(description),
    ...(bounds === undefined ? [] : [`# ${bounds}`]),
    ...(byDefault === undefined ? ["# Not set by default."] : []),
    `# Also set by: ${alsoSetBy}`,
    ...(isTold ? [] : [`# Example: ${example}`]),
    `#${setter}`,
  ];
  return lines.join("\n") + "\n";
}

function wrapped(text: string): string[] {
  const lines: string[] = [];
  let line = "#";
  for (const word of text.split(" ")) {
    if (line.length + 1 + word.length > COLUMNS) {
      lines.push(line);
      line = "#";
    }
    line += ` ${word}`;
  }
  return [...lines, line];
}

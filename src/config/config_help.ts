import { paragraph, type Prose } from "../base/prose.ts";
import { CONFIG_FILE_NAME, CONFIG_VARIABLE } from "./config_files.ts";

/** Where configuration comes from, and what goes before what. */
export const CONFIG_SOURCES: Prose = [
  paragraph(
    `Configuration is TOML. Files are looked for as ${CONFIG_FILE_NAME} in the current directory ` +
      "and every one above it, then as $XDG_CONFIG_HOME/phlb/config.toml (usually " +
      `~/.config/phlb/config.toml), then as ~/${CONFIG_FILE_NAME}. What a nearer file sets goes ` +
      "before what a farther one sets, key by key. Environment variables go before files, and " +
      `command-line options before everything. --config FILE or ${CONFIG_VARIABLE} names the one ` +
      "file to read.",
  ),
  paragraph(
    "A list replaces that of the farther files. To change it instead, append to it or remove " +
      "from it:",
  ),
  { kind: "lines", lines: ["[exclude]", 'dirs.append = ["more"]', 'dirs.remove = [".cache"]'] },
  paragraph(
    "Relative paths are relative to the file, ~ is your home directory. Sizes are written " +
      '"256KiB" or "10M" (steps of 1024), durations "0.5s", "30m", "2h". In an environment ' +
      "variable a list is written with commas, or as a JSON array.",
  ),
  paragraph(
    "Several sources or destinations stand in [[job]] tables, which can set every key for " +
      "themselves and need an id:",
  ),
  { kind: "lines", lines: ["[[job]]", 'id = "documents"', 'source = "~/Documents"'] },
];

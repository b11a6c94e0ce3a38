import type { Settings } from "../config/schema.ts";
import { chooseLocale, loadFigures } from "../ui/figures.ts";
import { JsonReporter } from "../ui/json_lines.ts";
import { Progress } from "../ui/progress.ts";
import type { Reporter } from "../ui/reporter.ts";
import { ScreenReporter } from "../ui/screen_reporter.ts";
import { canMoveCursor, wantsColor } from "../ui/terminal.ts";
import type { CommandDeps } from "./command_deps.ts";

/** What the command line says about the output. */
export interface OutputOptions {
  readonly json?: boolean | undefined;
  readonly quiet?: boolean | undefined;
}

/** The reporter that fits the settings, the command line and the terminal. */
export async function makeReporter(
  settings: Settings,
  { options, deps }: {
    options: OutputOptions;
    deps: Pick<CommandDeps, "terminal" | "env" | "clock" | "useLocale">;
  },
): Promise<Reporter> {
  const { terminal, env, clock } = deps;
  deps.useLocale?.(settings.locale);
  const loudness = { level: settings["log.console_level"], results: options.quiet !== true };
  const wantsProgress = settings["log.progress"];
  if (options.json === true) {
    return new JsonReporter({ terminal, clock, loudness, progress: wantsProgress });
  }
  const figures = await loadFigures(chooseLocale(settings.locale, env));
  const color = wantsColor(terminal.err, env);
  const intervalMs = settings["log.progress_interval"];
  const progress = wantsProgress && canMoveCursor(terminal.err, env)
    ? new Progress({ terminal, clock, figures, color, intervalMs })
    : undefined;
  return new ScreenReporter({ terminal, figures, color, loudness, progress });
}

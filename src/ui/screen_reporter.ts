import type { BackupEvent } from "../backup/events.ts";
import type { WorkEvent } from "../ops/ops_deps.ts";
import type { LogLevel } from "../backup/snapshot/run_log.ts";
import { printable } from "../base/path_bytes.ts";
import type { Figures } from "./figures.ts";
import type { Progress } from "./progress.ts";
import {
  isLoudEnough,
  type Loudness,
  problemLevel,
  type Reporter,
  type Result,
} from "./reporter.ts";
import { commandLines } from "../ops/hooks/run_command.ts";
import { profileText } from "./profile_text.ts";
import { summaryText } from "./summary_text.ts";
import { paint, type Terminal } from "./terminal.ts";

/** What a {@link ScreenReporter} writes with. */
export interface ScreenReporterOptions {
  readonly terminal: Terminal;
  readonly figures: Figures;
  readonly color: boolean;
  readonly loudness: Loudness;
  /** Missing where no display is wanted or possible. */
  readonly progress: Progress | undefined;
}

/** Shows runs to a person: the progress display, log lines above it, the summary at the end. */
export class ScreenReporter implements Reporter {
  readonly #options: ScreenReporterOptions;

  constructor(options: ScreenReporterOptions) {
    this.#options = options;
  }

  handle(event: BackupEvent | WorkEvent): void {
    const { progress, loudness, figures } = this.#options;
    switch (event.kind) {
      case "start":
        progress?.start(event.expected);
        if (loudness.results) this.#print(startLine(event, figures));
        return;
      case "begin":
        progress?.start(event.expected);
        if (loudness.results) this.#print(printable(figures.tell(event.text)));
        return;
      case "progress":
        return progress?.update(event);
      case "problem":
        return this.#log(problemLevel(event.problem), event.problem.message);
      case "log":
        return this.#log(event.level, event.message);
      case "hook":
        // One that failed is told by a message of its own.
        for (const { message } of commandLines(event)) this.#log("info", message);
        return;
      case "notification":
        if (event.failure !== undefined) return;
        return this.#log("info", `Notified by ${event.channel}: ${event.about}`);
      case "summary":
        progress?.clear();
        if (loudness.results) this.#writeSummary(event);
        return;
    }
  }

  result({ text }: Result): void {
    if (text === undefined) return;
    const { progress, terminal } = this.#options;
    // Output and error stream are the same screen as a rule.
    progress?.clear();
    terminal.out.write(`${text}\n`);
  }

  close(): void {
    this.#options.progress?.clear();
  }

  #writeSummary(
    { summary, snapshotPath, dryRun }: Extract<BackupEvent, { kind: "summary" }>,
  ): void {
    const { terminal, figures, loudness } = this.#options;
    terminal.out.write(`\n${summaryText(summary, { snapshotPath, dryRun, figures })}`);
    if (!isLoudEnough("info", loudness.level) || dryRun) return;
    terminal.out.write(`\n${profileText(summary, figures)}`);
  }

  #log(level: LogLevel, message: string): void {
    const { loudness, color, figures } = this.#options;
    if (!isLoudEnough(level, loudness.level)) return;
    const word = paint(figures.say(WORD[level]), { color: COLOR[level], enabled: color });
    this.#print(`${word} ${printable(figures.tell(message))}`);
  }

  #print(line: string): void {
    const { progress, terminal } = this.#options;
    if (progress === undefined) terminal.err.write(`${line}\n`);
    else progress.printAbove(line);
  }
}

const WORD = { debug: "Debug:", info: "Info:", warning: "Warning:", error: "Error:" } as const;
const COLOR = { debug: "dim", info: "cyan", warning: "yellow", error: "red" } as const;

function startLine(
  { jobId, source, snapshotPath }: Extract<BackupEvent, { kind: "start" }>,
  { say }: Figures,
): string {
  const job = jobId === undefined ? "" : `${say('Job "{id}":', { id: printable(jobId) })} `;
  const values = { source: printable(source), path: printable(snapshotPath) };
  return job + say('Backing up "{source}" to "{path}"', values);
}

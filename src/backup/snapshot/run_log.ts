import { encodeName, printable } from "../../base/path_bytes.ts";
import type { Clock } from "../../base/clock.ts";
import type { Dir, File, FileSystem } from "../../fs/file_system.ts";

/** Weight of a message, most talkative first. */
export const LOG_LEVELS = ["debug", "info", "warning", "error"] as const;

/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A message for a log. */
export interface LogMessage {
  readonly level: LogLevel;
  readonly message: string;
}

/** The lines of messages in a log that keeps those of `least` and up. */
export function logLines(
  messages: readonly LogMessage[],
  { least, now }: { readonly least: LogLevel; readonly now: Date },
): string {
  const stamp = formatStamp(now);
  return messages
    .filter(({ level }) => LOG_LEVELS.indexOf(level) >= LOG_LEVELS.indexOf(least))
    .map(({ level, message }) => `${head(level, stamp)}${printable(message)}\n`)
    .join("");
}

function head(level: LogLevel, stamp: string): string {
  return `${stamp} ${level.toUpperCase().padEnd(7)} `;
}

/** Bytes that wait in memory at most. */
const FLUSH_CHARS = 256 * 1024;

/** The `-backup.log` of one run: `YYYY-MM-DD HH:MM:SS LEVEL message` lines in UTF-8. */
export class RunLog {
  readonly #fs: FileSystem;
  readonly #file: File;
  readonly #clock: Pick<Clock, "now">;
  readonly #level: number;
  #pending = "";
  #offset = 0;

  constructor(
    { fs, dir, name, clock, level }: {
      fs: FileSystem;
      dir: Dir;
      name: string;
      clock: Pick<Clock, "now">;
      level: LogLevel;
    },
  ) {
    this.#fs = fs;
    this.#file = fs.createFile(dir, name);
    this.#clock = clock;
    this.#level = LOG_LEVELS.indexOf(level);
  }

  /** Whether messages of `level` are kept; ask before building many. */
  keeps(level: LogLevel): boolean {
    return LOG_LEVELS.indexOf(level) >= this.#level;
  }

  add(level: LogLevel, message: string): void {
    if (this.keeps(level)) this.addAll(level, [message]);
  }

  /** Adds messages that share one time stamp. */
  addAll(level: LogLevel, messages: readonly string[]): void {
    if (!this.keeps(level) || messages.length === 0) return;
    const start = head(level, formatStamp(this.#clock.now()));
    for (const message of messages) this.#pending += `${start}${printable(message)}\n`;
    if (this.#pending.length >= FLUSH_CHARS) this.flush();
  }

  /** Hands everything to the file system; not durable by itself. */
  flush(): void {
    const bytes = encodeName(this.#pending);
    this.#pending = "";
    if (bytes.length > 0) this.#fs.write(this.#file, bytes, this.#offset);
    this.#offset += bytes.length;
  }

  close(): void {
    try {
      this.flush();
    } finally {
      this.#fs.closeFile(this.#file);
    }
  }
}

function formatStamp(time: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}`;
}

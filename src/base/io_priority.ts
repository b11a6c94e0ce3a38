/** How the kernel treats what a process asks of its disks. */
export interface IoPriority {
  /** `idle`: only when nobody else wants the disk. */
  readonly ioClass: "best-effort" | "idle";
  /** 0 goes first, 7 last; nothing in the class `idle`. */
  readonly level: number;
}

/** What {@link parseIoPriority} reads, for messages. */
export const IO_PRIORITY_FORM = '"idle" or "best-effort:N" with N from 0 (first) to 7 (last)';

/** The priority that a text names, undefined for anything else. */
export function parseIoPriority(text: string): IoPriority | undefined {
  if (text === "idle") return { ioClass: "idle", level: 0 };
  const level = /^best-effort:([0-7])$/.exec(text)?.[1];
  return level === undefined ? undefined : { ioClass: "best-effort", level: Number(level) };
}

import type { Terminal } from "../../src/ui/terminal.ts";

/** A terminal that keeps what is written to it. */
export interface FakeTerminal extends Terminal {
  readonly outText: string;
  readonly errText: string;
  /** May be set: a window that is resized. */
  columns: number;
}

/** No terminal at all unless told otherwise: as under cron. */
export function fakeTerminal({ isTty = false, columns = 80 } = {}): FakeTerminal {
  const written = { out: "", err: "" };
  const stream = (name: "out" | "err") => ({
    isTty,
    write(text: string) {
      written[name] += text;
    },
  });
  return {
    columns,
    out: stream("out"),
    err: stream("err"),
    get outText() {
      return written.out;
    },
    get errText() {
      return written.err;
    },
  };
}

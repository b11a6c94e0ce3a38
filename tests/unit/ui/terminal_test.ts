import { strictEqual } from "node:assert/strict";
import { canMoveCursor, paint, wantsColor } from "../../../src/ui/terminal.ts";
import { fakeTerminal } from "../../support/fake_terminal.ts";

const { err: tty } = fakeTerminal({ isTty: true });
const { err: pipe } = fakeTerminal({ isTty: false });

Deno.test("colours are for terminals, unless NO_COLOR or CLICOLOR_FORCE says otherwise", () => {
  strictEqual(wantsColor(tty, {}), true);
  strictEqual(wantsColor(pipe, {}), false);
  strictEqual(wantsColor(tty, { NO_COLOR: "1" }), false);
  strictEqual(wantsColor(tty, { NO_COLOR: "" }), true);
  strictEqual(wantsColor(pipe, { CLICOLOR_FORCE: "1" }), true);
  strictEqual(wantsColor(pipe, { CLICOLOR_FORCE: "0" }), false);
  strictEqual(wantsColor(pipe, { CLICOLOR_FORCE: "1", NO_COLOR: "1" }), false);
});

Deno.test("a dumb terminal gets neither colours nor a display", () => {
  strictEqual(wantsColor(tty, { TERM: "dumb" }), false);
  strictEqual(canMoveCursor(tty, { TERM: "dumb" }), false);
  strictEqual(canMoveCursor(tty, { TERM: "xterm" }), true);
  strictEqual(canMoveCursor(pipe, { TERM: "xterm" }), false);
});

Deno.test("paint() leaves the text alone when it is not enabled", () => {
  strictEqual(paint("x", { color: "red", enabled: false }), "x");
  strictEqual(paint("x", { color: "red", enabled: true }), "\x1b[31mx\x1b[0m");
});

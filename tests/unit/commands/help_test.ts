import assert from "node:assert/strict";
import { EXIT, EXIT_MEANINGS } from "../../../src/base/app_error.ts";
import { IgnoreMatcher } from "../../../src/backup/select/ignore_matcher.ts";
import { PATTERN_EXAMPLES } from "../../../src/backup/select/pattern_help.ts";
import { ENVIRONMENT } from "../../../src/commands/help/environment.ts";
import { TOPICS } from "../../../src/commands/help/topics.ts";
import { KEYS, variableOf } from "../../../src/config/keys.ts";
import { HOOK_VARIABLE_HELP } from "../../../src/ops/hooks/hooks_help.ts";
import { ADDRESS_FORMS } from "../../../src/ops/read/address_help.ts";
import { parseCalendar } from "../../../src/base/calendar/parse_calendar.ts";
import { SCHEDULE_EXAMPLES } from "../../../src/ops/schedule/schedule_help.ts";
import { RETENTION_SCHEMA } from "../../../src/config/retention_schema.ts";
import { findSnapshot } from "../../../src/store/find_snapshot.ts";
import { JSON_COMMANDS } from "../../../src/ui/json_schema/commands.ts";
import { textWidth } from "../../../src/ui/text_width.ts";
import { runFake } from "../../support/fake_machine.ts";
import { fakeTerminal } from "../../support/fake_terminal.ts";
import { run } from "../../support/run.ts";

const PROJECT = new URL("../../../", import.meta.url);

function textOf(path: string): string {
  return Deno.readTextFileSync(new URL(path, PROJECT));
}

Deno.test("phlb help explains every topic, in 80 columns and in 40", async () => {
  for (const columns of [80, 40]) {
    for (const { name, summary } of TOPICS) {
      const { exitCode, out, err } = await runFake(["help", name], {
        terminal: fakeTerminal({ columns }),
      });
      assert.deepStrictEqual([exitCode, err], [0, ""]);
      const [title, , ...lines] = out.split("\n");
      assert.strictEqual(title, `${name}: ${summary}`);
      assert.ok(lines.length > 5, name);
      const long = lines.filter((line) => textWidth(line) > columns && /\S\s\S/.test(line.trim()))
        .filter((line) => columns >= 80 || !line.startsWith("  "));
      assert.deepStrictEqual(long, [], name);
    }
  }
});

Deno.test("phlb help lists the topics, alone and for itself", async () => {
  for (const words of [["help"], ["help", "help"]]) {
    const { out } = await runFake(words);
    for (const { name } of TOPICS) assert.ok(out.includes(name), `${words.join(" ")}: ${name}`);
  }
  assert.strictEqual((await runFake(["help"])).out, (await runFake(["--help"])).out);
  const { out } = await runFake(["trash", "restore", "--help"]);
  assert.strictEqual((await runFake(["help", "trash", "restore"])).out, out);
});

Deno.test("phlb help times gives examples that are understood", () => {
  for (const [text] of SCHEDULE_EXAMPLES) assert.ok("calendar" in parseCalendar(text), text);
});

Deno.test("phlb help hooks tells what every variable means", () => {
  for (const [name, meaning] of HOOK_VARIABLE_HELP) assert.notStrictEqual(meaning, "", name);
});

Deno.test("phlb help tells all about a key of the configuration", async () => {
  const { out } = await runFake(["help", "backup.order"]);
  assert.strictEqual(
    out,
    `backup.order

Which files are stored first: "tree" goes directory by directory, "newest-first"
by modification time.

  One of       "tree", "newest-first"
  Default      "tree"
  Also set by  PHLB_BACKUP_ORDER
  Example      order = "newest-first"

  [backup]
  order = "tree"
`,
  );
  for (const key of KEYS) assert.strictEqual((await runFake(["help", key])).exitCode, 0, key);
});

Deno.test("phlb help knows what was meant", async () => {
  const meant = {
    "bakcup": "backup",
    "paterns": "patterns",
    "backup.ordr": "backup.order",
    "trash restor": "trash restore",
  };
  for (const [text, wanted] of Object.entries(meant)) {
    const { exitCode, out, err } = await runFake(["help", ...text.split(" ")]);
    assert.deepStrictEqual([exitCode, out], [EXIT.usage, ""]);
    assert.match(err, new RegExp(`^Error: Cannot explain "${text}": there is no such command`));
    assert.ok(err.includes(`Did you mean "${wanted}"?`), err);
  }
  const { err } = await runFake(["help", "zzzzzzzz"]);
  assert.ok(!err.includes("Did you mean"), err);
});

Deno.test("every exit code has its meaning, in the README too", async () => {
  assert.deepStrictEqual(EXIT_MEANINGS.map(([code]) => code), Object.values(EXIT));
  const readme = textOf("README.md");
  const { out } = await runFake(["help", "exit-codes"]);
  for (const [code, meaning] of EXIT_MEANINGS) {
    assert.match(readme, new RegExp(`^\\| ${code} +\\| ${meaning.replace("|", "\\|")} *\\|$`, "m"));
    assert.match(out, new RegExp(`^  ${code} `, "m"));
  }
});

Deno.test("the patterns that help shows do what it says", () => {
  for (const { pattern, leavesOut, keeps } of PATTERN_EXAMPLES) {
    const matcher = new IgnoreMatcher([{ pattern, layer: "test" }]);
    const isLeftOut = (path: string) =>
      matcher.test(path.replace(/\/$/, ""), { isDir: path.endsWith("/") }) !== undefined;
    assert.ok(isLeftOut(leavesOut), `${pattern} leaves out ${leavesOut}`);
    assert.ok(!isLeftOut(keeps), `${pattern} keeps ${keeps}`);
  }
});

Deno.test("the names of snapshots that help shows are understood", () => {
  const ref = (time: string, name = "home") => {
    const companions = new Set(["manifest"] as const);
    return { name, time, date: undefined, kind: "phlb", companions } as const;
  };
  const snapshots = [ref("2025-12-30-120000"), ref("2026-01-01-120000"), ref("2026-01-07-085247")];
  for (const [form] of ADDRESS_FORMS) {
    if (form.startsWith("/")) continue;
    assert.ok(findSnapshot(snapshots, form.split(":")[0] ?? "").time.startsWith("202"), form);
  }
});

Deno.test("phlb help json has every command with its messages", async () => {
  const { out } = await runFake(["help", "json"]);
  for (const [command, messages] of Object.entries(JSON_COMMANDS)) {
    if (command === "complete") continue;
    assert.ok(out.includes(`  phlb ${command} `), command);
    for (const type of Object.keys(messages)) assert.ok(out.includes(type), type);
  }
});

Deno.test("help knows every environment variable that the code reads", async () => {
  const src = new URL("src", PROJECT).pathname;
  const main = new URL("main.ts", PROJECT).pathname;
  const found = await run("grep", ["-rhoE", 'env(\\["|\\.get\\(")[A-Z_]+"', src, main]);
  const names = new Set([...found.matchAll(/"([A-Z_]+)"/g)].map(([, name]) => name ?? ""));
  assert.ok(names.size > 5);
  const known = ENVIRONMENT.flatMap(([term]) => term.split(", "));
  for (const name of names) assert.ok(known.includes(name), name);
  for (const key of KEYS) assert.match(variableOf(key), /^PHLB_/);
});

Deno.test("phlb help retention has every key of its table", async () => {
  const { out } = await runFake(["help", "retention"]);
  for (const key of Object.keys(RETENTION_SCHEMA)) {
    assert.ok(out.includes(`  ${key}\n`) || out.includes(`  ${key} `), key);
  }
});

import assert from "node:assert/strict";
import { type BackupPlace, makePlace } from "../support/backup_place.ts";
import { phlbCommand, phlbEnvironment, runPhlb } from "../support/phlb.ts";
import { type Outcome, runAnyhow } from "../support/run.ts";
import type { Tree } from "../support/tree.ts";

/** Names that would paint, move the cursor, ring, turn the line around or break it. */
const TREE: Tree = {
  "e\x1b[31mred": "1",
  "c1\u009b31m": "2",
  "bidi\u202etxt": "3",
  "new\nline": "4",
  "bad\udcff": "5",
  "comb\u0301ined": "6",
  "日本語": "7",
  "d\x07bell": { "x": "8" },
};

const RED = "e\x1b[31mred";

/** Every command that only tells something, as it is run below. */
const READING: readonly (readonly string[])[] = [
  ["snapshots"],
  ["ls", "-l"],
  ["ls", "-R", "--digest"],
  ["find", "*"],
  ["history", RED],
  ["explain", RED],
  ["diff", "latest"],
  ["compare"],
  ["path", `latest:${RED}`],
  ["stats"],
  ["verify", "-v"],
  ["trash", "list"],
  ["prune", "--dry-run", "--keep-last", "1"],
  ["restore", "latest", "new", "--dry-run", "-v"],
  ["config", "show", "--origin"],
  ["config", "path"],
  ["doctor"],
  ["version"],
  ["help"],
  ["man", "--print", "phlb"],
];

/** Commands that have nothing from files to tell. */
const NAMELESS = ["version", "help", "man"];

interface ReadPlace extends BackupPlace {
  readonly env: Readonly<Record<string, string>>;
}

/** A root with two snapshots, one in the trash, and a configuration that finds it. */
async function makeReadPlace(): Promise<ReadPlace> {
  const place = await makePlace(TREE);
  const { source, root } = place;
  const config = `${root}/../phlb.toml`;
  const texts = { destination: root, source, note: "n\x1b[31m" };
  const lines = Object.entries(texts).map(([key, text]) => `${key} = ${JSON.stringify(text)}`);
  await Deno.writeTextFile(config, `${lines.join("\n")}\ntags = ["t\\u001b[32m"]\n`);
  const env = { PHLB_CONFIG: config };
  for (let i = 0; i < 3; i++) {
    await Deno.writeTextFile(`${source}/${RED}`, `content ${i}`);
    const { code, stderr } = await place.backup([], { env });
    assert.strictEqual(code, 0, stderr);
  }
  const { code, stderr } = await runPhlb(["remove", "latest~2"], { env });
  assert.strictEqual(code, 0, stderr);
  return { ...place, env };
}

interface RunPlace extends ReadPlace {
  /** On top of the environment. */
  readonly more?: Readonly<Record<string, string>>;
}

/** Runs phlb in a shell whose script has it as `"$@"`. */
async function inShell(
  script: string,
  args: readonly string[],
  { source, env, more = {} }: RunPlace,
): Promise<Outcome> {
  return await runAnyhow("sh", ["-c", script, "sh", ...phlbCommand(), ...args], {
    cwd: source,
    env: phlbEnvironment({ ...env, ...more }),
  });
}

/** Runs phlb on a terminal, without standard input; what the terminal got. */
async function onTerminal(
  args: readonly string[],
  { source, env, more }: RunPlace,
): Promise<string> {
  const quoted = [...phlbCommand(), ...args].map((word) => `'${word.replaceAll("'", "'\\''")}'`);
  // `script` gives what is typed to the program; nothing is.
  const { stdout } = await runAnyhow("script", ["-qec", quoted.join(" "), "/dev/null"], {
    cwd: source,
    env: phlbEnvironment({ ...env, TERM: "xterm", SHELL: "/bin/bash", ...more }),
  });
  return stdout.replaceAll("\r\n", "\n");
}

// deno-lint-ignore no-control-regex -- control characters are what is looked for
const CONTROL = /[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]/;
// deno-lint-ignore no-control-regex -- what moves the cursor and clears
const MOVING = /\x1b\[[0-9]*[AJK]/g;
// deno-lint-ignore no-control-regex -- what sets a colour, and nothing else
const COLOR = /\x1b\[[0-9;]*m/g;

Deno.test("no name can paint or move the cursor, and output that is lost is told", async (t) => {
  await using place = await makeReadPlace();
  await t.step("no control character of a name reaches a terminal, from any command", async () => {
    for (const args of READING) {
      const told = await onTerminal(args, { ...place, more: { TERM: "dumb" } });
      assert.ok(told.length > 5, args.join(" "));
      assert.ok(!CONTROL.test(told), `${args.join(" ")}: ${JSON.stringify(told)}`);
      if (NAMELESS.includes(args[0] ?? "")) continue;
      const json = await onTerminal([...args, "--json"], { ...place, more: { TERM: "dumb" } });
      assert.ok(!CONTROL.test(json), `${args.join(" ")} --json: ${JSON.stringify(json)}`);
      for (const line of json.trim().split("\n")) JSON.parse(line);
    }
  });
  await t.step("output that is lost is an error in words, and exit code 1", async () => {
    for (const args of READING) {
      const { code, stderr } = await inShell('exec "$@" > /dev/full', args, place);
      const last = stderr.trimEnd().split("\n").slice(-2);
      assert.deepStrictEqual([code, ...last], [
        1,
        "Error: Cannot write the output: No space left on device",
        "Hint: Is there room where it goes, and may this user write there?",
      ], args.join(" "));
    }
    const json = await inShell('exec "$@" > /dev/full', ["snapshots", "--json"], place);
    assert.strictEqual(JSON.parse(json.stderr).error_code, "OUTPUT_FAILED");
  });
  await t.step(
    "behind a closed pipe every command ends quietly with 141, as other programs do",
    async () => {
      const script = "import os, subprocess, sys\nread, write = os.pipe()\nos.close(read)\n" +
        "sys.exit(subprocess.run(sys.argv[1:], stdout=write).returncode)";
      for (const args of READING) {
        const { code, stderr } = await runAnyhow("python3", [
          "-c",
          script,
          ...phlbCommand(),
          ...args,
        ], {
          cwd: place.source,
          env: phlbEnvironment(place.env),
        });
        // What doctor finds depends on the file system, and goes before.
        const codes = args[0] === "doctor" ? [141, 3] : [141];
        assert.ok(codes.includes(code), `${args.join(" ")}: ${code}, ${stderr}`);
        assert.ok(!/error|pipe|^ {4}at /im.test(stderr), stderr);
      }
    },
  );
});

Deno.test("commands need no terminal, and use what one can do", async (t) => {
  await using place = await makeReadPlace();
  await t.step("a backup goes on when its output is lost, and ends with its own code", async () => {
    for (
      const [script, told] of [['exec "$@" > /dev/full', /is lost$/], ['"$@" | :', /^$/]] as const
    ) {
      await Deno.writeTextFile(`${place.source}/new`, script);
      const before = place.snapshots().length;
      const { code, stderr } = await inShell(script, ["backup"], place);
      assert.strictEqual(code, 0, stderr);
      assert.match(stderr.split("\n").filter((line) => line.startsWith("Hint")).join(""), told);
      assert.strictEqual(place.snapshots().length, before + 1);
    }
  });
  await t.step("commands need no standard input, and tell the same without one", async () => {
    for (const args of [["snapshots"], ["ls", "-l"], ["find", "*"], ["path", "latest"]]) {
      const open = await inShell('exec "$@" < /dev/null', args, place);
      assert.strictEqual(open.code, 0, open.stderr);
      assert.deepStrictEqual(await inShell('exec "$@" <&-', args, place), open);
    }
  });
  await t.step("colours are set where they are wanted, and nothing else is", async () => {
    const args = ["ls", "latest:nosuch"]; // ends with an error, whose word is red
    const colors = async (more: Readonly<Record<string, string>>) => {
      const { stderr } = await inShell('exec "$@" < /dev/null', args, { ...place, more });
      assert.ok(!CONTROL.test(stderr.replace(COLOR, "")), JSON.stringify(stderr));
      return (stderr.match(COLOR) ?? []).length > 0;
    };
    const onScreen = async (more: Readonly<Record<string, string>>) =>
      COLOR.test(await onTerminal(args, { ...place, more }));
    COLOR.lastIndex = 0;
    assert.strictEqual(await colors({}), false);
    assert.strictEqual(await colors({ CLICOLOR_FORCE: "1" }), true);
    assert.strictEqual(await colors({ CLICOLOR_FORCE: "0" }), false);
    assert.strictEqual(await colors({ CLICOLOR_FORCE: "" }), false);
    assert.strictEqual(await colors({ CLICOLOR_FORCE: "1", NO_COLOR: "1" }), false);
    for (
      const [more, wanted] of [
        [{}, true],
        [{ NO_COLOR: "" }, true],
        [{ NO_COLOR: "1" }, false],
        [{ CLICOLOR: "0" }, false],
        [{ CLICOLOR: "1" }, true],
        [{ TERM: "dumb" }, false],
      ] as const
    ) {
      COLOR.lastIndex = 0;
      assert.strictEqual(await onScreen(more), wanted, JSON.stringify(more));
    }
  });
});

Deno.test("output is as wide as the screen", async (t) => {
  await using place = await makeReadPlace();
  await t.step(
    "the progress display is drawn on a terminal that can, and as wide as it is",
    async () => {
      const more = { PHLB_LOG_PROGRESS_INTERVAL: "1ms", NO_COLOR: "1" };
      for (const columns of [40, 200]) {
        const script = `stty cols ${columns}; exec "$@"`;
        const quoted = ["sh", "-c", script, "sh", ...phlbCommand(), "verify", "--all"]
          .map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(" ");
        const { stdout } = await runAnyhow("script", ["-qec", quoted, "/dev/null"], {
          cwd: place.source,
          env: phlbEnvironment({ ...place.env, ...more, TERM: "xterm", SHELL: "/bin/bash" }),
        });
        const drawings = stdout.split("\x1b[?7l").slice(1).map((part) =>
          part.split("\x1b[?7h")[0] ?? ""
        );
        assert.ok(drawings.length > 0, stdout);
        const lines = drawings.flatMap((text) => text.replace(MOVING, "").split("\r\n"));
        const widest = Math.max(...lines.map((line) => line.replaceAll("\r", "").length));
        assert.ok(widest <= columns && widest > columns / 2, `${widest} of ${columns}`);
      }
      const dumb = await onTerminal(["verify", "--all"], {
        ...place,
        more: { ...more, TERM: "dumb" },
      });
      assert.ok(!dumb.includes("\x1b"), dumb);
    },
  );
  await t.step(
    "COLUMNS narrows what is wrapped, and tables count the cells of wide characters",
    async () => {
      for (
        const [columns, most] of [["40", 40], ["60", 60], ["nonsense", 80], ["0", 80]] as const
      ) {
        const { stdout } = await inShell('exec "$@"', ["help", "json"], {
          ...place,
          more: { COLUMNS: columns },
        });
        const widths = stdout.split("\n").filter((line) => line.includes(" ")).map((line) =>
          line.length
        );
        assert.ok(Math.max(...widths) <= most && Math.max(...widths) > most / 2, `${widths}`);
      }
      const { stdout } = await inShell('exec "$@"', ["find", "comb*", "日*"], place);
      const text = stdout.split("\n").find((line) => line.includes("日本語"));
      assert.ok(text !== undefined, stdout);
    },
  );
});

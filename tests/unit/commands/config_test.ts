import assert from "node:assert/strict";
import { EXIT } from "../../../src/base/app_error.ts";
import { renderExample } from "../../../src/config/render_example.ts";
import { renderJsonSchema } from "../../../src/config/render_json_schema.ts";
import { runFake } from "../../support/fake_machine.ts";
import { fakeTerminal } from "../../support/fake_terminal.ts";

const USER_FILE = "/home/ann/.config/phlb/config.toml";
const NEAR_FILE = "/home/ann/work/phlb.toml";

Deno.test("phlb config show prints effective values, --origin also where they come from", async () => {
  const files = { [NEAR_FILE]: 'name = "docs"\n' };
  const plain = await runFake(["config", "show"], { files });
  assert.match(plain.out, /^name = "docs"$/m);
  const { out } = await runFake(["config", "show", "--origin"], { files });
  assert.match(out, /^name = "docs" # \/home\/ann\/work\/phlb\.toml:1:1$/m);
  assert.match(out, /^backup\.checksum = false # default$/m);
});

Deno.test("phlb config show tells how many threads would read the source", async () => {
  const asked: unknown[] = [];
  const operations = {
    readersNote: (_: unknown, place: unknown) => {
      asked.push(place);
      return Promise.resolve("1 thread reads: it says so");
    },
  };
  const show = async (toml: string) => {
    const files = { "/home/ann/work/phlb.toml": toml };
    return (await runFake(["config", "show"], { files, operations })).out.split("\n").at(-2);
  };
  assert.strictEqual(
    await show('source = "~/docs"'),
    '# performance.hashers = "auto" for "/home/ann/docs": 1 thread reads: it says so',
  );
  assert.deepStrictEqual(asked, [{ path: "/home/ann/docs", cores: 2 }]);
  assert.doesNotMatch(await show("performance.hashers = 3") ?? "", /hashers/);
  assert.strictEqual(asked.length, 1, "nobody asks where the number is set");
});

Deno.test("phlb config show --json prints a line for what is outside of jobs and one for each", async () => {
  const files = { [NEAR_FILE]: 'name = "docs"\n[[job]]\nid = "one"\nname = "other"\n' };
  const { out } = await runFake(["config", "show", "--json"], { files });
  const lines = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  assert.deepStrictEqual(
    lines.map(({ message_type, job, settings }) => [message_type, job, settings.name]),
    [["config", undefined, "docs"], ["config", "one", "other"]],
  );
});

Deno.test("phlb config path prints every place, nearest first, and which are there", async () => {
  const { out } = await runFake(["config", "path"], { files: { [USER_FILE]: "" } });
  assert.strictEqual(
    out,
    `missing  ${NEAR_FILE}
missing  /home/ann/phlb.toml
missing  /home/phlb.toml
missing  /phlb.toml
found    ${USER_FILE}
`,
  );
});

Deno.test("--config may stand on either side of the command below phlb config", async () => {
  for (const args of [["--config", "x.toml", "path"], ["path", "--config", "x.toml"]]) {
    const { out } = await runFake(["config", ...args]);
    assert.strictEqual(out, "missing  /home/ann/work/x.toml\n");
  }
});

Deno.test("phlb config check names the files without errors, and warns", async () => {
  const files = { [NEAR_FILE]: "", [USER_FILE]: "" };
  const ran = await runFake(["config", "check"], { files, env: { PHLB_NAM: "x" } });
  assert.strictEqual(ran.exitCode, EXIT.ok);
  assert.strictEqual(ran.out, `No errors: ${NEAR_FILE}, ${USER_FILE}\n`);
  assert.match(ran.err, /^Warning: The environment variable "PHLB_NAM"/);
});

Deno.test("phlb config check reports every error and exits 2", async () => {
  const files = { [NEAR_FILE]: "nam = 1\nlocale = 2\n" };
  const { exitCode, out, err } = await runFake(["config", "check"], { files });
  assert.deepStrictEqual([exitCode, out], [EXIT.usage, ""]);
  assert.match(err, /^Error: Cannot use the configuration: 2 errors\n/);
  assert.match(err, /phlb\.toml:1:1: .*"nam"/);
  assert.match(err, /phlb\.toml:2:\d+: .*/);
});

Deno.test("phlb config init writes the example, and never replaces a file", async () => {
  const first = await runFake(["config", "init"]);
  assert.deepStrictEqual([first.exitCode, first.out], [EXIT.ok, `Created ${USER_FILE}\n`]);
  assert.strictEqual(first.machine.texts.get(USER_FILE), renderExample());
  const second = await runFake(["config", "init"], { files: { [USER_FILE]: "mine" } });
  assert.strictEqual(second.exitCode, EXIT.failed);
  assert.match(second.err, /^Error: Cannot create ".*": there is a file already\n/);
  assert.strictEqual(second.machine.texts.get(USER_FILE), "mine");
});

Deno.test("phlb config init takes a path", async () => {
  const { machine } = await runFake(["config", "init", "sub/phlb.toml"]);
  assert.deepStrictEqual([...machine.texts.keys()], ["/home/ann/work/sub/phlb.toml"]);
});

Deno.test("phlb config init without a home needs a path", async () => {
  const { exitCode, err } = await runFake(["config", "init"], { home: null });
  assert.strictEqual(exitCode, EXIT.usage);
  assert.match(err, /there is no home directory\nHint: Name the file: phlb config init FILE\n$/);
});

Deno.test("phlb config creates the file, opens it and checks what was made of it", async () => {
  const edited: string[] = [];
  const edit = (path: string, files: Map<string, string>) => {
    edited.push(path);
    files.set(path, "nonsense = 1\n");
    return 0;
  };
  const terminal = fakeTerminal({ isTty: true });
  const { exitCode, err } = await runFake(["config"], { terminal, edit });
  assert.deepStrictEqual(edited, [USER_FILE]);
  assert.strictEqual(exitCode, EXIT.usage);
  assert.match(err, /config\.toml:1:1: .*"nonsense"/);
});

Deno.test("phlb config opens the nearest file there is, also one with errors", async () => {
  const edited: string[] = [];
  const edit = (path: string, files: Map<string, string>) => {
    edited.push(path);
    files.set(path, "");
    return 0;
  };
  const terminal = fakeTerminal({ isTty: true });
  const files = { [NEAR_FILE]: "broken =", [USER_FILE]: "" };
  const { exitCode } = await runFake(["config"], { files, terminal, edit });
  assert.deepStrictEqual([exitCode, edited], [EXIT.ok, [NEAR_FILE]]);
});

Deno.test("phlb config without a terminal is a clear error, and makes no file", async () => {
  const { exitCode, err, machine } = await runFake(["config"]);
  assert.strictEqual(exitCode, EXIT.failed);
  assert.match(err, /^Error: Cannot edit ".*\/config\.toml": there is no terminal\n/);
  assert.strictEqual(machine.texts.size, 0);
});

Deno.test("phlb config says that there is no editor, or how it failed", async () => {
  for (
    const [code, reason] of [
      [127, "the editor was not found"],
      [126, "the editor was not found"],
      [3, "the editor ended with exit code 3"],
    ] as const
  ) {
    const terminal = fakeTerminal({ isTty: true });
    const { exitCode, err } = await runFake(["config"], { terminal, edit: () => code });
    assert.strictEqual(exitCode, EXIT.failed);
    assert.ok(err.includes(`": ${reason}\n`), err);
  }
});

Deno.test("phlb config schema prints the JSON Schema", async () => {
  const { out } = await runFake(["config", "schema"]);
  assert.strictEqual(out, renderJsonSchema());
});

import assert from "node:assert/strict";
import { commandArgs } from "../../../src/config/command_list.ts";
import type { Config, Job } from "../../../src/config/config.ts";
import { loadConfig } from "../../../src/config/load_config.ts";
import { showConfig } from "../../../src/config/render_config.ts";
import { configDeps, load, messageOf } from "../../support/config_deps.ts";

const HERE = "/home/ann/work/phlb.toml";

type HookKey = "hooks.run_before" | "hooks.run_after" | "hooks.run_finally";

function commands(job: Job | undefined, key: HookKey = "hooks.run_before") {
  return job?.settings[key].map(commandArgs);
}

function here(text: string): Config {
  return load({ files: { [HERE]: text } });
}

Deno.test("a hook is text for the shell, one list of arguments, or a list of several", () => {
  for (
    const [written, expected] of [
      ['"a | b"', [["sh", "-c", "a | b"]]],
      ['["a", "b c"]', [["a", "b c"]]],
      ['[["a", "b"], "c d", ["e"]]', [["a", "b"], ["sh", "-c", "c d"], ["e"]]],
      ["[]", []],
    ] as const
  ) {
    assert.deepStrictEqual(commands(here(`hooks.run_before = ${written}`).main), expected);
  }
  const main = load({
    env: { PHLB_HOOKS_RUN_BEFORE: "a, b", PHLB_HOOKS_RUN_AFTER: '[["c", "d"]]' },
  });
  assert.deepStrictEqual(commands(main.main), [["sh", "-c", "a, b"]]);
  assert.deepStrictEqual(commands(main.main, "hooks.run_after"), [["c", "d"]]);
});

Deno.test("a hook that is no command is refused", () => {
  for (const written of ["3", '""', '" "', "[[]]", '["", "a"]', '[["a", 3]]', '[["a"], [["b"]]]']) {
    const message = messageOf(() => here(`hooks.run_before = ${written}`));
    assert.match(message, /"hooks\.run_before"/, written);
  }
});

Deno.test("a nearer file replaces a hook and may add to it and take from it, as with other lists", () => {
  const near = (text: string) =>
    load({
      files: { [HERE]: `[hooks]\n${text}`, "/home/phlb.toml": '[hooks]\nrun_before = ["far"]' },
    }).main;
  assert.deepStrictEqual(commands(near('run_before = ["near"]')), [["near"]]);
  assert.deepStrictEqual(commands(near('run_before.append = ["near"]')), [["far"], ["near"]]);
  assert.deepStrictEqual(commands(near('run_before.remove = ["far"]')), []);
});

const TWO_LEVELS = `
[hooks]
run_before = ["global"]
run_after = ["global"]
run_finally = ["global"]

[[job]]
id = "a"
hooks.run_before = ["own"]
hooks.run_after = ["own"]

[[job]]
id = "b"
`;

Deno.test("hooks of a job run inside of those outside of all jobs", () => {
  const [a, b] = here(TWO_LEVELS).jobs;
  assert.deepStrictEqual(commands(a), [["global"], ["own"]]);
  assert.deepStrictEqual(commands(a, "hooks.run_after"), [["own"], ["global"]]);
  assert.deepStrictEqual(commands(a, "hooks.run_finally"), [["global"]]);
  assert.deepStrictEqual(commands(b), [["global"]]);
});

Deno.test("a job in several files has the hooks of the nearest, and those of the environment", () => {
  const config = load({
    files: {
      [HERE]: '[[job]]\nid = "a"\nhooks.run_before = ["near"]',
      "/home/phlb.toml": '[[job]]\nid = "a"\nhooks.run_before = ["far"]',
    },
    env: { PHLB_HOOKS_RUN_BEFORE: '["env"]' },
  });
  assert.deepStrictEqual(commands(config.jobs[0]), [["env"], ["near"]]);
});

Deno.test("showConfig() shows under a job its own hooks alone, so that it can be read again", () => {
  const shown = showConfig(here(TWO_LEVELS), { origin: false });
  assert.ok(shown.includes('hooks.run_before = [["own"]]'));
  assert.ok(shown.includes('hooks.run_after = [["own"]]'));
  const [a] = here(shown.join("\n")).jobs;
  assert.deepStrictEqual(commands(a, "hooks.run_after"), [["own"], ["global"]]);
});

Deno.test("a phlb in a hook does not take what the hook was told for its configuration", () => {
  const env = { PHLB_SOURCE: "/of/the/hook", PHLB_ROOT: "/mnt", PHLB_ERROR: "", PHLB_JOB: "a" };
  const inHook = load({ env: { ...env, PHLB_HOOK: "run_after" } });
  assert.strictEqual(inHook.main.settings.source, undefined);
  assert.deepStrictEqual(inHook.warnings, []);
  assert.strictEqual(load({ env }).main.settings.source, "/of/the/hook");
});

Deno.test("hooks and notifications of a file that others may write to are marked, other keys not", () => {
  const job = (near: string, far: string) => {
    const texts = new Map([[HERE, near], ["/home/phlb.toml", far]]);
    const deps = configDeps({});
    const reader = {
      ...deps.reader,
      readOwned: (path: string) => {
        const text = texts.get(path);
        const fault = path === HERE ? { fault: "others may write to that file" } : {};
        return text === undefined ? undefined : { text, ...fault };
      },
    };
    return loadConfig({ ...deps, reader }, {}).jobs[0] ?? loadConfig({ ...deps, reader }, {}).main;
  };
  assert.strictEqual(job('source = "/x"', 'hooks.run_before = ["x"]').mistrust, undefined);
  const told = `"hooks.run_before" is set in "${HERE}", and others may write to that file`;
  for (
    const near of [
      'hooks.run_before = ["x"]',
      'hooks.run_before.append = ["x"]',
      "hooks.run_before = []",
      '[[job]]\nid = "a"\nhooks.run_before = ["x"]',
    ]
  ) {
    assert.strictEqual(job(near, 'hooks.run_before = ["y"]').mistrust, told, near);
  }
  const secret = 'notify.webhook.secret = { file = "/root/.ssh/id_rsa" }';
  assert.match(job(secret, "").mistrust ?? "", /^"notify\.webhook\.secret" is set in /);
});

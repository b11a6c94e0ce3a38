import assert from "node:assert/strict";
import { inspect } from "node:util";
import { renderEffectiveConfig, showConfig } from "../../../src/config/render_config.ts";
import { load, messageOf } from "../../support/config_deps.ts";

const HERE = "/home/ann/work/phlb.toml";

function secretOf(text: string) {
  const { settings } = load({ files: { [HERE]: text } }).main;
  return settings["notify.email.password"];
}

Deno.test("a secret says where it comes from", () => {
  for (
    const [written, source] of [
      ['{ env = "X" }', { from: "env", name: "X" }],
      ['{ file = "pw" }', { from: "file", path: "/home/ann/work/pw" }],
      ['{ file = "~/pw" }', { from: "file", path: "/home/ann/pw" }],
      ['{ command = ["pass", "mail"] }', { from: "command", args: ["pass", "mail"] }],
    ] as const
  ) {
    assert.deepStrictEqual(secretOf(`notify.email.password = ${written}`)?.source, source);
  }
  const table = '[notify.email.password]\nenv = "X"';
  assert.deepStrictEqual(secretOf(table)?.source, { from: "env", name: "X" });
});

Deno.test("a secret in the environment stays there", () => {
  const { main } = load({ env: { PHLB_NOTIFY_EMAIL_PASSWORD: "hunter2" } });
  const secret = main.settings["notify.email.password"];
  assert.deepStrictEqual(secret?.source, { from: "env", name: "PHLB_NOTIFY_EMAIL_PASSWORD" });
  assert.ok(renderEffectiveConfig(main).includes('{ env = "PHLB_NOTIFY_EMAIL_PASSWORD" }'));
});

Deno.test("a secret in clear text is refused, and the message does not have it", () => {
  for (
    const written of ['"hunter2"', '["hunter2"]', '{ env = "A", file = "hunter2" }', "{ env = 2 }"]
  ) {
    const message = messageOf(() => secretOf(`notify.email.password = ${written}`));
    assert.match(message, /"notify\.email\.password"/);
    assert.doesNotMatch(message, /hunter2/);
  }
  for (const url of ["ftp://hunter2", "https://ann:hunter2@example.org", "hunter2"]) {
    const message = messageOf(() =>
      load({ files: { [HERE]: `notify.ping.url = ${JSON.stringify(url)}` } })
    );
    assert.match(message, /Cannot set "notify\.ping\.url": must be an address/);
    assert.doesNotMatch(message, /hunter2/);
  }
});

Deno.test("a header with a secret in it is refused", () => {
  const header = (line: string) =>
    load({ files: { [HERE]: `notify.webhook.headers = [${JSON.stringify(line)}]` } });
  assert.match(messageOf(() => header("Authorization: Bearer abc")), /must have "\{secret\}"/);
  assert.match(messageOf(() => header("X-Api-Key: abc")), /must have "\{secret\}"/);
  assert.match(messageOf(() => header("X: a\r\nY: b")), /must be a line/);
  header("Authorization: Bearer {secret}");
});

Deno.test("an address that stands in the configuration is shown nowhere", () => {
  const config = load({
    files: { [HERE]: 'notify.ping.url = "https://hc-ping.com/hunter2"\n[[job]]\nid = "a"' },
  });
  const { main } = config;
  assert.strictEqual(main.settings["notify.ping.url"]?.text, "https://hc-ping.com/hunter2");
  const copy = renderEffectiveConfig(main);
  assert.ok(copy.includes(`# url is set, and not shown: it may be a secret # ${HERE}:1:1`));
  const printed = [
    copy,
    ...showConfig(config, { origin: true }),
    JSON.stringify(main),
    inspect(main, { depth: 9, showHidden: true }),
  ];
  assert.doesNotMatch(printed.join("\n"), /hunter2/);
});

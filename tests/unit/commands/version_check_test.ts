import assert from "node:assert/strict";
import type { Fetched } from "../../../src/base/fetch_text.ts";
import { VERSION } from "../../../src/base/version.ts";
import { runFake } from "../../support/fake_machine.ts";

const URL_ = "https://releases.test/latest";
const CHECK = ["version", "--url", URL_];

function answering(text: string, status = 200): { fetchText: () => Fetched } {
  return { fetchText: () => ({ status, text }) };
}

Deno.test("phlb version asks nobody without --check", async () => {
  const env = { PHLB_UPDATE_URL: URL_ };
  for (const args of [["version"], ["--version"], ["version", "--json"], ["config", "show"]]) {
    const { machine, exitCode } = await runFake(args, { env });
    assert.deepStrictEqual([exitCode, machine.asked], [0, []], args.join(" "));
  }
});

const VERDICTS: readonly (readonly [answer: string, exitCode: number, said: string])[] = [
  [`{"tag_name":"v${VERSION}","body":"…"}`, 0, `phlb ${VERSION} is the newest release\n`],
  [`{"version":"99.0.0"}`, 3, `phlb 99.0.0 has been released, this is ${VERSION}\n`],
  [`v99.1.0\nwhat is new\n`, 3, `phlb 99.1.0 has been released, this is ${VERSION}\n`],
  ["0.0.1", 0, `phlb ${VERSION} is newer than the newest release, 0.0.1\n`],
];

for (const [answer, exitCode, said] of VERDICTS) {
  Deno.test(`phlb version --check understands ${JSON.stringify(answer)}`, async () => {
    const ran = await runFake(CHECK, answering(answer));
    assert.deepStrictEqual([ran.exitCode, ran.out, ran.err], [exitCode, said, ""]);
    assert.deepStrictEqual(ran.machine.asked, [URL_]);
  });
}

Deno.test("phlb version --check asks where update.url says, and --json has it all", async () => {
  const files = { "/home/ann/work/phlb.toml": `[update]\nurl = "${URL_}"\n` };
  const ran = await runFake(["version", "--check", "--json"], { files, ...answering("99.0.0") });
  assert.strictEqual(ran.exitCode, 3);
  assert.deepStrictEqual(JSON.parse(ran.out), {
    message_type: "version_check",
    version: VERSION,
    schema_version: 1,
    newest: "99.0.0",
    is_newest: false,
    url: URL_,
  });
});

const FAILURES: readonly {
  what: string;
  setting: Parameters<typeof runFake>[1];
  exitCode: number;
  says: RegExp;
}[] = [
  { what: "no network", setting: {}, exitCode: 1, says: /newest release: there is no network$/m },
  { what: "a 404", setting: answering("no", 404), exitCode: 1, says: /the server answers 404$/m },
  { what: "a page", setting: answering("<html>"), exitCode: 1, says: /^Error: Cannot understand/m },
  { what: "null", setting: answering("null"), exitCode: 1, says: /^Error: Cannot understand/m },
  {
    what: "a number",
    setting: answering('{"version":1}'),
    exitCode: 1,
    says: /Cannot understand/m,
  },
];

for (const { what, setting, exitCode, says } of FAILURES) {
  Deno.test(`phlb version --check says so when ${what} is the answer`, async () => {
    const ran = await runFake(CHECK, setting);
    assert.strictEqual(ran.exitCode, exitCode);
    assert.match(ran.err, says);
    assert.match(ran.err, /^Hint: ./m);
    assert.strictEqual(ran.out, "");
  });
}

Deno.test("phlb version --check needs an address, and it must be one", async () => {
  const unset = await runFake(["version", "--check"]);
  assert.deepStrictEqual([unset.exitCode, unset.machine.asked], [2, []]);
  assert.match(unset.err, /no address of releases is given/);
  const wrong = await runFake(["version", "--url", "file:///etc/passwd"]);
  assert.deepStrictEqual([wrong.exitCode, wrong.machine.asked], [2, []]);
  assert.match(wrong.err, /must be an address that begins with "https:\/\/" or "http:\/\/"/);
});

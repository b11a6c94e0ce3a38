import assert from "node:assert/strict";
import type { StateTexts } from "../../../../src/base/state_texts.ts";
import { openFileSystem } from "../../../../src/fs/open_file_system.ts";
import { GERMAN } from "../../../../src/ui/messages/german.ts";
import type { Channel } from "../../../../src/ops/notify/channels.ts";
import type { News } from "../../../../src/ops/notify/news.ts";
import { overdueChannels, tellOverdue } from "../../../../src/ops/notify/tell_overdue.ts";
import { recordRun, recordSkip } from "../../../../src/ops/state/job_record.ts";
import { load } from "../../../support/config_deps.ts";

const CONFIG = `
source = "/home/ann/docs"
destination = "/nonexistent/phlb-root"
schedule.every = "daily 02:30"
notify.webhook.url = "http://127.0.0.1:2/x"
notify.ntfy.url = "http://127.0.0.1:2/y"
notify.ping.url = "http://127.0.0.1:2/z"
notify.desktop.on = ["success"]
`;

const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute);

interface Setting {
  readonly config?: string;
  readonly isPatient?: boolean;
  /** What the machine says instead of writing. */
  readonly refusal?: string;
  readonly hasState?: boolean;
}

/** A job, a machine that remembers in memory, and everything that was told. */
function makeTeller(setting: Setting = {}) {
  const { config = CONFIG, isPatient = false, refusal, hasState = true } = setting;
  const { main: job } = load({ files: { "/home/ann/work/phlb.toml": config } });
  const texts = new Map<string, string>();
  const state: StateTexts = {
    dir: "/state",
    read: (name) => texts.get(name),
    write: (name, text) => {
      if (refusal !== undefined) throw new Error(refusal);
      texts.set(name, text);
    },
  };
  const told: { channel: Channel | undefined; news: News }[] = [];
  const warnings: string[] = [];
  const broken = new Set<Channel>();
  const key = { id: job.id, source: "/home/ann/docs", settings: job.settings };
  const look = async (now: Date): Promise<string[]> => {
    const before = told.length;
    const { fs } = openFileSystem("auto");
    await tellOverdue({
      fs,
      clock: { now: () => now, monotonicMs: () => 0 },
      cwd: "/home/ann/work",
      host: { name: "nb" },
      state: hasState ? state : undefined,
      notify: (news, { channel }) => {
        told.push({ channel, news });
        const failure = channel !== undefined && broken.has(channel) ? "no way" : undefined;
        return Promise.resolve(channel === undefined ? [] : [{ channel, failure }]);
      },
      warn: (message) => warnings.push(message),
    }, [{ job, isPatient }]);
    fs.closeAll();
    return told.slice(before).map(({ channel }) => channel ?? "all");
  };
  const ran = (began: Date, error?: string) =>
    recordRun(state, key, {
      started_at: began.toISOString(),
      finished_at: began.toISOString(),
      exit_code: error === undefined ? 0 : 1,
      error_code: null,
      message: error ?? null,
      snapshot_id: error === undefined ? "docs/1" : null,
      scheduled: true,
    });
  const skipped = (time: Date, reason: string) =>
    recordSkip(state, key, { at: time.toISOString(), code: "NETWORK", reason });
  return { job, look, ran, skipped, told, warnings, broken };
}

const BOTH = ["webhook", "ntfy"];

Deno.test("a job that is overdue is told once, after a day again, and anew after a good run", async () => {
  const { look, ran, told } = makeTeller();
  ran(at(19, 2, 31));
  assert.deepStrictEqual(await look(at(20, 8)), [], "not overdue yet");
  assert.deepStrictEqual(await look(at(20, 9)), BOTH);
  for (const hour of [10, 11, 23]) assert.deepStrictEqual(await look(at(20, hour)), []);
  assert.deepStrictEqual(await look(at(21, 9)), BOTH, "a day later");
  ran(at(21, 9, 10));
  assert.deepStrictEqual(await look(at(21, 10)), [], "well again");
  assert.deepStrictEqual(await look(at(22, 8, 59)), BOTH, "the next that is missing");
  assert.deepStrictEqual(new Set(told.map(({ news }) => news.kind)), new Set(["overdue"]));
});

Deno.test("channels that do not want it hear nothing, nor does anybody of what is not scheduled", async () => {
  assert.deepStrictEqual(overdueChannels(makeTeller().job), BOTH, "not ping, not desktop");
  const config = CONFIG.replace(/^schedule.*$/m, "");
  assert.deepStrictEqual(await makeTeller({ config }).look(at(20, 9)), []);
});

Deno.test("a channel that failed is tried again at the next look, the others are not", async () => {
  const { look, broken } = makeTeller();
  broken.add("ntfy");
  assert.deepStrictEqual(await look(at(20, 9)), BOTH);
  assert.deepStrictEqual(await look(at(20, 10)), ["ntfy"]);
  broken.clear();
  assert.deepStrictEqual(await look(at(20, 11)), ["ntfy"]);
  assert.deepStrictEqual(await look(at(20, 12)), []);
});

Deno.test("of a job whose own run may be under way it is told when it stays overdue", async () => {
  const { look, ran } = makeTeller({ isPatient: true });
  ran(at(17, 2, 31));
  assert.deepStrictEqual(await look(at(20, 9)), [], "the computer was off");
  assert.deepStrictEqual(await look(at(20, 10)), []);
  ran(at(20, 9, 1));
  assert.deepStrictEqual(await look(at(21, 9)), [], "what was seen before the good run is past");
  assert.deepStrictEqual(await look(at(21, 11)), BOTH);
  assert.deepStrictEqual(await look(at(21, 12)), []);
});

Deno.test("a clock that was set back does not keep anybody quiet", async () => {
  const { look } = makeTeller();
  assert.deepStrictEqual(await look(at(25, 9)), BOTH);
  assert.deepStrictEqual(await look(at(20, 9)), BOTH);
});

Deno.test("where nothing can be remembered it is told each time, and that is a warning", async () => {
  const { look, warnings } = makeTeller({ refusal: "the disk is full" });
  for (const hour of [9, 10]) assert.deepStrictEqual(await look(at(20, hour)), BOTH);
  assert.strictEqual(
    warnings[0],
    'Cannot remember in "/state" what was told, so it will be told again: the disk is full',
  );
  const none = makeTeller({ hasState: false, isPatient: true });
  assert.deepStrictEqual(await none.look(at(20, 9)), BOTH);
  assert.deepStrictEqual(none.warnings, []);
});

Deno.test("what is told: since when, what came of the last try, and why none began", async () => {
  const { look, ran, skipped, told } = makeTeller();
  await look(at(15, 9));
  ran(at(18, 2, 31));
  ran(at(19, 2, 31), 'Cannot read the source "/home/ann/docs": gone');
  skipped(at(20, 2, 30), "there is no network");
  await look(at(20, 9));
  const [never, late] = [told[0]?.news, told[2]?.news];
  assert.match(
    never?.text ?? "",
    /^There was never a good backup\nOne is missing since 2026-11-15 02:30\n/,
  );
  assert.strictEqual(late?.subject, 'Backup of "docs" is overdue on nb');
  assert.strictEqual(late.error, "there is no network");
  assert.strictEqual(
    late.text,
    `The last good backup began at 2026-11-18 02:31
One is missing since 2026-11-19 02:30
It goes from "/home/ann/docs" to "/nonexistent/phlb-root"
The try at 2026-11-19 02:31 ended with exit code 1: Cannot read the source "/home/ann/docs": gone
It did not begin at 2026-11-20 02:30: there is no network

More is told by: phlb status`,
  );
  const tell = (text: string) => GERMAN.teller.tell(text);
  assert.strictEqual(tell(late.subject), "Sicherung von „docs“ ist überfällig auf nb");
  assert.doesNotMatch(tell(late.text), /backup|missing|goes|try at|begin|told/);
});

import assert from "node:assert/strict";
import { makeHookPlace } from "../support/hook_place.ts";
import { type HttpSink, startHttpSink } from "../support/http_sink.ts";

/** The kinds and jobs of what has come since the last look. */
function heard({ requests }: HttpSink): string[] {
  return requests.splice(0).map(({ body }) => {
    const { kind, job } = JSON.parse(body);
    return `${kind} ${job}`;
  });
}

/** One job that runs, and one whose source is gone. */
async function makeJobs(url: string) {
  const place = await makeHookPlace();
  await place.configure(`schedule.every = "monthly"
notify.webhook.url = "${url}/hook"
[[job]]
id = "here"
[[job]]
id = "gone"
source = "@/gone"
`);
  const env = { XDG_STATE_HOME: `${place.dir}/state` };
  const phlb = (...args: string[]) => place.phlb(args, { env });
  return { place, phlb, [Symbol.asyncDispose]: () => place[Symbol.asyncDispose]() };
}

/** As if everything that was told and seen so far had been `hours` earlier. */
async function letPass(dir: string, hours: number): Promise<void> {
  const told = `${dir}/state/phlb/told/overdue`;
  for await (const { name } of Deno.readDir(told)) {
    const text = await Deno.readTextFile(`${told}/${name}`);
    const earlier = text.replaceAll(
      /\d{4}-\d\d-\d\dT[\d:.+-]+/g,
      (time) => new Date(Date.parse(time) - hours * 3_600_000).toISOString(),
    );
    await Deno.writeTextFile(`${told}/${name}`, earlier);
  }
}

Deno.test("phlb status --notify tells of each job that is overdue, and not again within a day", async () => {
  await using sink = startHttpSink();
  await using made = await makeJobs(sink.url);
  const { place, phlb } = made;
  assert.strictEqual((await phlb("status")).code, 3);
  assert.deepStrictEqual(heard(sink), [], "without --notify");
  const first = await phlb("status", "--notify", "--json");
  assert.deepStrictEqual([first.code, first.stderr], [3, ""]);
  const told = first.stdout.trim().split("\n").map((line) => JSON.parse(line))
    .filter(({ message_type }) => message_type === "notification");
  assert.deepStrictEqual(told.map(({ kind, job, sent }) => [kind, job, sent]), [
    ["overdue", "here", true],
    ["overdue", "gone", true],
  ]);
  assert.match(
    JSON.parse(sink.requests[0]?.body ?? "").subject,
    /^Backup of "here" is overdue on /,
  );
  assert.deepStrictEqual(heard(sink), ["overdue here", "overdue gone"]);
  const again = await phlb("status", "-q", "--notify");
  assert.deepStrictEqual([again.code, heard(sink)], [3, []]);
  await letPass(place.dir, 24);
  await phlb("status", "-q", "--notify", "--job", "gone");
  assert.deepStrictEqual(heard(sink), ["overdue gone"]);
});

Deno.test("phlb schedule run tells of other jobs that stay overdue, of its own at once", async () => {
  await using sink = startHttpSink();
  await using made = await makeJobs(sink.url);
  const { place, phlb } = made;
  assert.strictEqual((await phlb("backup", "--job", "here", "-q")).code, 0);
  assert.strictEqual((await phlb("schedule", "run", "--job", "here")).code, 0);
  assert.deepStrictEqual(heard(sink), [], "its own run may be under way");
  await letPass(place.dir, 3);
  await phlb("schedule", "run", "--job", "here");
  assert.deepStrictEqual(heard(sink), ["overdue gone"]);
  await phlb("schedule", "run", "--job", "here");
  assert.strictEqual((await phlb("schedule", "run", "--job", "gone")).code, 1);
  assert.deepStrictEqual(heard(sink), ["failure gone"], "told already");
  await letPass(place.dir, 24);
  assert.strictEqual((await phlb("schedule", "run", "--job", "gone")).code, 0, "not due again");
  assert.deepStrictEqual(heard(sink), ["overdue gone"]);
});

Deno.test("that a disk is away is told once, not at every try of a scheduled run", async () => {
  await using sink = startHttpSink();
  await using made = await makeJobs(sink.url);
  const { place, phlb } = made;
  assert.strictEqual((await phlb("backup", "--job", "here", "-q")).code, 0);
  await Deno.remove(`${place.dir}/state`, { recursive: true });
  await Deno.rename(place.root, `${place.root}-away`);
  for (const told of [["failure here", "overdue here"], []]) {
    const { code, stderr } = await phlb("schedule", "run", "--job", "here");
    assert.strictEqual(code, 0, stderr);
    assert.deepStrictEqual(heard(sink), told);
  }
  assert.strictEqual((await phlb("schedule", "run", "--job", "here", "--now")).code, 10);
  assert.deepStrictEqual(heard(sink), ["failure here"], "somebody asked for it");
});

Deno.test("phlb status --notify without anybody to notify is refused", async () => {
  await using place = await makeHookPlace();
  await place.configure('schedule.every = "monthly"\nnotify.ping.url = "http://127.0.0.1:2/x"\n');
  const { code, stderr } = await place.phlb(["status", "--notify"]);
  assert.strictEqual(code, 2, stderr);
  assert.match(stderr, /^Error: Cannot notify anybody: no channel is to be told/);
});

import assert from "node:assert/strict";
import { nextTimes } from "../../src/base/calendar/calendar.ts";
import { writeCron } from "../../src/base/calendar/cron.ts";
import { writeOnCalendar } from "../../src/base/calendar/on_calendar.ts";
import { parseCalendar } from "../../src/base/calendar/parse_calendar.ts";
import { PYTHON } from "../support/python.ts";
import { run } from "../support/run.ts";

const COUNT = 6;
const BASE = "2026-02-26T10:17:33Z";

/** What systemd understands. */
const ON_CALENDAR = [
  "hourly",
  "daily",
  "weekly",
  "monthly",
  "yearly",
  "quarterly",
  "semiannually",
  "Mon,Thu *-*-1..7 02:30",
  "Mon..Fri 18:00",
  "Sat,Sun 10:05:30",
  "Fri,Sat,Sun,Mon 03:00",
  "*-02-29 12:00",
  "*-*~01 03:00",
  "Mon *-05~07/1 00:00",
  "*-*-* 00/6:15",
  "*:0/15",
  "*-1..3,10-01/5 4:05",
  "2027-*-* 00:00",
  "2027..2030/2-03-01 05:06:07",
  "Sun 02:30 UTC",
  "8..17/3:05,35:00",
];

function calendarOf(text: string) {
  const parsed = parseCalendar(text);
  if ("fault" in parsed) throw new Error(`${text}: ${parsed.fault}`);
  return parsed.calendar;
}

async function bySystemd(lines: readonly string[]): Promise<string[]> {
  const texts = await Promise.all(lines.map((line) =>
    run("env", [
      "TZ=UTC",
      "systemd-analyze",
      "calendar",
      `--iterations=${COUNT}`,
      `--base-time=${BASE.replace("T", " ").replace("Z", " UTC")}`,
      / UTC$/.test(line) ? line : `${line} UTC`,
    ])
  ));
  const found = texts.flatMap((text) =>
    [...text.matchAll(/(?:Next elapse|Iter\. #\d+): \w+ (\S+) (\S+) UTC/g)].map(([, day, time]) =>
      `${day}T${time}.000Z`
    )
  );
  return [...new Set(found)].sort().slice(0, COUNT);
}

function byUs(text: string): string[] {
  return nextTimes(calendarOf(text).map((rule) => ({ ...rule, utc: true })), {
    after: new Date(BASE),
    count: COUNT,
  })
    .map((time) => time.toISOString());
}

Deno.test("systemd agrees when its own notation comes round, and with what is written of it", async () => {
  await Promise.all(ON_CALENDAR.map(async (text) => {
    const expected = await bySystemd([text]);
    assert.deepStrictEqual(byUs(text), expected.slice(0, byUs(text).length), text);
    assert.ok(expected.length >= Math.min(COUNT, byUs(text).length), text);
    const written = calendarOf(text).flatMap(writeOnCalendar);
    assert.deepStrictEqual(await bySystemd(written), expected, written.join(" | "));
  }));
});

const CRON = [
  "30 2 * * *",
  "*/15 * * * *",
  "0 */6 * * *",
  "5,35 8-17/3 * * 1-5",
  "0 0 1,15 * mon",
  "0 4 13 * fri",
  "0 12 29 2 *",
  "7 3 */10 * 7",
  "@weekly",
  "@monthly",
  "@yearly",
  "59 23 31 jan,mar *",
  "0 3 * * 5-7",
];

const CRONITER = `
import sys, json, datetime
from croniter import croniter
base = datetime.datetime(2026, 2, 26, 10, 17, 33)
out = []
for line in json.loads(sys.argv[1]):
    it = croniter(line, base)
    out.append([it.get_next(datetime.datetime).isoformat() + ".000Z" for _ in range(${COUNT})])
print(json.dumps(out))
`;

Deno.test("another reader of crontabs agrees when a line comes round, and with what is written of it", async () => {
  const written = CRON.map((text) => {
    const [rule] = calendarOf(text);
    const result = rule === undefined ? { reason: "none" } : writeCron(rule);
    return "text" in result ? result.text : text;
  });
  const args = ["-c", CRONITER, JSON.stringify([...CRON, ...written])];
  const times: string[][] = JSON.parse(await run(PYTHON, args));
  for (const [i, text] of CRON.entries()) {
    if (text.includes("*/10")) continue; // that reader does not know that "*/10" is no restriction
    assert.deepStrictEqual(byUs(text), times[i], text);
    assert.deepStrictEqual(times[CRON.length + i], times[i], `${text} as ${written[i]}`);
  }
});

Deno.test("systemd takes each line of a crontab as it is translated", async () => {
  await Promise.all(CRON.map(async (text) => {
    assert.deepStrictEqual(byUs(text), await bySystemd(calendarOf(text).flatMap(writeOnCalendar)));
  }));
});

const WORDS: readonly (readonly [words: string, same: readonly string[]])[] = [
  ["daily 02:30", ["*-*-* 02:30"]],
  ["daily at 02:30 and 14:45", ["*-*-* 02:30", "*-*-* 14:45"]],
  ["every day 06:00", ["*-*-* 06:00"]],
  ["weekdays 18:00", ["Mon..Fri 18:00"]],
  ["weekends 9:05", ["Sat,Sun 09:05"]],
  ["weekly sunday 03:00", ["Sun 03:00"]],
  ["every Friday 17:00", ["Fri 17:00"]],
  ["weekly", ["Mon 00:00"]],
  ["monthly 15 04:00", ["*-*-15 04:00"]],
  ["monthly last 04:00", ["*-*~1 04:00"]],
  ["every 15 minutes", ["*:00/15"]],
  ["every 6h", ["00/6:00"]],
  ["every hour".replace("every hour", "hourly"), ["*:00"]],
  ["Mon 02:30; Thu 14:00", ["Mon 02:30", "Thu 14:00"]],
];

Deno.test("words mean what systemd makes of their translation", async () => {
  await Promise.all(WORDS.map(async ([words, same]) => {
    assert.deepStrictEqual(byUs(words), await bySystemd(same), words);
  }));
});

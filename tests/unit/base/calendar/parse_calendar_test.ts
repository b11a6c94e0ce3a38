import assert from "node:assert/strict";
import { lastTime, nextTime } from "../../../../src/base/calendar/calendar.ts";
import { writeCron } from "../../../../src/base/calendar/cron.ts";
import { parseCalendar } from "../../../../src/base/calendar/parse_calendar.ts";

function faultOf(text: string): string {
  const parsed = parseCalendar(text);
  return "fault" in parsed ? parsed.fault : "";
}

function calendarOf(text: string) {
  const parsed = parseCalendar(text);
  return "calendar" in parsed ? parsed.calendar : assert.fail(parsed.fault);
}

const FAULTS: readonly (readonly [text: string, fault: RegExp])[] = [
  ["", /no time/],
  ["soon", /"soon" is no weekday/],
  ["daily 25:00", /"25:00" is no time of the day/],
  ["every 7h", /7 hours do not divide a day/],
  ["every 25 minutes", /do not divide an hour/],
  ["monthly 32 02:00", /no day 32/],
  ["*-02-30 00:00", /there is no such day/],
  ["*-*-* 24:00", /hour 24 is not one from 0 to 23/],
  ["Mon..Fri 18:00 CET extra", /not understood/],
  ["*:*:*", /too often/],
  ["61 2 * * *", /minute 61/],
  ["30 2 * * 8", /weekday 8/],
  ["5-1 * * * *", /runs backwards/],
  ["@reboot", /no time/],
  ["@fortnightly", /cron knows no/],
  ["*/0 * * * *", /no minute/],
];

Deno.test("parseCalendar() says why something is no time", () => {
  for (const [text, fault] of FAULTS) assert.match(faultOf(text), fault, text);
});

Deno.test("lastTime() finds the moment itself and the one before, nextTime() only later ones", () => {
  const daily = calendarOf("daily 02:30");
  const at = new Date(2026, 2, 1, 2, 30);
  assert.deepStrictEqual(lastTime(daily, at), at);
  assert.deepStrictEqual(lastTime(daily, new Date(at.getTime() - 1)), new Date(2026, 1, 28, 2, 30));
  assert.deepStrictEqual(nextTime(daily, at), new Date(2026, 2, 2, 2, 30));
  assert.strictEqual(nextTime(calendarOf("2027-01-01 00:00"), new Date(2028, 0, 1)), undefined);
  assert.strictEqual(lastTime(calendarOf("2027-01-01 00:00"), new Date(2026, 0, 1)), undefined);
});

Deno.test("writeCron() says what cron cannot have", () => {
  const reasonOf = (text: string) => {
    const [rule] = calendarOf(text);
    const result = rule === undefined ? { text: "" } : writeCron(rule);
    return "reason" in result ? result.reason : result.text;
  };
  assert.match(reasonOf("2027-*-* 00:00"), /no years/);
  assert.match(reasonOf("02:30:15"), /no seconds/);
  assert.match(reasonOf("monthly last 02:00"), /from the end/);
  assert.match(reasonOf("02:30 UTC"), /local time/);
  assert.match(reasonOf("Mon *-*-1..7 02:30"), /as either, not as both/);
  assert.strictEqual(reasonOf("every 15 minutes"), "*/15 * * * *");
  assert.strictEqual(reasonOf("Mon..Fri 18:00"), "0 18 * * 1-5");
  assert.strictEqual(reasonOf("0 0 1,15 * mon"), "0 0 1,15 * 1");
});

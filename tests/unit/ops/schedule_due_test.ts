import assert from "node:assert/strict";
import type { ExitCode } from "../../../src/base/app_error.ts";
import { isDue, lateness } from "../../../src/ops/schedule/due.ts";
import { drawsOnBattery, hasDefaultRoute } from "../../../src/ops/schedule/obstacles.ts";
import { calendarOf } from "../../../src/ops/schedule/scheduled_job.ts";
import { openFileSystem } from "../../../src/fs/open_file_system.ts";
import { makeTempDir } from "../../support/temp_dir.ts";
import { writeTree } from "../../support/tree.ts";

const DAILY = calendarOf("daily 02:30");
const at = (day: number, hour: number, minute = 0) => new Date(2026, 10, day, hour, minute);

function due(setting: {
  now: Date;
  good?: Date;
  tried?: { at: Date; code: ExitCode };
  catchUp?: boolean;
}): boolean {
  const { now, good, tried, catchUp = true } = setting;
  const last_try = tried === undefined ? null : {
    started_at: tried.at.toISOString(),
    finished_at: tried.at.toISOString(),
    exit_code: tried.code,
    error_code: null,
    message: null,
    snapshot_id: null,
    scheduled: true,
  };
  const record = { last_try };
  return isDue({ calendar: DAILY, now, record, lastGood: good, catchUp, randomizedDelayMs: 0 });
}

Deno.test("isDue(): a run is due once for each time, also hours later", () => {
  assert.ok(due({ now: at(20, 2, 30) }), "never run");
  assert.ok(due({ now: at(20, 2, 30), good: at(19, 2, 30) }));
  assert.ok(!due({ now: at(20, 3), good: at(20, 2, 31) }), "done");
  assert.ok(due({ now: at(20, 9), good: at(19, 2, 31) }), "the computer was off");
  assert.ok(due({ now: at(20, 2, 30), good: at(19, 14) }), "a run by hand does not stand for it");
  assert.ok(!due({ now: at(20, 9), good: at(19, 2, 31), catchUp: false }), "hours late");
  assert.ok(due({ now: at(20, 2, 40), good: at(19, 2, 31), catchUp: false }), "minutes late");
});

Deno.test("isDue(): what failed for itself waits for its next time, what met an obstacle does not", () => {
  const good = at(18, 2, 31);
  for (const code of [1, 2] as const) {
    assert.ok(!due({ now: at(20, 9), good, tried: { at: at(20, 2, 30), code } }), String(code));
  }
  for (const code of [10, 11, 130] as const) {
    assert.ok(due({ now: at(20, 9), good, tried: { at: at(20, 2, 30), code } }), String(code));
  }
  assert.ok(due({ now: at(21, 2, 30), good, tried: { at: at(20, 2, 30), code: 1 } }));
});

Deno.test("lateness(): overdue when it was never run, or a quarter of the time after a missed one", () => {
  const late = (now: Date, lastGood: Date | undefined) =>
    lateness({ calendar: DAILY, now, lastGood, randomizedDelayMs: 0 });
  assert.deepStrictEqual(late(at(20, 9), undefined).overdueSince, at(20, 2, 30));
  assert.deepStrictEqual(late(at(20, 9), at(20, 2, 31)).overdueSince, undefined);
  assert.deepStrictEqual(late(at(20, 8), at(19, 2, 31)).overdueSince, undefined);
  assert.deepStrictEqual(late(at(20, 9), at(19, 2, 31)).overdueSince, at(20, 2, 30));
  assert.deepStrictEqual(late(at(20, 9), at(17, 2, 31)).overdueSince, at(18, 2, 30));
  assert.deepStrictEqual(late(at(20, 9), at(20, 2, 31)).next, at(21, 2, 30));
});

Deno.test("drawsOnBattery() knows a computer's battery from a mouse's and from one that is fed", async () => {
  await using temp = await makeTempDir();
  const { fs } = openFileSystem("auto");
  const battery = (status: string, more = {}) => ({
    type: "Battery\n",
    status: `${status}\n`,
    ...more,
  });
  await writeTree(temp.path, {
    away: { BAT0: battery("Discharging"), AC: { type: "Mains\n", online: "0\n" } },
    fed: { BAT0: battery("Discharging"), AC: { type: "Mains\n", online: "1\n" } },
    full: { BAT0: battery("Full") },
    mouse: { hid: battery("Discharging", { scope: "Device\n" }) },
    desktop: {},
  });
  const found = ["away", "fed", "full", "mouse", "desktop", "none"].filter((name) =>
    drawsOnBattery(fs, `${temp.path}/${name}`)
  );
  assert.deepStrictEqual(found, ["away"]);
  fs.closeAll();
});

Deno.test("hasDefaultRoute() finds the way out in either table of the kernel", () => {
  const head = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n";
  const ipv4 = `${head}eth0\t00000000\t0102000A\t0003\t0\t0\t0\t00000000\n`;
  const local = `${head}eth0\t0002000A\t00000000\t0001\t0\t0\t0\t00FFFFFF\n`;
  const zero = "0".repeat(32);
  const ipv6 = `${zero} 00 ${zero} 00 fe80${
    zero.slice(4)
  } 00000400 00000001 00000000 00000003 eth0\n`;
  const lo = `${zero} 00 ${zero} 00 ${zero} ffffffff 00000001 00000000 00200200 lo\n`;
  assert.ok(hasDefaultRoute({ ipv4, ipv6: "" }));
  assert.ok(hasDefaultRoute({ ipv4: local, ipv6 }));
  assert.ok(!hasDefaultRoute({ ipv4: local, ipv6: lo }));
});

import { deepStrictEqual, doesNotThrow, strictEqual, throws } from "node:assert/strict";
import { AppError } from "../../../src/base/app_error.ts";
import {
  checkName,
  checkTimeFormat,
  companionName,
  formatTime,
  parsePartialName,
  parseTime,
  partialName,
  snapshotDir,
} from "../../../src/store/layout.ts";

const DATE = new Date(2026, 0, 7, 8, 52, 47);

Deno.test("formatTime() and parseTime() are inverse in local time", () => {
  strictEqual(formatTime(DATE), "2026-01-07-085247");
  strictEqual(parseTime("2026-01-07-085247")?.getTime(), DATE.getTime());
});

Deno.test("formatTime() and parseTime() know literal text of any kind", () => {
  const format = "week.%Y_(%m)+%d";
  checkTimeFormat(format);
  strictEqual(formatTime(DATE, format), "week.2026_(01)+07");
  deepStrictEqual(parseTime("week.2026_(01)+07", format), new Date(2026, 0, 7));
  strictEqual(parseTime("weekX2026_(01)+07", format), undefined);
});

Deno.test("parseTime() refuses what is no time", () => {
  const bad = ["2026-13-07-085247", "2026-02-30-085247", "2026-01-07-245247", "2026-01-07-086047"];
  bad.push("2026-01-07-08524", "x2026-01-07-085247", "2026-01-07-085247x", "", "latest");
  deepStrictEqual(bad.map((text) => parseTime(text)), bad.map(() => undefined));
});

Deno.test("checkTimeFormat() refuses formats whose names do not sort by time", () => {
  const bad = ["%d-%m-%Y", "%Y-%m", "%Y-%m-%d-%S", "%Y%m%d%Y", "%Y-%m-%d-%j", "%Y-%m-%d%", "", "x"];
  for (const format of bad) {
    throws(() => checkTimeFormat(format), { code: "TIME_FORMAT_INVALID", exitCode: 2 }, format);
  }
});

Deno.test("checkTimeFormat() refuses names that cannot be everywhere, or are hidden", () => {
  for (const format of ["%Y/%m/%d", "%Y-%m-%dT%H:%M", ".%Y%m%d", "%Y\n%m%d"]) {
    throws(() => checkTimeFormat(format), { code: "TIME_FORMAT_INVALID" }, format);
  }
});

Deno.test("checkName() takes one path component", () => {
  for (const name of ["docs", "my docs", "ümläut", "a.b", "-x", "byte\udcff"]) {
    doesNotThrow(() => checkName(name), name);
  }
});

Deno.test("checkName() refuses what would leave the root or hide in it, and says why", () => {
  const reasons: Record<string, string> = {
    "": "it is empty",
    "../x": "it leads out of the backup root",
    "..": "it leads out of the backup root",
    ".": "it leads out of the backup root",
    "a/../../b": "it leads out of the backup root",
    "/etc": "it is an absolute path",
    "C:\\x": "it is an absolute path",
    "a/b": "it has more than one path component",
    ".phlb": "names that begin with a dot are reserved",
    "a\0b": "it has a control character",
    "a\nb": "it has a control character",
    "2026-01-07-085247": "it looks like the time of a snapshot",
  };
  for (const [name, reason] of Object.entries(reasons)) {
    throws(() => checkName(name), (error) => {
      return error instanceof AppError && error.code === "NAME_INVALID" && error.exitCode === 2 &&
        error.message.endsWith(`: ${reason}`) && error.hint !== undefined;
    }, JSON.stringify(name));
  }
  throws(() => checkName("ä".repeat(128)), { code: "NAME_INVALID" });
});

Deno.test("names of a snapshot's files are those of PyHardLinkBackup 1.x", () => {
  const time = "2026-01-07-085247";
  strictEqual(companionName(time, "log"), `${time}-backup.log`);
  strictEqual(companionName(time, "summaryText"), `${time}-summary.txt`);
  strictEqual(companionName(time, "manifest"), `${time}-manifest.mtree.gz`);
});

Deno.test("snapshotDir() tells where a snapshot lies, complete or not", () => {
  strictEqual(snapshotDir({ name: "docs", time: "t", leftover: false }), "docs/t");
  strictEqual(snapshotDir({ name: "docs", time: "t", leftover: true }), "docs/.t.partial");
  strictEqual(snapshotDir({ name: "", time: "t", leftover: false }), "t");
});

Deno.test("parsePartialName() is the inverse of partialName() and knows nothing else", () => {
  strictEqual(parsePartialName(partialName("t")), "t");
  deepStrictEqual([".partial", "t.partial", ".t"].map(parsePartialName), [
    undefined,
    undefined,
    undefined,
  ]);
});

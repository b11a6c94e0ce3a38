import assert from "node:assert/strict";
import { NO_RULES } from "../../../../src/backup/select/select.ts";
import { jobRules, readPatternFiles } from "../../../../src/backup/run/job_rules.ts";
import { AppError } from "../../../../src/base/app_error.ts";
import { STAT, StatTable } from "../../../../src/fs/stat_table.ts";
import { load } from "../../../support/config_deps.ts";
import { makeJob } from "../../../support/backup_run.ts";

const NOTHING = { patternFiles: [], rootInSource: undefined };

Deno.test("jobRules() tells of each rule which layer it comes from, item by item", () => {
  const { main } = load({
    files: {
      "/home/ann/work/phlb.toml": [
        "[exclude]",
        'dirs.append = ["node_modules"]',
        'patterns = ["*.o", "/build"]',
        "caches = true",
      ].join("\n"),
    },
    env: { PHLB_EXCLUDE_LARGER_THAN: "1MiB" },
    flags: {
      "exclude.patterns": { append: ["#odd "] },
      "exclude.if_present": [".nobackup"],
      "backup.one_file_system": true,
    },
  });
  const rules = jobRules(main, NOTHING);
  const file = "/home/ann/work/phlb.toml";
  assert.deepStrictEqual(rules.dirs.at(0), { name: "__pycache__", layer: "default" });
  const last = rules.dirs.at(-1) ?? assert.fail();
  assert.strictEqual(last.name, "node_modules");
  assert.match(last.layer, new RegExp(`^${file}:2`));
  assert.deepStrictEqual(
    rules.patterns.map(({ pattern }) => pattern),
    ["*.o", "/build", "\\#odd\\ "],
  );
  const layers = rules.patterns.map(({ layer }) => layer.split(":").slice(0, 2).join(":"));
  assert.deepStrictEqual(layers, [`${file}:3`, `${file}:3`, "--exclude"]);
  assert.deepStrictEqual(rules.ifPresent.map(({ name }) => name), [".nobackup"]);
  assert.match(rules.caches?.layer ?? "", new RegExp(`^${file}:4`));
  const largerThan = { bytes: 1 << 20, layer: "PHLB_EXCLUDE_LARGER_THAN" };
  assert.deepStrictEqual(rules.largerThan, largerThan);
  assert.deepStrictEqual(rules.ignoreFiles, [{ name: ".phlbignore", layer: "default" }]);
  assert.strictEqual(rules.oneFileSystem?.layer, "--one-file-system");
});

Deno.test("jobRules() has no rule that is switched off", () => {
  const off = {
    "exclude.dirs": [],
    "exclude.ignore_files": [],
    "backup.one_file_system": false,
  };
  assert.deepStrictEqual(jobRules(makeJob(off), NOTHING), NO_RULES);
});

Deno.test("jobRules() takes the patterns of files before the job's own, which are stronger", () => {
  const patternFiles = [{ path: "/etc/rules", text: "# mine\n*.a\n\n!keep.a\n" }];
  const { patterns } = jobRules(makeJob({ "exclude.patterns": ["*.b"] }), {
    ...NOTHING,
    patternFiles,
  });
  assert.deepStrictEqual(
    patterns.map(({ pattern, layer }) => [pattern, layer]),
    [["*.a", "/etc/rules:2"], ["!keep.a", "/etc/rules:4"], ["*.b", "--exclude"]],
  );
});

Deno.test("jobRules() knows a backup root in the source by its inode, exact above 2^53", () => {
  const stats = new StatTable(1);
  const row = { devMajor: 8, devMinor: 3, inoHigh: 0xffffffff, inoLow: 0xfffffffe };
  for (const [field, value] of Object.entries(row)) {
    stats.set(0, Object.entries(STAT).find(([name]) => name === field)?.[1] ?? -1, value);
  }
  const rootInSource = { path: "/source/root", dir: { path: "/source/root" }, stats };
  assert.deepStrictEqual(
    jobRules(makeJob({}), { patternFiles: [], rootInSource }).backupRoot,
    { devMajor: 8, devMinor: 3, ino: "18446744073709551614" },
  );
});

Deno.test("readPatternFiles() reads each file, and refuses to start without one", () => {
  const job = makeJob({ "exclude.from": ["/a", "/b"] });
  const texts: Readonly<Record<string, string>> = { "/a": "*.a", "/b": "*.b" };
  assert.deepStrictEqual(readPatternFiles(job, { readText: (path) => texts[path] }), [
    { path: "/a", text: "*.a" },
    { path: "/b", text: "*.b" },
  ]);
  const broken = {
    "no such file": () => undefined,
    "Permission denied": () => {
      throw new Error("Permission denied");
    },
  };
  for (const [reason, readText] of Object.entries(broken)) {
    assert.throws(() => readPatternFiles(job, { readText }), (error) => {
      assert.ok(error instanceof AppError);
      assert.deepStrictEqual([error.code, error.exitCode], ["EXCLUDE_FILE_UNREADABLE", 2]);
      assert.strictEqual(error.message, `Cannot read the exclude patterns in "/a": ${reason}`);
      return true;
    });
  }
});

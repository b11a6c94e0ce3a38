import assert from "node:assert/strict";
import { EXIT } from "../../../src/base/app_error.ts";
import type { Job } from "../../../src/config/config.ts";
import { defaultSettings } from "../../../src/config/resolve_job.ts";
import type { Settings } from "../../../src/config/schema.ts";
import { runFake } from "../../support/fake_machine.ts";

/** The one job that `phlb backup <args>` runs. */
async function jobOf(args: readonly string[], toml = ""): Promise<Job> {
  const seen: Job[] = [];
  const { exitCode, err } = await runFake(["backup", ...args], {
    files: { "/home/ann/work/phlb.toml": toml },
    operations: {
      runJobs: (_deps, jobs) => {
        seen.push(...jobs);
        return Promise.resolve(jobs.map((job) => ({ job, exitCode: EXIT.ok })));
      },
    },
  });
  assert.deepStrictEqual([exitCode, err], [0, ""]);
  const [job, ...others] = seen;
  assert.ok(job !== undefined && others.length === 0);
  return job;
}

const MEANINGS: readonly [args: readonly string[], settings: Partial<Settings>][] = [
  [["src"], { "source": "/home/ann/work/src" }],
  [["src", "/mnt"], { "source": "/home/ann/work/src", "destination": "/mnt" }],
  [["--name", "docs"], { "name": "docs" }],
  [["--tag", "a", "--tag", "b"], { "tags": ["a", "b"] }],
  [["--note", "before it"], { "note": "before it" }],
  [["--one-file-system"], { "backup.one_file_system": true }],
  [["--no-one-file-system"], { "backup.one_file_system": false }],
  [["--no_one_file_system"], { "backup.one_file_system": false }],
  [["--checksum"], { "backup.checksum": true }],
  [["--no-checksum"], { "backup.checksum": false }],
  [["--allow-empty"], { "backup.allow_empty": true }],
  [["--no-allow-empty"], { "backup.allow_empty": false }],
  [["--lock-wait", "30m"], { "backup.lock_wait": 1_800_000 }],
  [["--excludes", "a", "b"], { "exclude.dirs": ["a", "b"] }],
  [["--excludes"], { "exclude.dirs": [] }],
  [["--exclude", "*.iso", "--exclude=/tmp/"], { "exclude.patterns": ["*.iso", "/tmp/"] }],
  [["--exclude-from", "list"], { "exclude.from": ["/home/ann/work/list"] }],
  [["--exclude_from=~/list"], { "exclude.from": ["/home/ann/list"] }],
  [["--exclude-if-present", ".nobackup"], { "exclude.if_present": [".nobackup"] }],
  [["--exclude-caches"], { "exclude.caches": true }],
  [["--no-exclude-caches"], { "exclude.caches": false }],
  [["--exclude-larger-than", "2M"], { "exclude.larger_than": 2 * 1024 ** 2 }],
  [["--verbosity", "info"], { "log.console_level": "info" }],
  [["-v"], { "log.console_level": "info" }],
  [["-vv"], { "log.console_level": "debug" }],
  [["-v", "--verbosity", "error"], { "log.console_level": "error" }],
  [["-q"], { "log.console_level": "error", "log.progress": false }],
  [["--quiet"], { "log.console_level": "error", "log.progress": false }],
  [["--log-file-level", "debug"], { "log.file_level": "debug" }],
  [["--log_file_level", "debug"], { "log.file_level": "debug" }],
  [["--nice", "19", "--ionice", "idle"], { "performance.nice": 19, "performance.ionice": "idle" }],
  [["--nice", "-5"], { "performance.nice": -5 }],
  [["--ionice=best-effort:7"], { "performance.ionice": "best-effort:7" }],
  [["--bwlimit", "20M"], { "performance.bwlimit": 20 * 1024 ** 2 }],
  [["--no-progress"], { "log.progress": false }],
  [["--progress"], { "log.progress": true }],
];

for (const [args, changed] of MEANINGS) {
  Deno.test(`"phlb backup ${args.join(" ")}" sets ${JSON.stringify(changed)} and nothing else`, async () => {
    const { settings } = await jobOf(args);
    assert.deepStrictEqual(settings, { ...defaultSettings(), ...changed });
  });
}

Deno.test("an option that turns something off goes before a file that turns it on", async () => {
  const toml = "[backup]\nchecksum = true\nallow_empty = true\n[exclude]\ncaches = true\n";
  const { settings } = await jobOf(
    ["--no-checksum", "--no-allow-empty", "--no-exclude-caches"],
    toml,
  );
  assert.strictEqual(settings["backup.checksum"], false);
  assert.strictEqual(settings["backup.allow_empty"], false);
  assert.strictEqual(settings["exclude.caches"], false);
});

Deno.test("--excludes replaces the configured list, --exclude and --tag add to theirs", async () => {
  const toml = 'tags = ["one"]\n[exclude]\ndirs = ["x"]\npatterns = ["*.o"]\n';
  const { settings } = await jobOf(
    ["--excludes", "y", "--exclude", "*.a", "--tag", "two"],
    toml,
  );
  assert.deepStrictEqual(settings["exclude.dirs"], ["y"]);
  assert.deepStrictEqual(settings["exclude.patterns"], ["*.o", "*.a"]);
  assert.deepStrictEqual(settings["tags"], ["one", "two"]);
});

Deno.test("options may stand before, between and behind the directories", async () => {
  for (
    const args of [
      ["--name", "n", "src", "/mnt"],
      ["src", "--name", "n", "/mnt"],
      ["src", "/mnt", "--name", "n"],
    ]
  ) {
    const { settings } = await jobOf(args);
    assert.deepStrictEqual(
      [settings["source"], settings["destination"], settings["name"]],
      ["/home/ann/work/src", "/mnt", "n"],
    );
  }
});

Deno.test("a source may begin with a dash behind --", async () => {
  const { settings } = await jobOf(["--", "--one_file_system", "/mnt"]);
  assert.strictEqual(settings["source"], "/home/ann/work/--one_file_system");
});

Deno.test("the origin of a flag's value is the option", async () => {
  const { origins } = await jobOf(["--note", "x"]);
  assert.deepStrictEqual(origins["note"], { layer: "flag", name: "--note" });
});

Deno.test("a level that there is not is a usage error that lists those there are", async () => {
  const { exitCode, err } = await runFake(["backup", "--verbosity", "loud"]);
  assert.strictEqual(exitCode, EXIT.usage);
  assert.match(err, /"loud" is invalid\. Allowed choices are debug, info, warning, error/);
});

import { assertGolden } from "../support/golden.ts";
import { configDeps, type ConfigSetting, messageOf } from "../support/config_deps.ts";
import { loadConfig } from "../../src/config/load_config.ts";

const HERE = "/home/ann/work/phlb.toml";

/** One text for each kind of mistake; the golden file shows what the user reads. */
const MISTAKES: Readonly<Record<string, string>> = {
  "unknown keys":
    'destinaton = "x"\n[backup]\none-file-system = true\npatterns = []\nzzzzzzzzz = 1',
  "names of PyHardLinkBackup 0.x": 'BACKUP_PATH = "~/b"\nSKIP_DIRS = ["temp"]',
  "unknown tables": "[exlude]\n[wardrobe]\n[exclude.dirs.extend]\n",
  "duplicates": 'note = "a"\nnote = "b"\n[exclude]\ndirs = []\ndirs.append = ["x"]\n[exclude]\n',
  "true or false": '[backup]\nchecksum = "yes"\nallow_empty = 1',
  "whole numbers": "[performance]\nhashers = 65\n[snapshot]\nmanifest_level = 2.5",
  "choices": '[backup]\norder = "oldest"\n[dedup]\nhash = "sha512"\nmetadata = true',
  "sizes": '[exclude]\nlarger_than = "10MB"\n[performance]\nbuffer = "1KiB"\nin_memory = -1',
  "durations": '[backup]\nlock_wait = "soon"\n[log]\nprogress_interval = 07:32:00',
  "modes": '[snapshot]\ndir_mode = 700\n[[job]]\nid = "a"\nsnapshot.dir_mode = "0600"',
  "text": 'note = 3\nname = "../x"\nsnapshot.time_format = "%d/%b"',
  "paths": 'source = ""\ndestination = 3\nindex.path = ["x"]',
  "lists": '[exclude]\ndirs = ["a/b", 3, ".."]\npatterns = "*.o"\nfrom.append = [true]\n' +
    'if_present = [{a = 1}]\nignore_files = [["x"]]',
  "append to what is no list": 'source.append = ["x"]\n[exclude]\ndirs.appended = ["x"]',
  "tables": "backup = 3\n[[exclude]]\ndirs = []\ncaches = true",
  "a job in single brackets": '[job]\nid = "a"\nsource = "x"',
  "jobs": '[[job]]\nsource = "x"\n[[job]]\nid = "../a"\n[[job]]\nid = "b"\nsorce = 1\n' +
    '[[job]]\nid = "b"\n[[job]]\nid = 3\nsorce = 1\n[job.exlude]\n',
  "a missing value": 'source =\nnote = "x"',
  "text without quotes": "source = /home",
  "an open quote": 'source = "/home\nnote = "x"',
  "two keys on one line": 'source = "a" note = "b"',
  "an octal number of C": "[snapshot]\ndir_mode = 0700",
  "an ini file": "[backup]\nsource: /home",
  "an open bracket": "[backup\nchecksum = true",
  "a long value": `[backup]\norder = "${"x".repeat(100)}"`,
};

const ELSEWHERE: Readonly<Record<string, ConfigSetting>> = {
  "flags and environment": {
    flags: { "backup.lock_wait": "soon", "exclude.dirs": ["a/b"], "log.console_level": "loud" },
    env: { PHLB_BACKUP_CHECKSUM: "maybe", PHLB_PERFORMANCE_HASHERS: "-1", PHLB_EXCLUDE_DIRS: "[x" },
  },
  "several files": {
    files: {
      [HERE]: "x_y_z = 1",
      "/home/phlb.toml": "[",
      "/phlb.toml": new Error("is a directory"),
    },
  },
  "no home": { home: null, env: { PHLB_SOURCE: "~/x" } },
};

Deno.test("every mistake in a configuration is told with its place and what would be right", () => {
  const settings = Object.entries(MISTAKES)
    .map(([name, text]): [string, ConfigSetting] => [name, { files: { [HERE]: text } }]);
  const parts = [...settings, ...Object.entries(ELSEWHERE)].map(([name, setting]) => {
    const message = messageOf(() => loadConfig(configDeps(setting), setting.flags ?? {}));
    return `## ${name}\n${message}\n`;
  });
  assertGolden("config_errors.txt", parts.join("\n"));
});

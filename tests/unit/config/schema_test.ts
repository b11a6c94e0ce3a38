import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { KEYS, SPECS, variableOf } from "../../../src/config/keys.ts";
import { writtenDefault } from "../../../src/config/setting_spec.ts";
import { tomlText } from "../../../src/config/toml_text.ts";
import { load, messageOf } from "../../support/config_deps.ts";

const HERE = "/home/ann/work/phlb.toml";

/** Source: the ini file of PyHardLinkBackup 0.13 and what became of each of its keys. */
const PREDECESSORS = {
  DATABASE_NAME: "index.path",
  BACKUP_PATH: "destination",
  SUB_DIR_FORMATTER: "snapshot.time_format",
  SKIP_DIRS: "exclude.dirs",
  SKIP_PATTERNS: "exclude.patterns",
  PRINT_UPDATE_INTERVAL: "log.progress_interval",
  LOGGING_CONSOLE_LEVEL: "log.console_level",
  LOGGING_FILE_LEVEL: "log.file_level",
  DEFAULT_NEW_PATH_MODE: "snapshot.dir_mode",
  HASH_NAME: "dedup.hash",
  MIN_CHUNK_SIZE: "performance.buffer",
  LANGUAGE_CODE: "locale",
  ENABLE_AUTO_LOGIN: "web.auto_login",
};

Deno.test("every key of the predecessor's ini file has its place, and its old name leads there", () => {
  for (const [old, key] of Object.entries(PREDECESSORS)) {
    for (const text of [`${old} = 1`, `[backup]\n${old.toLowerCase()} = 1`]) {
      const message = messageOf(() => load({ files: { [HERE]: text } }));
      ok(message.endsWith(`; this setting is called "${key}" now`), message);
    }
  }
  const listed = KEYS.filter((key) => SPECS[key].predecessor !== undefined);
  deepStrictEqual(listed.toSorted(), Object.values(PREDECESSORS).toSorted());
});

Deno.test("every key is described in sentences and belongs to at most one table", () => {
  for (const key of KEYS) {
    const { description } = SPECS[key];
    ok(/^[A-Z].*\.$/.test(description), key);
    ok(/^[a-z]+(?:\.[a-z]+)?(?:\.[a-z_]+)?$/.test(key), key);
  }
});

Deno.test("every key has an environment variable of its own", () => {
  const variables = KEYS.map(variableOf);
  strictEqual(new Set([...variables, "PHLB_CONFIG"]).size, KEYS.length + 1);
  strictEqual(variableOf("backup.one_file_system"), "PHLB_BACKUP_ONE_FILE_SYSTEM");
  strictEqual(variableOf("note"), "PHLB_NOTE");
});

Deno.test("every example and every default is valid and gives a value", () => {
  for (const key of KEYS) {
    const byDefault = writtenDefault(SPECS[key]);
    for (const value of [SPECS[key].example, ...(byDefault === undefined ? [] : [byDefault])]) {
      const { main } = load({ files: { [HERE]: `${key} = ${tomlText(value)}` } });
      strictEqual(main.origins[key].layer, "file", key);
      ok(main.settings[key] !== undefined, key);
    }
  }
});

Deno.test("the default excludes and names are those of PyHardLinkBackup 1.x", () => {
  const { settings } = load({}).main;
  deepStrictEqual(settings["exclude.dirs"], [
    "__pycache__",
    ".cache",
    ".temp",
    ".tmp",
    ".tox",
    ".nox",
  ]);
  strictEqual(settings["snapshot.time_format"], "%Y-%m-%d-%H%M%S");
  deepStrictEqual([settings["log.console_level"], settings["log.file_level"]], ["warning", "info"]);
});

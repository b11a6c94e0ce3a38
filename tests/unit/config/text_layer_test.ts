import { deepStrictEqual, match, strictEqual } from "node:assert/strict";
import { load, messageOf } from "../../support/config_deps.ts";

Deno.test("an environment variable sets every type of key", () => {
  const { settings } = load({
    env: {
      PHLB_BACKUP_ONE_FILE_SYSTEM: "off",
      PHLB_SNAPSHOT_MANIFEST_LEVEL: "9",
      PHLB_SNAPSHOT_DIR_MODE: "755",
      PHLB_LOG_PROGRESS_INTERVAL: "2",
      PHLB_PERFORMANCE_BUFFER: "8192",
      PHLB_DEDUP_METADATA: "inode",
      PHLB_NAME: "1",
      PHLB_SOURCE: "~/x",
    },
  }).main;
  strictEqual(settings["backup.one_file_system"], false);
  strictEqual(settings["snapshot.manifest_level"], 9);
  strictEqual(settings["snapshot.dir_mode"], 0o755);
  strictEqual(settings["log.progress_interval"], 2000);
  strictEqual(settings["performance.buffer"], 8192);
  strictEqual(settings["dedup.metadata"], "inode");
  strictEqual(settings.name, "1");
  strictEqual(settings.source, "/home/ann/x");
});

Deno.test("an environment variable holds a list with commas or as a JSON array", () => {
  const dirs = (text: string) =>
    load({ env: { PHLB_EXCLUDE_DIRS: text } }).main.settings["exclude.dirs"];
  deepStrictEqual(dirs("a, b,,c "), ["a", "b", "c"]);
  deepStrictEqual(dirs('["a,b", " c"]'), ["a,b", " c"]);
  deepStrictEqual(dirs("[]"), []);
  match(messageOf(() => dirs("[a]")), /must be a list/);
  match(messageOf(() => dirs("[1]")), /must be a list/);
});

Deno.test("an empty environment variable counts as not set", () => {
  const { settings, origins } = load({ env: { PHLB_EXCLUDE_DIRS: "", PHLB_NOTE: "" } }).main;
  strictEqual(settings["exclude.dirs"].length, 6);
  strictEqual(settings.note, undefined);
  deepStrictEqual(origins.note, { layer: "default" });
});

Deno.test("a flag sets a value as text or as what it is, a single text is one item", () => {
  const { settings, origins } = load({
    flags: {
      "backup.checksum": true,
      "backup.lock_wait": "1h",
      "performance.hashers": 3,
      "exclude.dirs": [],
      "exclude.patterns": "a,b",
      tags: ["x"],
    },
  }).main;
  strictEqual(settings["backup.checksum"], true);
  strictEqual(settings["backup.lock_wait"], 3_600_000);
  strictEqual(settings["performance.hashers"], 3);
  deepStrictEqual(settings["exclude.dirs"], []);
  deepStrictEqual(settings["exclude.patterns"], ["a,b"]);
  deepStrictEqual(settings.tags, ["x"]);
  deepStrictEqual(origins.tags, { layer: "flag", name: "--tag" });
});

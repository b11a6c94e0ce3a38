import { deepStrictEqual, match, strictEqual, throws } from "node:assert/strict";
import { AppError } from "../../../src/base/app_error.ts";
import { originText } from "../../../src/config/config.ts";
import { loadConfig, selectJob } from "../../../src/config/load_config.ts";
import { configDeps, load, messageOf } from "../../support/config_deps.ts";

const HERE = "/home/ann/work/phlb.toml";
const ABOVE = "/home/phlb.toml";
const USER = "/home/ann/.config/phlb/config.toml";
const HOME = "/home/ann/phlb.toml";

Deno.test("loadConfig() lets each layer go before the ones behind it", () => {
  const order = [
    { flags: { note: "flag" } },
    { env: { PHLB_NOTE: "environment" } },
    { files: { "/srv/a/b/phlb.toml": 'note = "here"' } },
    { files: { "/srv/a/phlb.toml": 'note = "above"' } },
    { files: { "/phlb.toml": 'note = "root"' } },
    { files: { [USER]: 'note = "user"' } },
    { files: { [HOME]: 'note = "home"' } },
  ];
  const expected = ["flag", "environment", "here", "above", "root", "user", "home", undefined];
  for (let strongest = 0; strongest <= order.length; strongest++) {
    const rest = order.slice(strongest);
    const { main } = load({
      cwd: "/srv/a/b",
      files: Object.assign({}, ...rest.map(({ files }) => files)),
      env: Object.assign({}, ...rest.map(({ env }) => env)),
      flags: Object.assign({}, ...rest.map(({ flags }) => flags)),
    });
    strictEqual(main.settings.note, expected[strongest]);
  }
});

Deno.test("loadConfig() joins files key by key", () => {
  const { main } = load({
    files: {
      [HERE]: '[backup]\norder = "newest-first"',
      [ABOVE]: '[backup]\norder = "tree"\nchecksum = true',
    },
  });
  strictEqual(main.settings["backup.order"], "newest-first");
  strictEqual(main.settings["backup.checksum"], true);
});

Deno.test("loadConfig() gives every key a value, its default when nothing is configured", () => {
  const { main, jobs, layers } = load({});
  strictEqual(main.settings.source, undefined);
  strictEqual(main.settings["backup.one_file_system"], true);
  strictEqual(main.settings["performance.buffer"], 262_144);
  strictEqual(main.settings["log.progress_interval"], 500);
  strictEqual(main.settings["snapshot.dir_mode"], 0o700);
  deepStrictEqual(main.origins["dedup.hash"], { layer: "default" });
  deepStrictEqual([jobs, layers], [[], []]);
});

Deno.test("loadConfig() takes ~/phlb.toml once, at its nearest place", () => {
  const { files, main } = load({ files: { [HOME]: 'note = "near"', [USER]: 'note = "far"' } });
  deepStrictEqual(files.map(({ path }) => path), [HERE, HOME, ABOVE, "/phlb.toml", USER]);
  strictEqual(main.settings.note, "near");
});

Deno.test("loadConfig() reads only the file that the user named", () => {
  const files = { [HERE]: 'note = "no"\nname = "no"', "/home/ann/x.toml": 'note = "yes"' };
  for (const how of [{ configFile: "../x.toml" }, { env: { PHLB_CONFIG: "/home/ann/x.toml" } }]) {
    const { main, files: found } = load({ files, ...how });
    strictEqual(main.settings.note, "yes");
    strictEqual(main.settings.name, undefined);
    deepStrictEqual(found, [{ path: "/home/ann/x.toml", found: true }]);
  }
});

Deno.test("loadConfig() resolves paths where they are written and expands ~", () => {
  const { main } = load({
    files: { [ABOVE]: 'source = "data"\ndestination = "~/b"\nindex.path = "/i"\n' },
    env: { PHLB_EXCLUDE_FROM: "x,../y,~" },
  });
  strictEqual(main.settings.source, "/home/data");
  strictEqual(main.settings.destination, "/home/ann/b");
  strictEqual(main.settings["index.path"], "/i");
  deepStrictEqual(main.settings["exclude.from"], ["/home/ann/work/x", "/home/ann/y", "/home/ann"]);
  strictEqual(load({ flags: { source: "sub/.." } }).main.settings.source, "/home/ann/work");
  strictEqual(load({ flags: { source: "~ann" } }).main.settings.source, "/home/ann/work/~ann");
});

Deno.test("loadConfig() replaces, extends and shortens lists, and knows each item's origin", () => {
  const { main } = load({
    files: {
      [HERE]: 'exclude.dirs.append = ["near"]\nexclude.dirs.remove = [".cache", "absent"]',
      [ABOVE]: '[exclude]\ndirs = [".cache", "far"]\nif_present = {append = [".no"]}',
    },
    flags: { "exclude.patterns": { append: ["*.o"] } },
    env: { PHLB_EXCLUDE_PATTERNS: "*.pyc" },
  });
  deepStrictEqual(main.settings["exclude.dirs"], ["far", "near"]);
  deepStrictEqual(main.itemOrigins["exclude.dirs"].map(originText), [
    `${ABOVE}:2:19`,
    `${HERE}:1:24`,
  ]);
  deepStrictEqual(main.settings["exclude.if_present"], [".no"]);
  deepStrictEqual(main.settings["exclude.patterns"], ["*.pyc", "*.o"]);
  deepStrictEqual(main.itemOrigins["exclude.patterns"].map(originText), [
    "PHLB_EXCLUDE_PATTERNS",
    "--exclude",
  ]);
  strictEqual(originText(main.origins["exclude.patterns"]), "--exclude");
});

Deno.test("loadConfig() extends the default list, whose items are told apart", () => {
  const { main } = load({ files: { [HERE]: 'exclude.ignore_files.append = [".gitignore"]' } });
  deepStrictEqual(main.settings["exclude.ignore_files"], [".phlbignore", ".gitignore"]);
  deepStrictEqual(main.itemOrigins["exclude.ignore_files"].map(originText), [
    "default",
    `${HERE}:1:32`,
  ]);
});

Deno.test("loadConfig() lets a job go before what stands outside of jobs, in any file", () => {
  const { main, jobs } = load({
    files: {
      [HERE]: 'note = "top"\nname = "top"\n[[job]]\nid = "b"\n[[job]]\nid = "a"\nnote = "near"\n',
      [ABOVE]: '[[job]]\nid = "a"\nnote = "far"\nname = "far"\nexclude = {dirs.append = ["x"]}\n' +
        '[[job]]\nid = "c"\nsource = "c"\n[exclude]\ndirs = ["y"]',
    },
    env: { PHLB_BACKUP_CHECKSUM: "yes" },
  });
  deepStrictEqual(jobs.map(({ id }) => id), ["b", "a", "c"]);
  const [b, a, c] = jobs.map(({ settings }) => settings);
  deepStrictEqual([main.settings.note, b?.note, a?.note, c?.note], ["top", "top", "near", "top"]);
  deepStrictEqual([a?.name, c?.source], ["far", "/home/c"]);
  deepStrictEqual([a?.["exclude.dirs"], c?.["exclude.dirs"]], [["y", "x"], ["y"]]);
  deepStrictEqual(jobs.map(({ settings }) => settings["backup.checksum"]), [true, true, true]);
});

Deno.test("loadConfig() tells which layers set what, strongest first", () => {
  const { layers } = load({
    files: { [HERE]: 'note = "x"\n[[job]]\nid = "a"\nname = "n"', [ABOVE]: "" },
    env: { PHLB_TAGS: "t" },
    flags: { source: "s", note: undefined },
  });
  deepStrictEqual(layers, [
    { origin: "flag", keys: ["source"] },
    { origin: "environment", keys: ["tags"] },
    { origin: "file", path: HERE, keys: ["note", "job.a.name"] },
  ]);
});

Deno.test("loadConfig() warns of variables that look like ours, and of no others", () => {
  const { warnings } = load({ env: { PHLB_TAG: "x", PHLB_SOMETHING_ELSE: "y", HOME: "/" } });
  deepStrictEqual(warnings, [
    'The environment variable "PHLB_TAG" is not known; the nearest one is "PHLB_TAGS"',
  ]);
});

Deno.test("loadConfig() throws one error with the errors of all layers", () => {
  const act = () =>
    load({
      files: { [HERE]: "[backup]\nchecksum = 1\norder = 2", [ABOVE]: "x" },
      env: { PHLB_BACKUP_LOCK_WAIT: "soon" },
      flags: { "exclude.larger_than": "big" },
    });
  throws(act, (error) => {
    return error instanceof AppError && error.code === "CONFIG_INVALID" && error.exitCode === 2;
  });
  const [head, ...lines] = messageOf(act).split("\n");
  strictEqual(head, "Cannot use the configuration: 5 errors");
  deepStrictEqual(lines.map((line) => line.slice(2, line.indexOf(": "))), [
    "--exclude-larger-than",
    "PHLB_BACKUP_LOCK_WAIT",
    `${HERE}:2:1`,
    `${HERE}:3:1`,
    `${ABOVE}:1:2`,
  ]);
});

Deno.test("loadConfig() reports a file that is named but missing, and one it cannot read", () => {
  match(
    messageOf(() => load({ configFile: "x.toml" })),
    /\n {2}\/home\/ann\/work\/x\.toml: Cannot read the configuration file: there is no such file$/,
  );
  match(
    messageOf(() => load({ files: { [ABOVE]: new Error("permission denied") } })),
    /\n {2}\/home\/phlb\.toml: Cannot read the configuration file: permission denied$/,
  );
});

Deno.test("loadConfig() ignores a byte order mark and accepts CRLF", () => {
  const { main } = load({
    files: { [HERE]: '\uFEFFnote = "x"\r\n[backup]\r\nchecksum = true\r\n' },
  });
  deepStrictEqual([main.settings.note, main.settings["backup.checksum"]], ["x", true]);
  strictEqual(originText(main.origins["backup.checksum"]), `${HERE}:3:1`);
});

Deno.test("selectJob() gives the job of that id, or says which there are", () => {
  const config = loadConfig(configDeps({ files: { [HERE]: '[[job]]\nid = "docs"' } }), {});
  strictEqual(selectJob(config, "docs").id, "docs");
  throws(() => selectJob(config, "dosc"), {
    code: "JOB_UNKNOWN",
    exitCode: 2,
    message: 'Cannot run the job "dosc": no configuration file has it',
    hint: 'Did you mean "docs"? Jobs: "docs"',
  });
});

Deno.test("loadConfig() refuses to protect files whose modes are to be exact", () => {
  const text = '[snapshot]\nprotect = "readonly"\n[dedup]\nmetadata = "inode"';
  strictEqual(
    messageOf(() => load({ files: { [HERE]: text } })),
    `Cannot use the configuration: 1 error\n  ${HERE}:2:1: Cannot set "snapshot.protect" to ` +
      '"readonly": "dedup.metadata" is "inode", which keeps the modes of stored files as they are; ' +
      "set only one of the two",
  );
  const job = '[[job]]\nid = "a"\ndedup.metadata = "manifest"';
  strictEqual(load({ files: { [HERE]: `dedup.metadata = "inode"\n${job}` } }).jobs.length, 1);
});

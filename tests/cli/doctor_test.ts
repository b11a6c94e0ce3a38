import assert from "node:assert/strict";
import { giveToUser, runPhlbAsUser } from "../support/as_user.ts";
import { makePlace } from "../support/backup_place.ts";
import { mountImage } from "../support/loop_mount.ts";
import { runPhlb } from "../support/phlb.ts";
import { run } from "../support/run.ts";
import { makeTempDir } from "../support/temp_dir.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Runs `phlb doctor --json` and returns its messages by type. */
async function doctor(args: readonly string[], runner = runPhlb) {
  const outcome = await runner(["doctor", "--json", ...args]);
  const lines: Fields[] = outcome.stdout.split("\n").filter((line) => line !== "")
    .map((line) => JSON.parse(line));
  const of = (type: string) => lines.filter(({ message_type }) => message_type === type);
  const [root = {}] = of("examined_root");
  return {
    ...outcome,
    root,
    source: of("examined_source")[0],
    findings: of("finding").map(({ severity, concern }) => `${severity} ${concern}`),
    measurements: of("measurement"),
    traits: Object(root["traits"]),
    fence: Object(root["fence"]),
  };
}

Deno.test("phlb doctor tries an ext4 root, stores what it can do, and leaves nothing else", async () => {
  await using mount = await mountImage({ type: "ext4", sizeMib: 200 });
  const result = await doctor([mount.path]);
  assert.deepStrictEqual([result.code, result.stderr, result.findings], [0, "", []]);
  const { traits, root } = result;
  assert.strictEqual(root["file_system"], "ext4");
  assert.strictEqual(root["mount_point"], mount.path);
  const { hard_links, link_limit, time_step_ns, byte_names, owners, acls, reflinks } = traits;
  assert.deepStrictEqual(
    [hard_links, link_limit, time_step_ns, byte_names, owners, acls, reflinks],
    ["yes", 65_000, 1, true, true, true, false],
  );
  const stored = JSON.parse(await Deno.readTextFile(`${mount.path}/.phlb/root.json`));
  assert.deepStrictEqual([stored.format_version, stored.id], [1, root["id"]]);
  assert.deepStrictEqual(stored.traits, traits);
  const names = [...Deno.readDirSync(`${mount.path}/.phlb`)].map(({ name }) => name).sort();
  assert.deepStrictEqual(names, ["lock", "root.json"]);
  const again = await doctor([mount.path]);
  assert.strictEqual(again.root["id"], root["id"], "a root keeps its id");
});

Deno.test("phlb doctor proves the fence by actions that are refused", async () => {
  await using place = await makePlace({});
  const { fence } = await doctor([place.root]);
  assert.deepStrictEqual([fence.raised, fence.holds], [true, true]);
  const refused = fence.attempts.filter(({ may_pass }: Fields) => may_pass === false);
  assert.ok(refused.length >= 10);
  for (const { action, outcome } of refused) assert.match(outcome, /^(EACCES|EXDEV)$/, action);
  const off = await doctor(
    [place.root],
    (args, options) => runPhlb(args, { ...options, env: { PHLB_PERFORMANCE_FENCE: "off" } }),
  );
  assert.deepStrictEqual([off.fence.raised, off.fence.attempts], [false, []]);
});

Deno.test("phlb doctor --source tells what of it a root of old ext4 will not keep", async () => {
  await using temp = await makeTempDir();
  await Deno.mkdir(`${temp.path}/source`);
  await Deno.writeTextFile(`${temp.path}/source/later`, "x");
  await run("touch", ["-d", "2050-01-01 00:00:00.5", `${temp.path}/source/later`]);
  await Deno.mkdir(`${temp.path}/root`);
  const image = `${temp.path}/image`;
  await run("truncate", ["-s", "64M", image]);
  await run("mkfs.ext4", ["-q", "-F", "-I", "128", image]);
  await run("mount", ["-o", "loop", image, `${temp.path}/root`]);
  try {
    const { code, findings, source } = await doctor([
      `${temp.path}/root`,
      "--source",
      `${temp.path}/source`,
    ]);
    assert.deepStrictEqual([code, source?.["total_files"]], [3, 1]);
    assert.deepStrictEqual(findings.slice(0, 2), ["manifest fine-times", "manifest late-times"]);
  } finally {
    await run("umount", [`${temp.path}/root`]);
  }
});

Deno.test("phlb doctor says of a read-only root that nothing could be tried, and exits 3", async () => {
  await using mount = await mountImage({ type: "ext4", sizeMib: 200 });
  await mount.remount("ro");
  const { code, findings, root } = await doctor([mount.path]);
  assert.deepStrictEqual([code, findings], [3, ["stops root"]]);
  assert.deepStrictEqual([root["read_only"], root["traits"], root["stored"]], [true, null, false]);
});

Deno.test("phlb doctor removes what a killed one left, and the foreign directory stays as it was", async () => {
  await using place = await makePlace({ a: "a" });
  await place.mustBackup();
  await run("mkdir", ["-p", `${place.root}/.phlb/doctor/names/deep`]);
  assert.strictEqual((await doctor([place.root])).code, 0);
  const names = [...Deno.readDirSync(`${place.root}/.phlb`)].map(({ name }) => name).sort();
  assert.deepStrictEqual(names, ["index.sqlite3", "lock", "root.json"]);
  const foreign = await doctor([place.source]);
  assert.strictEqual(foreign.root["stored"], false);
  assert.deepStrictEqual([...Deno.readDirSync(place.source)].map(({ name }) => name), ["a"]);
});

Deno.test("phlb doctor for a user who is not root: owners are a note until a source meets it", async () => {
  await using place = await makePlace({ mine: "m", theirs: "t" });
  await giveToUser(place.root);
  await run("chmod", ["755", place.source, `${place.source}/..`]);
  const { code, findings, traits } = await doctor([place.root], runPhlbAsUser);
  assert.deepStrictEqual([code, traits.owners, traits.device_nodes], [0, null, null]);
  assert.deepStrictEqual(findings, ["note devices", "note owners"]);
  const met = await doctor([place.root, "--source", place.source], runPhlbAsUser);
  assert.deepStrictEqual([met.code, met.findings], [3, ["manifest owners"]]);
});

Deno.test("phlb doctor --bench measures everything and removes what it made", async () => {
  await using place = await makePlace({ a: "a" });
  const { code, measurements } = await doctor([place.root, "--source", place.source, "--bench"]);
  assert.strictEqual(code, 0);
  const kinds = new Set(measurements.map(({ what }) => what));
  assert.deepStrictEqual([...kinds], ["hash", "scan", "link", "create", "write"]);
  for (const { what, amount } of measurements) assert.ok(Number(amount) > 0, String(what));
  const left = await run("find", [`${place.root}/.phlb`, "-mindepth", "1", "-printf", "%P\n"]);
  assert.deepStrictEqual(left.trim().split("\n").sort(), ["lock", "root.json"]);
});

Deno.test("phlb doctor waits for no run, does not touch a newer root, and exits 10 without one", async () => {
  await using place = await makePlace({ a: "a" });
  await Deno.mkdir(`${place.root}/.phlb`);
  await Deno.writeTextFile(`${place.root}/.phlb/root.json`, '{"format_version":99}');
  const newer = await doctor([place.root]);
  assert.deepStrictEqual([newer.code, /version 99/.test(newer.stderr)], [1, true]);
  await Deno.remove(`${place.root}/.phlb/root.json`);
  const missing = await doctor([`${place.root}/none`]);
  assert.strictEqual(missing.code, 10);
  using lock = await Deno.open(`${place.root}/.phlb/lock`, { write: true, create: true });
  await lock.lock(true);
  assert.strictEqual((await doctor([place.root])).code, 11);
  assert.strictEqual((await runPhlb(["doctor"])).code, 2);
});

Deno.test("phlb doctor in a terminal of 80 columns", async () => {
  await using place = await makePlace({ a: "a" });
  const { code, stdout } = await runPhlb(["doctor", place.root, "--source", place.source]);
  assert.strictEqual(code, 0);
  assert.match(stdout, /^ {2}Hard links {8}yes/m);
  assert.match(stdout, /^ {2}Fence +Landlock \d+, (\d+) of \1 forbidden actions refused$/m);
  assert.match(stdout, /^All of the source is preserved$/m);
});

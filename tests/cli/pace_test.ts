import assert from "node:assert/strict";
import { dirname } from "node:path";
import { giveToUser, runPhlbAsUser } from "../support/as_user.ts";
import { makePlace } from "../support/backup_place.ts";
import { runPhlb, startPhlb } from "../support/phlb.ts";
import { run, type Started } from "../support/run.ts";

/** Files that take half an hour at a byte a second. */
const TREE = { dir: { a: "1", b: "2".repeat(1000), c: "3".repeat(1000) } };
const SLOW = ["--bwlimit", "1"];

/** Gives `look` a backup that is under way, then stops it, however long it would have to wait. */
async function whileStoring(
  args: readonly string[],
  look: (started: Started) => Promise<void>,
): Promise<void> {
  await using place = await makePlace(TREE);
  const changes = Deno.watchFs(place.root);
  const started = startPhlb(["backup", place.source, place.root, ...args, ...SLOW]);
  for await (const { paths } of changes) {
    if (paths.some((path) => path.includes(".partial/"))) break;
  }
  try {
    await look(started);
  } finally {
    started.kill("SIGINT");
    const { code, stderr } = await started.outcome;
    assert.strictEqual(code, 130, stderr);
  }
}

interface Task {
  readonly id: string;
  readonly nice: number;
}

/** Every thread of a process. Fields 1 and 19 of proc_pid_stat(5); the name in 2 may have spaces. */
async function tasks(pid: number): Promise<Task[]> {
  const text = await run("sh", ["-c", `cat /proc/${pid}/task/*/stat`]);
  return text.trimEnd().split("\n").map((line) => {
    const nice = Number(line.slice(line.lastIndexOf(")") + 2).split(" ")[16]);
    return { id: line.slice(0, line.indexOf(" ")), nice };
  });
}

Deno.test("--nice and --ionice hold for every thread of a backup, which a slow --bwlimit does not keep from stopping", async () => {
  await whileStoring(["--nice", "19", "--ionice", "idle"], async ({ pid }) => {
    const all = await tasks(pid);
    assert.ok(all.length >= 3, "main, walker, linker");
    assert.deepStrictEqual(new Set(all.map(({ nice }) => nice)), new Set([19]));
    const classes = await run("ionice", ["-p", ...all.map(({ id }) => id)]);
    assert.deepStrictEqual(new Set(classes.trim().split("\n")), new Set(["idle"]));
  });
});

Deno.test("--ionice best-effort:7 is what ionice shows", async () => {
  await whileStoring(["--ionice", "best-effort:7"], async ({ pid }) => {
    assert.strictEqual((await run("ionice", ["-p", String(pid)])).trim(), "best-effort: prio 7");
  });
});

Deno.test("a niceness that only root may take is a warning, and the backup goes on", async () => {
  await using place = await makePlace({ a: "1" });
  await giveToUser(dirname(place.root));
  const args = ["backup", place.source, place.root, "--nice", "-5"];
  const { code, stderr } = await runPhlbAsUser(args);
  assert.strictEqual(code, 0, stderr);
  assert.match(
    stderr,
    /^Warning: Cannot set the niceness -5: permission denied; going on without/m,
  );
  assert.match(stderr, /only root may take a niceness below the present one/);
});

Deno.test("the portable file system tells that it sets no priority", async () => {
  await using place = await makePlace({ a: "1" });
  const { code, stderr } = await runPhlb(
    ["backup", place.source, place.root, "--nice", "5", "--ionice", "idle"],
    { env: { PHLB_PERFORMANCE_FILE_SYSTEM: "portable" } },
  );
  assert.strictEqual(code, 0, stderr);
  assert.match(stderr, /Cannot set the niceness 5: it takes the C library/);
  assert.match(stderr, /Cannot set the disk priority "idle": it takes the C library/);
});

Deno.test("verify and restore take the pace options, and come to the same end", async () => {
  await using place = await makePlace({ a: "1", dir: { b: "2" } });
  await place.mustBackup();
  const pace = ["--nice", "1", "--ionice", "best-effort:7", "--bwlimit", "1G"];
  const verified = await runPhlb(["verify", "--root", place.root, ...pace]);
  assert.strictEqual(verified.code, 0, verified.stderr);
  assert.doesNotMatch(verified.stderr, /Warning/);
  const target = `${dirname(place.root)}/restored`;
  const restored = await runPhlb(["restore", "--root", place.root, "latest", target, ...pace]);
  assert.strictEqual(restored.code, 0, restored.stderr);
  assert.doesNotMatch(restored.stderr, /Warning/);
  assert.strictEqual(Deno.readTextFileSync(`${target}/dir/b`), "2");
});

Deno.test("wrong pace options are errors that say what is right", async () => {
  for (
    const [args, message] of [
      [["--nice", "20"], "must be a whole number from -20 to 19"],
      [
        ["--ionice", "realtime"],
        'must be "idle" or "best-effort:N" with N from 0 (first) to 7 (last)',
      ],
      [["--bwlimit", "fast"], "must be a size such as"],
    ] as const
  ) {
    const { code, stderr } = await runPhlb(["backup", "/dev/null/a", "/dev/null/b", ...args]);
    assert.strictEqual(code, 2, stderr);
    assert.ok(stderr.includes(message), stderr);
  }
});

import assert from "node:assert/strict";
import { type BackupPlace, makePlace } from "../support/backup_place.ts";
import { phlbCommand, phlbEnvironment, startPhlb } from "../support/phlb.ts";
import { type Started, startProgram } from "../support/run.ts";
import { sparse } from "../support/tree.ts";

Deno.test("a second run is refused with exit code 11 and told who holds the lock", async () => {
  await using place = await makeEndlessPlace();
  const first = await startEndless(place);
  const { code, stderr } = await place.backup();
  const waited = await place.backup(["--lock-wait", "0.3s"]);
  first.kill("SIGINT");
  await first.outcome;

  assert.deepStrictEqual([code, waited.code], [11, 11], stderr);
  const [, pid, host, since] =
    /^Error: Cannot lock ".*\/root": locked by pid (\d+) on (\S+) since (\S+)$/m.exec(stderr) ?? [];
  assert.deepStrictEqual([pid, host], [String(first.pid), Deno.hostname()]);
  assert.match(since ?? "", /^\d{4}-\d\d-\d\dT/);
  assert.match(stderr, /^Hint: .*--lock-wait/m);
  assert.deepStrictEqual(place.snapshots(), []);
});

Deno.test("the lock of a process that was killed is taken over", async () => {
  await using place = await makeEndlessPlace();
  const first = await startEndless(place);
  first.kill("SIGKILL");
  assert.strictEqual((await first.outcome).code, 128 + 9);
  await Deno.remove(`${place.source}/endless`);
  await place.mustBackup();
  assert.strictEqual(place.snapshots().length, 1);
});

Deno.test("--lock-wait waits for the other run to end", async () => {
  await using place = await makeEndlessPlace();
  await using other = await makePlace({ a: "other" });
  const first = await startEndless(place);
  const args = ["backup", other.source, place.root, "--name", "other", "--lock-wait", "5m"];
  const second = await startUntilLockRefused(args, other);
  first.kill("SIGTERM");
  assert.strictEqual((await first.outcome).code, 130);
  const { code, stderr } = await second.outcome;
  assert.strictEqual(code, 0, stderr);
  const made = [...Deno.readDirSync(`${place.root}/other`)].filter((entry) => entry.isDirectory);
  assert.strictEqual(made.length, 1);
});

Deno.test("waiting for a lock ends at once when the user interrupts it", async () => {
  await using place = await makeEndlessPlace();
  await using other = await makePlace({ a: "other" });
  const first = await startEndless(place);
  const args = ["backup", other.source, place.root, "--name", "other", "--lock-wait", "5m"];
  const second = await startUntilLockRefused(args, other);
  Deno.kill(second.pid, "SIGINT");
  const { code, stderr } = await second.outcome;
  first.kill("SIGINT");
  await first.outcome;
  assert.strictEqual(code, 130, stderr);
});

/** A source whose backup takes hours. */
async function makeEndlessPlace(): Promise<BackupPlace> {
  return await makePlace({ a: "1", endless: sparse(2 ** 43) });
}

/** Starts a backup and returns when it has begun to store. */
async function startEndless({ source, root }: BackupPlace): Promise<Started> {
  const changes = Deno.watchFs(root);
  const started = startPhlb(["backup", source, root]);
  for await (const { paths } of changes) {
    if (paths.some((path) => path.includes(".partial/"))) break;
  }
  return started;
}

/** Starts phlb and returns it when the kernel has refused it the lock for the first time. */
async function startUntilLockRefused(
  args: readonly string[],
  { root }: BackupPlace,
): Promise<Pick<Started, "pid" | "outcome">> {
  const trace = `${root}/trace`;
  await Deno.writeTextFile(trace, "");
  const changes = Deno.watchFs(root);
  const tracing = ["-f", "-qq", "-o", trace, "--trace=flock", ...phlbCommand()];
  const { outcome } = startProgram("strace", [...tracing, ...args], { env: phlbEnvironment() });
  for await (const _ of changes) {
    const refused = /^(\d+) +flock.* EAGAIN/m.exec(await Deno.readTextFile(trace));
    if (refused !== null) return { pid: Number(refused[1]), outcome };
  }
  assert.fail("the file system is watched for ever");
}

import assert from "node:assert/strict";
import { type BackupPlace, makePlace } from "../support/backup_place.ts";
import { startPhlb } from "../support/phlb.ts";
import type { Outcome } from "../support/run.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { readTree } from "../support/tree.ts";

/** A file that nobody waits for. */
const ENDLESS_BYTES = 2 ** 43;

/** Starts a backup that would take hours and sends it a signal once it has begun to store. */
async function interruptBackup(place: BackupPlace, signal: Deno.Signal): Promise<Outcome> {
  const changes = Deno.watchFs(place.root);
  const started = startPhlb(["backup", place.source, place.root]);
  for await (const { paths } of changes) {
    if (paths.some((path) => path.includes(".partial/"))) break;
  }
  started.kill(signal);
  return await started.outcome;
}

for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  Deno.test(`${signal} stops a backup, which exits 130 and leaves older snapshots alone`, async () => {
    await using place = await makePlace({ "a": "one", "b": { "c": "two" } });
    await place.mustBackup();
    const older = place.latest();
    const before = await readTree(older);
    await Deno.rename(`${place.source}/b`, `${place.source}/z`);
    const endless = await Deno.open(`${place.source}/m`, { write: true, createNew: true });
    await endless.truncate(ENDLESS_BYTES);
    endless.close();

    const { code, stdout, stderr } = await interruptBackup(place, signal);

    assert.strictEqual(code, 130, stderr);
    assert.match(stderr, /^Error: The run was interrupted; earlier snapshots are as they were$/m);
    assert.match(stdout, /^Backup interrupted, what was stored serves the next run: /m);
    assert.deepStrictEqual(place.snapshots(), [older]);
    assertSameTree(await readTree(older), before, { ignore: ["nlink"] });
  });
}

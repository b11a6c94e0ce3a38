import assert from "node:assert/strict";
import { type BackupPlace, isSumsFile, makePlace } from "../support/backup_place.ts";
import { rememberPast } from "../support/past.ts";
import { assertSameTree } from "../support/same_tree.ts";
import { readTree, type Tree, writeTree } from "../support/tree.ts";

const OLD: Tree = { "a.txt": "alpha", "b.txt": "alpha", docs: { c: "gamma", d: "delta" } };
const NEW: Tree = { e: "epsilon", f: "phi", g: { h: "eta" } };

for (const refusal of ["EIO", "EPERM", "EMLINK"]) {
  Deno.test(`where the kernel answers ${refusal} to each link, files are stored again`, async () => {
    await using place = await makePlace(OLD);
    await place.mustBackup();
    // The first link of main tries the root out; each thread counts for itself.
    const inject = `linkat:error=${refusal}:when=2+`;
    const { code, stderr } = await place.backup([], { inject });
    assert.strictEqual(code, 0, stderr);
    const { copied, problems } = place.summary().counts;
    assert.ok(copied >= 3, `${copied} of 4 files were stored again`);
    assert.strictEqual(problems, 0);
    await assertLatestIsSource(place);
  });
}

/** Two calls for each directory: its names, and that there are no more; the root comes first. */
const BROKEN_DIRS = [
  { what: "without any name", when: 41, dir: "dir 19", lost: ["dir 19/f"] },
  { what: "after its names", when: 40, dir: "dir 18", lost: [] },
] as const;

for (const { what, when, dir, lost } of BROKEN_DIRS) {
  Deno.test(`a directory whose reading breaks off ${what} is a problem, and the rest is stored`, async () => {
    const dirs = Array.from({ length: 30 }, (_, i) => `dir ${String(i).padStart(2, "0")}`);
    await using place = await makePlace(
      Object.fromEntries(dirs.map((name) => [name, { f: name }])),
    );
    const { code, stderr } = await place.backup([], {
      inject: `getdents64:error=EIO:when=${when}`,
    });
    assert.strictEqual(code, 3, stderr);
    assert.match(stderr, new RegExp(`^Warning: Cannot read "${dir}": input/output error$`, "m"));
    const problems = place.summary().problems.map(({ path, code }) => [path, code]);
    assert.deepStrictEqual(problems, [[dir, "unreadable"]]);
    await assertLatestIsSource(place, lost);
  });
}

/** Calls of the kernel that end a run, what is said of them, and what to do. */
const FATAL: readonly { inject: string; says: RegExp; hint: RegExp }[] = [
  { inject: "syncfs:error=EIO:when=1", says: /^Error: Cannot syncfs /m, hint: /disk/ },
  { inject: "syncfs:error=EIO:when=2", says: /^Error: Cannot syncfs /m, hint: /disk/ },
  { inject: "renameat2:error=EIO:when=1", says: /^Error: Cannot rename /m, hint: /disk/ },
  { inject: "renameat2:error=EIO:when=4", says: /^Error: Cannot rename /m, hint: /disk/ },
  { inject: "renameat2:error=EROFS:when=4", says: /^Error: Cannot rename /m, hint: /read-only/ },
  { inject: "fsync:error=EIO:when=1", says: /^Error: Cannot fsync /m, hint: /disk/ },
  { inject: "fsync:error=EIO:when=2", says: /^Error: Cannot fsync /m, hint: /disk/ },
  { inject: "pwrite64:error=ENOSPC:when=1", says: /^Error: Cannot write /m, hint: /room/ },
  { inject: "pwrite64:error=ENOSPC:when=2", says: /^Error: Cannot write /m, hint: /room/ },
  { inject: "pwrite64:error=ENOSPC:when=4", says: /^Error: Cannot use the index /m, hint: /room/ },
  { inject: "pwrite64:error=EDQUOT:when=2", says: /^Error: Cannot write /m, hint: /quota/ },
  { inject: "linkat:error=ENOSPC:when=2", says: /^Error: Cannot link /m, hint: /room/ },
  { inject: "mkdirat:error=EDQUOT:when=3", says: /^Error: Cannot mkdir /m, hint: /quota/ },
  { inject: "fchmod:error=EIO:when=1", says: /^Error: Cannot chmod /m, hint: /disk/ },
  { inject: "utimensat:error=EIO:when=2", says: /^Error: Cannot utimens /m, hint: /disk/ },
];

for (const { inject, says, hint } of FATAL) {
  Deno.test(`${inject} ends the run, publishes nothing and leaves the past as it was`, async () => {
    await using place = await makePlace(OLD);
    await place.mustBackup();
    await writeTree(`${place.source}/new`, NEW);
    const past = await rememberPast(place);

    const { code, stdout, stderr } = await place.backup([], { inject });
    assert.strictEqual(code, 1, stdout + stderr);
    assert.match(stderr, says);
    assert.match(/^Hint: (.*)$/m.exec(stderr)?.[1] ?? "", hint);
    assert.doesNotMatch(stderr, /^\s+at |mistake in phlb/m);
    assert.strictEqual(place.snapshots().length, 1, "nothing was published");
    await past.assertKept();

    await place.mustBackup();
    await past.assertKept();
    await assertLatestIsSource(place);
  });
}

/** What comes after publishing concerns the index alone. */
for (const inject of ["fsync:error=EIO:when=3", "unlink:error=EIO:when=1"]) {
  Deno.test(`${inject} costs the index what this run learned, and nothing else`, async () => {
    await using place = await makePlace(OLD);
    await place.mustBackup();
    await writeTree(`${place.source}/new`, NEW);
    const { code, stderr } = await place.backup([], { inject });
    assert.strictEqual(code, 0, stderr);
    assert.match(stderr, /^Warning: Cannot use the index ".*": .*; the next run repairs it$/m);
    await assertLatestIsSource(place);

    await Deno.rename(`${place.source}/new`, `${place.source}/moved`);
    await place.mustBackup();
    assert.strictEqual(place.summary().counts.copied, 0);
  });
}

async function assertLatestIsSource(
  place: BackupPlace,
  lost: readonly string[] = [],
): Promise<void> {
  const stored = await readTree(place.latest());
  const skip = (path: string) => isSumsFile(path) || lost.includes(path);
  assertSameTree(stored, await readTree(place.source), { skip });
  for (const path of lost) assert.ok(!(path in stored), `"${path}" cannot be there`);
}

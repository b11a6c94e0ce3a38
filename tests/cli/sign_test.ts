import assert from "node:assert/strict";
import { gunzipSync, gzipSync } from "node:zlib";
import { type BackupPlace, makePlace } from "../support/backup_place.ts";
import { runPhlb } from "../support/phlb.ts";
import { run } from "../support/run.ts";

interface Signing extends AsyncDisposable {
  readonly place: BackupPlace;
  /** Where keys and configuration are. */
  readonly dir: string;
  /** Backs up with the key of that name. */
  backup(key?: string): ReturnType<typeof runPhlb>;
  /** What `phlb verify` finds when it asks for signatures: the code, and what it says. */
  verify(args?: readonly string[]): ReturnType<typeof runPhlb>;
}

/** A place with keys: `key` is allowed, `other` is not, `locked` has a passphrase. */
async function makeSigning(): Promise<Signing> {
  const place = await makePlace({ a: "one", d: { b: "two" } });
  const dir = `${place.root}.keys`;
  await Deno.mkdir(dir);
  for (const [name, passphrase] of [["key", ""], ["other", ""], ["locked", "secret"]] as const) {
    const path = `${dir}/${name}`;
    await run("ssh-keygen", ["-q", "-t", "ed25519", "-N", passphrase, "-C", "c", "-f", path]);
    await Deno.writeTextFile(`${path}.toml`, `[snapshot]\nsign_key = "${path}"\n`);
  }
  await Deno.writeTextFile(
    `${dir}/allowed`,
    `me@example.org ${await Deno.readTextFile(`${dir}/key.pub`)}`,
  );
  return {
    place,
    dir,
    backup: (key = "key") => place.backup(["--config", `${dir}/${key}.toml`]),
    verify: (args = []) =>
      runPhlb(["verify", "--root", place.root, "--allowed-signers", `${dir}/allowed`, ...args]),
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
}

Deno.test("a signed manifest is confirmed, by phlb and by ssh-keygen alone", async () => {
  await using signing = await makeSigning();
  const { code, stderr } = await signing.backup();
  assert.strictEqual(code, 0, stderr);
  const verified = await signing.verify();
  assert.strictEqual(verified.code, 0, verified.stderr);
  assert.match(verified.stdout, /^1 manifest signed by me@example\.org$/m);
  const manifest = `${signing.place.latest()}-manifest.mtree.gz`;
  const by = `-n phlb -I me@example.org -f ${signing.dir}/allowed -s ${manifest}.sig`;
  const said = await run("sh", ["-c", `ssh-keygen -Y verify ${by} < ${manifest}`]);
  assert.match(said, /^Good "phlb" signature for me@example\.org/);
  const json = await signing.verify(["--json"]);
  assert.match(json.stdout, /"signed_by":"me@example\.org"/);
});

Deno.test("a manifest that was changed after it had been signed is found, also the newest", async () => {
  await using signing = await makeSigning();
  await signing.backup();
  const manifest = `${signing.place.latest()}-manifest.mtree.gz`;
  const text = gunzipSync(await Deno.readFile(manifest)).toString();
  await Deno.writeFile(manifest, gzipSync(text.replace("# phlb host ", "# phlb host other-")));
  const { code, stderr } = await signing.verify();
  assert.strictEqual(code, 3, stderr);
  assert.match(stderr, /signature of its manifest is not good: it was changed after it had been/);
});

Deno.test("unsigned manifests and those of other keys are found", async () => {
  await using signing = await makeSigning();
  await signing.place.mustBackup();
  const unsigned = await signing.verify();
  assert.strictEqual(unsigned.code, 3, unsigned.stderr);
  assert.match(unsigned.stderr, /its manifest is not signed/);
  await signing.backup("other");
  const other = await signing.verify();
  assert.strictEqual(other.code, 3, other.stderr);
  assert.match(other.stderr, /the key that signed it is not an allowed one/);
  await Deno.writeTextFile(`${signing.place.latest()}-manifest.mtree.gz.sig`, "garbage\n");
  const garbage = await signing.verify();
  assert.strictEqual(garbage.code, 3, garbage.stderr);
  assert.match(garbage.stderr, /not good: ssh-keygen says: /);
});

Deno.test("a key that cannot sign is told before anything is stored", async () => {
  await using signing = await makeSigning();
  const locked = await signing.backup("locked");
  assert.strictEqual(locked.code, 1, locked.stderr);
  assert.match(locked.stderr, /Cannot sign with the key ".*locked": .*passphrase/);
  assert.match(locked.stderr, /ssh-add/);
  await Deno.remove(`${signing.dir}/key`);
  await Deno.remove(`${signing.dir}/key.pub`);
  const missing = await signing.backup();
  assert.strictEqual(missing.code, 1, missing.stderr);
  assert.match(missing.stderr, /Cannot sign with the key ".*key": .*No such file/);
  assert.deepStrictEqual([...Deno.readDirSync(signing.place.root)], []);
});

Deno.test("a missing ssh-keygen and a missing file of signers are told", async () => {
  await using signing = await makeSigning();
  await signing.backup();
  const none = { env: { PATH: signing.dir } };
  const config = ["--config", `${signing.dir}/key.toml`];
  const backup = await signing.place.backup(config, none);
  assert.strictEqual(backup.code, 1, backup.stderr);
  assert.match(backup.stderr, /Cannot sign manifests: there is no ssh-keygen/);
  const allowed = `${signing.dir}/allowed`;
  const args = ["verify", "--root", signing.place.root, "--allowed-signers"];
  const verify = await runPhlb([...args, allowed], none);
  assert.strictEqual(verify.code, 1, verify.stderr);
  assert.match(verify.stderr, /Cannot check signatures: there is no ssh-keygen/);
  const missing = await runPhlb([...args, `${signing.dir}/absent`]);
  assert.strictEqual(missing.code, 2, missing.stderr);
  assert.match(missing.stderr, /Cannot read the allowed signers/);
});

Deno.test("a manifest that has to be made anew loses its signature, and that is told", async () => {
  await using signing = await makeSigning();
  await signing.backup();
  const manifest = `${signing.place.latest()}-manifest.mtree.gz`;
  await Deno.truncate(manifest, (await Deno.stat(manifest)).size - 10);
  const rebuilt = await runPhlb(["rebuild", signing.place.root]);
  assert.match(
    rebuilt.stderr,
    /The manifest of "source\/\S+" is written anew and is not signed any/,
  );
  const { code, stderr } = await signing.verify();
  assert.strictEqual(code, 3);
  assert.match(stderr, /its manifest is not signed/);
});

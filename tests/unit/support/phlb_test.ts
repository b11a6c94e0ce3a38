import assert from "node:assert/strict";
import { giveToUser, runPhlbAsUser } from "../../support/as_user.ts";
import { runPhlb, startPhlb } from "../../support/phlb.ts";
import { run } from "../../support/run.ts";
import { makeTempDir } from "../../support/temp_dir.ts";
import { readTree, withMeta, writeTree } from "../../support/tree.ts";

Deno.test("runPhlb() runs phlb without any configuration of the user's own", async () => {
  const { code, stdout, stderr } = await runPhlb(["config", "path"]);
  assert.strictEqual(code, 0, stderr);
  assert.doesNotMatch(stdout, /^\S+ +\/(root|home)\//m);
});

Deno.test("runPhlb() makes the kernel refuse the calls that a test names", async () => {
  await using dir = await makeTempDir();
  await writeTree(dir.path, { source: { a: "same" }, root: {} });
  const { code, stderr } = await runPhlb(["backup", "source", "root"], {
    cwd: dir.path,
    inject: "linkat:error=EIO",
  });
  assert.strictEqual(code, 1);
  assert.match(stderr, /hard links.*input\/output error/);
});

Deno.test("startPhlb() gives a run that can be killed", async () => {
  const started = startPhlb(["version"]);
  started.kill("SIGKILL");
  assert.strictEqual((await started.outcome).code, 137);
});

Deno.test("runPhlbAsUser() runs phlb as a user to whom modes apply", async () => {
  await using dir = await makeTempDir();
  await run("chmod", ["755", dir.path]);
  const locked = withMeta("secret", { mode: 0o000 });
  await writeTree(`${dir.path}/work`, { source: { locked, open: "text" }, root: {} });
  await giveToUser(`${dir.path}/work`);
  const { code, stderr } = await runPhlbAsUser(["backup", "source", "root"], {
    cwd: `${dir.path}/work`,
  });
  assert.strictEqual(code, 3, stderr);
  const root = await readTree(`${dir.path}/work/root`);
  assert.ok(Object.values(root).every(({ uid }) => uid === 65534));
  assert.ok(Object.keys(root).some((path) => path.endsWith("/open")));
  assert.ok(!Object.keys(root).some((path) => path.endsWith("/locked")));
});

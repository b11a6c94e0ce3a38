import assert from "node:assert/strict";
import { makePlace } from "../support/backup_place.ts";
import { phlbEnvironment, runPhlb } from "../support/phlb.ts";
import { runAnyhow } from "../support/run.ts";
import { helperScripts, isUnchanged } from "../../src/ops/helper/helper_scripts.ts";

Deno.test("phlb helper writes scripts that run, and leaves those that were changed", async () => {
  await using place = await makePlace({ a: "a", "o'dd $d ir": {} });
  const dir = `${place.source}/o'dd $d ir`;
  const { code, stdout } = await runPhlb(["helper", dir, "--json"]);
  assert.strictEqual(code, 0);
  assert.strictEqual(stdout.match(/"fate":"written"/g)?.length, 4);
  const env = phlbEnvironment({ PHLB_DESTINATION: place.root });
  const backup = `${dir}/phlb-backup-this-directory.sh`;
  const ran = await runAnyhow("dash", [backup, "-q"], { env, cwd: "/" });
  assert.deepStrictEqual([ran.code, ran.stderr], [0, ""]);
  const [snapshot] = [...Deno.readDirSync(`${place.root}/o'dd $d ir`)].filter((e) => e.isDirectory);
  assert.ok(snapshot !== undefined);
  const stored = Deno.readTextFileSync(
    `${place.root}/o'dd $d ir/${snapshot.name}/phlb-edit-config.sh`,
  );
  assert.ok(isUnchanged(stored));
  const status = await runAnyhow(`${dir}/phlb-show-status.sh`, [], { env, cwd: "/" });
  assert.deepStrictEqual([status.code, status.stdout.includes("ok")], [0, true], status.stderr);
  const verified = await runAnyhow("dash", [`${dir}/phlb-verify-latest.sh`], { env, cwd: "/" });
  assert.strictEqual(verified.code, 0, verified.stderr);
  const again = await runPhlb(["helper", dir]);
  assert.strictEqual(again.stdout.match(/: unchanged$/gm)?.length, 4);
  await Deno.writeTextFile(backup, "mine\n", { append: true });
  const refused = await runPhlb(["helper", dir]);
  assert.deepStrictEqual([refused.code, /was changed since phlb wrote it/.test(refused.stderr)], [
    1,
    true,
  ]);
  assert.match(Deno.readTextFileSync(backup), /mine\n$/);
  const forced = await runPhlb(["helper", dir, "--force", "--shell", "sh", "cmd"]);
  assert.match(forced.stdout, /this-directory\.sh: replaced/);
  assert.match(forced.stdout, /this-directory\.cmd: written/);
});

Deno.test("helper scripts quote the program for each shell", () => {
  const scripts = helperScripts(["C:\\My 100% 'Programs'\\phlb.exe"], ["powershell", "cmd"]);
  const textOf = (name: string) => scripts.find((one) => one.name === name)?.text ?? "";
  assert.match(
    textOf("phlb-show-status.ps1"),
    /^& 'C:\\My 100% ''Programs''\\phlb\.exe' status @args\r$/m,
  );
  assert.match(
    textOf("phlb-show-status.cmd"),
    /^"C:\\My 100%% 'Programs'\\phlb\.exe" status %\*\r$/m,
  );
  for (const { name, text } of scripts) {
    assert.ok(isUnchanged(text), name);
    assert.ok(
      !isUnchanged(
        text.replace("status", "stats").replace("verify", "x").replace("config", "y").replace(
          "backup",
          "z",
        ),
      ),
      name,
    );
  }
});

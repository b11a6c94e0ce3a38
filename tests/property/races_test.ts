import assert from "node:assert/strict";
import { PYTHON } from "../support/python.ts";
import { FakeClock } from "../support/fake_clock.ts";
import { runHere } from "../support/run_here.ts";
import { makeTempDir, type TempDir } from "../support/temp_dir.ts";
import { readTree, type Tree, writeTree } from "../support/tree.ts";

// Somebody who may write where phlb reads or restores, as root at that, puts symlinks in place of
// directories while it works.

const ROUNDS = Deno.env.get("PHLB_TEST_FULL") === "1" ? 60 : 4;

/** Takes turns at having directories, and a symlink that leads outside, at their names. */
const RACER = `
import os, sys
root, outside, names = sys.argv[1], sys.argv[2], sys.argv[3:]
print("ready", flush=True)
while True:
    for name in names:
        path = os.path.join(root, name)
        try:
            os.rename(path, path + ".real")
            os.symlink(outside, path)
            os.unlink(path)
            os.rename(path + ".real", path)
        except OSError:
            try:
                if os.path.islink(path):
                    os.unlink(path)
                os.rename(path + ".real", path)
            except OSError:
                pass
`;

const DIRS = Array.from({ length: 12 }, (_, i) => `d${i}`);
const FILES = Array.from({ length: 8 }, (_, i) => `f${i}`);
const SECRET = "what nobody backs up";

Deno.test("race: a symlink in place of a directory leads no backup out of the source", async () => {
  await using place = await makePlace();
  const clock = new FakeClock();
  using _racer = await startRacer(`${place.path}/source`, `${place.path}/outside`);
  for (let round = 0; round < ROUNDS; round++) {
    clock.advance(60_000);
    const args = ["backup", `${place.path}/source`, `${place.path}/root`, "--json"];
    const { code, stderr } = await runHere(args, { clock });
    assert.ok([0, 3].includes(code), stderr);
  }
  const stored = Object.entries(await readTree(`${place.path}/root`));
  const taken = stored.filter(([, { size }]) => size === SECRET.length);
  assert.deepStrictEqual(taken.map(([path]) => path), []);
  assert.ok(stored.some(([path]) => path.includes("/d0/f0")), "nothing was backed up");
});

Deno.test("race: a symlink in place of a directory leads no restore out of its target", async () => {
  await using place = await makePlace();
  const source = `${place.path}/source`;
  const backup = await runHere(["backup", source, `${place.path}/root`]);
  assert.strictEqual(backup.code, 0, backup.stderr);
  const before = await readTree(`${place.path}/outside`);
  for (let round = 0; round < ROUNDS; round++) {
    const target = `${place.path}/target-${round}`;
    Deno.mkdirSync(target);
    using _racer = await startRacer(target, `${place.path}/outside`);
    const args = ["restore", "--root", `${place.path}/root`, "source/latest", target, "--json"];
    const { code, stderr } = await runHere(args);
    assert.ok([0, 1, 3].includes(code) && !stderr.includes('"BUG"'), stderr);
  }
  assert.deepStrictEqual(await readTree(`${place.path}/outside`), before);
});

async function makePlace(): Promise<TempDir> {
  const temp = await makeTempDir();
  const inside = (dir: string) => Object.fromEntries(FILES.map((name) => [name, `${dir} ${name}`]));
  const source: Tree = Object.fromEntries(DIRS.map((dir) => [dir, inside(dir)]));
  const outside: Tree = Object.fromEntries(FILES.map((name) => [name, SECRET]));
  await writeTree(temp.path, { source, outside, root: {} });
  return temp;
}

async function startRacer(root: string, outside: string): Promise<Disposable> {
  const args = ["-I", "-c", RACER, root, outside, ...DIRS];
  const child = new Deno.Command(PYTHON, { args, stdout: "piped" }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  return { [Symbol.dispose]: () => child.kill("SIGKILL") };
}

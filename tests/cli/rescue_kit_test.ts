import assert from "node:assert/strict";
import { PYTHON } from "../support/python.ts";
import { giveToUser } from "../support/as_user.ts";
import { makePlace } from "../support/backup_place.ts";
import { runPhlb } from "../support/phlb.ts";
import { run, runAnyhow } from "../support/run.ts";
import { makeTempDir } from "../support/temp_dir.ts";

/** A source with everything that is hard for a shell, made by Python: Deno cannot name it. */
const MAKE_SOURCE = String.raw`
import os, sys
os.chdir(os.fsencode(sys.argv[1]))
def put(name, content, mode=0o644, ns=None):
    os.makedirs(os.path.dirname(name) or b'.', exist_ok=True)
    with open(name, 'wb') as file: file.write(content)
    os.chmod(name, mode)
    if ns is not None: os.utime(name, ns=(ns, ns))
put(b'plain', b'x', 0o600, 1500000000123456789)
put(b'twin', b'x', 0o755, 1400000000000000001)
for i, name in enumerate([b'a b', b'new\nline', b'ends\n', b'back\\slash\\n', b'cr\rx', b' lead',
    b'byte\xff\x81\x88\xc3', b'-dash', b'-', b'quo\'te"$(x)' + b'\x60y\x60', b'*?[', b'trail ', b'#=']):
    put(name, b'%d' % i)
put(b'SHA256SUMS', b'mine')
put(b'only/SHA256SUMS.phlb', b'mine')
put(b'only/file', b'q')
put(b'-d ir\n/\xfe/deep\\', b'z', 0o4711)
os.mkdir(b'empty'); os.chmod(b'empty', 0o1777)
os.symlink(b'-d ir\n', b'sym\nlink')
os.mkfifo(b'fifo')
os.chown(b'plain', 1000, 1001)
put(b'closed/file', b'x'); os.chmod(b'closed', 0o555)
`;

/** Prints every entry below a directory with metadata and content; the last argument: of a second. */
const DESCRIBE = String.raw`
import os, stat, sys
top = os.fsencode(sys.argv[1])
for dir, dirs, files in os.walk(top):
    for name in sorted(dirs + files) + ([b''] if dir == top else []):
        path = os.path.join(dir, name)
        s = os.lstat(path)
        link = stat.S_ISLNK(s.st_mode)
        content = open(path, 'rb').read() if stat.S_ISREG(s.st_mode) else os.readlink(path) if link else b''
        print(path[len(top):], oct(s.st_mode), s.st_uid, s.st_gid, s.st_mtime_ns // int(sys.argv[2]), content)
`;

const BUSYBOX =
  'mkdir "$0" && for name in $(busybox --list); do ln -s "$(command -v busybox)" "$0/$name"; done';

async function describe(path: string, stepNs: number): Promise<string[]> {
  const told = await run(PYTHON, ["-c", DESCRIBE, path, String(stepNs)]);
  return told.split("\n").sort();
}

async function makeRescued() {
  const place = await makePlace({});
  await run(PYTHON, ["-c", MAKE_SOURCE, place.source]);
  await place.mustBackup();
  const written = await runPhlb(["rescue-kit", place.root]);
  assert.strictEqual(written.code, 0, written.stderr);
  return place;
}

for (const shell of ["dash", "busybox"] as const) {
  Deno.test(`RESCUE.sh lists, verifies and restores hostile names with ${shell}`, async () => {
    await using place = await makeRescued();
    await using temp = await makeTempDir();
    await run("sh", ["-c", BUSYBOX, `${temp.path}/bin`]);
    const env = shell === "busybox" ? { PATH: `${temp.path}/bin` } : { PATH: "/usr/bin:/bin" };
    const program = shell === "busybox" ? `${temp.path}/bin/sh` : "dash";
    const rescue = (...args: string[]) =>
      runAnyhow(program, [`${place.root}/RESCUE.sh`, ...args], { env });
    const id = place.latest().slice(place.root.length + 1);
    const before = await run("find", [place.root, "-printf", "%p %C@ %s\n"]);
    assert.strictEqual((await rescue("list")).stdout, `${id}\n`);
    const verified = await rescue("verify", id);
    assert.deepStrictEqual([verified.code, verified.stderr], [0, ""]);
    const target = `${temp.path}/new\ndir`;
    const restored = await rescue("restore", id, target);
    assert.deepStrictEqual([restored.code, restored.stderr], [0, ""]);
    const stepNs = shell === "busybox" ? 1e9 : 1;
    assert.deepStrictEqual(await describe(target, stepNs), await describe(place.source, stepNs));
    const again = await rescue("restore", id, target);
    assert.deepStrictEqual([again.code, /nothing is overwritten/.test(again.stderr)], [1, true]);
    assert.strictEqual((await rescue("restore", id, `${temp.path}/one`, "twin")).code, 0);
    assert.strictEqual((await Deno.stat(`${temp.path}/one`)).mode, 0o100755);
    assert.strictEqual(await run("find", [place.root, "-printf", "%p %C@ %s\n"]), before);
  });
}

Deno.test("RESCUE.sh verify tells damage, also of a name that is escaped, and exits 3", async () => {
  await using place = await makeRescued();
  const id = place.latest().slice(place.root.length + 1);
  await Deno.writeTextFile(`${place.latest()}/a b`, "other");
  await Deno.writeTextFile(`${place.latest()}/new\nline`, "other");
  const { code, stderr } = await runAnyhow("dash", [`${place.root}/RESCUE.sh`, "verify", id]);
  assert.strictEqual(code, 3);
  assert.match(stderr, /a b: FAILED/);
  assert.match(stderr, /FAILED: .*new\\nline/);
});

Deno.test("RESCUE.sh restores for a user who is not root, from a root that is read-only", async () => {
  await using place = await makePlace({ dir: { file: "f" }, other: "f" });
  await run("chmod", ["700", `${place.source}/dir/file`]);
  await place.mustBackup();
  await runPhlb(["rescue-kit", place.root]);
  await giveToUser(place.root);
  await run("chmod", ["755", `${place.root}/..`]);
  await run("mount", ["--bind", place.root, place.root]);
  await run("mount", ["-o", "remount,ro,bind", place.root]);
  await using temp = await makeTempDir();
  await giveToUser(temp.path);
  try {
    const id = place.latest().slice(place.root.length + 1);
    const user = ["--reuid=65534", "--regid=65534", "--clear-groups", "dash"];
    const script = [`${place.root}/RESCUE.sh`, "restore", id, `${temp.path}/new`];
    const { code, stderr } = await runAnyhow("setpriv", [...user, ...script]);
    assert.deepStrictEqual([code, stderr], [0, ""]);
  } finally {
    await run("umount", [place.root]);
  }
  assert.strictEqual((await Deno.stat(`${temp.path}/new/dir/file`)).mode, 0o100700);
  assert.strictEqual((await Deno.stat(`${temp.path}/new/other`)).mode, 0o100644);
});

Deno.test("phlb rescue-kit writes once, replaces an older kit, and never a file of another", async () => {
  await using place = await makePlace({ a: "a" });
  await place.mustBackup();
  const kit = async () => {
    const { code, stdout, stderr } = await runPhlb(["rescue-kit", place.root, "--json"]);
    return [code, ...[...stdout.matchAll(/"fate":"(\w+)"/g)].map(([, fate]) => fate), stderr];
  };
  assert.deepStrictEqual(await kit(), [0, "written", "written", ""]);
  await Deno.writeTextFile(`${place.root}/RESCUE.sh`, "# phlb rescue kit 0: older\n");
  assert.deepStrictEqual(await kit(), [0, "replaced", "unchanged", ""]);
  await Deno.writeTextFile(`${place.root}/RESCUE.txt`, "my own words");
  assert.strictEqual((await runPhlb(["rescue-kit", place.root])).code, 1);
  assert.strictEqual(await Deno.readTextFile(`${place.root}/RESCUE.txt`), "my own words");
  assert.strictEqual((await runPhlb(["rescue-kit", `${place.root}/none`])).code, 10);
  const listed = await runPhlb(["snapshots", place.root, "--json"]);
  assert.deepStrictEqual([listed.stdout.trim().split("\n").length, listed.stderr], [1, ""]);
  for (const args of [["verify", "--all", "--root", place.root], ["rebuild", place.root]]) {
    const { code, stdout, stderr } = await runPhlb(args);
    assert.deepStrictEqual([code, /RESCUE/.test(stdout + stderr)], [0, false], args[0]);
  }
});

/** `.ci/install.sh`, with small shell scripts in the place of phlb, in the shells that there are. */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { projectDir } from "../support/phlb.ts";
import { type Outcome, runAnyhow } from "../support/run.ts";
import { makeTempDir, type TempDir } from "../support/temp_dir.ts";

const SHELLS = [["dash"], ["busybox", "sh"], ["bash", "--posix"]] as const;

/** Answers as phlb does to what the script asks. */
function fakePhlb(version: string): string {
  return `#!/bin/sh
case $1 in
  version) echo "phlb ${version} (test)" ;;
  completion) echo "completion for $2" ;;
  man) mkdir "$2/man1" "$2/man5" && echo "manual" | tee "$2/man1/phlb.1" >"$2/man5/phlb.5" ;;
esac
`;
}

function sumLine(name: string, text: string): string {
  return `${createHash("sha256").update(text).digest("hex")}  ${name}\n`;
}

const KIND = Deno.build.arch === "aarch64" ? "linux-arm64" : "linux-x64";
const NAME = `phlb-1.2.3-${KIND}`;

interface Release extends TempDir {
  readonly dir: string;
  /** Runs the script in a shell, with a home of the test's own. */
  run(
    shell: readonly string[],
    args?: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<Outcome>;
}

/** The files of a release; `files` are added, or take the place of the usual ones. */
async function makeRelease(files: Readonly<Record<string, string>> = {}): Promise<Release> {
  const temp = await makeTempDir();
  const dir = `${temp.path}/release 1`;
  await Deno.mkdir(dir);
  const text = fakePhlb("1.2.3");
  const sums = sumLine(NAME, text) + sumLine("phlb-1.2.3-windows-x64.exe", "MZ");
  const script = await Deno.readTextFile(`${projectDir()}.ci/install.sh`);
  const all = { [NAME]: text, SHA256SUMS: sums, "install.sh": script, ...files };
  for (const [name, content] of Object.entries(all)) {
    await Deno.writeTextFile(`${dir}/${name}`, content);
  }
  return {
    path: temp.path,
    dir,
    run: ([shell = "sh", ...options], args = [], env = {}) =>
      runAnyhow(shell, [...options, `${dir}/install.sh`, ...args], {
        env: { PATH: Deno.env.get("PATH") ?? "", HOME: `${temp.path}/home`, ...env },
      }),
    [Symbol.asyncDispose]: () => temp[Symbol.asyncDispose](),
  };
}

async function filesBelow(path: string): Promise<string[]> {
  const { stdout } = await runAnyhow("find", [path, "-type", "f", "-printf", "%P\\n"]);
  return stdout.split("\n").filter((line) => line !== "").sort();
}

const INSTALLED = [
  "bin/phlb",
  "share/bash-completion/completions/phlb",
  "share/fish/vendor_completions.d/phlb.fish",
  "share/man/man1/phlb.1",
  "share/man/man5/phlb.5",
  "share/phlb/installed-files",
  "share/zsh/site-functions/_phlb",
];

for (const shell of SHELLS) {
  Deno.test(`install.sh in ${shell[0]} installs, replaces and removes all that it brought`, async () => {
    await using release = await makeRelease();
    const home = `${release.path}/home/.local`;
    await Deno.mkdir(`${home}/share/man/man1`, { recursive: true });
    await Deno.writeTextFile(`${home}/share/man/man1/other.1`, "mine");
    for (let time = 0; time < 2; time++) {
      const { code, stdout, stderr } = await release.run(shell);
      assert.deepStrictEqual([code, stderr], [0, ""]);
      assert.match(stdout, /^Installed phlb 1\.2\.3 \(test\) as .*\/\.local\/bin\/phlb$/m);
      assert.match(stdout, /is not in your PATH/);
    }
    assert.deepStrictEqual(await filesBelow(home), [...INSTALLED, "share/man/man1/other.1"].sort());
    assert.strictEqual((Deno.statSync(`${home}/bin/phlb`).mode ?? 0) & 0o777, 0o755);
    const removed = await release.run(shell, ["--uninstall"]);
    assert.deepStrictEqual([removed.code, removed.stderr], [0, ""]);
    assert.deepStrictEqual(await filesBelow(home), ["share/man/man1/other.1"]);
    assert.strictEqual((await release.run(shell, ["--uninstall"])).code, 1);
  });
}

Deno.test("install.sh fetches a release from a server, by curl or by wget", async () => {
  await using release = await makeRelease();
  const asked: string[] = [];
  await using server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    async (r) => {
      const name = decodeURIComponent(new URL(r.url).pathname).replace("/v1/", "");
      asked.push(name);
      if (name === "gone/SHA256SUMS") return new Response("no", { status: 404 });
      return new Response(await Deno.readTextFile(`${release.dir}/${name}`));
    },
  );
  const from = `http://127.0.0.1:${server.addr.port}/v1/`;
  // A path with wget and what else the script needs, and without curl.
  const bin = `${release.path}/bin`;
  await Deno.mkdir(bin);
  for (
    const name of [
      "wget",
      "sh",
      "uname",
      "mktemp",
      "sed",
      "cut",
      "sha256sum",
      "chmod",
      "mkdir",
      "tee",
    ]
  ) {
    await Deno.symlink("/usr/bin/busybox", `${bin}/${name}`);
  }
  for (const name of ["cp", "mv", "rm", "rmdir", "dirname", "basename", "cat"]) {
    await Deno.symlink("/usr/bin/busybox", `${bin}/${name}`);
  }
  for (const env of [{}, { PATH: bin }]) {
    const prefix = `${release.path}/p${asked.length}`;
    const { code, stderr } = await release.run(
      ["/bin/dash"],
      ["--from", from, "--prefix", prefix],
      env,
    );
    assert.strictEqual(code, 0, stderr);
    assert.deepStrictEqual(await filesBelow(prefix), INSTALLED);
  }
  assert.deepStrictEqual(asked, ["SHA256SUMS", NAME, "SHA256SUMS", NAME]);
  const gone = await release.run(["dash"], [
    "--from",
    `${from}gone`,
    "--prefix",
    `${release.path}/x`,
  ]);
  assert.strictEqual(gone.code, 1);
  assert.match(gone.stderr, /Error: Cannot download http:.*\/gone\/SHA256SUMS/);
  await assert.rejects(Deno.stat(`${release.path}/x`));
});

const REFUSALS: readonly {
  what: string;
  files?: Readonly<Record<string, string>>;
  args?: readonly string[];
  says: RegExp;
}[] = [
  {
    what: "a damaged executable",
    files: { [NAME]: `${fakePhlb("1.2.3")}# more` },
    says: /^Error: phlb-1\.2\.3-\S+ is damaged: its SHA-256 is [0-9a-f]{64}, not [0-9a-f]{64}$/m,
  },
  {
    what: "a release without this kind of machine",
    files: { SHA256SUMS: sumLine("phlb-1.2.3-windows-x64.exe", "MZ") },
    says: /has no phlb for linux-/,
  },
  {
    what: "two releases in one directory",
    files: { SHA256SUMS: sumLine(NAME, "") + sumLine(`phlb-1.2.4-${KIND}`, "") },
    says: /has several versions of phlb/,
  },
  {
    what: "an executable that does not run here",
    files: { [NAME]: "#!/bin/false\n", SHA256SUMS: sumLine(NAME, "#!/bin/false\n") },
    says: /does not run on this machine[\s\S]*^Hint: It needs glibc/m,
  },
  { what: "an unknown option", args: ["--fast"], says: /Unknown option --fast/ },
  { what: "an option without a value", args: ["--from"], says: /--from needs a value/ },
  { what: "a directory without a release", args: ["--from", "/"], says: /no file \/SHA256SUMS/ },
];

for (const { what, files, args = [], says } of REFUSALS) {
  Deno.test(`install.sh refuses ${what}, and leaves what is installed alone`, async () => {
    await using release = await makeRelease(files);
    const bin = `${release.path}/home/.local/bin`;
    await Deno.mkdir(bin, { recursive: true });
    await Deno.writeTextFile(`${bin}/phlb`, "the old one");
    const { code, stdout, stderr } = await release.run(["dash"], args);
    assert.deepStrictEqual([code, stdout], [1, ""]);
    assert.match(stderr, says);
    assert.strictEqual(await Deno.readTextFile(`${bin}/phlb`), "the old one");
    assert.deepStrictEqual(await filesBelow(`${release.path}/home`), [".local/bin/phlb"]);
  });
}

Deno.test("install.sh --uninstall removes nothing outside of the prefix, whatever its list says", async () => {
  await using release = await makeRelease();
  const home = `${release.path}/home/.local`;
  assert.strictEqual((await release.run(["dash"])).code, 0);
  const victim = `${release.path}/victim`;
  await Deno.writeTextFile(victim, "mine");
  for (const line of [victim, `${home}/../../victim`]) {
    await Deno.writeTextFile(`${home}/share/phlb/installed-files`, `${line}\n`);
    const { code, stderr } = await release.run(["dash"], ["--uninstall"]);
    assert.strictEqual(code, 1);
    assert.match(stderr, /names a file outside of/);
  }
  assert.strictEqual(await Deno.readTextFile(victim), "mine");
});

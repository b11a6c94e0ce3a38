import assert from "node:assert/strict";
import { makePlace } from "../support/backup_place.ts";
import { mountImage } from "../support/loop_mount.ts";
import { projectDir, runPhlb } from "../support/phlb.ts";
import { run } from "../support/run.ts";
import { makeTempDir } from "../support/temp_dir.ts";

/** The configuration in `docs/recipes.md` that has the job, with other paths. */
async function recipe(job: string, paths: Readonly<Record<string, string>>): Promise<string> {
  const text = await Deno.readTextFile(`${projectDir()}docs/recipes.md`);
  const blocks = [...text.matchAll(/```toml\n([^`]+)```/g)].map(([, block = ""]) => block);
  const found = blocks.find((block) => block.includes(`id = "${job}"`));
  assert.ok(found !== undefined, job);
  // At once, so that none is replaced in what another was replaced by.
  const longestFirst = Object.keys(paths).toSorted((a, b) => b.length - a.length);
  for (const path of longestFirst) assert.ok(found.includes(path), path);
  return found.replaceAll(new RegExp(longestFirst.join("|"), "g"), (path) => paths[path] ?? path);
}

/** Backs up by a recipe; must go well. */
async function follow(
  job: string,
  { dir, paths, env = {} }: {
    readonly dir: string;
    readonly paths: Readonly<Record<string, string>>;
    readonly env?: Readonly<Record<string, string>>;
  },
): Promise<string> {
  const config = `${dir}/phlb.toml`;
  await Deno.writeTextFile(config, await recipe(job, paths), { mode: 0o600 });
  const outcome = await runPhlb(["backup", "--job", job, "--config", config], { env });
  assert.strictEqual(outcome.code, 0, outcome.stderr);
  assert.doesNotMatch(outcome.stderr, /Warning/);
  return outcome.stdout;
}

function newest(nameDir: string): string {
  const times = [...Deno.readDirSync(nameDir)].filter(({ isDirectory }) => isDirectory)
    .map(({ name }) => name).filter((name) => !name.startsWith(".")).sort();
  return `${nameDir}/${times.at(-1) ?? assert.fail("there is no snapshot")}`;
}

Deno.test("the recipe for PostgreSQL dumps every database", async () => {
  await using dir = await makeTempDir();
  const at = dir.path;
  await Deno.mkdir(`${at}/root`);
  await Deno.mkdir(`${at}/cluster`);
  await run("chmod", ["755", at]);
  await run("chown", ["postgres", `${at}/cluster`]);
  const asPostgres = (script: string) =>
    run("runuser", ["-u", "postgres", "--", "sh", "-ec", script], { cwd: "/" });
  const bin = (await run("sh", ["-c", "ls -d /usr/lib/postgresql/*/bin | tail -1"])).trim();
  const [data, socket] = [`${at}/cluster/data`, `${at}/cluster`];
  const options = `-c listen_addresses='' -c fsync=off -k ${socket}`;
  await asPostgres(`
    ${bin}/initdb --no-sync -A trust ${data} >${socket}/init.log
    ${bin}/pg_ctl -D ${data} -o "${options}" -l ${socket}/log -w start >${socket}/start.log 2>&1
    psql -qh ${socket} -c "create table letters as select 'phlb' as word" postgres
  `);
  try {
    await follow("postgres", {
      dir: at,
      paths: { "/var/backups/postgres": `${at}/dump`, "/mnt/backup": `${at}/root` },
      env: { PGHOST: socket },
    });
  } finally {
    await asPostgres(`${bin}/pg_ctl -D ${data} -m immediate stop >/dev/null`);
  }
  const dump = await Deno.readTextFile(`${newest(`${at}/root/dump`)}/all.sql`);
  assert.match(dump, /COPY public\.letters \(word\) FROM stdin;\nphlb\n/);
});

Deno.test("the recipe for SQLite copies a database that is in use", async () => {
  await using place = await makePlace({});
  const dir = place.root.replace(/\/root$/, "");
  const database = `${place.source}/app.db`;
  await run("sqlite3", [
    database,
    "pragma journal_mode = wal; create table t (x); insert into t values (42);",
  ]);
  const holder = new Deno.Command("sqlite3", { args: [database], stdin: "piped", stdout: "piped" })
    .spawn();
  const writer = holder.stdin.getWriter();
  await writer.write(new TextEncoder().encode("begin immediate;\ninsert into t values (1);\n"));
  await writer.write(new TextEncoder().encode("select 'ready';\n"));
  const reader = holder.stdout.getReader();
  await reader.read();
  await follow("sqlite", {
    dir,
    paths: { "/srv/app": place.source, "/mnt/backup": place.root },
  });
  await writer.close();
  await reader.cancel();
  await holder.status;
  const names = [...Deno.readDirSync(place.latest())].map(({ name }) => name).sort();
  assert.deepStrictEqual(names, ["SHA256SUMS", "app.db.copy"]);
  const copy = `file:${place.latest()}/app.db.copy?immutable=1`;
  assert.strictEqual(await run("sqlite3", [copy, "select x from t"]), "42\n");
  await assert.rejects(Deno.stat(`${database}.copy`), Deno.errors.NotFound);
});

Deno.test("the recipe for Btrfs backs up a snapshot, and finds what is unchanged in the next", async () => {
  await using mount = await mountImage({ type: "btrfs", sizeMib: 128 });
  await using dir = await makeTempDir();
  await Deno.mkdir(`${dir.path}/root`);
  await run("btrfs", ["subvolume", "create", `${mount.path}/home`]);
  await Deno.writeTextFile(`${mount.path}/home/letter`, "dear phlb");
  const given = {
    dir: dir.path,
    paths: { "/home": `${mount.path}/home`, "/mnt/backup": `${dir.path}/root` },
  };
  await follow("btrfs", given);
  await follow("btrfs", given);
  const latest = newest(`${dir.path}/root/home`);
  assert.strictEqual(await Deno.readTextFile(`${latest}/letter`), "dear phlb");
  const { counts } = JSON.parse(await Deno.readTextFile(`${latest}-summary.json`));
  assert.deepStrictEqual([counts.unchanged, counts.copied, counts.problems], [1, 0, 0]);
  const left = [...Deno.readDirSync(`${mount.path}/home`)].map(({ name }) => name);
  assert.deepStrictEqual(left, ["letter"]);
});

Deno.test("the recipe for a disk mounts it, and unmounts it when the backup is done", async () => {
  await using dir = await makeTempDir();
  const image = `${dir.path}/image`;
  const mounted = `${dir.path}/mounted`;
  await Deno.mkdir(mounted);
  await run("mkdir", ["-p", `${dir.path}/new/phlb`, `${dir.path}/source`]);
  await Deno.writeTextFile(`${dir.path}/source/file`, "text");
  await run("truncate", ["-s", "256M", image]);
  await run("mkfs.ext4", ["-q", "-F", "-d", `${dir.path}/new`, image]);
  const given = {
    dir: dir.path,
    paths: {
      "/dev/disk/by-label/backup": image,
      "/mnt/backup": mounted,
      '"/home"': `"${dir.path}/source"`,
    },
  };
  await follow("disk", given);
  await follow("disk", given);
  assert.deepStrictEqual([...Deno.readDirSync(mounted)], [], "it is still mounted");
  await run("mount", ["-o", "loop,ro", image, mounted]);
  try {
    const latest = newest(`${mounted}/phlb/source`);
    assert.strictEqual(await Deno.readTextFile(`${latest}/file`), "text");
    const log = await Deno.readTextFile(`${latest}-backup.log`);
    assert.match(log, /Hook run_before: mount .*: done after/);
  } finally {
    await run("umount", [mounted]);
  }
});

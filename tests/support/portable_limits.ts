/**
 * What the portable file system cannot do, in one place: which tests of tests/cli are about that, and
 * what phlb says instead. With the portable file system each of these tests asserts what is said.
 *
 * @module
 */
import assert from "node:assert/strict";
import { makePlace } from "./backup_place.ts";
import { phlbCommand, phlbEnvironment, type PhlbOptions, runPhlb } from "./phlb.ts";
import { type Outcome, run, runAnyhow } from "./run.ts";
import { symlink, type Tree } from "./tree.ts";

/** Something that the portable file system cannot do. */
export interface PortableLimit {
  readonly what: string;
  /** Beginnings of the names of the tests that are about it. */
  readonly tests: readonly string[];
  /** Fails unless phlb says so. */
  readonly assertTold: () => Promise<void>;
}

/** See the module text. */
export const PORTABLE_LIMITS: readonly PortableLimit[] = [
  {
    what: "targets of symlinks that are not Unicode",
    tests: [
      "two backups of everything a file system can hold give the source back",
      "rsync, sha256sum, mtree and bsdtar agree with what was stored",
      "ls gives names as the bytes they are",
      "names of any bytes are verified",
      "phlb diff --json has restic's messages, with the bytes of names",
      "restore brings back everything with all metadata, as rsync confirms",
    ],
    assertTold: async () => {
      const { code, stderr } = await backupOf({ odd: symlink("to\udcff") });
      assert.strictEqual(code, 3, stderr);
      assert.match(stderr, /^Error: Cannot read "odd": it is not valid Unicode$/m);
      assertNote(stderr);
    },
  },
  {
    what: "fifos, sockets and devices",
    tests: [
      "a source is equal to its backup, and nothing is written",
      "phlb diff tells what happened to each entry",
      "special files that stand in the manifest alone are remade",
      "RESCUE.sh lists, verifies and restores hostile names",
      "RESCUE.sh verify tells damage",
      "ls --json prints restic's messages",
      "phlb verify finds a deleted directory",
    ],
    assertTold: async () => {
      const { code, stderr } = await backupOf({}, ["mkfifo", "pipe"]);
      assert.strictEqual(code, 3, stderr);
      assert.match(stderr, /^Warning: Cannot create "pipe" in the snapshot: .*manifest$/m);
    },
  },
  {
    what: "immutable files",
    tests: [
      "snapshot.protect = immutable on ",
      "immutable files come back with their modes",
      "protection that is turned off leaves flags",
      "phlb rebuild links equal immutable files",
      "what a killed backup left open to change is shut",
      "what a killed trash empty left open to change is shut",
      "where files cannot be made immutable",
    ],
    assertTold: async () => {
      await using place = await makePlace({ a: "1" });
      const env = { PHLB_SNAPSHOT_PROTECT: "immutable" };
      const { code, stderr } = await place.backup([], { env });
      assert.strictEqual(code, 3, stderr);
      assert.match(stderr, /Cannot make stored files immutable in .*: its file system has no such/);
      assert.strictEqual(place.summary().protect, "readonly");
    },
  },
  {
    what: "extended attributes, holes and nanoseconds",
    tests: [
      "phlb compare tells of every kind of difference",
      "phlb compare --json tells of every kind of difference",
      "linking duplicates keeps what every entry had in its manifest",
      "checksum files are completed beside the old ones, and directories keep their times",
      "entries that an existing directory would give ACLs",
      "--as-reflink shares blocks",
      "phlb verify finds a touched file",
      "--overwrite if-changed mends metadata without writing the content again",
      // They go on for as long as a hole of 8 TiB is written out.
      "a second run is refused with exit code 11",
      "the lock of a process that was killed",
      "--lock-wait waits for the other run",
      "waiting for a lock ends at once",
    ],
    assertTold: async () => assertNote((await backupOf({ a: "1" })).stderr),
  },
  {
    what: "the kernel's fence",
    tests: [
      "each thread that touches source or root raises its fence first",
      "where the kernel has no Landlock",
      "after SIGKILL at landlock_restrict_self",
      "phlb doctor proves the fence by actions that are refused",
    ],
    assertTold: async () => {
      const { code, stderr } = await backupOf({ a: "1" });
      assert.strictEqual(code, 0, stderr);
      assert.match(stderr, /^Warning: The threads run without a fence: /m);
      const env = { PHLB_PERFORMANCE_FENCE: "required" };
      const refused = await backupOf({ a: "1" }, ["true"], { env });
      assert.strictEqual(refused.code, 1);
      assert.match(refused.stderr, /^Error: Cannot fence the threads: /m);
    },
  },
  {
    what: "niceness and disk priorities",
    tests: [
      "--nice and --ionice hold for every thread",
      "--ionice best-effort:7 is what ionice shows",
      "a niceness that only root may take",
      "verify and restore take the pace options",
    ],
    assertTold: async () => {
      const { code, stderr } = await backupOf({ a: "1" }, ["true"], { args: ["--nice", "5"] });
      assert.strictEqual(code, 0, stderr);
      assert.match(stderr, /^Warning: Cannot set the niceness 5: it takes the C library, /m);
    },
  },
  {
    what: "owners of symlinks, and names of owners",
    tests: [
      "a backup into PyHardLinkBackup's root links to all that it holds",
      "ls -l tells what ls -l tells",
      "snapshots of PyHardLinkBackup 1.9.1 come back",
    ],
    assertTold: async () => {
      const { code, stdout, stderr } = await backupOf({ link: symlink("a") }, [
        "chown",
        "--no-dereference",
        "7:8",
        "link",
      ]);
      assert.strictEqual(code, 0, stdout);
      assert.match(stderr, /owner/);
    },
  },
  {
    what: "errors half-way through a directory, and what is mounted",
    tests: [
      "a directory whose reading breaks off",
      "a root that another user's fstab entry should be mounted on",
    ],
    assertTold: async () => assertNote((await backupOf({ a: "1" })).stderr),
  },
  {
    what: "the processor time of each thread",
    tests: ["a summary tells what each stage took"],
    assertTold: async () => {
      await using place = await makePlace({ a: "1" });
      await place.mustBackup();
      assert.strictEqual(place.summary().threads?.["walker"]?.cpu_seconds, null);
    },
  },
  {
    what: "files of the kernel's own, which the runtime does not open",
    tests: ["virtual files, whose size is not that of their content"],
    assertTold: async () => {
      await using place = await makePlace();
      const { code, stderr } = await runPhlb(["backup", "/proc/sys/kernel/random", place.root]);
      assert.strictEqual(code, 3, stderr);
      assert.match(stderr, /^Error: Cannot back up "boot_id": permission denied$/m);
    },
  },
  {
    what: "the calls by which the posix one works",
    tests: [
      "syncfs:error=",
      "pwrite64:error=",
      "fsync:error=EIO:when=3",
      "unlink:error=EIO:when=1",
      "a root that fails with EIO in pwrite64",
      "a root that becomes read-only under way ends the run",
    ],
    assertTold: async () => {
      const inject = "fsync:error=EIO:when=1";
      const { code, stderr } = await backupOf({ a: "1" }, ["true"], { inject });
      assert.strictEqual(code, 1, stderr);
      assert.match(stderr, /^Error: Cannot .*: input\/output error$/m);
    },
  },
  {
    what: "the lock of the posix one, for which it has its own beside it",
    tests: [
      "a root that another run has locked is waited for or left alone",
      "rebuild makes PyHardLinkBackup's root one of phlb",
      "phlb doctor waits for no run",
      "PyHardLinkBackup's lookup files and snapshots stay as they were",
      "phlb doctor --bench measures everything",
    ],
    assertTold: async () => {
      await using place = await makePlace({ a: "1" });
      await place.mustBackup();
      assert.ok((await Deno.stat(`${place.root}/.phlb/lock.guard`)).isFile);
    },
  },
  {
    what: "what phlb doctor then says of a root",
    tests: [
      "phlb doctor tries an ext4 root",
      "phlb doctor says of a read-only root",
      "phlb doctor removes what a killed one left",
      "phlb doctor for a user who is not root",
      "phlb doctor in a terminal of 80 columns",
    ],
    assertTold: async () => {
      await using place = await makePlace({ a: "1" });
      const { code, stdout } = await runPhlb(["doctor", place.root, "--json"]);
      assert.strictEqual(code, 3);
      for (const concern of ["byte-names", "special-files", "xattrs", "fine-times"]) {
        assert.ok(stdout.includes(`"concern":"${concern}"`), `${concern} is not told:\n${stdout}`);
      }
    },
  },
];

/** The limit that a test is about. */
export function limitOf(name: string): PortableLimit | undefined {
  return PORTABLE_LIMITS.find(({ tests }) => tests.some((beginning) => name.startsWith(beginning)));
}

/** Backs up a source of this content, changed by a command that runs in it; all that phlb says. */
async function backupOf(
  tree: Tree,
  [program, ...args]: readonly [string, ...string[]] = ["true"],
  { env = {}, inject, args: more = [] }: Pick<PhlbOptions, "env" | "inject"> & {
    readonly args?: readonly string[];
  } = {},
): Promise<Outcome> {
  await using place = await makePlace(tree);
  await run(program, args, { cwd: place.source });
  const backup = ["backup", place.source, place.root, ...more];
  if (inject !== undefined) return await runPhlb(backup, { env, inject });
  const [phlb, ...first] = phlbCommand();
  return await runAnyhow(phlb, [...first, ...backup], { env: phlbEnvironment(env) });
}

function assertNote(stderr: string): void {
  const words = "names that are not Unicode may be left out, times are kept to the millisecond, " +
    "extended attributes, holes and special files are not kept, an error half-way through a " +
    "directory may go unseen, and what should be mounted is not known";
  assert.ok(stderr.includes(`The portable file system is used; ${words}`), stderr);
}

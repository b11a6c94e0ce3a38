import { run, runAnyhow } from "../support/run.ts";

/** Where a suite works that starts thousands of runs. */
export interface ProofDir extends AsyncDisposable {
  readonly path: string;
}

/**
 * Makes an empty directory in a file system of its own, in memory, where each point of a suite takes
 * a third of the time; on the disk for a user who may not mount, or whose kernel keeps no extended
 * attributes in memory (Linux before 6.6). `/dev/shm` would not do: Deno takes paths below `/dev`
 * for devices.
 */
export async function makeProofDir(): Promise<ProofDir> {
  const path = await Deno.makeTempDir({ prefix: "phlb-proof-" });
  const mount = ["-t", "tmpfs", "-o", "size=1g,mode=755", "phlb-proof", path];
  const isMounted = await succeeds("mount", mount);
  const keepsAll = isMounted && await succeeds("setfattr", ["-n", "user.x", "-v", "y", path]);
  if (keepsAll) await run("setfattr", ["-x", "user.x", path]);
  else if (isMounted) await run("umount", [path]);
  return {
    path,
    [Symbol.asyncDispose]: async () => {
      if (keepsAll) await run("umount", ["--lazy", path]);
      await run("rm", ["-rf", "--", path]);
    },
  };
}

async function succeeds(program: string, args: readonly string[]): Promise<boolean> {
  return (await runAnyhow(program, args)).code === 0;
}

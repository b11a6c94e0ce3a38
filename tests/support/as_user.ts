import { denoDir, phlbCommand, phlbEnvironment, type PhlbOptions, projectDir } from "./phlb.ts";
import { withoutNotes } from "./portable.ts";
import { type Outcome, run, runAnyhow } from "./run.ts";
import { makeTempDir } from "./temp_dir.ts";

/** User and group id of `nobody`. */
const NOBODY = 65534;

/**
 * Runs `phlb <args>` as a user who is not root and to whom directory and file modes therefore
 * apply. What the program itself needs is shown to that user in a mount namespace of its own,
 * because Deno's cache often lies below root's home.
 * @throws when the process is not root, which alone can become someone else.
 */
export async function runPhlbAsUser(
  args: readonly string[],
  options: Omit<PhlbOptions, "inject"> = {},
): Promise<Outcome> {
  if (Deno.uid() !== 0) throw new Error("Cannot become another user: only root can");
  await using stage = await makeTempDir();
  await run("chmod", ["755", stage.path]);
  await Deno.mkdir(`${stage.path}/state`);
  await giveToUser(`${stage.path}/state`);
  const [program, ...rest] = phlbCommand();
  const shown = new Map([[program, `${stage.path}/program`]]);
  if (rest.length > 0) {
    shown.set(projectDir(), `${stage.path}/project/`);
    shown.set(denoDir(), `${stage.path}/cache`);
  }
  const script = [...shown].map(([from, to]) => `mount --bind ${quote(from)} ${quote(to)}`);
  await Promise.all([...shown].map(([from, to]) => makeMountPoint(from, to)));
  const command = [program, ...rest].map((arg) => shownAs(arg, shown));
  const environment = phlbEnvironment({
    XDG_STATE_HOME: `${stage.path}/state`,
    ...options.env,
    DENO_DIR: `${stage.path}/cache`,
  });
  const { code, stdout, stderr } = await runAnyhow("unshare", [
    "--mount",
    "sh",
    "-ec",
    [...script, 'exec "$@"'].join("\n"),
    "sh",
    ...["setpriv", `--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"],
    ...command,
    ...args,
  ], { ...options, env: environment });
  return { code, stdout, stderr: withoutNotes(stderr) };
}

/** Makes `path` and all below it belong to the user that {@link runPhlbAsUser} runs as. */
export async function giveToUser(path: string): Promise<void> {
  await run("chown", ["-R", "--no-dereference", `${NOBODY}:${NOBODY}`, path]);
}

async function makeMountPoint(from: string, to: string): Promise<void> {
  const { isDirectory } = await Deno.stat(from);
  if (isDirectory) await Deno.mkdir(to);
  else await Deno.writeTextFile(to, "");
}

function shownAs(arg: string, shown: ReadonlyMap<string, string>): string {
  for (const [from, to] of shown) {
    if (arg.startsWith(from)) return to + arg.slice(from.length);
  }
  return arg;
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

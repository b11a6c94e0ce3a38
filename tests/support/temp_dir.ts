/** A directory of one test; it and all that is in it go when the test ends. */
export interface TempDir extends AsyncDisposable {
  readonly path: string;
}

/** Makes an empty directory for a test: `await using dir = await makeTempDir()`. */
export async function makeTempDir(): Promise<TempDir> {
  const path = await Deno.realPath(await Deno.makeTempDir({ prefix: "phlb-test-" }));
  return { path, [Symbol.asyncDispose]: () => removeTree(path) };
}

/** `rm` copes with names that Deno's own file calls cannot express. */
async function removeTree(path: string): Promise<void> {
  const { success, stderr } = await new Deno.Command("rm", { args: ["-rf", "--", path] }).output();
  if (!success) throw new Error(`Cannot remove "${path}": ${new TextDecoder().decode(stderr)}`);
}

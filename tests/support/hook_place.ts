import { type BackupPlace, makePlace } from "./backup_place.ts";
import { type PhlbOptions, runPhlb, startPhlb } from "./phlb.ts";
import type { Outcome, Started } from "./run.ts";
import type { Tree } from "./tree.ts";

/** A source, a root, and a configuration beside them whose hooks write down that they ran. */
export interface HookPlace extends BackupPlace {
  /** The directory of all that. */
  readonly dir: string;
  /** Writes the configuration; `@/` in it stands for {@link HookPlace.dir}. */
  configure(text: string): Promise<void>;
  /** Runs `phlb <args> --config` with it. */
  phlb(args: readonly string[], options?: PhlbOptions): Promise<Outcome>;
  start(args: readonly string[]): Started;
  /** The lines that hooks have written to `@/trace`. */
  trace(): string[];
}

/** Makes such a place; its jobs inherit source and destination. */
export async function makeHookPlace(tree: Tree = { "file": "text" }): Promise<HookPlace> {
  const place = await makePlace(tree);
  const dir = place.root.replace(/\/root$/, "");
  const config = `${dir}/phlb.toml`;
  return {
    ...place,
    dir,
    configure: (text) => {
      const head = `source = "${place.source}"\ndestination = "${place.root}"\n`;
      return Deno.writeTextFile(config, head + text.replaceAll("@/", `${dir}/`), { mode: 0o600 });
    },
    phlb: (args, options) => runPhlb([...args, "--config", config], options),
    start: (args) => startPhlb([...args, "--config", config]),
    trace: () => linesOf(`${dir}/trace`),
    [Symbol.asyncDispose]: () => place[Symbol.asyncDispose](),
  };
}

function linesOf(path: string): string[] {
  try {
    return Deno.readTextFileSync(path).trimEnd().split("\n");
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

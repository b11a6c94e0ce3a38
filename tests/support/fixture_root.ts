import { fileURLToPath } from "node:url";
import { run } from "./run.ts";

/** A backup root in `tests/fixtures`, by its file's name. */
export async function unpackFixture(name: string, into: string): Promise<void> {
  const archive = fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url));
  await Deno.mkdir(into, { recursive: true });
  const how = ["--xattrs", "--xattrs-include=*", "--numeric-owner", "-xpzf"];
  await run("tar", [...how, archive, "-C", into]);
}

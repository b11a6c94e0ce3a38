import { ENGLISH, type Words } from "../ui/words.ts";
import type { CommandDeps } from "./command_deps.ts";

/** The words of a command that shows something without having loaded figures; English without any. */
export async function wordsOf({ words }: Pick<CommandDeps, "words">): Promise<Words> {
  return await words?.() ?? ENGLISH;
}

/**
 * What this machine remembers of the backup roots that it has used, by their path: without it, an
 * empty directory cannot be told from a disk that is not mounted.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { encodeName } from "../../base/path_bytes.ts";
import type { StateTexts } from "../../base/state_texts.ts";

/** Roots that take turns at one path, as disks do that are carried away. More is forgotten. */
const MOST_IDS = 32;

/** Ids of the roots that lay at `path`, the one seen first in front; none when there was no root. */
export function rememberedIds(state: StateTexts | undefined, path: string): readonly string[] {
  return parseIds(state?.read(fileOf(path)) ?? "");
}

/** Remembers that the root `id` lies at `path`; returns why it could not, undefined when it did. */
export function rememberRoot(
  state: StateTexts,
  { path, id }: { path: string; id: string },
): string | undefined {
  const ids = rememberedIds(state, path);
  if (ids.includes(id)) return undefined;
  const text = JSON.stringify({ path, ids: [...ids, id].slice(-MOST_IDS) }, null, 2);
  try {
    state.write(fileOf(path), `${text}\n`);
    return undefined;
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}

/** A path may be longer than a name, and of other bytes. */
function fileOf(path: string): string {
  const digest = createHash("sha256").update(encodeName(path)).digest("hex");
  return `roots/${digest.slice(0, 32)}.json`;
}

function parseIds(text: string): string[] {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("ids" in value)) return [];
    const { ids } = value;
    return Array.isArray(ids) ? ids.filter((id) => typeof id === "string") : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

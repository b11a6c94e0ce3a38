import type { OwnedText } from "../base/owned_text.ts";
import type { Job, Origin } from "./config.ts";
import { isListKey, KEYS } from "./keys.ts";
import type { Key } from "./schema.ts";

/** A configuration file as it was read. */
export type ReadFile = Partial<OwnedText> & { readonly path: string };

/**
 * The job, with why its hooks and notifications must not be used when one of them comes from a file
 * that others may write to: whoever runs phlb would run what they wrote there.
 */
export function mistrusted(job: Job, files: readonly ReadFile[]): Job {
  for (const key of KEYS.filter(actsOnItsOwn)) {
    const origins = [job.origins[key], ...(isListKey(key) ? job.itemOrigins[key] : [])];
    const bad = files.find((file) => file.fault !== undefined && origins.some(isIn(file)));
    if (bad === undefined) continue;
    const remedy = bad.remedy === undefined ? "" : `. ${bad.remedy}`;
    return { ...job, mistrust: `"${key}" is set in "${bad.path}", and ${bad.fault}${remedy}` };
  }
  return job;
}

/** Hooks run programs; notifications read secrets and send them somewhere. */
function actsOnItsOwn(key: Key): boolean {
  return key.startsWith("hooks.") || key.startsWith("notify.");
}

function isIn({ path }: ReadFile): (origin: Origin) => boolean {
  return ({ layer, file }) => layer === "file" && file === path;
}

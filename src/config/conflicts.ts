import type { Job } from "./config.ts";
import type { ConfigProblem } from "./given.ts";

/** Settings of a job that cannot stand together. */
export function conflictsOf({ settings, origins }: Job): ConfigProblem[] {
  const protect = settings["snapshot.protect"];
  if (protect === "none" || settings["dedup.metadata"] !== "inode") return [];
  return [{
    origin: origins["snapshot.protect"],
    message: `Cannot set "snapshot.protect" to "${protect}": "dedup.metadata" is "inode", which ` +
      "keeps the modes of stored files as they are; set only one of the two",
  }];
}

import { paragraph, type Prose } from "../../base/prose.ts";
import { HOOK_VARIABLES } from "../../config/hook_variables.ts";
import { HOOKS_SCHEMA } from "../../config/hooks_schema.ts";
import { keyItems } from "../../config/key_items.ts";

const MEANINGS: Readonly<Record<string, string>> = {
  PHLB_HOOK: "which hook it is, such as run_before",
  PHLB_JOB: "id of the job",
  PHLB_SOURCE: "path of the source",
  PHLB_ROOT: "path of the backup root",
  PHLB_SNAPSHOT: "path of the snapshot, once it is published",
  PHLB_SUMMARY: "path of its -summary.json",
  PHLB_LOG: "path of the log of the run",
  PHLB_EXIT_CODE: "what the backup ends with",
  PHLB_PROBLEMS: "how many problems there were",
  PHLB_ERROR: "what ended the run early",
};

/** What hooks find in their environment, each with what it means. */
export const HOOK_VARIABLE_HELP = HOOK_VARIABLES.map((name) =>
  [name, MEANINGS[name] ?? ""] as const
);

/** Commands before and after a backup. */
export const HOOKS_HELP: Prose = [
  paragraph(
    "Hooks are commands of your own around each backup. A text is for the shell; a list of words is " +
      "one command; a list of such lists is several, run in turn.",
  ),
  {
    kind: "lines",
    lines: [
      "[hooks]",
      'run_before = "mount /mnt/backup"',
      'run_finally = ["umount", "/mnt/backup"]',
    ],
  },
  paragraph(
    "Before a backup, what stands outside of all jobs runs first, then what the job has; after it, " +
      'the other way round. After a run_before that fails with on_failure = "error" nothing is ' +
      "read or written, and run_failed and run_finally still run.",
  ),
  paragraph(
    "Hooks count only in files that belong to you or to root and that nobody else may write to. A dry " +
      "run runs none.",
  ),
  keyItems(HOOKS_SCHEMA),
  paragraph("They are told by their environment, empty where there is nothing to tell:"),
  { kind: "list", items: HOOK_VARIABLE_HELP },
];

import type { Spec } from "./setting_spec.ts";

/** The keys of the `[hooks]` table, see `SCHEMA`. */
export const HOOKS_SCHEMA = {
  "hooks.run_before": {
    type: "commands",
    default: [],
    description: "Commands to run before a backup reads or writes anything: text is for the " +
      "shell (sh), a list of text is one command with its arguments, a list with lists in it is " +
      "several commands. Those of a job come after those outside of all jobs.",
    example: "pg_dumpall --file=/var/backups/all.sql",
  },
  "hooks.run_after": {
    type: "commands",
    default: [],
    description: "Commands to run when a snapshot has been published. Those of a job come before " +
      "those outside of all jobs, here and in the next two.",
    example: ["sync", "--file-system", "/mnt/backup"],
  },
  "hooks.run_failed": {
    type: "commands",
    default: [],
    description: "Commands to run when no snapshot came of it, also after an interruption.",
    example: 'logger "phlb: $PHLB_ERROR"',
  },
  "hooks.run_finally": {
    type: "commands",
    default: [],
    description: "Commands to run at the end, whatever happened.",
    example: [["umount", "/mnt/backup"], ["hdparm", "-y", "/dev/sdb"]],
  },
  "hooks.on_failure": {
    type: "choice",
    choices: ["error", "warn", "ignore"],
    default: "error",
    description: 'What a command means that fails: "error": before the backup, there is none; ' +
      'after it, the exit code is 3. "warn": a warning. "ignore": a line in the log.',
    example: "warn",
  },
  "hooks.timeout": {
    type: "duration",
    default: "6h",
    description: "How long each command may take before it is ended and has failed. 0: no limit.",
    example: "30m",
  },
} as const satisfies Record<string, Spec>;

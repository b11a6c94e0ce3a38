import type { Command } from "commander";
import type { CommandContext } from "./command_context.ts";
import { addRebuildOptions, runRebuild } from "./rebuild.ts";

const EXAMPLES = `
Examples:
  mv /mnt/disk/copy-of-nas /mnt/backup/nas/2026-01-07-120000
  phlb add /mnt/backup                     take that in, and link duplicates
  phlb backup /net/nas /mnt/backup         then reads only what changed since
  phlb add /mnt/rsnapshot --adopt --name home --dry-run`;

/** Adds `phlb add`. */
export function addAddCommand(program: Command, { deps, finish }: CommandContext): void {
  const command = program.command("add")
    .summary("take in snapshots put there by hand")
    .description(
      "Takes in what lies in ROOT as <name>/<YYYY-MM-DD-HHMMSS>/: snapshots of PyHardLinkBackup, " +
        "copies put there by hand and, with --adopt, those of rsnapshot or rsync. Then replaces " +
        "duplicates by hard links of one file.",
    )
    .argument("[root]", "backup root; the configured destination if not given")
    .option("--adopt", "rename directories such as daily.0 or 2024-01-05 to snapshots")
    .option("--name <name>", "for those that lie directly in ROOT");
  addRebuildOptions(command);
  command.addHelpText("after", EXAMPLES).action(async (root, options) => {
    const given = { root, values: options, command: "add" } as const;
    finish(await runRebuild(given, { deps, link: true, adopt: options.adopt === true }));
  });
}

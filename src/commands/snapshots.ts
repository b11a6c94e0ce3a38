import { resolve } from "node:path";
import type { Command } from "commander";
import { AppError, EXIT } from "../base/app_error.ts";
import { printable } from "../base/path_bytes.ts";
import { noteOf, tagsOf } from "../base/kept_words.ts";
import type { ListedSnapshot, RootListing } from "../ops/list_snapshots.ts";
import { chooseLocale, loadFigures } from "../ui/figures.ts";
import { jsonLine, pathFields } from "../ui/json_lines.ts";
import { snapshotTable } from "../ui/snapshot_table.ts";
import type { CommandContext } from "./command_context.ts";
import type { CommandDeps } from "./command_deps.ts";

const EXAMPLES = `
Examples:
  phlb snapshots /mnt/backup
  phlb snapshots --name documents --json`;

interface SnapshotsOptions {
  readonly name?: string | undefined;
  readonly config?: string | undefined;
  readonly json?: true | undefined;
}

/** Adds `phlb snapshots`. */
export function addSnapshotsCommand(program: Command, { deps, finish }: CommandContext): void {
  program.command("snapshots")
    .summary("list the snapshots in a backup root")
    .description("Lists the snapshots in ROOT, by name and time.")
    .argument("[root]", "backup root; the configured destination if not given")
    .option("--name <name>", "only those of this name")
    .option("--config <file>", "read only this configuration file")
    .option("--json", "print a JSON line for each")
    .addHelpText("after", EXAMPLES)
    .action(async (root, options) => finish(await listCommand(root, { options, deps })));
}

async function listCommand(
  rootArgument: string | undefined,
  { options, deps }: { options: SnapshotsOptions; deps: CommandDeps },
) {
  const { loadConfig } = await import("../config/load_config.ts");
  const { cwd, env, home, files, terminal, operations } = deps;
  const configDeps = { reader: files, env, cwd, home };
  const { settings } = loadConfig(configDeps, {}, { configFile: options.config }).main;
  deps.useLocale?.(settings.locale);
  const root = rootArgument === undefined ? settings.destination : resolve(cwd, rootArgument);
  if (root === undefined) throw noRoot();
  const listing = await operations.listSnapshots({
    root,
    name: options.name,
    fileSystem: settings["performance.file_system"],
  });
  if (options.json === true) writeJson(listing, deps);
  else {
    const figures = await loadFigures(chooseLocale(settings.locale, env));
    terminal.out.write(snapshotTable(listing, figures));
    for (const { path, reason } of listing.skipped) {
      const text = figures.tell(`"${printable(path)}" is not listed: ${reason}`);
      terminal.err.write(`${figures.say("Warning:")} ${text}\n`);
    }
  }
  return EXIT.ok;
}

function noRoot(): AppError {
  return new AppError("Cannot list snapshots: no backup root is given", {
    code: "DESTINATION_UNSET",
    exitCode: EXIT.usage,
    hint: 'Give it as an argument, or set "destination" in phlb.toml or PHLB_DESTINATION',
  });
}

function writeJson({ snapshots, skipped }: RootListing, { terminal }: CommandDeps): void {
  for (const snapshot of snapshots) terminal.out.write(jsonLine(snapshotMessage(snapshot)));
  for (const { path, reason } of skipped) {
    const message = `"${path}" is not listed: ${reason}`;
    terminal.err.write(jsonLine({ message_type: "log", level: "warning", message }));
  }
}

function snapshotMessage(snapshot: ListedSnapshot) {
  const { id, name, time, kind, path, summary } = snapshot;
  return {
    message_type: "snapshot",
    snapshot_id: id,
    name,
    time,
    kind,
    ...pathFields(path),
    complete: kind === "bare" ? null : kind === "phlb",
    source: summary?.source ?? null,
    started_at: summary?.started_at ?? null,
    duration_seconds: summary?.duration_seconds ?? null,
    counts: summary?.counts ?? null,
    bytes: summary?.bytes ?? null,
    pinned: snapshot.marks?.pinned === true,
    tags: tagsOf(snapshot),
    note: noteOf(snapshot) ?? null,
  };
}

import type { Job, Origin } from "../../config/config.ts";
import { originText } from "../../config/config.ts";
import type { ListKey } from "../../config/schema.ts";
import { AppError, EXIT } from "../../base/app_error.ts";
import { STAT } from "../../fs/stat_table.ts";
import { lonePattern, type PatternFile, patternLines } from "../select/pattern_file.ts";
import type { BackupDeps } from "../deps.ts";
import type { RootDir } from "./preflight.ts";
import type { SelectRules } from "../select/select.ts";

/**
 * Reads the files of `exclude.from`.
 *
 * @throws {AppError} EXCLUDE_FILE_UNREADABLE
 */
export function readPatternFiles(job: Job, deps: Pick<BackupDeps, "readText">): PatternFile[] {
  return job.settings["exclude.from"].map((path) => ({ path, text: readPatterns(deps, path) }));
}

function readPatterns(deps: Pick<BackupDeps, "readText">, path: string): string {
  try {
    const text = deps.readText(path);
    if (text !== undefined) return text;
  } catch (cause) {
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause));
  }
  throw unreadable(path, "no such file");
}

function unreadable(path: string, reason: string): AppError {
  return new AppError(`Cannot read the exclude patterns in "${path}": ${reason}`, {
    code: "EXCLUDE_FILE_UNREADABLE",
    exitCode: EXIT.usage,
    hint: "Correct --exclude-from or `exclude.from`; nothing was backed up",
  });
}

/** The rules of a job for step 2, each with the layer it comes from. */
export function jobRules(
  job: Job,
  { patternFiles, rootInSource }: {
    /** The files that `exclude.from` names, read. */
    patternFiles: readonly PatternFile[];
    /** The backup root, when it lies inside the source. */
    rootInSource: RootDir | undefined;
  },
): SelectRules {
  const { settings, origins } = job;
  const layerOf = (key: keyof typeof origins) => originText(origins[key]);
  const items = (key: ListKey): { item: string; layer: string }[] =>
    settings[key].map((item, i) => ({ item, layer: itemLayer(job.itemOrigins[key][i]) }));
  const names = (key: ListKey) => items(key).map(({ item, layer }) => ({ name: item, layer }));
  const patterns = items("exclude.patterns").map(({ item, layer }) => lonePattern(item, layer));
  const largerThan = settings["exclude.larger_than"];
  return {
    dirs: names("exclude.dirs"),
    patterns: [...patternFiles.flatMap(patternLines), ...patterns],
    ifPresent: names("exclude.if_present"),
    caches: settings["exclude.caches"] ? { layer: layerOf("exclude.caches") } : undefined,
    largerThan: largerThan === undefined
      ? undefined
      : { bytes: largerThan, layer: layerOf("exclude.larger_than") },
    ignoreFiles: names("exclude.ignore_files"),
    oneFileSystem: settings["backup.one_file_system"]
      ? { layer: layerOf("backup.one_file_system") }
      : undefined,
    ...(rootInSource === undefined ? {} : { backupRoot: identity(rootInSource) }),
  };
}

function itemLayer(origin: Origin | undefined): string {
  return origin === undefined ? "default" : originText(origin);
}

function identity({ stats }: RootDir): NonNullable<SelectRules["backupRoot"]> {
  return {
    devMajor: stats.get(0, STAT.devMajor),
    devMinor: stats.get(0, STAT.devMinor),
    ino: String(stats.ino(0)),
  };
}

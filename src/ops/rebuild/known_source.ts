/**
 * What can be found out about where a snapshot without a readable manifest comes from.
 *
 * @module
 */
import { isoTime } from "../../backup/snapshot/iso_time.ts";
import { decodeName, joinRel } from "../../base/path_bytes.ts";
import { type FileSystem, FsError } from "../../fs/file_system.ts";
import { StatTable } from "../../fs/stat_table.ts";
import { companionName } from "../../store/layout.ts";
import type { ManifestHeader } from "../../store/manifest_header.ts";
import type { OpenedSnapshot } from "../read/open_snapshot.ts";

/** The part of a manifest's header that tells of the source. */
export type KnownSource = Pick<
  ManifestHeader,
  "source" | "startedAt" | "hostname" | "previous" | "protect" | "forgotten"
>;

/** Stands for the name of a computer that nobody wrote down. */
const UNKNOWN_HOST = "unknown";

/** Read of a log at most: PyHardLinkBackup writes what we look for at its beginning. */
const LOG_BYTES = 256 * 1024;

/**
 * From the header of the damaged manifest, else the summary, else the log of PyHardLinkBackup 1.x;
 * when none of them says so, the snapshot itself stands for its source.
 */
export function knownSource(
  fs: FileSystem,
  snapshot: OpenedSnapshot,
  header: ManifestHeader | undefined,
): KnownSource {
  if (header !== undefined && header.source !== "") {
    const { source, startedAt, hostname, previous, protect, forgotten } = header;
    const known = { source, startedAt, hostname, previous, protect };
    return forgotten === undefined ? known : { ...known, forgotten };
  }
  const { summary, ref } = snapshot;
  if (summary !== undefined) {
    const { source, started_at: startedAt, hostname, protect } = summary;
    return { source, startedAt, hostname, previous: undefined, protect };
  }
  return {
    source: sourceInLog(fs, snapshot) ?? snapshot.path,
    startedAt: isoTime(ref.date ?? mtimeOf(fs, snapshot)),
    hostname: UNKNOWN_HOST,
    previous: undefined,
  };
}

/** The source that a log of PyHardLinkBackup 1.x names in its first lines. */
export function sourceInLogText(text: string, snapshotDir: string): string | undefined {
  for (const line of text.split("\n")) {
    const found = / - Backup (\/.*) to (\/.*)$/.exec(line.trimEnd());
    const [, source, target] = found ?? [];
    if (source !== undefined && target?.endsWith(`/${snapshotDir}`) === true) return source;
  }
  return undefined;
}

function sourceInLog(fs: FileSystem, { nameDir, ref }: OpenedSnapshot): string | undefined {
  if (!ref.companions.has("log")) return undefined;
  try {
    const file = fs.openFile(nameDir, companionName(ref.time, "log"));
    try {
      const buffer = new Uint8Array(LOG_BYTES);
      const text = decodeName(buffer.subarray(0, fs.read(file, buffer, 0)));
      return sourceInLogText(text, joinRel(ref.name, ref.time));
    } finally {
      fs.closeFile(file);
    }
  } catch (error) {
    if (error instanceof FsError) return undefined;
    throw error;
  }
}

function mtimeOf(fs: FileSystem, { dir }: OpenedSnapshot): Date {
  const stats = new StatTable(1);
  fs.lstat(dir, "", stats, 0);
  return new Date(Number(stats.mtimeNs(0) / 1_000_000n));
}

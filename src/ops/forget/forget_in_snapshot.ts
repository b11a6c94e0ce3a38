/**
 * Takes paths out of one snapshot: the manifest first, which says so from then on, then the files, then
 * the summaries. Cut off anywhere, a later run finishes it.
 *
 * @module
 */
import { encodeName } from "../../base/path_bytes.ts";
import type { LogLevel } from "../../backup/snapshot/run_log.ts";
import { DirCache } from "../../fs/open_path.ts";
import { fileChunks } from "../../store/file_chunks.ts";
import { fileSha256 } from "../../store/file_digest.ts";
import { type ForgottenPath, MAX_FORGOTTEN, PathSet } from "../../store/forgotten.ts";
import { companionName, PRIVATE_DIR } from "../../store/layout.ts";
import { readManifest } from "../../store/manifest_reader.ts";
import { formatSummaryJson, type Summary } from "../../store/summary.ts";
import { Cancelled } from "../../threads/cancel.ts";
import { forgottenIn } from "../read/forgotten_in.ts";
import { type OpenedSnapshot, openSnapshot } from "../read/open_snapshot.ts";
import { type CollectedDir, DirCollector } from "../rebuild/dir_collector.ts";
import { rewriteManifest } from "../rebuild/manifest_rewrite.ts";
import { dropSignature, NewCompanion } from "../rebuild/new_manifest.ts";
import { parentOf } from "../search/entries_below.ts";
import { giveTurn } from "../search/snapshot_entries.ts";
import { cleanDir } from "./clean_dir.ts";
import type { ForgetDeps, ForgetTarget } from "./forget_deps.ts";
import { tooMany } from "./look_into.ts";

/** What is written down about it. */
export interface ForgetRecord {
  /** The backup root, absolute. */
  readonly root: string;
  readonly at: string;
  readonly by: string;
  /** gzip level of manifests. */
  readonly level: number;
}

/**
 * Does what the target says, durably but for what a sync of the file system is for.
 *
 * @throws {FsError} {Cancelled}
 */
export async function forgetInSnapshot(
  deps: ForgetDeps,
  target: ForgetTarget,
  record: ForgetRecord,
): Promise<void> {
  const snapshot = openSnapshot(deps.fs, { root: record.root, ref: target.ref });
  try {
    const before = await forgottenIn(deps.fs, snapshot);
    const { at, by } = record;
    const added = target.paths.map((path): ForgottenPath => ({ ...path, at, by }));
    if (before.length + added.length > MAX_FORGOTTEN) throw tooMany(target.id);
    if (added.length > 0) await writeManifest(deps, snapshot, { added, level: record.level });
    const paths = [...added.map(({ relPath }) => relPath), ...target.unfinished];
    await removeEntries(deps, snapshot, paths);
    writeSummaries(deps, snapshot, [...before, ...added]);
  } finally {
    snapshot.close();
  }
}

async function writeManifest(
  deps: ForgetDeps,
  opened: OpenedSnapshot,
  { added, level }: { added: readonly ForgottenPath[]; level: number },
): Promise<void> {
  const { fs } = deps;
  const { nameDir, ref } = opened;
  const fileName = companionName(ref.time, "manifest");
  const paths = new PathSet(added.map(({ relPath }) => relPath));
  const file = new NewCompanion(fs, nameDir, fileName);
  try {
    await rewriteManifest({
      chunks: fileChunks(fs, nameDir, fileName),
      sink: (bytes) => file.write(bytes),
      level,
      storedMtime: () => undefined,
      replacedSha256: fileSha256(fs, nameDir, fileName),
      isForgotten: (relPath) => paths.has(relPath),
      forgotten: added,
      onTurn: () => giveTurn(deps),
    });
    const log = (level: LogLevel, message: string) => deps.onEvent({ kind: "log", level, message });
    dropSignature({ fs, log }, opened);
    file.publish({ replacing: true });
  } finally {
    file.discard();
  }
}

async function removeEntries(
  deps: ForgetDeps,
  { nameDir, dir, rootDir, ref }: OpenedSnapshot,
  paths: readonly string[],
): Promise<void> {
  const byParent = Map.groupBy(paths, parentOf);
  const { fs, signal } = deps;
  const privateDir = fs.openDir(rootDir, PRIVATE_DIR);
  const dirs = new DirCache(fs, dir);
  const collector = new DirCollector((collected: CollectedDir) => {
    const gone = byParent.get(collected.relPath);
    if (gone === undefined) return;
    const names = new Set(gone.map((path) => path.slice(path.lastIndexOf("/") + 1)));
    const isCancelled = () => signal.aborted;
    const into = dirs.get(collected.relPath);
    cleanDir(fs, into, { privateDir, collected, names, isCancelled });
    if (signal.aborted) throw new Cancelled();
  });
  try {
    let names = 0;
    const chunks = fileChunks(fs, nameDir, companionName(ref.time, "manifest"));
    for await (const section of readManifest(chunks)) {
      collector.add(section);
      names += section.names.length + 1;
      if (names < TURN_NAMES) continue;
      names = 0;
      await giveTurn(deps);
    }
    collector.finish();
  } finally {
    dirs.close();
    fs.closeDir(privateDir);
  }
}

/** Names after which signals get their turn. */
const TURN_NAMES = 20_000;

/** Says in the summaries what was forgotten; the counts of the run stay what they were. */
function writeSummaries(
  deps: ForgetDeps,
  { summary: before, ref, nameDir, path }: OpenedSnapshot,
  forgotten: readonly ForgottenPath[],
): void {
  if (before === undefined) return;
  const told = forgotten.map(({ relPath, at, by, entries, bytes }) =>
    ({ path: relPath, at, by, entries, bytes }) as const
  );
  const summary: Summary = { ...before, forgotten: told };
  const texts = {
    summaryText: deps.summaryText(summary, path),
    summaryJson: formatSummaryJson(summary),
  };
  for (const kind of ["summaryText", "summaryJson"] as const) {
    if (!ref.companions.has(kind)) continue;
    const file = new NewCompanion(deps.fs, nameDir, companionName(ref.time, kind));
    try {
      file.write(encodeName(texts[kind]));
      file.publish({ replacing: true });
    } finally {
      file.discard();
    }
  }
}

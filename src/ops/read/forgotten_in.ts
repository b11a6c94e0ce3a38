import { printable } from "../../base/path_bytes.ts";
import { FsError } from "../../fs/file_system.ts";
import type { FileSystem } from "../../fs/file_system.ts";
import { fileChunks } from "../../store/file_chunks.ts";
import { forgottenAt, type ForgottenPath, forgottenReason } from "../../store/forgotten.ts";
import { companionName } from "../../store/layout.ts";
import { ManifestError, readManifestHeader } from "../../store/manifest_reader.ts";
import { isWithin } from "../../store/raw_entry.ts";
import type { OpsDeps } from "../ops_deps.ts";
import type { OpenedSnapshot } from "./open_snapshot.ts";

/** What was taken out of a snapshot, as far as its manifest can be read. */
export async function forgottenIn(
  fs: FileSystem,
  { hasManifest, nameDir, ref }: OpenedSnapshot,
): Promise<readonly ForgottenPath[]> {
  if (!hasManifest) return [];
  try {
    const name = companionName(ref.time, "manifest");
    return (await readManifestHeader(fileChunks(fs, nameDir, name)))?.forgotten ?? [];
  } catch (error) {
    if (error instanceof ManifestError || error instanceof FsError) return [];
    throw error;
  }
}

/** Why the snapshot does not have `relPath`, when somebody took it out; goes on from `…: `. */
export async function whyForgotten(
  fs: FileSystem,
  snapshot: OpenedSnapshot,
  relPath: string,
): Promise<string | undefined> {
  const found = forgottenAt(await forgottenIn(fs, snapshot), relPath);
  return found === undefined ? undefined : forgottenReason(found);
}

/** Paths that are told one by one. */
const TOLD = 10;

/** Warns of what was taken out of the part of a snapshot that lies at and below `scope`. */
export async function tellForgotten(
  { fs, onEvent }: Pick<OpsDeps, "fs" | "onEvent">,
  snapshot: OpenedSnapshot,
  scope: string,
): Promise<void> {
  const all = await forgottenIn(fs, snapshot);
  const found = all.filter(({ relPath }) => isWithin(relPath, scope));
  const warn = (message: string) => onEvent({ kind: "log", level: "warning", message });
  for (const one of found.slice(0, TOLD)) {
    const path = printable(`${snapshot.id}/${one.relPath}`);
    warn(`"${path}" is not there: ${forgottenReason(one)}`);
  }
  if (found.length <= TOLD) return;
  warn(`${found.length - TOLD} more paths of "${printable(snapshot.id)}" were forgotten`);
}

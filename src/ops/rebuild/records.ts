/**
 * What is recorded of a snapshot, section by section: from its manifest, from where that is damaged
 * on and without one from the tree itself.
 *
 * @module
 */
import { companionName } from "../../store/layout.ts";
import { type FileSystem, FsError } from "../../fs/file_system.ts";
import { fileChunks } from "../../store/file_chunks.ts";
import { ManifestError, readManifestHeader } from "../../store/manifest_reader.ts";
import type { ManifestHeader } from "../../store/manifest_header.ts";
import type { ManifestSection } from "../../store/section.ts";
import type { Problem } from "../../base/problem.ts";
import { isPredecessors, type OpenedSnapshot } from "../read/open_snapshot.ts";
import { type Position, treeSections } from "../read/tree_sections.ts";

/** The state of a snapshot's manifest. */
export type ManifestState =
  | { readonly kind: "sound"; readonly header: ManifestHeader | undefined }
  | { readonly kind: "none" }
  | {
    readonly kind: "damaged";
    readonly reason: string;
    /** As far as it can be read. */
    readonly header: ManifestHeader | undefined;
  };

/**
 * Reads a manifest to its end, to know whether it can be believed. `onTurn` is awaited every now and
 * then; what it throws ends the reading.
 */
export async function checkManifest(
  fs: FileSystem,
  snapshot: OpenedSnapshot,
  onTurn: () => Promise<void>,
): Promise<ManifestState> {
  const sections = snapshot.manifest();
  if (sections === undefined) return { kind: "none" };
  let header: ManifestHeader | undefined;
  try {
    const fileName = companionName(snapshot.ref.time, "manifest");
    header = await readManifestHeader(fileChunks(fs, snapshot.nameDir, fileName));
    let names = 0;
    for await (const section of sections) {
      names += section.names.length;
      if (names < TURN_NAMES) continue;
      names = 0;
      await onTurn();
    }
    return { kind: "sound", header };
  } catch (error) {
    if (!(error instanceof ManifestError) && !(error instanceof FsError)) throw error;
    return { kind: "damaged", reason: error.message, header };
  }
}

/** Names after which signals get their turn. */
const TURN_NAMES = 20_000;

/** A section and where it is from. */
export interface RecordedSection {
  readonly section: ManifestSection;
  /** Its stats are those of the stored files. */
  readonly fromTree: boolean;
}

/**
 * The sections of a snapshot in their order.
 *
 * @throws {FsError} when the snapshot's directory cannot be read
 */
export async function* recordedSections(
  fs: FileSystem,
  snapshot: OpenedSnapshot,
  { onProblem }: { onProblem: (problem: Problem) => void },
): AsyncGenerator<RecordedSection> {
  const manifest = snapshot.manifest();
  let after: Position | undefined;
  if (manifest !== undefined) {
    try {
      for await (const section of manifest) {
        after = { relPath: section.relPath, name: section.names.at(-1) };
        yield { section, fromTree: false };
      }
      return;
    } catch (error) {
      if (!(error instanceof ManifestError) && !(error instanceof FsError)) throw error;
    }
  }
  const ownSums = ownsSums(snapshot);
  const from = after === undefined ? {} : { after };
  const tree = treeSections({ fs, dir: snapshot.dir, ownSums, onProblem, ...from });
  for (const section of tree) yield { section, fromTree: true };
}

/**
 * Whether the checksum files in a tree are phlb's or 1.x's: those write a log, and `phlb rebuild` a
 * summary, but the manifest before that and the checksum files after it.
 */
export function ownsSums({ ref, hasManifest }: OpenedSnapshot): boolean {
  return hasManifest || isPredecessors(ref) || ref.companions.has("summaryJson");
}

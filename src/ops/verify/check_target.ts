/**
 * Checks the tree of one snapshot: against its manifest, and where that ends early or is missing
 * against the checksum files of the tree itself.
 *
 * @module
 */
import { AppError, EXIT } from "../../base/app_error.ts";
import { printable } from "../../base/path_bytes.ts";
import { type FileSystem, FsError } from "../../fs/file_system.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import { forgottenAt, type ForgottenPath, forgottenReason } from "../../store/forgotten.ts";
import { companionName } from "../../store/layout.ts";
import { ManifestError } from "../../store/manifest_reader.ts";
import type { ManifestSection } from "../../store/section.ts";
import { forgottenIn } from "../read/forgotten_in.ts";
import { isPredecessors, type OpenedSnapshot } from "../read/open_snapshot.ts";
import type { Position } from "../read/tree_sections.ts";
import { BareCheck } from "./bare_check.ts";
import { joinSections } from "./join_sections.ts";
import { type CheckListener, RecordedCheck } from "./recorded_check.ts";
import { scopeOf } from "./scope.ts";
import type { TargetState } from "./target_state.ts";
import type { TreePlan, TreeSection } from "./threads/verify_messages.ts";
import { isOldTree } from "../read/tree_sections.ts";
import { statIfThere } from "../../fs/stat_if_there.ts";

/** What {@link checkTarget} works with. */
export interface CheckOptions {
  readonly fs: FileSystem;
  readonly snapshot: OpenedSnapshot;
  /** See {@link VerifyLanes.tree}. */
  readonly tree: (plan: TreePlan) => AsyncGenerator<TreeSection>;
  readonly listener: CheckListener;
}

/**
 * Checks one snapshot; sets what is found out about it in `target`.
 *
 * @throws {PATH_UNKNOWN} when neither manifest nor tree have what is wanted of it
 */
export async function checkTarget(target: TargetState, options: CheckOptions): Promise<void> {
  const { fs, snapshot, listener } = options;
  target.hasManifest = snapshot.hasManifest;
  target.forgotten = await forgottenIn(fs, snapshot);
  target.rules = { owners: hasOwners(fs, snapshot) };
  try {
    const after = await checkRecorded(target, options);
    if (after !== DONE) await checkBare(target, options, after);
  } catch (error) {
    // Only the directory itself is told so; what is wrong with an entry is in the sections.
    if (!(error instanceof FsError)) throw error;
    listener.onFinding(target.address.relPath, { code: "unreadable", reason: error.message });
  }
  const { counts: { entries, problems }, address: { relPath, id } } = target;
  if (relPath !== "" && entries === 0 && problems === 0) {
    throw pathUnknown(relPath, { id, forgotten: forgottenAt(target.forgotten, relPath) });
  }
}

/** The manifest was there and whole. */
const DONE = Symbol("done");

/** The manifest breaks off, or the system would not let us read it. */
class ManifestCut extends Error {
  readonly code: "manifest" | "unreadable";

  constructor(error: ManifestError | FsError) {
    const refusal = error instanceof FsError ? error : error.cause;
    const isRefused = refusal instanceof FsError;
    super(isRefused ? refusal.message : error.message.replace(/^Cannot read the manifest: /, ""));
    this.code = isRefused ? "unreadable" : "manifest";
  }
}

/** Up to where the manifest went; undefined: there is none, or nothing of it can be read. */
async function checkRecorded(
  target: TargetState,
  { snapshot, tree, listener }: CheckOptions,
): Promise<Position | undefined | typeof DONE> {
  const { relPath: below } = target.address;
  const sections = snapshot.manifest();
  if (sections === undefined) return undefined;
  const { rules, forgotten } = target;
  const check = new RecordedCheck(listener, { rules, forgotten });
  const recorded = new RecordedPart(sections, { below, onFirst: (first) => check.begin(first) });
  const found = tree({ snapshotDir: target.dir, below, bare: undefined });
  try {
    await joinSections(recorded.sections(), found, check);
    check.end();
    return DONE;
  } catch (error) {
    if (!(error instanceof ManifestCut)) throw error;
    check.cut();
    const name = companionName(snapshot.ref.time, "manifest");
    const reason =
      `its manifest "${printable(name)}" cannot be read to its end (${error.message}); ` +
      "what comes after that was checked with the checksum files alone";
    listener.onFinding("", { code: error.code, reason });
    return recorded.position;
  } finally {
    await sections.return(undefined);
  }
}

interface PartOptions {
  readonly below: string;
  readonly onFirst: (section: ManifestSection) => void;
}

/** The wanted sections of a manifest, and how far it was read. */
class RecordedPart {
  readonly #all: AsyncGenerator<ManifestSection>;
  readonly #options: PartOptions;
  position: Position | undefined;

  constructor(all: AsyncGenerator<ManifestSection>, options: PartOptions) {
    this.#all = all;
    this.#options = options;
  }

  async *sections(): AsyncGenerator<ManifestSection> {
    const { below, onFirst } = this.#options;
    const scope = scopeOf(below);
    try {
      for await (const section of this.#all) {
        if (this.position === undefined) onFirst(section);
        this.position = { relPath: section.relPath, name: section.names.at(-1) };
        const part = scope.partOf(section);
        if (part !== undefined) yield part;
      }
    } catch (error) {
      if (!(error instanceof ManifestError) && !(error instanceof FsError)) throw error;
      throw new ManifestCut(error);
    }
  }
}

async function checkBare(
  target: TargetState,
  { fs, snapshot, tree, listener }: CheckOptions,
  after: Position | undefined,
): Promise<void> {
  const ownSums = snapshot.hasManifest || isPredecessors(snapshot.ref);
  const check = new BareCheck(listener, { isOld: isOldTree(fs, snapshot.dir), after });
  const { relPath: below } = target.address;
  const plan = { snapshotDir: target.dir, below, bare: { ownSums, after } };
  for await (const section of tree(plan)) {
    check.section(section);
    await listener.pause();
  }
  check.end();
}

/** Whether root made the snapshot and the file system keeps owners: so do the snapshot's files. */
function hasOwners(fs: FileSystem, { hasManifest, nameDir, ref }: OpenedSnapshot): boolean {
  if (!hasManifest || !fs.abilities.ownership) return false;
  const stats = new StatTable(1);
  return statIfThere(fs, { dir: nameDir, name: companionName(ref.time, "manifest"), stats }) &&
    stats.get(0, STAT.uid) === 0;
}

function pathUnknown(
  relPath: string,
  { id, forgotten }: { id: string; forgotten: ForgottenPath | undefined },
): AppError {
  const reason = forgotten === undefined ? "" : `: ${forgottenReason(forgotten)}`;
  return new AppError(
    `Cannot find "${printable(relPath)}" in the snapshot "${printable(id)}"${reason}`,
    {
      code: "PATH_UNKNOWN",
      exitCode: EXIT.usage,
      hint: `phlb ls ${printable(id)} lists what it holds`,
    },
  );
}

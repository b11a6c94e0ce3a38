import type { Problem } from "../../base/problem.ts";
import { type FileSystem, FsError } from "../../fs/file_system.ts";
import type { StatTable } from "../../fs/stat_table.ts";
import type { ForgottenPath } from "../../store/forgotten.ts";
import { snapshotDir } from "../../store/layout.ts";
import { isWithin } from "../../store/raw_entry.ts";
import { placeOf } from "../../store/snapshots.ts";
import type { Address } from "../read/address.ts";
import { type OpenedSnapshot, openSnapshot } from "../read/open_snapshot.ts";
import type { ChainLink } from "./check_chain.ts";
import type { CompareRules } from "./compare_entry.ts";
import { type Difference, finding } from "./finding.ts";

/** What a verify found out about one snapshot. */
export interface VerifiedSnapshot {
  /** `<name>/<time>`. */
  readonly snapshotId: string;
  /** The part that was verified; `""`: all of it. */
  readonly relPath: string;
  readonly hasManifest: boolean;
  /** How its manifest goes on from the one before; undefined when it has none that can be read. */
  readonly chain: Omit<ChainLink, "ref"> | undefined;
  /** Which of the allowed signers signed its manifest; undefined when nobody did or was asked for. */
  readonly signer: string | undefined;
  /** Findings. */
  readonly problems: number;
  /** Entries of any kind, regular files among them, and the bytes of these by their record. */
  readonly entries: number;
  readonly files: number;
  readonly bytes: number;
  /** Files of which nobody knows what their content should be. */
  readonly filesWithoutDigest: number;
  /** Content that was read for this snapshot; what several share counts for the first. */
  readonly filesRead: number;
  readonly bytesRead: number;
  readonly durationSeconds: number;
  /** Whether all of its entries were looked at. */
  readonly isComplete: boolean;
  /** Somebody removed it meanwhile (a prune, as a rule). */
  readonly wasRemoved: boolean;
  /** What was taken out of it, by phlb forget-path. */
  readonly forgotten: readonly ForgottenPath[];
}

/** What there is at a path. */
export interface Look {
  /** In row 0; undefined when nothing can be seen there. */
  readonly stats: StatTable | undefined;
  /** Whether that is because there is nothing, and not because the disk fails. */
  readonly isGone: boolean;
}

/** Findings after which it is worth a look whether the snapshot is still there. */
const LOSSES: ReadonlySet<string> = new Set(["missing", "unreadable"]);

/** A snapshot that is being verified: counts, and where findings of it go. */
export class TargetState {
  readonly address: Address;
  /** Relative to the backup root. */
  readonly dir: string;
  /** The number of the target in its run. */
  readonly number: number;
  readonly counts = {
    problems: 0,
    entries: 0,
    files: 0,
    bytes: 0,
    filesWithoutDigest: 0,
    filesRead: 0,
    bytesRead: 0,
  };
  rules: CompareRules = { owners: false };
  hasManifest = false;
  chain: VerifiedSnapshot["chain"];
  signer: string | undefined;
  forgotten: readonly ForgottenPath[] = [];
  durationSeconds = 0;
  isComplete = false;
  #wasRemoved = false;
  #hasBlindSpots = false;
  readonly #look: (relPath: string) => Look;
  readonly #onProblem: (problem: Problem) => void;

  constructor(
    address: Address,
    { number, look, onProblem }: {
      number: number;
      /** Looks at a path relative to the backup root. */
      look: (relPath: string) => Look;
      onProblem: (problem: Problem) => void;
    },
  ) {
    this.address = address;
    this.dir = snapshotDir(placeOf(address.ref));
    this.number = number;
    this.#look = look;
    this.#onProblem = onProblem;
  }

  get wasRemoved(): boolean {
    return this.#wasRemoved;
  }

  /** Whether some of it could not be read, so that it may hold more than was met. */
  get hasBlindSpots(): boolean {
    return this.#hasBlindSpots;
  }

  markRemoved(): void {
    this.#wasRemoved = true;
  }

  /** Tells a finding, unless the whole snapshot is gone. */
  report(relPath: string, difference: Difference): void {
    if (this.#wasRemoved) return;
    if (LOSSES.has(difference.code) && this.#look(this.dir).isGone) {
      this.#wasRemoved = true;
      return;
    }
    if (difference.code === "unreadable") this.#hasBlindSpots = true;
    this.counts.problems++;
    this.#onProblem(finding({ snapshotId: this.address.id, relPath }, difference));
  }

  get result(): VerifiedSnapshot {
    const { address: { id, relPath }, hasManifest, chain, signer, durationSeconds, isComplete } =
      this;
    return {
      snapshotId: id,
      relPath,
      hasManifest,
      chain,
      signer,
      ...this.counts,
      durationSeconds,
      isComplete,
      wasRemoved: this.#wasRemoved,
      forgotten: this.forgotten.filter((one) => isWithin(one.relPath, relPath)),
    };
  }
}

/** Opens a target's snapshot; undefined when it was removed since it was listed. */
export function openTarget(fs: FileSystem, address: Address): OpenedSnapshot | undefined {
  try {
    return openSnapshot(fs, address);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && error.cause instanceof FsError && error.cause.code === "ENOENT";
}

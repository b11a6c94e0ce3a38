/**
 * What `phlb doctor` found out.
 *
 * @module
 */
import type { Space } from "../../fs/file_system.ts";
import type { Protection } from "../../store/protection.ts";
import type { RootFile } from "../../store/root_file.ts";
import type { Measurement } from "./bench.ts";
import type { Concern, Finding } from "./finding.ts";
import type { Mount } from "../../backup/run/mount_table.ts";
import type { Concerned, SourceTotals } from "./source_pass.ts";
import type { RootTraits } from "./traits.ts";
import type { FenceReport } from "./try_fence.ts";

/** Of a backup root. */
export interface RootReport {
  /** Absolute, without symlinks. */
  readonly path: string;
  readonly mount: Mount | undefined;
  readonly space: Space;
  /** Undefined where nothing could be written. */
  readonly traits: RootTraits | undefined;
  readonly fence: FenceReport | undefined;
  /** How the newest snapshot of each name is protected. */
  readonly protections: readonly NameProtection[];
  /** What stands in its `.phlb/root.json` now; undefined where there is none. */
  readonly file: RootFile | undefined;
  /** Why it was not written, one sentence without a full stop. */
  readonly notStored: string | undefined;
}

/** How the newest snapshot of a name keeps its files from being changed. */
export interface NameProtection {
  /** `""` for snapshots right in the root. */
  readonly name: string;
  readonly protect: Protection;
}

/** Of a source. */
export interface SourceReport {
  /** Absolute, without symlinks. */
  readonly path: string;
  readonly mount: Mount | undefined;
  readonly totals: SourceTotals;
  readonly concerned: ReadonlyMap<Concern, Concerned>;
  /** False when the time was over before all of it was seen. */
  readonly isWhole: boolean;
  readonly seconds: number;
}

/** All of it. */
export interface DoctorReport {
  readonly root: RootReport;
  readonly source: SourceReport | undefined;
  /** Worst first. */
  readonly findings: readonly Finding[];
  readonly measurements: readonly Measurement[];
}

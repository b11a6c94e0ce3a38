/**
 * Between steps 3 and 4, on main: what the linker is to do with a section, and what is left for the
 * hashers. A pure decision.
 *
 * @module
 */
import type { StatTable } from "../../fs/stat_table.ts";
import type { EntryRecord } from "../../store/section.ts";
import type { Job } from "../../config/config.ts";
import { changeTest, isSameMetadata, type PreviousEntry } from "./compare.ts";
import type { PreviousSnapshot } from "../run/previous_snapshot.ts";
import {
  ACTION,
  type KnownLinks,
  type LinkFailure,
  type LinkSection,
  type StoredMtime,
} from "../link/link_messages.ts";
import { printable } from "../../base/path_bytes.ts";
import {
  type FileRef,
  noteDamage,
  noteUnholdable,
  OUTCOME,
  pathOf,
  type SettlingSection,
} from "./settling.ts";

/** What {@link planLinks} needs to know of the run. */
export interface PlanOptions {
  readonly isUnchanged: (now: StatTable, row: number, previous: PreviousEntry) => boolean;
  /** `dedup.metadata = "inode"`: a file whose inode would differ from the entry is stored anew. */
  readonly linkSameMetadataOnly: boolean;
}

/** How a job decides what is unchanged. */
export function planOptions(job: Job, previous: PreviousSnapshot | undefined): PlanOptions {
  const { settings } = job;
  return {
    linkSameMetadataOnly: settings["dedup.metadata"] === "inode",
    isUnchanged: changeTest({
      checksum: settings["backup.checksum"],
      ignoreCtime: settings["backup.ignore_ctime"],
      ignoreInode: settings["backup.ignore_inode"],
      trustBeforeSec: previous?.startedAtSec ?? 0,
    }),
  };
}

/** Plans one section; what it takes over from the previous manifest goes into the records. */
export function planLinks(section: SettlingSection, options: PlanOptions): LinkSection {
  const { walked, stats } = section;
  const actions = new Uint8Array(walked.names.length);
  const storedMtimes = new Map<number, StoredMtime>();
  for (let index = 0; index < actions.length; index++) {
    const row = index + 1;
    const previous = section.previous.entries[index];
    const type = stats.type(row);
    if (type !== "file") describeOther(section, index);
    if (type !== "file" && type !== "link") {
      actions[index] = ACTION.create;
      continue;
    }
    const usable = previous !== undefined && options.isUnchanged(stats, row, previous) &&
      isLinkable(previous.record, { type, target: walked.linkTargets.get(row) }) &&
      (!options.linkSameMetadataOnly || hasOwnInode(section, { row, previous }));
    if (!usable) {
      actions[index] = type === "link" ? ACTION.create : ACTION.leave;
      continue;
    }
    actions[index] = ACTION.linkPrevious;
    const { record } = previous;
    if (record !== undefined) section.describe(index, record);
    if (record?.storedMtime !== undefined) storedMtimes.set(row, record.storedMtime);
  }
  return {
    relPath: walked.relPath,
    names: walked.names.join("/"),
    stats: stats.data,
    actions,
    storedMtimes,
    linkTargets: walked.linkTargets,
    xattrs: walked.xattrs,
    sameMetadataOnly: options.linkSameMetadataOnly,
  };
}

/** What the linker needs to be told of a plan: nothing of a section with nothing to link. */
export function withoutIdle<Plan extends LinkSection | KnownLinks>(plan: Plan): Plan | LinkSection {
  if (!("actions" in plan) || plan.actions.some((action) => action !== ACTION.leave)) return plan;
  return { ...plan, names: "", stats: NO_ROWS, actions: NO_ACTIONS };
}

const NO_ROWS = new Float64Array(0);
const NO_ACTIONS = new Uint8Array(0);

/** Takes over what the linker did; returns the files whose content is still to be seen to. */
export function applyLinks(
  section: SettlingSection,
  { plan, failures, previousDir }: {
    readonly plan: LinkSection;
    readonly failures: readonly LinkFailure[];
    readonly previousDir: string;
  },
): FileRef[] {
  const failed = new Map(failures.map((failure) => [failure.index, failure]));
  const left: FileRef[] = [];
  for (const [index, action] of plan.actions.entries()) {
    const ref = { section, index };
    const failure = failed.get(index);
    if (failure !== undefined) applyFailure(ref, { failure, previousDir });
    else if (action !== ACTION.leave) section.outcomes[index] = outcomeOf(section, index);
    if (section.outcomes[index] === OUTCOME.open) left.push(ref);
  }
  return left;
}

function outcomeOf(section: SettlingSection, index: number): number {
  return section.stats.type(index + 1) === "file" ? OUTCOME.linked : OUTCOME.made;
}

function applyFailure(
  ref: FileRef,
  { failure, previousDir }: { failure: LinkFailure; previousDir: string },
): void {
  const { section, index } = ref;
  const isFile = section.stats.type(index + 1) === "file";
  if (!isFile) section.outcomes[index] = OUTCOME.made; // the linker made it anew
  if (failure.kind === "damaged") {
    noteDamage(ref, `${previousDir}/${pathOf(ref)}`, failure.reason);
  }
  if (failure.kind === "unsupported" && isFile) noteUnholdable(ref, failure.reason);
  else if (failure.kind === "unsupported") {
    section.outcomes[index] = OUTCOME.recorded;
    section.describe(index, { state: "recorded" });
    section.problems.push({
      relPath: pathOf(ref),
      step: "link",
      code: "unsupported",
      message: `Cannot create "${printable(pathOf(ref))}" in the snapshot: ${failure.reason}; ` +
        "it is recorded in the manifest",
      stored: true,
    });
  }
  // A file starts over: nothing that the previous manifest said of it holds any more.
  if (isFile) section.records[index + 1] = undefined;
}

function describeOther(section: SettlingSection, index: number): void {
  const row = index + 1;
  const linkTarget = section.walked.linkTargets.get(row);
  const xattrs = section.walked.xattrs.get(row);
  if (linkTarget !== undefined) section.describe(index, { linkTarget });
  if (xattrs !== undefined) section.describe(index, { xattrs });
}

/** Whether the stored inode, as far as the manifest tells, says the same as the entry. */
function hasOwnInode(
  { stats }: SettlingSection,
  { row, previous }: { row: number; previous: PreviousEntry },
): boolean {
  return previous.record?.storedMtime === undefined && isSameMetadata(stats, row, previous);
}

function isLinkable(
  record: EntryRecord | undefined,
  { type, target }: { type: "file" | "link"; target: string | undefined },
): boolean {
  return type === "file" ? record?.digest !== undefined : record?.linkTarget === target;
}

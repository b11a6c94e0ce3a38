import { StatTable } from "../../fs/stat_table.ts";
import type { Xattrs } from "../../fs/file_system.ts";
import type { PlanStep } from "./planner.ts";
import type { SectionWork } from "./restore_messages.ts";
import { dirRow } from "./selected_sections.ts";

type SectionStep = Extract<PlanStep, { kind: "section" }>;

/** What a thread has to know of the entries `indices` of a section. */
export function workOf(
  { selected, actions, isNew }: SectionStep,
  indices: readonly number[],
): SectionWork {
  const { relPath, section, isFromTree } = selected;
  const digests: string[] = [];
  const sha512s = new Map<number, string>();
  const linkTargets = new Map<number, string>();
  const xattrs = new Map<number, Xattrs>();
  const recorded = new Set<number>();
  for (const [to, i] of indices.entries()) {
    const record = section.records[i + 1];
    digests.push(record?.digest ?? "");
    if (record === undefined) continue;
    if (record.sha512 !== undefined) sha512s.set(to, record.sha512);
    if (record.linkTarget !== undefined) linkTargets.set(to, record.linkTarget);
    if (record.xattrs !== undefined) xattrs.set(to, record.xattrs);
    if (record.state === "recorded") recorded.add(to);
  }
  return {
    relPath,
    storedPath: section.relPath,
    isNew,
    names: indices.map((i) => section.names[i] ?? ""),
    actions: Uint8Array.from(indices, (i) => actions[i] ?? 0),
    stats: section.stats.pick(indices.map((i) => i + 1)).data,
    digests,
    sha512s,
    linkTargets,
    xattrs,
    recorded,
    linkTo: new Map(),
    readsXattrs: isFromTree,
  };
}

/** The same with the directory's own line, to compare both. */
export function checkOf(
  step: SectionStep,
  { indices, checksDir }: { indices: readonly number[]; checksDir: boolean },
): SectionWork {
  const work = workOf(step, indices);
  if (!checksDir) return work;
  const { relPath, storedPath } = work;
  const { section } = step.selected;
  const xattrs = section.records[0]?.xattrs ?? [];
  const stats: StatTable = dirRow(section);
  return { ...work, dir: { relPath, storedPath, stats: stats.data, xattrs, existed: false } };
}

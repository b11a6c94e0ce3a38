/**
 * What a backup does for older snapshots: it met damaged stored files and has their contents anew, so
 * good copies take the place of the damaged ones. Only what shows without reading is looked for.
 *
 * @module
 */
import { joinRel } from "../../base/path_bytes.ts";
import type { HealRequest } from "../../backup/aftercare.ts";
import type { StatTable } from "../../fs/stat_table.ts";
import { partialName } from "../../store/layout.ts";
import type { ManifestSection } from "../../store/section.ts";
import { listSnapshots, type SnapshotRef } from "../../store/snapshots.ts";
import { WoundStore } from "../../store/wound_store.ts";
import { compareEntry, type RecordedEntry } from "../verify/compare_entry.ts";
import { describeFile } from "./describe_wounds.ts";
import { mendContents } from "./mend_contents.ts";
import { Origins } from "./origins.ts";
import { readRecords } from "./read_records.ts";
import { RepairWork } from "./repair_work.ts";
import { openStaging } from "./staging.ts";

/** Heals all names of the contents; resolves with how many are right again. */
export async function healStored(request: HealRequest): Promise<number> {
  const { fs, root, settings, cancel, partial, contents, log } = request;
  const complete = listSnapshots(fs, root.dir).snapshots.filter(({ kind }) => kind !== "partial");
  const own: SnapshotRef = { ...partial, date: undefined, kind: "partial", companions: new Set() };
  const snapshots = [...complete, own];
  const store = new WoundStore();
  const staging = openStaging(fs, root.dir);
  const deps = {
    fs,
    every: () => () => {},
    onHealed: () => {},
    onEvent: (event: { kind: string; level?: unknown; message?: unknown }) => {
      if (event.kind !== "log" || typeof event.message !== "string") return;
      log("info", event.message.replaceAll(partialName(partial.time), partial.time));
    },
  };
  const options = { dryRun: false, replicas: [], settings };
  const parts = { deps, options, root, snapshots, store, cancel, staging };
  const work = new RepairWork({ ...parts, needsRoom: true });
  try {
    await findDamaged(work, new Map(contents.map(({ digest, relPath }) => [digest, relPath])));
    const { units } = store.total();
    if (units === 0) return 0;
    fs.syncAll(root.dir); // what is linked to has to be there after a power cut
    const origins = new Origins(work, { trashFrom: snapshots.length });
    try {
      await mendContents(work, origins, () => {});
    } finally {
      origins.close();
    }
    return work.counts.names;
  } finally {
    staging.close();
    store.close();
  }
}

async function findDamaged(
  work: RepairWork,
  contents: ReadonlyMap<string, string>,
): Promise<void> {
  const own = work.snapshots.length - 1;
  for (const [number, ref] of work.snapshots.slice(0, own).entries()) {
    await readRecords(work, { root: work.root.path, ref }, {
      section: ({ section, fromTree }) => {
        if (!fromTree) noteDamaged(work, section, { number, contents });
      },
    });
  }
  for (const [digest, relPath] of contents) {
    if (!work.store.wants(digest)) continue;
    const found = work.look(work.pathOf({ snapshot: own, relPath }));
    if (found !== undefined) {
      work.store.addOrigin(digest, { root: 0, snapshot: own, relPath }, found);
    }
  }
}

function noteDamaged(
  work: RepairWork,
  section: ManifestSection,
  { number, contents }: { number: number; contents: ReadonlyMap<string, string> },
): void {
  for (const [i, name] of section.names.entries()) {
    const row = i + 1;
    const record = section.records[row];
    if (record?.digest === undefined || !contents.has(record.digest)) continue;
    if (section.stats.type(row) !== "file" || record.state !== undefined) continue;
    const relPath = joinRel(section.relPath, name);
    const found = work.look(work.pathOf({ snapshot: number, relPath }));
    const recorded = { stats: section.stats, row, record };
    const codes = found === undefined ? ["missing"] : differences(recorded, found);
    if (codes.length === 0) continue;
    const entry = { section, row, record, relPath };
    describeFile(work, { entry, snapshot: number, codes });
  }
}

function differences(recorded: RecordedEntry, found: StatTable): string[] {
  const there = { stats: found, row: 0, linkTarget: undefined };
  return compareEntry(recorded, there, { owners: false }).map(({ code }) => code);
}

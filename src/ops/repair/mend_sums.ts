/**
 * Step 5 of a repair: checksum files that are missing or not as they should be are written anew, as
 * the manifest has it.
 *
 * @module
 */
import { joinRel } from "../../base/path_bytes.ts";
import { FsError } from "../../fs/file_system.ts";
import { sumsFileName } from "../../store/checksum_file.ts";
import { openDirPath } from "../../fs/open_path.ts";
import { type CollectedDir, DirCollector } from "../rebuild/dir_collector.ts";
import { planDirSums, writeDirSums } from "../rebuild/dir_sums.ts";
import { compareNames } from "../../base/path_bytes.ts";
import { readRecords } from "./read_records.ts";
import type { RepairWork } from "./repair_work.ts";

/** Writes the checksum files of the directories that were noted. */
export async function mendSums(work: RepairWork): Promise<void> {
  for (const number of work.store.snapshotsWithSums()) {
    const ref = work.snapshots[number];
    if (ref === undefined) continue;
    const collector = new DirCollector((dir) => {
      if (!work.store.wantsSums({ snapshot: number, relPath: dir.relPath })) return;
      mendDir(work, number, dir);
    });
    await readRecords(work, { root: work.root.path, ref }, {
      section: ({ section, fromTree }) => {
        if (!fromTree) collector.add(section);
      },
    });
    collector.finish();
  }
}

function mendDir(work: RepairWork, snapshot: number, collected: CollectedDir): void {
  const { fs, root, store } = work;
  const at = { snapshot, relPath: collected.relPath };
  if (collected.digests.size === 0) return;
  let fileName = "";
  const why = work.refusal(() => {
    if (work.dryRun) return;
    const dir = openDirPath(fs, root.dir, work.pathOf(at));
    try {
      const plan = planAnyhow(work, dir, collected);
      fileName = plan.fileName;
      const privateDir = work.staging.dir;
      writeDirSums(fs, dir, { privateDir, ...plan, stats: collected.stats });
    } finally {
      fs.closeDir(dir);
    }
  });
  const isOf = (path: string) => path.startsWith(joinRel(at.relPath, "SHA256SUMS"));
  const findings = [...store.findings(snapshot)].filter(({ relPath }) => isOf(relPath));
  if (why !== undefined) return findings.forEach((finding) => store.markLeft(finding, why));
  const own = { snapshot, relPath: joinRel(at.relPath, fileName === "" ? "SHA256SUMS" : fileName) };
  const healed = findings.length === 0 ? [own] : findings.slice(0, 1);
  work.healed({ action: "checksums", names: 1, from: undefined, sizeBytes: 0 }, healed);
}

/** What a rebuild would write; where the lines are right already, the same lines once more. */
function planAnyhow(
  { fs }: RepairWork,
  dir: Parameters<typeof planDirSums>[1],
  collected: CollectedDir,
): { fileName: string; exists: boolean; lines: readonly { name: string; digest: string }[] } {
  const wanted = [...collected.digests].map(([name, digest]) => ({ name, digest }))
    .toSorted((a, b) => compareNames(a.name, b.name));
  try {
    const { fileName, exists } = planDirSums(fs, dir, { collected, isDamaged: () => false });
    return { fileName, exists, lines: wanted };
  } catch (error) {
    // It cannot be read: a new one takes its place.
    if (!(error instanceof FsError) || error.code !== "EIO") throw error;
    const fileName = sumsFileName((name) => collected.names.has(name));
    return { fileName, exists: true, lines: wanted };
  }
}

import { AppError } from "../../base/app_error.ts";
import { FsError } from "../../fs/file_system.ts";
import type { SnapshotRef } from "../../store/snapshots.ts";
import { type OpenedSnapshot, openSnapshot } from "../read/open_snapshot.ts";
import { type RecordedSection, recordedSections } from "../rebuild/records.ts";
import type { RepairWork } from "./repair_work.ts";

/** Names after which signals get their turn. */
const TURN_NAMES = 2000;

/** Which snapshot to read; `root` is absolute. */
export interface SnapshotToRead {
  readonly root: string;
  readonly ref: SnapshotRef;
}

/** What is done with it. */
export interface RecordReader {
  readonly open?: (opened: OpenedSnapshot) => Promise<void>;
  readonly section: (recorded: RecordedSection) => void;
}

/**
 * Hands all that is recorded of a snapshot to `reader`, from its manifest, and from its tree where
 * that is missing or damaged. What cannot be read is passed over: a verify has told it. False when
 * the snapshot cannot be opened.
 */
export async function readRecords(
  work: RepairWork,
  { root, ref }: SnapshotToRead,
  reader: RecordReader,
): Promise<boolean> {
  const opened = tryOpen(work, { root, ref });
  if (opened === undefined) return false;
  let isReading = true;
  try {
    await reader.open?.(opened);
    let names = 0;
    const options = { onProblem: () => {} };
    for await (const recorded of recordedSections(work.fs, opened, options)) {
      isReading = false; // what the reader does may fail for reasons of its own
      reader.section(recorded);
      isReading = true;
      names += recorded.section.names.length + 1;
      if (names < TURN_NAMES) continue;
      names = 0;
      await work.turn();
    }
    return true;
  } catch (error) {
    if (!isReading || !(error instanceof FsError)) throw error;
    return false;
  } finally {
    opened.close();
  }
}

function tryOpen({ fs }: RepairWork, snapshot: SnapshotToRead): OpenedSnapshot | undefined {
  try {
    return openSnapshot(fs, snapshot);
  } catch (error) {
    if (error instanceof AppError) return undefined;
    throw error;
  }
}

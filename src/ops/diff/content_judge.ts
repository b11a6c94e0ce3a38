import type { Problem } from "../../base/problem.ts";
import type { Settings } from "../../config/schema.ts";
import type { FileSystemKind } from "../../fs/file_system.ts";
import { FATE, type HashAnswer } from "../../backup/hash/hash_messages.ts";
import { fenceMissing } from "../../threads/fence_missing.ts";
import { CancelFlag } from "../../threads/cancel.ts";
import { type Lane, LazyLane } from "../../threads/lane.ts";
import type { OpenedSnapshot } from "../read/open_snapshot.ts";
import type { ReadCall, StartReader } from "../compare/reader_thread.ts";
import type { TreeEntry } from "./entry_cursor.ts";
import { settleVerdict, type Verdict } from "./judge_pair.ts";

/** Judges entries of which nobody wrote down what they contain. */
export interface ContentJudge {
  /** Reads what has to be read; content that cannot be read counts as changed and is a problem. */
  judge(before: TreeEntry, after: TreeEntry): Promise<Verdict>;
  close(): Promise<void>;
}

/** What {@link readContents} needs. */
export interface ContentJudgeOptions {
  readonly startReader: StartReader;
  readonly fileSystem: FileSystemKind;
  readonly fence: Settings["performance.fence"];
  readonly bufferBytes: number;
  readonly signal: AbortSignal;
  readonly onProblem: (problem: Problem) => void;
}

/**
 * Judges by reading the stored files, in threads that are started when there is one to read; `judge`
 * throws FENCE_MISSING when `fence` is `required` and a thread has none.
 */
export function readContents(
  { before, after }: { before: OpenedSnapshot; after: OpenedSnapshot },
  options: ContentJudgeOptions,
): ContentJudge {
  const cancel = new CancelFlag();
  const onAbort = () => cancel.raise();
  options.signal.addEventListener("abort", onAbort);
  if (options.signal.aborted) cancel.raise();
  const lanes = [before, after].map(({ path: dir }) => readerLane(dir, { cancel, options }));
  const [left, right] = lanes;
  return {
    judge: async (old, now) => {
      const digests = await Promise.all([
        digestOf(old, { lane: left, options }),
        digestOf(now, { lane: right, options }),
      ]);
      const sameContent = digests[0] !== undefined && digests[0] === digests[1];
      return settleVerdict(old, now, { sameContent });
    },
    close: async () => {
      options.signal.removeEventListener("abort", onAbort);
      cancel.raise();
      await Promise.all(lanes.map((lane) => lane.close()));
    },
  };
}

type ReaderLane = Lane<ReadCall, HashAnswer>;

function readerLane(
  dir: string,
  { cancel, options }: { cancel: CancelFlag; options: ContentJudgeOptions },
): ReaderLane {
  const { startReader, fileSystem, fence, bufferBytes } = options;
  return new LazyLane(async () => {
    const progress = new SharedArrayBuffer(4);
    const start = { fileSystem, cancel: cancel.shared, dir, bufferBytes, progress };
    const { lane, report } = await startReader({ ...start, fence: fence !== "off" });
    if (fence !== "required" || report.fence.raised) return lane;
    await lane.close();
    throw fenceMissing(report.fence);
  });
}

/** The recorded digest, else that of the stored file; undefined when it cannot be read. */
async function digestOf(
  { record, relPath, stats, row }: TreeEntry,
  { lane, options }: { lane: ReaderLane | undefined; options: ContentJudgeOptions },
): Promise<string | undefined> {
  if (record?.digest !== undefined || lane === undefined) return record?.digest;
  const slash = relPath.lastIndexOf("/");
  const groups = [{
    relPath: relPath.slice(0, Math.max(slash, 0)),
    names: [relPath.slice(slash + 1)],
  }];
  const answer = await lane.call({ files: { groups, stats: stats.pick([row]).data } });
  for (const problem of answer.problems) options.onProblem(comparisonProblem(problem));
  return answer.fates[0] === FATE.hashed ? answer.digests[0] : undefined;
}

/** A hasher's problem in the words of a comparison. */
export function comparisonProblem(problem: Problem): Problem {
  const message = problem.message.replace(/^Cannot back up /, "Cannot compare ");
  return { ...problem, step: "compare", message };
}

import type { Machine } from "../../../bench/machine.ts";
import type { Result } from "../../../bench/results.ts";

/** A result with these seconds. */
export function result(
  contender: string,
  seconds: readonly number[],
  more: Partial<Result> = {},
): Result {
  const runs = seconds.map((value) => ({ seconds: value, peakMib: 100 }));
  return {
    workload: "small",
    title: "5 files",
    step: "first",
    contender,
    command: [contender],
    runs,
    failure: undefined,
    ...more,
  };
}

/** Some machine. */
export const MACHINE: Machine = {
  date: "2026-01-07T08:52:47.324Z",
  cpu: "Sample <CPU>",
  cores: 2,
  memoryGib: 16,
  system: "Linux 6.1",
  fileSystem: "ext4",
  reflinks: false,
  loadBefore: 0.25,
  versions: { phlb: "phlb 0.1.0", cp: "cp 9.1" },
};

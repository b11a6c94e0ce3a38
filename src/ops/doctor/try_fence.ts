import type { Settings } from "../../config/schema.ts";
import type { FenceState } from "../../fs/fence.ts";
import { CancelFlag } from "../../threads/cancel.ts";
import type { Attempt, StartFenceTest } from "./fence_attempts.ts";
import { makeInner, type ProbePlace, touch } from "./probe_place.ts";

/** What came of trying the fence. */
export interface FenceReport {
  readonly wanted: Settings["performance.fence"];
  readonly state: FenceState;
  /** Empty where no fence was raised. */
  readonly attempts: readonly Attempt[];
  /** Whether the fence refused everything that it must, and nothing else. */
  readonly holds: boolean;
}

/** Raises the fence in a thread and tries it in `place`. */
export async function tryFence(
  place: ProbePlace,
  { wanted, startFenceTest }: {
    wanted: Settings["performance.fence"];
    startFenceTest: StartFenceTest;
  },
): Promise<FenceReport> {
  const [source, root] = [makeInner(place, "source"), makeInner(place, "root")];
  for (const side of [source, root]) {
    touch(side, "file");
    side.fs.makeDir(side.dir, "dir", 0o700);
  }
  const { lane, report } = await startFenceTest({
    fileSystem: place.fs.kind,
    fence: wanted !== "off",
    cancel: new CancelFlag().shared,
    sourceRoot: source.path,
    backupRoot: root.path,
  });
  try {
    const attempts = report.fence.raised ? await lane.call("try") : [];
    const holds = attempts.length > 0 && attempts.every(({ mayPass, outcome }) =>
      // EXDEV is Landlock's word for a link or rename out of a tree. What may pass can still be more
      // than the file system is able to do.
      mayPass ? outcome !== "EACCES" : outcome === "EACCES" || outcome === "EXDEV"
    );
    return { wanted, state: report.fence, attempts, holds };
  } finally {
    await lane.close();
    for (const side of [source, root]) side.fs.closeDir(side.dir);
  }
}

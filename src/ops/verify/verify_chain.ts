import type { Problem } from "../../base/problem.ts";
import { joinRel } from "../../base/path_bytes.ts";
import type { Dir, FileSystem } from "../../fs/file_system.ts";
import { listSnapshots } from "../../store/snapshots.ts";
import { type ChainFault, checkChain } from "./check_chain.ts";
import { finding } from "./finding.ts";
import type { TargetState } from "./target_state.ts";

/** What {@link verifyChain} works with. */
export interface VerifyChainOptions {
  readonly fs: FileSystem;
  readonly rootDir: Dir;
  readonly targets: readonly TargetState[];
  /** Hears what is wrong with snapshots that are no targets themselves. */
  readonly onProblem: (problem: Problem) => void;
  /** Awaited before each manifest. */
  readonly onTurn: () => Promise<void>;
}

/** Proves the manifests of all targets by those around them, as far as these are there. */
export async function verifyChain(
  { fs, rootDir, targets, onProblem, onTurn }: VerifyChainOptions,
): Promise<void> {
  const byName = Map.groupBy(targets, ({ address }) => address.ref.name);
  for (const [name, ofName] of byName) {
    const { snapshots } = listSnapshots(fs, rootDir, { name });
    const targetOf = (time: string) => ofName.find(({ address }) => address.ref.time === time);
    const onFault = ({ time, reason }: ChainFault) => {
      const target = targetOf(time);
      const difference = { code: "chain", reason } as const;
      if (target !== undefined) return target.report("", difference);
      onProblem(finding({ snapshotId: joinRel(name, time), relPath: "" }, difference));
    };
    const wanted = new Set(ofName.map(({ address }) => address.ref.time));
    const links = await checkChain(fs, rootDir, { name, snapshots, wanted, onFault, onTurn });
    for (const { ref, state, previousTime } of links) {
      for (const target of ofName) {
        if (target.address.ref.time !== ref.time) continue;
        target.chain = { state, previousTime };
      }
    }
  }
}

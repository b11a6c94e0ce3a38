/**
 * Backups of made-up and of real trees, by phlb and its peers.
 *
 * @module
 */
import { type Contender, HASH } from "./contenders.ts";
import { must } from "./measure.ts";
import type { Sources } from "./sources.ts";
import { changeFiles } from "./trees.ts";
import type { Step, Trial, Workload } from "./workload.ts";

/** What happens to a source before the n-th backup of it, and how that backup is called. */
interface Round {
  readonly name: string;
  readonly before?: () => void;
}

const TWICE: readonly Round[] = [{ name: "first" }, { name: "unchanged" }];

/** The workloads, each backing up one source several times by each contender. */
export function backupWorkloads(sources: Sources, here: readonly Contender[]): Workload[] {
  const { small, large, one, real } = sources;
  const change = (seed: number) => () => changeFiles(small.path, small.tree, { every: 100, seed });
  // The first round starts from the same content however often this was run in the same place.
  const rounds = [
    { name: "first", before: change(1) },
    { name: "unchanged" },
    { name: "1 % changed", before: change(2) },
  ];
  return [
    workload(
      { id: "small", name: `${small.tree.files} files of 1–8 KiB` },
      { source: small.path, rounds, here },
    ),
    workload(
      { id: "large", name: `${large.tree.files} files of 1 MiB, 30 % equal` },
      { source: large.path, rounds: TWICE, here },
    ),
    workload(
      { id: "one", name: `one file of ${one.tree.fileBytes / 2 ** 20} MiB` },
      { source: one.path, rounds: TWICE.slice(0, 1), here: [...here, HASH] },
    ),
    ...real.map(({ id, path }) =>
      workload({ id, name: `${path} as it is` }, { source: path, rounds: TWICE, here })
    ),
  ];
}

function workload(
  { id, name }: { id: string; name: string },
  { source, rounds, here }: {
    source: string;
    rounds: readonly Round[];
    here: readonly Contender[];
  },
): Workload {
  const placeOf = (work: string, contender: Contender) => ({
    source,
    work: `${work}/${here.indexOf(contender)}`,
  });
  const step = ({ name, before }: Round, i: number): Step => ({
    name,
    ...(before === undefined ? {} : { before }),
    trials: (work) =>
      here.map((contender): Trial => {
        const place = placeOf(work, contender);
        // Room for the next one: five copies of the largest tree need not fit at once.
        const after = async () => await must("rm", "-rf", place.work);
        return {
          contender: contender.name,
          command: contender.command(place, i + 1),
          ...(contender.env === undefined ? {} : { env: contender.env }),
          ...(contender.tellsSeconds === undefined ? {} : { tellsSeconds: contender.tellsSeconds }),
          ...(i + 1 === rounds.length ? { after } : {}),
        };
      }),
  });
  return {
    id,
    name,
    prepare: async (work) => {
      for (const contender of here) {
        const place = placeOf(work, contender);
        await must("mkdir", "-p", place.work);
        await contender.prepare?.(place);
      }
    },
    source,
    steps: rounds.map(step),
  };
}

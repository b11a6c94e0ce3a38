/**
 * Backups of made-up and of real trees, by phlb and its peers.
 *
 * @module
 */
import type { Contender } from "./contenders.ts";
import { must } from "./measure.ts";
import { changeFiles, type Sources } from "./trees.ts";
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
  let seed = 100;
  const change = () => changeFiles(small.path, small.tree, { every: 100, seed: seed++ });
  return [
    workload(`${small.tree.files} files of 1–8 KiB`, {
      source: small.path,
      rounds: [...TWICE, { name: "1 % changed", before: change }],
      here,
    }),
    workload(`${large.tree.files} files of 1 MiB, 30 % equal`, {
      source: large.path,
      rounds: TWICE,
      here,
    }),
    workload(`one file of ${one.tree.fileBytes / 2 ** 20} MiB`, {
      source: one.path,
      rounds: TWICE.slice(0, 1),
      here,
    }),
    ...real.map((path) => workload(path, { source: path, rounds: TWICE, here })),
  ];
}

function workload(
  name: string,
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
          ...(i + 1 === rounds.length ? { after } : {}),
        };
      }),
  });
  return {
    name,
    prepare: async (work) => {
      for (const contender of here) {
        const place = placeOf(work, contender);
        await must("mkdir", "-p", place.work);
        await contender.prepare?.(place);
      }
    },
    steps: rounds.map(step),
  };
}

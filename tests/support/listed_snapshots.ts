import type { ListedSnapshot } from "../../src/ops/list_snapshots.ts";
import type { Policy } from "../../src/ops/retention/policy.ts";
import { type Marks, NO_MARKS } from "../../src/store/marks.ts";
import { PLAIN_SUMMARY } from "./summaries.ts";

/** A policy of the given rules. */
export function policy(
  { withinMsOf, counts, ...rules }: Partial<Omit<Policy, "counts" | "withinMsOf">> & {
    counts?: Partial<Policy["counts"]>;
    withinMsOf?: Partial<Policy["withinMsOf"]>;
  } = {},
): Policy {
  const none = { hourly: 0, daily: 0, weekly: 0, monthly: 0, yearly: 0 };
  return {
    last: 0,
    withinMs: 0,
    tags: [],
    counts: { ...none, ...counts },
    withinMsOf: { ...none, ...withinMsOf },
    ...rules,
  };
}

/** A snapshot that a run began at `startedAt`, ISO 8601 with an offset, and called by its time. */
export function snapshotAt(
  startedAt: string,
  { name = "home", kind = "phlb", tags = [], marks }: {
    name?: string;
    kind?: ListedSnapshot["kind"];
    tags?: readonly string[];
    marks?: Partial<Marks>;
  } = {},
): ListedSnapshot {
  const time = startedAt.slice(0, 19).replace("T", "-").replaceAll(":", "");
  return {
    id: `${name}/${time}`,
    path: `/mnt/backup/${name}/${time}`,
    name,
    time,
    date: undefined,
    kind,
    companions: new Set(),
    summary: { ...PLAIN_SUMMARY, started_at: startedAt, tags },
    marks: marks === undefined ? undefined : { ...NO_MARKS, ...marks },
  };
}

import { PERIODS, type Policy } from "./policy.ts";
import { periodOf, type TakenAt } from "./taken_at.ts";

/** What a policy looks at in a snapshot. */
export interface Datable {
  /** Undefined when it is not known. */
  readonly takenAt: TakenAt | undefined;
  readonly tags: readonly string[];
}

/** A rule that says of one snapshot after the other, newest first, why it stays, if it does. */
type Rule = (snapshot: Datable, isOldest: boolean) => string | undefined;

/**
 * Why each of `snapshots` stays by the policy; nothing for those that go. They are of one name, in
 * the order of their names, oldest first.
 *
 * As in restic, the newest snapshot of a period stands for it, only periods with a snapshot count,
 * `within` is measured from the newest snapshot, and as long as a count is not used up, the oldest
 * snapshot stays as well. Source: restic 0.18, "Removing snapshots according to a policy".
 */
export function keepReasons(snapshots: readonly Datable[], policy: Policy): string[][] {
  const newestMs = snapshots.at(-1)?.takenAt?.ms;
  const rules = rulesOf(policy, newestMs);
  const reasons = snapshots.toReversed().map((snapshot, i) => {
    const isOldest = i === snapshots.length - 1;
    return rules.flatMap((rule) => rule(snapshot, isOldest) ?? []);
  });
  return reasons.toReversed();
}

function rulesOf(policy: Policy, newestMs: number | undefined): Rule[] {
  const { last, counts, withinMs, withinMsOf, tags } = policy;
  const isWithin = ({ takenAt }: Datable, limitMs: number) =>
    takenAt !== undefined && newestMs !== undefined && newestMs - takenAt.ms <= limitMs;
  const rules: Rule[] = [lastRule(last)];
  for (const period of PERIODS) rules.push(countRule(period, counts[period]));
  if (withinMs > 0) {
    rules.push((snapshot) => isWithin(snapshot, withinMs) ? "within" : undefined);
  }
  for (const period of PERIODS) {
    const limitMs = withinMsOf[period];
    const rule = countRule(period, limitMs > 0 ? -1 : 0);
    rules.push((snapshot) => {
      if (limitMs === 0 || !isWithin(snapshot, limitMs)) return undefined;
      return rule(snapshot, false) === undefined ? undefined : `within ${period}`;
    });
  }
  rules.push((snapshot) => {
    const tag = tags.find((wanted) => snapshot.tags.includes(wanted));
    return tag === undefined ? undefined : `tag ${tag}`;
  });
  return rules;
}

function lastRule(count: number): Rule {
  let left = count;
  return () => {
    if (left === 0) return undefined;
    if (left > 0) left--;
    return "last";
  };
}

function countRule(period: (typeof PERIODS)[number], count: number): Rule {
  let left = count;
  const seen = new Set<string>();
  return ({ takenAt }, isOldest) => {
    if (left === 0 || takenAt === undefined) return undefined;
    const key = periodOf(takenAt, period);
    const isNew = !seen.has(key);
    if (!isNew && !isOldest) return undefined;
    seen.add(key);
    if (left > 0) left--;
    return isNew ? period : `oldest ${period}`;
  };
}

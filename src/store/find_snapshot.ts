/**
 * Which snapshot a user means by `latest`, `latest~2`, a time or the beginning of one, with or
 * without the name before it.
 *
 * @module
 */
import { AppError, EXIT } from "../base/app_error.ts";
import { joinRel, printable } from "../base/path_bytes.ts";
import { nearest } from "../config/nearest.ts";
import type { SnapshotRef } from "./snapshots.ts";

/** Snapshots that an error message lists at most. */
const MAX_CANDIDATES = 8;

/**
 * The complete snapshot that `text` names: `[<name>/]latest[~N]`, or `[<name>/]<time>` or the
 * beginning of a time that no other snapshot has. `name` is taken where the text has none.
 *
 * @throws {SNAPSHOT_UNKNOWN} when there is none
 * @throws {SNAPSHOT_AMBIGUOUS} when there are several
 */
export function findSnapshot(
  snapshots: readonly SnapshotRef[],
  text: string,
  { name }: { name?: string | undefined } = {},
): SnapshotRef {
  const complete = snapshots.filter(({ kind }) => kind !== "partial");
  const slash = text.lastIndexOf("/");
  const wantedName = slash < 0 ? name : text.slice(0, slash);
  const spec = text.slice(slash + 1);
  const named = wantedName === undefined
    ? complete
    : complete.filter((snapshot) => snapshot.name === wantedName);
  const back = /^latest(?:~([0-9]{1,9}))?$/.exec(spec);
  const found = back === null
    ? named.filter(({ time }) => time === spec)
    : fromLatest(named, Number(back[1] ?? 0));
  const matches = found.length > 0 || back !== null || spec === ""
    ? found
    : named.filter(({ time }) => time.startsWith(spec));
  const [match, ...others] = matches;
  if (match === undefined) throw unknown(text, { candidates: named, complete });
  if (others.length > 0) throw ambiguous(text, matches);
  return match;
}

/** The one that lies `back` before the newest, of each name. */
function fromLatest(snapshots: readonly SnapshotRef[], back: number): SnapshotRef[] {
  const byName = Map.groupBy(snapshots, ({ name }) => name);
  return [...byName.values()].flatMap((ofName) => ofName.at(-1 - back) ?? []);
}

function unknown(
  text: string,
  { candidates, complete }: {
    candidates: readonly SnapshotRef[];
    complete: readonly SnapshotRef[];
  },
): AppError {
  const near = candidates.length > 0 ? candidates : complete;
  return new AppError(`Cannot find the snapshot "${printable(text)}"`, {
    code: "SNAPSHOT_UNKNOWN",
    exitCode: EXIT.usage,
    hint: near.length === 0
      ? "The backup root holds no complete snapshot"
      : `${meant(text, { near, complete })}There are: ${listed(near)}`,
  });
}

/** What was mistyped, most likely: a word, a name, or a few digits of a time. */
function meant(
  text: string,
  { near, complete }: { near: readonly SnapshotRef[]; complete: readonly SnapshotRef[] },
): string {
  const slash = text.lastIndexOf("/") + 1;
  const [name, spec] = [text.slice(0, Math.max(slash - 1, 0)), text.slice(slash)];
  const names = [...new Set(complete.map((snapshot) => snapshot.name))];
  const nearName = slash === 0 || names.includes(name) ? name : nearest(name, names);
  const ofName = near.filter((snapshot) => slash === 0 || snapshot.name === nearName);
  const found = nearName === undefined ? undefined : nearSpec(spec, ofName);
  if (nearName === undefined || found === undefined) return "";
  const whole = typeof found === "string"
    ? slash === 0 ? found : joinRel(nearName, found)
    : joinRel(found.name, found.time);
  return whole === text ? "" : `Did you mean "${printable(whole)}"? `;
}

/** A word, or the newest of the snapshots whose time begins most like it. */
function nearSpec(
  spec: string,
  snapshots: readonly SnapshotRef[],
): string | SnapshotRef | undefined {
  if (/^latest(?:~[0-9]+)?$/.test(spec)) return spec;
  const newestFirst = snapshots.toSorted((a, b) => a.time < b.time ? 1 : -1);
  const beginningOf = ({ time }: SnapshotRef) => time.slice(0, spec.length);
  const beginnings = [...new Set(newestFirst.map(beginningOf))];
  const found = nearest(spec, beginnings.includes(spec) ? [spec] : ["latest", ...beginnings]);
  if (found === "latest") return found;
  return newestFirst.find((snapshot) => beginningOf(snapshot) === found);
}

function ambiguous(text: string, matches: readonly SnapshotRef[]): AppError {
  return new AppError(
    `Cannot tell which snapshot "${printable(text)}" is: there are ${matches.length}`,
    {
      code: "SNAPSHOT_AMBIGUOUS",
      exitCode: EXIT.usage,
      hint: `Choose one of: ${listed(matches)}`,
    },
  );
}

/** The newest ones, newest last. */
function listed(snapshots: readonly SnapshotRef[]): string {
  const shown = snapshots.slice(-MAX_CANDIDATES).map(({ name, time }) =>
    printable(joinRel(name, time))
  );
  const more = snapshots.length - shown.length;
  return `${more > 0 ? `… ${more} older, ` : ""}${shown.join(", ")}`;
}

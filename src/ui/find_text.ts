/**
 * What `phlb find` prints.
 *
 * @module
 */
import { joinRel, printable } from "../base/path_bytes.ts";
import type { FindResult, FoundPath, FoundVersion } from "../ops/search/find_versions.ts";
import type { SnapshotRef } from "../store/snapshots.ts";
import { localTime, nodeFields } from "./entry_text.ts";
import type { Figures } from "./figures.ts";
import type { JsonMessage } from "./json_lines.ts";
import { padText } from "./text_width.ts";

/** Cells of a time of the default format. */
const TIME_WIDTH = 17;
const SIZE_WIDTH = 11;

/** What needs no look at each character. */
const PLAIN = /^[ -~]*$/;

const MAX_KNOWN_SIZES = 10_000;

/** Lists what was found for people: below each path a line for each of its versions. */
export class FindText {
  readonly #figures: Figures;
  /** Whether paths need the name of their snapshots. */
  readonly #hasNames: boolean;
  #versions = 0;
  readonly #result: Pick<FindResult, "searched" | "count">;

  constructor(result: Pick<FindResult, "searched" | "count">, figures: Figures) {
    this.#figures = figures;
    this.#result = result;
    this.#hasNames = result.searched.size > 1;
  }

  /** The titles of the columns, ended by a newline; nothing when there is nothing below them. */
  get head(): string {
    if (this.#result.count === 0) return "";
    const { say } = this.#figures;
    return `  ${padText(say("Since"), TIME_WIDTH)}  ${padText(say("Until"), TIME_WIDTH)}` +
      `  ${say("In").padStart(4)}  ${say("Size").padStart(SIZE_WIDTH)}  ${say("Modified")}\n`;
  }

  /** The lines of one path. */
  path({ name, relPath, versions }: FoundPath): string {
    this.#versions += versions.length;
    const path = this.#hasNames ? `${name}: ${relPath}` : relPath;
    let text = `${PLAIN.test(path) ? path : printable(path)}\n`;
    for (const version of versions) text += this.#line(version);
    return text;
  }

  /** What comes below everything. */
  get foot(): string {
    const { say } = this.#figures;
    const searched = [...this.#result.searched.values()].reduce((sum, each) => sum + each, 0);
    const { count: paths } = this.#result;
    if (paths === 0) {
      return `${say("Nothing found in {searched:snapshot|snapshots}", { searched })}\n`;
    }
    const values = { versions: this.#versions, paths, searched };
    const text = say(
      "{versions:version|versions} of {paths:path|paths} in {searched:snapshot|snapshots}",
      values,
    );
    return `\n${text}\n`;
  }

  #line({ first, last, snapshots, brief }: FoundVersion): string {
    const { sizeBytes, mtimeSec } = brief;
    const size = sizeBytes === undefined ? "-".padStart(SIZE_WIDTH) : this.#size(sizeBytes);
    const where = this.#where(first, last) + String(snapshots).padStart(4);
    return `${where}  ${size}  ${localTime(mtimeSec)}\n`;
  }

  /** Formatting a number takes longer than all the rest. */
  #size(bytes: number): string {
    const known = this.#sizes.get(bytes);
    if (known !== undefined) return known;
    const text = this.#figures.size(bytes).padStart(SIZE_WIDTH);
    if (this.#sizes.size < MAX_KNOWN_SIZES) this.#sizes.set(bytes, text);
    return text;
  }
  readonly #sizes = new Map<number, string>();

  /** The same for most lines. */
  #where(first: SnapshotRef, last: SnapshotRef): string {
    if (this.#last?.first !== first || this.#last.last !== last) {
      const since = padText(printable(first.time), TIME_WIDTH);
      const until = padText(printable(last.time), TIME_WIDTH);
      this.#last = { first, last, text: `  ${since}  ${until}  ` };
    }
    return this.#last.text;
  }
  #last: { first: SnapshotRef; last: SnapshotRef; text: string } | undefined;
}

/** The message for a version. */
export function matchMessage({ name }: FoundPath, version: FoundVersion): JsonMessage {
  const { first, last, snapshots, entry } = version;
  return {
    message_type: "match",
    snapshot_id: idOf(last),
    snapshot_name: name,
    since: idOf(first),
    until: idOf(last),
    snapshots,
    ...nodeFields(entry, { isRecorded: last.kind === "phlb" }),
  };
}

/** The message at the end. */
export function findSummaryMessage(
  { searched, count }: Pick<FindResult, "searched" | "count">,
  { versions }: { versions: number },
): JsonMessage {
  const snapshots = [...searched.values()].reduce((sum, each) => sum + each, 0);
  return { message_type: "summary", snapshots_searched: snapshots, paths: count, versions };
}

function idOf({ name, time }: SnapshotRef): string {
  return joinRel(name, time);
}

/**
 * What `phlb history` prints.
 *
 * @module
 */
import { joinRel, printable } from "../base/path_bytes.ts";
import type { ChangeCounts } from "../ops/search/count_changes.ts";
import type { EventKind, HistoryEvent, PathHistory } from "../ops/search/path_history.ts";
import { briefOf } from "../store/raw_entry.ts";
import type { SnapshotRef } from "../store/snapshots.ts";
import { localTime, nodeFields } from "./entry_text.ts";
import type { Figures } from "./figures.ts";
import { forgottenFields } from "./forgotten_fields.ts";
import type { JsonMessage } from "./json_lines.ts";
import type { Phrase } from "./words.ts";
import { padText } from "./text_width.ts";

const TIME_WIDTH = 17;
const COUNT_WIDTH = 4;
const SIZE_WIDTH = 11;

const WORD: Readonly<Record<EventKind, Phrase>> = {
  first: "in the first snapshot",
  created: "created",
  changed: "changed",
  deleted: "deleted",
  forgotten: "forgotten",
  returned: "came back",
};

/** The history of a path for people, ended by a newline. */
export function historyText(history: PathHistory, figures: Figures): string {
  const { name, relPath, snapshots, events } = history;
  const { say } = figures;
  const values = { path: printable(relPath === "" ? "." : relPath), snapshots };
  const where = name === ""
    ? say("{path} in {snapshots:snapshot|snapshots}", values)
    : say('{path} in {snapshots:snapshot|snapshots} of "{name}"', {
      ...values,
      name: printable(name),
    });
  const head = `${where}\n\n` +
    `${padText(say("Snapshot"), TIME_WIDTH)}  ${say("In").padStart(COUNT_WIDTH)}  ` +
    `${say("Size").padStart(SIZE_WIDTH)}  ` +
    `${padText(say("Modified"), "2026-01-07 08:52:47".length)}  ${say("What")}\n`;
  return head + events.map((event) => eventLines(event, figures)).join("");
}

function eventLines(event: HistoryEvent, figures: Figures): string {
  const { snapshot, snapshots, entry, renamedFrom, renamedTo, forgotten } = event;
  const { say } = figures;
  const brief = entry === undefined ? undefined : briefOf(entry);
  const size = brief?.sizeBytes === undefined ? "-" : figures.size(brief.sizeBytes);
  const mtime = brief === undefined ? "-" : localTime(brief.mtimeSec);
  const cells = [
    padText(printable(snapshot.time), TIME_WIDTH),
    String(snapshots).padStart(COUNT_WIDTH),
    size.padStart(SIZE_WIDTH),
    padText(mtime, "2026-01-07 08:52:47".length),
    figures.say(WORD[event.kind]),
  ];
  const details = [
    forgotten === undefined
      ? ""
      : printable(say("{time} by {who}", { time: forgotten.at, who: forgotten.by })),
    renamedFrom === undefined ? "" : say("renamed from {path}", { path: printable(renamedFrom) }),
    renamedTo === undefined ? "" : say("renamed to {path}", { path: printable(renamedTo) }),
    event.fields.length === 0 ? "" : say("changed: {fields}", { fields: event.fields.join(", ") }),
    event.below === undefined ? "" : belowText(event.below, figures),
  ].filter((detail) => detail !== "");
  return `${[cells.join("  "), ...details.map((detail) => `    ${detail}`)].join("\n")}\n`;
}

function belowText({ added, removed, changed }: ChangeCounts, { say }: Figures): string {
  const values = { added, removed, changed };
  return say("below it: {added} added, {removed} removed, {changed} changed", values);
}

/** The message for an event. */
export function historyMessage({ name, relPath }: PathHistory, event: HistoryEvent): JsonMessage {
  const { kind, snapshot, until, snapshots, entry, fields, below } = event;
  const node = entry === undefined
    ? { path: relPath }
    : nodeFields(entry, { isRecorded: snapshot.kind === "phlb" });
  return {
    message_type: "history",
    snapshot_id: idOf(snapshot),
    snapshot_name: name,
    event: kind,
    until: idOf(until),
    snapshots,
    fields,
    ...(below === undefined ? {} : { below }),
    renamed_from: event.renamedFrom ?? null,
    renamed_to: event.renamedTo ?? null,
    ...(event.forgotten === undefined ? {} : { forgotten: forgottenFields(event.forgotten) }),
    ...node,
  };
}

function idOf({ name, time }: SnapshotRef): string {
  return joinRel(name, time);
}

import { printable } from "../base/path_bytes.ts";
import { noteOf, tagsOf } from "../base/kept_words.ts";
import type { ListedSnapshot, RootListing } from "../ops/list_snapshots.ts";
import { heldBy } from "../store/summary.ts";
import type { Figures } from "./figures.ts";
import { tableLines } from "./table.ts";
import type { Phrase } from "./words.ts";

interface Column {
  readonly title: Phrase;
  readonly numeric?: true;
  cell(snapshot: ListedSnapshot, figures: Figures): string;
}

const UNKNOWN = "-";

const COLUMNS: readonly Column[] = [
  { title: "Snapshot", cell: ({ id }) => printable(id) },
  { title: "State", cell: ({ kind }, { say }) => say(STATE[kind]) },
  {
    title: "Files",
    numeric: true,
    cell: ({ summary }, { count }) =>
      summary === undefined ? UNKNOWN : count(summary.counts.linked + summary.counts.copied),
  },
  {
    title: "Size",
    numeric: true,
    cell: ({ summary }, { size }) => summary === undefined ? UNKNOWN : size(heldBy(summary).bytes),
  },
  {
    title: "New",
    numeric: true,
    cell: ({ summary }, { size }) => summary === undefined ? UNKNOWN : size(summary.bytes.copied),
  },
  {
    title: "Took",
    numeric: true,
    cell: ({ summary }, { duration }) =>
      summary === undefined ? UNKNOWN : duration(summary.duration_seconds),
  },
  {
    title: "Problems",
    numeric: true,
    cell: ({ summary }, { count }) =>
      summary === undefined ? UNKNOWN : count(summary.counts.problems),
  },
];

/** Left out where nobody said anything, so that the rest fits a narrow screen. */
const REMARKS: Column = { title: "Pin, tags, note", cell: remarks };

/** `bare` snapshots have no manifest: PyHardLinkBackup 1.x made them, or a hand. */
const STATE = { phlb: "complete", bare: "bare", partial: "partial" } as const;

function remarks(snapshot: ListedSnapshot, { say }: Figures): string {
  const pinned = snapshot.marks?.pinned === true ? [say("pinned")] : [];
  const note = noteOf(snapshot);
  const words = [...pinned, ...tagsOf(snapshot).map((tag) => `#${tag}`), ...(note ? [note] : [])];
  return printable(words.join(" "));
}

/** A table of the snapshots in a backup root, with a line below that counts them. */
export function snapshotTable({ root, snapshots }: RootListing, figures: Figures): string {
  const { say } = figures;
  if (snapshots.length === 0) {
    return `${say("No snapshots in {root}", { root: printable(root) })}\n`;
  }
  const isRemarked = snapshots.some((snapshot) => remarks(snapshot, figures) !== "");
  const columns = isRemarked ? [...COLUMNS, REMARKS] : COLUMNS;
  const rows = [
    columns.map(({ title }) => say(title)),
    ...snapshots.map((snapshot) => columns.map((column) => column.cell(snapshot, figures))),
  ];
  const numeric = columns.flatMap((column, i) => column.numeric === undefined ? [] : [i]);
  const lines = tableLines(rows, { numeric });
  const values = { count: snapshots.length, root: printable(root) };
  const total = say("{count:snapshot|snapshots} in {root}", values);
  return `${lines.join("\n")}\n\n${total}\n`;
}

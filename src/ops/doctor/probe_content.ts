import type { File } from "../../fs/file_system.ts";
import { STAT, StatTable } from "../../fs/stat_table.ts";
import { type ProbePlace, works } from "./probe_place.ts";
import type { ContentTraits } from "./traits.ts";

const MIB = 1 << 20;
const GIB = 2 ** 30;

/** Bytes before the only data behind a hole. */
const HOLE_BYTES = 8 * MIB;

/** Sizes that are tried as one large hole, the largest first. */
const TRIED_BYTES = [1024 * GIB, 16 * GIB, 4 * GIB, 4 * GIB - 1, 2 * GIB - 1];

/** Without holes nothing so large is made, but these are known. Source: linux/magic.h. */
const KNOWN_LARGEST: Readonly<Record<number, number>> = { 0x4d44: 4 * GIB - 1 };

/** Tries what files may contain: holes, shared blocks, and how much. */
export function probeContent(place: ProbePlace): ContentTraits {
  const { fs, dir } = place;
  const file = fs.createFile(dir, "content");
  try {
    const holes = makesHole(place, file);
    return {
      holes,
      finds_holes: holes && findsHole(place, file),
      reflinks: sharesBlocks(place, file),
      largest_file_bytes: holes ? largestFile(place) : KNOWN_LARGEST[fs.space(dir).typeId] ?? null,
    };
  } finally {
    fs.closeFile(file);
  }
}

/** Allocation may be put off until the file is made durable. */
function makesHole({ fs }: ProbePlace, file: File): boolean {
  const stats = new StatTable(1);
  const done = works(() => {
    fs.write(file, new Uint8Array(4096).fill(1), HOLE_BYTES);
    fs.syncFile(file);
    fs.fstat(file, stats, 0);
  });
  return done && stats.get(0, STAT.allocatedBytes) < HOLE_BYTES / 2;
}

function findsHole({ fs }: ProbePlace, file: File): boolean {
  const size = HOLE_BYTES + 4096;
  return (fs.nextData(file, 0, size)?.start ?? 0) > HOLE_BYTES / 2;
}

function sharesBlocks({ fs, dir }: ProbePlace, from: File): boolean {
  const to = fs.createFile(dir, "shared");
  try {
    return fs.reflink(from, to);
  } finally {
    fs.closeFile(to);
  }
}

function largestFile({ fs, dir }: ProbePlace): number | null {
  const file = fs.createFile(dir, "large");
  try {
    const largest = TRIED_BYTES.find((size) => works(() => fs.truncate(file, size)));
    fs.truncate(file, 0);
    return largest === TRIED_BYTES[0] ? null : largest ?? null;
  } finally {
    fs.closeFile(file);
  }
}

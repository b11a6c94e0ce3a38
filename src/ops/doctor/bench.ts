/**
 * How fast things are here, each measured for a few seconds at most: hashing, reading the metadata
 * of the source, linking and writing in the backup root.
 *
 * @module
 */
import { createHash } from "node:crypto";
import { FsError } from "../../fs/file_system.ts";
import type { OpsDeps } from "../ops_deps.ts";
import { giveTurn } from "../search/snapshot_entries.ts";
import { makeInner, type ProbePlace } from "./probe_place.ts";

/** One measurement. */
export interface Measurement {
  readonly what: "hash" | "scan" | "link" | "create" | "write";
  /** How much at a time, where that matters. */
  readonly bufferBytes?: number;
  /** What was done, of which unit, in which time. */
  readonly amount: number;
  readonly unit: "bytes" | "entries" | "links" | "files";
  readonly seconds: number;
  /** The file system refused more before the time was over, or there was no more. */
  readonly endedEarly: boolean;
}

const KIB = 1024;
const MIB = 1024 * KIB;

const HASH_BUFFERS = [4 * KIB, 64 * KIB, 256 * KIB, MIB, 4 * MIB];
const HASH_MS = 200;
const LINK_MS = 1000;
const CREATE_MS = 1000;
const WRITE_MS = 1500;

/** No more than this is made, whatever the time: it has to be removed again. */
const MOST_LINKS = 20_000;
const MOST_FILES = 10_000;
const MOST_WRITTEN = 256 * MIB;
const SMALL_FILE_BYTES = 4 * KIB;
/** Below the limits of all common file systems but those of Windows. */
const LINKS_OF_ONE = 1000;

type BenchDeps = Pick<OpsDeps, "clock" | "signal">;

interface Work {
  readonly limitMs: number;
  /** Does a little and returns how much; false: there is no more to do. */
  readonly slice: () => number | false;
  /** What counts as part of it. */
  readonly finish?: () => void;
}

/** SHA-256 by node:crypto, for several sizes of the buffer. */
export async function benchHash(deps: BenchDeps): Promise<Measurement[]> {
  const measured: Measurement[] = [];
  for (const bufferBytes of HASH_BUFFERS) {
    const buffer = new Uint8Array(bufferBytes).fill(0x5a);
    const times = Math.ceil(4 * MIB / bufferBytes);
    const hash = createHash("sha256");
    const slice = () => {
      for (let i = 0; i < times; i++) hash.update(buffer);
      return times * bufferBytes;
    };
    const took = await measure(deps, { limitMs: HASH_MS, slice });
    measured.push({ what: "hash", bufferBytes, unit: "bytes", ...took });
  }
  return measured;
}

/** Hard links, small files and one large file, made durable at the end as in a backup. */
export async function benchRoot(deps: BenchDeps, place: ProbePlace): Promise<Measurement[]> {
  return [
    await benchLink(deps, makeInner(place, "links")),
    await benchCreate(deps, makeInner(place, "files")),
    await benchWrite(deps, makeInner(place, "large")),
  ];
}

async function benchLink(deps: BenchDeps, { fs, dir }: ProbePlace): Promise<Measurement> {
  let target = "";
  let count = 0;
  const slice = () => {
    if (count >= MOST_LINKS) return false;
    target = `file-${count}`;
    fs.closeFile(fs.createFile(dir, target));
    for (let i = 1; i < LINKS_OF_ONE; i++) fs.link(dir, target, dir, `link-${count++}`);
    return LINKS_OF_ONE - 1;
  };
  const took = await measure(deps, { limitMs: LINK_MS, slice, finish: () => fs.syncAll(dir) });
  fs.closeDir(dir);
  return { what: "link", unit: "links", ...took };
}

async function benchCreate(deps: BenchDeps, { fs, dir }: ProbePlace): Promise<Measurement> {
  const content = new Uint8Array(SMALL_FILE_BYTES).fill(0x5a);
  let count = 0;
  const slice = () => {
    if (count >= MOST_FILES) return false;
    for (let i = 0; i < 100; i++) {
      const file = fs.createFile(dir, `file-${count++}`);
      fs.write(file, content, 0);
      fs.closeFile(file);
    }
    return 100;
  };
  const took = await measure(deps, { limitMs: CREATE_MS, slice, finish: () => fs.syncAll(dir) });
  fs.closeDir(dir);
  return { what: "create", bufferBytes: SMALL_FILE_BYTES, unit: "files", ...took };
}

async function benchWrite(deps: BenchDeps, { fs, dir }: ProbePlace): Promise<Measurement> {
  const content = noise(MIB);
  const most = Math.min(MOST_WRITTEN, (fs.space(dir).freeBytes ?? MOST_WRITTEN) / 4);
  const file = fs.createFile(dir, "large");
  let written = 0;
  const slice = () => {
    if (written >= most) return false;
    fs.write(file, content, written);
    written += content.length;
    return content.length;
  };
  const took = await measure(deps, { limitMs: WRITE_MS, slice, finish: () => fs.syncFile(file) });
  fs.closeFile(file);
  fs.closeDir(dir);
  return { what: "write", bufferBytes: content.length, unit: "bytes", ...took };
}

/** Repeats the slice until the time is over; a refusal of the file system ends it as well. */
async function measure(
  deps: BenchDeps,
  { limitMs, slice, finish }: Work,
): Promise<Pick<Measurement, "amount" | "seconds" | "endedEarly">> {
  const { clock } = deps;
  let [amount, workedMs, endedEarly] = [0, 0, false];
  while (workedMs < limitMs && !endedEarly) {
    await giveTurn(deps);
    const start = clock.monotonicMs();
    while (clock.monotonicMs() < start + TURN_MS && !endedEarly) {
      const done = tryOnce(slice);
      if (done === false) endedEarly = true;
      else amount += done;
    }
    workedMs += clock.monotonicMs() - start;
  }
  const start = clock.monotonicMs();
  if (finish !== undefined) tryOnce(finish);
  workedMs += clock.monotonicMs() - start;
  return { amount, seconds: workedMs / 1000, endedEarly };
}

/** Between two turns for what waits, Ctrl-C among it. */
const TURN_MS = 100;

function tryOnce<T>(call: () => T): T | false {
  try {
    return call();
  } catch (error) {
    if (error instanceof FsError) return false;
    throw error;
  }
}

/** What no file system can compress. Source: crypto.getRandomValues gives 64 KiB at a time. */
function noise(bytes: number): Uint8Array<ArrayBuffer> {
  const content = new Uint8Array(bytes);
  for (let at = 0; at < bytes; at += 64 * KIB) {
    crypto.getRandomValues(content.subarray(at, at + 64 * KIB));
  }
  return content;
}

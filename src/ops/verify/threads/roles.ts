/**
 * The two roles of a verify's threads: what a worker runs, and what a test runs in its own thread.
 *
 * @module
 */
import type { FileSystem } from "../../../fs/file_system.ts";
import type { FenceRules } from "../../../fs/fence.ts";
import { CancelFlag } from "../../../threads/cancel.ts";
import type { Handler } from "../../../threads/lane.ts";
import { goThrough } from "./go_through.ts";
import { makeReader } from "./read_contents.ts";
import {
  type ReadAnswer,
  type ReadCall,
  type ReaderStart,
  toTreeMessage,
  type TreeCall,
  type TreeMessage,
  type TreeSection,
  type VerifyStart,
} from "./verify_messages.ts";

/** Entries and sections that travel in one message at most, give or take a section. */
const BATCH_ENTRIES = 500;
const BATCH_SECTIONS = 100;

/** Both roles read the backup root and write nothing. */
export function verifyFence({ root }: Pick<VerifyStart, "root">): FenceRules {
  return { read: [root], write: [] };
}

/**
 * Begins with the tree of a plan (answer: nothing yet), then answers each "next" with the following
 * sections, `undefined` at its end.
 */
export function treeRole(
  fs: FileSystem,
  start: VerifyStart,
): Handler<TreeCall, TreeMessage[] | undefined> {
  const cancel = new CancelFlag(start.cancel);
  const root = fs.openRoot(start.root);
  let sections: Generator<TreeSection> | undefined;
  return (call) => {
    if (call !== "next") {
      sections?.return(undefined);
      sections = goThrough(fs, root, call);
      return { answer: [] };
    }
    const batch: TreeMessage[] = [];
    for (let entries = 0; entries < BATCH_ENTRIES && batch.length < BATCH_SECTIONS;) {
      cancel.check();
      const next = sections?.next();
      if (next === undefined || next.done === true) break;
      batch.push(toTreeMessage(next.value));
      entries += next.value.names.length + 1;
    }
    if (batch.length === 0) return { answer: undefined };
    return { answer: batch, transfer: batch.map(({ stats }) => stats.buffer) };
  };
}

/** Reads stored files and compares their digests. */
export function readerRole(fs: FileSystem, start: ReaderStart): Handler<ReadCall, ReadAnswer> {
  const progress = new Int32Array(start.progress);
  return makeReader({
    fs,
    root: fs.openRoot(start.root),
    bufferBytes: start.bufferBytes,
    cancel: new CancelFlag(start.cancel),
    stop: new CancelFlag(start.stop),
    onBytes: (bytes) => Atomics.store(progress, 0, Math.floor(bytes / 1024)),
  });
}

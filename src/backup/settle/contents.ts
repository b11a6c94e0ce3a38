/**
 * Steps 3 and 4 together, on main: takes files whose content has to be seen to through hashing,
 * the decision of `dedup`, and storing or linking.
 *
 * @module
 */
import { STAT, STAT_FIELDS, StatTable } from "../../fs/stat_table.ts";
import type { StoredFile } from "../../store/content_index.ts";
import type { Decision, Dedup } from "./dedup.ts";
import { FATE, type FileList, type HashAnswer, type HashCall } from "../hash/hash_messages.ts";
import type { Lane } from "../../threads/lane.ts";
import type { LanePool } from "../../threads/lane_pool.ts";
import type { LinkAnswer, LinkCall, LinkFailure, LinkToStored } from "../link/link_messages.ts";
import { type FileRef, noteDamage, noteUnholdable, OUTCOME, pathOf } from "./settling.ts";

/** Files and bytes of a job at most: what a hasher holds in memory while main decides. */
const JOB_FILES = 256;
const JOB_BYTES = 8 << 20;

/** Rounds of "link refused, decide again" before a file is stored without any further question. */
const MAX_ROUNDS = 3;

/** What storing contents needs. */
export interface ContentsOptions {
  readonly hashers: LanePool<HashCall, HashAnswer>;
  readonly linkers: LanePool<LinkCall, LinkAnswer>;
  readonly dedup: Dedup;
  /** Id of this run's snapshot in the index. */
  readonly snapshotId: number;
  /** Directory of a stored file's snapshot, relative to the backup root. */
  readonly snapshotDir: (snapshotId: number) => string;
  /** Whether a snapshot is where this run itself stored contents, newest first. */
  readonly isOwnContents: (snapshotId: number) => boolean;
  /** Whether a snapshot is what a run that was cut off left: its files move on to this run. */
  readonly isLeftover: (snapshotId: number) => boolean;
  /** Files up to this size are read whole. */
  readonly inMemoryBytes: number;
  /** Whether files are read in the order of their inodes, which is how they lie on most disks. */
  readonly inodeOrder: boolean;
  /** `dedup.metadata = "inode"`. */
  readonly linkSameMetadataOnly: boolean;
  /** Hears of attributes that the backup root does not keep. */
  readonly onRefused: (names: readonly string[]) => void;
  readonly onLargeFile: (lane: number, ref: FileRef | undefined) => void;
}

/** A file that waits to be linked to stored content. */
interface PendingLink {
  readonly ref: FileRef;
  readonly digest: string;
  readonly stored: StoredFile;
}

/** Sees to it that each file's content is in the snapshot, or that a problem says why not. */
export async function settleContents(refs: FileRef[], options: ContentsOptions): Promise<void> {
  await new Contents(options).settle(refs, 0);
}

class Contents {
  readonly #options: ContentsOptions;

  constructor(options: ContentsOptions) {
    this.#options = options;
  }

  async settle(refs: readonly FileRef[], round: number): Promise<void> {
    if (refs.length === 0) return;
    const { small, large } = this.#split(refs);
    if (round >= MAX_ROUNDS) {
      await all([...small.flat(), ...large].map((ref) => this.#copy(ref)));
      return;
    }
    await all([
      ...small.map((job) => this.#settleSmall(job, round)),
      ...large.map((ref) => this.#settleLarge(ref, round)),
    ]);
  }

  #split(refs: readonly FileRef[]): { small: FileRef[][]; large: FileRef[] } {
    const small: FileRef[][] = [];
    const large: FileRef[] = [];
    let bytes = Infinity;
    for (const ref of this.#options.inodeOrder ? refs.toSorted(byInode) : refs) {
      const size = sizeOf(ref);
      if (size > this.#options.inMemoryBytes) {
        large.push(ref);
        continue;
      }
      const job = small.at(-1);
      bytes += size;
      if (job === undefined || bytes > JOB_BYTES || job.length >= JOB_FILES) {
        small.push([ref]);
        bytes = size;
      } else job.push(ref);
    }
    return { small, large };
  }

  async #settleSmall(refs: readonly FileRef[], round: number): Promise<void> {
    const links: PendingLink[] = [];
    const waiting: { ref: FileRef; digest: string; settled: Promise<void> }[] = [];
    const grown: FileRef[] = [];
    await this.#options.hashers.lease(async (lane) => {
      const answer = await call(lane, { kind: "hash", hold: true, files: listOf(refs) });
      // From here to the "store" call nothing may be awaited: held jobs are first in, first out.
      applyAnswer(refs, answer);
      const wanted = new Uint8Array(refs.length);
      for (const [i, ref] of refs.entries()) {
        if (answer.fates[i] === FATE.grown) grown.push(ref);
        if (answer.fates[i] !== FATE.hashed) continue;
        const digest = answer.digests[i] ?? "";
        const decision = this.#options.dedup.decide(digest, this.#expected(ref));
        if (decision.kind === "store") wanted[i] = 1;
        else if (decision.kind === "link") links.push({ ref, digest, stored: decision.stored });
        else waiting.push({ ref, digest, settled: decision.settled });
      }
      let fates: HashAnswer["fates"] | undefined;
      try {
        const { refused, problems, ...stored } = await lane.call({ kind: "store", wanted });
        this.#options.onRefused(refused);
        fates = stored.fates;
        noteProblems(refs, problems);
      } finally {
        for (const [i, ref] of refs.entries()) {
          if (wanted[i] !== 1) continue;
          if (fates?.[i] === FATE.stored) this.#noteStored(ref, answer.digests[i] ?? "");
          else this.#options.dedup.settle(answer.digests[i] ?? "", undefined);
          if (fates?.[i] === FATE.failed) ref.section.outcomes[ref.index] = OUTCOME.lost;
        }
      }
    });
    await all(grown.map((ref) => this.#copy(ref)));
    const again: FileRef[] = [];
    for (const { ref, digest, settled } of waiting) {
      await settled;
      const decision = this.#peek(digest, ref);
      if (decision.kind === "link") links.push({ ref, digest, stored: decision.stored });
      else again.push(ref);
    }
    again.push(...await this.#link(links));
    await this.settle(again, round + 1);
  }

  /** Decides without claiming: for a file whose content nobody holds any more. */
  #peek(digest: string, ref: FileRef): Decision {
    const decision = this.#options.dedup.decide(digest, this.#expected(ref));
    if (decision.kind === "store") this.#options.dedup.settle(digest, undefined);
    return decision;
  }

  async #settleLarge(ref: FileRef, round: number): Promise<void> {
    const { dedup } = this.#options;
    const size = sizeOf(ref);
    let bySize = dedup.decideBySize(size);
    while (typeof bySize !== "string") {
      await bySize;
      bySize = dedup.decideBySize(size);
    }
    if (bySize === "copy") {
      try {
        await this.#copy(ref);
      } finally {
        dedup.settleSize(size);
      }
      return;
    }
    const digest = await this.#hashLarge(ref);
    if (digest === undefined) return;
    let decision = dedup.decide(digest, this.#expected(ref));
    while (decision.kind === "wait") {
      await decision.settled;
      decision = dedup.decide(digest, this.#expected(ref));
    }
    if (decision.kind === "link") {
      const again = await this.#link([{ ref, digest, stored: decision.stored }]);
      await this.settle(again, round + 1);
      return;
    }
    try {
      await this.#copy(ref);
    } finally {
      dedup.settle(digest, undefined); // the copy has put its own digest into the index
    }
  }

  #hashLarge(ref: FileRef): Promise<string | undefined> {
    return this.#options.hashers.lease(async (lane, number) => {
      this.#options.onLargeFile(number, ref);
      const answer = await call(lane, { kind: "hash", hold: false, files: listOf([ref]) });
      this.#options.onLargeFile(number, undefined);
      applyAnswer([ref], answer);
      return answer.fates[0] === FATE.hashed ? answer.digests[0] : undefined;
    });
  }

  /** Hashes and copies in one pass, whatever the index knows. */
  async #copy(ref: FileRef): Promise<void> {
    await this.#options.hashers.lease(async (lane, number) => {
      this.#options.onLargeFile(number, ref);
      const answer = await call(lane, { kind: "copy", files: listOf([ref]) });
      this.#options.onLargeFile(number, undefined);
      applyAnswer([ref], answer);
      this.#options.onRefused(answer.refused);
      if (answer.fates[0] === FATE.stored) this.#noteStored(ref, answer.digests[0] ?? "");
    });
  }

  #noteStored(ref: FileRef, digest: string): void {
    const { section, index } = ref;
    section.outcomes[index] = OUTCOME.copied;
    section.describe(index, { digest });
    this.#options.dedup.settle(digest, this.#expected(ref));
  }

  /** What the index is told of a file that this run stores. */
  #expected(ref: FileRef): StoredFile {
    const { section: { stats }, index } = ref;
    return {
      sizeBytes: sizeOf(ref),
      mtimeSec: stats.get(index + 1, STAT.mtimeSec),
      mtimeNsec: stats.get(index + 1, STAT.mtimeNsec),
      snapshotId: this.#options.snapshotId,
      relPath: pathOf(ref),
    };
  }

  /** Links files to stored contents; returns those that could not be, to be decided again. */
  async #link(links: readonly PendingLink[]): Promise<FileRef[]> {
    if (links.length === 0) return [];
    const calls = links.map((link) => this.#linkCall(link));
    const { failures, refused } = await this.#options.linkers.lease((lane) =>
      lane.call({ kind: "stored", links: calls })
    );
    this.#options.onRefused(refused);
    const failed = new Map(failures.map((failure) => [failure.index, failure]));
    const again: FileRef[] = [];
    for (const [i, link] of links.entries()) {
      const failure = failed.get(i);
      if (failure === undefined) this.#noteLinked(link);
      else if (failure.kind === "unsupported") noteUnholdable(link.ref, failure.reason);
      else {
        this.#noteRefused(link, failure);
        again.push(link.ref);
      }
    }
    return again;
  }

  #linkCall({ ref, stored }: PendingLink): LinkToStored {
    const { section, index } = ref;
    const { dir, name } = splitPath(stored.relPath);
    const row = index + 1;
    const snapshot = this.#options.snapshotDir(stored.snapshotId);
    return {
      fromDir: dir === "" ? snapshot : `${snapshot}/${dir}`,
      fromName: name,
      toDir: section.walked.relPath,
      toName: section.name(index),
      sizeBytes: stored.sizeBytes,
      mtime: { sec: stored.mtimeSec, nsec: stored.mtimeNsec },
      ...(this.#options.linkSameMetadataOnly
        ? {
          metadata: {
            mode: section.stats.permissions(row),
            uid: section.stats.get(row, STAT.uid),
            gid: section.stats.get(row, STAT.gid),
            mtime: {
              sec: section.stats.get(row, STAT.mtimeSec),
              nsec: section.stats.get(row, STAT.mtimeNsec),
            },
          },
        }
        : {}),
    };
  }

  #noteLinked({ ref, digest, stored }: PendingLink): void {
    const { section, index } = ref;
    const own = this.#options.isOwnContents(stored.snapshotId);
    section.outcomes[index] = own ? OUTCOME.copied : OUTCOME.linked;
    if (!own) section.linkedTo.set(index, this.#pathInRoot(stored));
    const { mtimeSec, mtimeNsec } = stored;
    const ownMtime = section.stats.get(index + 1, STAT.mtimeSec) === mtimeSec &&
      section.stats.get(index + 1, STAT.mtimeNsec) === mtimeNsec;
    const storedMtime = { sec: mtimeSec, nsec: mtimeNsec };
    section.describe(index, ownMtime ? { digest } : { digest, storedMtime });
    if (!this.#options.isLeftover(stored.snapshotId)) return;
    const { snapshotId } = this.#options;
    this.#options.dedup.settle(digest, { ...stored, snapshotId, relPath: pathOf(ref) });
  }

  #pathInRoot(stored: StoredFile): string {
    return `${this.#options.snapshotDir(stored.snapshotId)}/${stored.relPath}`;
  }

  #noteRefused({ ref, digest, stored }: PendingLink, failure: LinkFailure): void {
    this.#options.dedup.retire(digest, stored);
    if (failure.kind !== "damaged") return;
    noteDamage(ref, this.#pathInRoot(stored), failure.reason);
  }
}

function byInode(a: FileRef, b: FileRef): number {
  const half = (field: number) =>
    a.section.stats.get(a.index + 1, field) - b.section.stats.get(b.index + 1, field);
  return half(STAT.inoHigh) || half(STAT.inoLow);
}

function sizeOf({ section, index }: FileRef): number {
  return section.stats.sizeBytes(index + 1);
}

/** Takes over what a hasher learned: rows, attributes, problems. */
function applyAnswer(refs: readonly FileRef[], answer: HashAnswer): void {
  for (const ref of refs) forgetReading(ref);
  for (const [i, row] of answer.rows) {
    const ref = refs[i];
    if (ref === undefined) continue;
    ref.section.stats.data.set(row, (ref.index + 1) * STAT_FIELDS);
    ref.section.isAsWalked = false;
  }
  for (const [i, xattrs] of answer.xattrs) refs[i]?.section.describe(refs[i].index, { xattrs });
  for (const i of answer.unsettled) {
    refs[i]?.section.describe(refs[i].index, { state: "unsettled" });
  }
  for (const [i, ref] of refs.entries()) {
    if (answer.fates[i] === FATE.failed) ref.section.outcomes[ref.index] = OUTCOME.lost;
  }
  noteProblems(refs, answer.problems);
}

function noteProblems(refs: readonly FileRef[], problems: HashAnswer["problems"]): void {
  for (const problem of problems) {
    const ref = refs.find((candidate) => pathOf(candidate) === problem.relPath);
    ref?.section.problems.push(problem);
  }
}

/** A file that is read again starts over: what an earlier reading noted of it does not hold. */
function forgetReading(ref: FileRef): void {
  const { records, problems } = ref.section;
  if (records[ref.index + 1] === undefined) return;
  records[ref.index + 1] = undefined;
  const relPath = pathOf(ref);
  const told = problems.findIndex((known) => known.code === "changed" && known.relPath === relPath);
  if (told >= 0) problems.splice(told, 1);
}

/** Calls a hasher; the rows go over to it for good. */
function call(
  lane: Lane<HashCall, HashAnswer>,
  message: HashCall & { readonly files: FileList },
): Promise<HashAnswer> {
  return lane.call(message, [message.files.stats.buffer]);
}

function listOf(refs: readonly FileRef[]): FileList {
  const groups: { relPath: string; names: string[] }[] = [];
  const stats = new StatTable(refs.length);
  for (const [i, { section, index }] of refs.entries()) {
    stats.copyRow(i, section.stats, index + 1);
    const { relPath } = section.walked;
    const last = groups.at(-1);
    if (last?.relPath === relPath) last.names.push(section.name(index));
    else groups.push({ relPath, names: [section.name(index)] });
  }
  return { groups, stats: stats.data };
}

function splitPath(relPath: string): { dir: string; name: string } {
  const slash = relPath.lastIndexOf("/");
  return { dir: slash < 0 ? "" : relPath.slice(0, slash), name: relPath.slice(slash + 1) };
}

/** Waits for all, then throws the first failure: nothing is left running behind the caller's back. */
async function all(work: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) {
    if (result.status === "rejected") throw result.reason;
  }
}

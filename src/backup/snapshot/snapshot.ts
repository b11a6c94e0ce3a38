/**
 * Step 5 of 5, on main: settled sections, in walk order → SHA256SUMS, manifest, log and counts; at
 * the end everything made durable and published by one rename.
 *
 * @module
 */
import { STAT, STAT_FIELDS, type StatTable } from "../../fs/stat_table.ts";
import type { Xattrs } from "../../fs/file_system.ts";
import { formatSums, sumsFileName } from "../../store/checksum_file.ts";
import type { EntryText } from "../../store/entry_text.ts";
import type { KeptLines, ManifestWriter } from "../../store/manifest_writer.ts";
import { logKnown, logLines } from "./fate_lines.ts";
import type { Lane } from "../../threads/lane.ts";
import type { FinishedDir, LinkAnswer, LinkCall, SumsFile } from "../link/link_messages.ts";
import type { LogLevel, RunLog } from "./run_log.ts";
import { type ComparedSection, OUTCOME, type SettlingSection } from "../settle/settling.ts";
import type { Tally } from "./tally.ts";

/** What recording a section needs. */
export interface RecorderOptions {
  /** The linker that made the directories. */
  readonly tree: Lane<LinkCall, LinkAnswer>;
  readonly manifest: ManifestWriter;
  readonly entryText: EntryText;
  readonly log: RunLog;
  readonly tally: Tally;
  /** Hears of attributes that the backup root does not keep. */
  readonly onRefused: (names: readonly string[]) => void;
  /** Shows each entry's fate on screen as well; undefined when nobody wants to see it. */
  readonly echo: ((level: LogLevel, message: string) => void) | undefined;
}

/** Calls to finish directories that may be waiting for the linker. */
const MAX_FINISHING = 8;

interface OpenDir {
  readonly relPath: string;
  readonly stats: StatTable;
  readonly xattrs: Xattrs;
}

/** Takes settled sections in walk order and writes down all that is to be known of them. */
export class Recorder {
  readonly #options: RecorderOptions;
  /** Directories whose subtree is not complete yet, outermost first. */
  readonly #open: OpenDir[] = [];
  /** Answers that are still to come, oldest first. */
  readonly #finishing: Promise<LinkAnswer>[] = [];
  #sums: { names: string[]; digests: string[] } = { names: [], digests: [] };

  constructor(options: RecorderOptions) {
    this.#options = options;
  }

  /** Records sections that follow those of the last call. */
  async record(sections: readonly ComparedSection[]): Promise<void> {
    const sums: SumsFile[] = [];
    const dirs: FinishedDir[] = [];
    for (const section of sections) {
      if (!("links" in section) && section.isLost) {
        this.#options.tally.add(section);
        logLines(section, this.#options);
        continue;
      }
      this.#enter(section, dirs);
      if ("links" in section) {
        this.#options.manifest.addText(section.text);
        this.#options.tally.addKnown(section);
        logKnown(section, this.#options);
        continue;
      }
      this.#addToManifest(section);
      this.#collectSums(section, sums);
      this.#options.tally.add(section);
      logLines(section, this.#options);
    }
    const finishing = this.#options.tree.call({ kind: "finish", sums, dirs });
    finishing.catch(() => undefined); // reported when its turn comes
    this.#finishing.push(finishing);
    // The linker answers in order: to wait for this answer now would let its queue run dry.
    while (this.#finishing.length > MAX_FINISHING) await this.#awaitFinish();
  }

  async #awaitFinish(): Promise<void> {
    const answer = await this.#finishing.shift();
    if (answer !== undefined) this.#options.onRefused(answer.refused);
  }

  /** Gives the directories that are still open their attributes, innermost first. */
  async finish(): Promise<void> {
    while (this.#finishing.length > 0) await this.#awaitFinish();
    const dirs = this.#open.splice(0).toReversed().map(finished);
    const { refused } = await this.#options.tree.call({ kind: "finish", sums: [], dirs });
    this.#options.onRefused(refused);
  }

  #enter(section: ComparedSection, complete: FinishedDir[]): void {
    const { relPath, continues, xattrs } = section.walked;
    if (continues) return;
    while (this.#open.length > 0 && !isInside(relPath, this.#open.at(-1)?.relPath ?? "")) {
      const done = this.#open.pop();
      if (done !== undefined) complete.push(finished(done));
    }
    const { stats } = "links" in section ? section.walked : section;
    this.#open.push({ relPath, stats, xattrs: xattrs.get(0) ?? [] });
  }

  #addToManifest(section: SettlingSection): void {
    const { relPath, continues, names, xattrs } = section.walked;
    const own = xattrs.get(0);
    if (own !== undefined) section.records[0] = { xattrs: own };
    const all = section.outcomes.every((outcome) => outcome !== OUTCOME.lost);
    const { stats, records } = section;
    const { manifest, entryText } = this.#options;
    if (!all) return manifest.add(withoutLost(section));
    const stamp = stampOf(section, entryText);
    manifest.add({ relPath, continues, names, stats, records, stamp, kept: keptOf(section) });
  }

  #collectSums(section: SettlingSection, files: SumsFile[]): void {
    const { walked } = section;
    for (const [index, name] of walked.names.entries()) {
      const digest = section.records[index + 1]?.digest;
      if (digest === undefined || section.outcomes[index] === OUTCOME.lost) continue;
      this.#sums.names.push(name);
      this.#sums.digests.push(digest);
    }
    if (!walked.ends) return;
    const { names, digests } = this.#sums;
    this.#sums = { names: [], digests: [] };
    if (names.length === 0) return;
    files.push({
      relPath: walked.relPath,
      fileName: sumsFileName((name) => walked.reservedNames.includes(name)),
      content: formatSums(names, digests),
      mtime: {
        sec: section.stats.get(0, STAT.mtimeSec),
        nsec: section.stats.get(0, STAT.mtimeNsec),
      },
      linkPrevious: section.previous.sameNames && hasPreviousDigests(section),
    });
  }
}

/** The stamp to write: none where the manifest says more of an entry than the walk will see again. */
function stampOf(section: SettlingSection, entryText: EntryText): string | undefined {
  const { walked: { stamp }, records, problems, isAsWalked } = section;
  if (stamp === undefined || !isAsWalked || problems.length > 0) return undefined;
  const isPlain = records.every((record) =>
    record?.storedMtime === undefined && record?.state === undefined
  );
  return isPlain ? entryText.stamp(stamp) : undefined;
}

/** Lines of the previous manifest that hold: nothing was found out of these entries since. */
function keptOf({ previous, records, outcomes }: SettlingSection): KeptLines | undefined {
  const { kept, entries } = previous;
  if (kept === undefined) return undefined;
  const ends = kept.ends.slice();
  for (const [index, outcome] of outcomes.entries()) {
    const row = index + 1;
    const holds = outcome === OUTCOME.linked && records[row] === entries[index]?.record;
    if (!holds) ends[row] = kept.starts[row] ?? 0;
  }
  return { ...kept, ends };
}

/** Whether every digest is the one that the previous snapshot has for the same name. */
function hasPreviousDigests({ records, previous }: SettlingSection): boolean {
  return previous.entries.every((entry, i) => entry?.record?.digest === records[i + 1]?.digest);
}

function isInside(relPath: string, dir: string): boolean {
  return dir === "" || relPath.startsWith(`${dir}/`);
}

function finished({ relPath, stats, xattrs }: OpenDir): FinishedDir {
  return { relPath, stats: stats.data.slice(0, STAT_FIELDS), xattrs };
}

/** The section without the entries that are not in the snapshot. */
function withoutLost(section: SettlingSection): Parameters<ManifestWriter["add"]>[0] {
  const kept = [...section.outcomes.keys()].filter((i) => section.outcomes[i] !== OUTCOME.lost);
  const { relPath, continues } = section.walked;
  return {
    relPath,
    continues,
    names: kept.map((index) => section.name(index)),
    stats: section.stats.pick([0, ...kept.map((index) => index + 1)]),
    records: [section.records[0], ...kept.map((index) => section.records[index + 1])],
  };
}

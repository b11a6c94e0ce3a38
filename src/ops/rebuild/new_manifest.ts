/**
 * A manifest that is made from what lies in a snapshot, and the summary that goes with it.
 *
 * @module
 */
import { encodeName, joinRel, printable } from "../../base/path_bytes.ts";
import { VERSION } from "../../base/version.ts";
import { type Dir, type File, type FileSystem, FsError } from "../../fs/file_system.ts";
import { companionName, unpublishedName } from "../../store/layout.ts";
import { MANIFEST_VERSION } from "../../store/manifest_header.ts";
import { ManifestWriter } from "../../store/manifest_writer.ts";
import { formatSummaryJson, type Summary, SUMMARY_VERSION } from "../../store/summary.ts";
import type { SnapshotRef } from "../../store/snapshots.ts";
import { isoTime } from "../../backup/snapshot/iso_time.ts";
import type { OpenedSnapshot } from "../read/open_snapshot.ts";
import { unlinkIfThere } from "./dir_sums.ts";
import type { SettledSection, SnapshotInRebuild } from "./examine.ts";
import type { KnownSource } from "./known_source.ts";
import type { RebuildWork } from "./rebuild_work.ts";

/** A file beside a snapshot that is written under another name, made durable, then renamed. */
export class NewCompanion {
  readonly #fs: FileSystem;
  readonly #dir: Dir;
  readonly #name: string;
  readonly #file: File;
  #bytes = 0;
  #open = true;

  /** `name` is the final one; what a killed run left under the temporary one is removed. */
  constructor(fs: FileSystem, dir: Dir, name: string) {
    this.#fs = fs;
    this.#dir = dir;
    this.#name = name;
    unlinkIfThere(fs, dir, unpublishedName(name));
    this.#file = fs.createFile(dir, unpublishedName(name));
  }

  write(bytes: Uint8Array<ArrayBuffer>): void {
    this.#fs.write(this.#file, bytes, this.#bytes);
    this.#bytes += bytes.length;
  }

  /** Gives it its name; with `replacing`, in place of the file that has it. */
  publish({ replacing }: { replacing: boolean }): void {
    this.#fs.syncFile(this.#file);
    this.#close();
    const from = unpublishedName(this.#name);
    if (replacing) this.#fs.replace(this.#dir, from, this.#dir, this.#name);
    else this.#fs.rename(this.#dir, from, this.#dir, this.#name);
    this.#fs.syncDir(this.#dir);
  }

  /** Takes it away again, unless it was published. */
  discard(): void {
    if (!this.#open) return;
    this.#close();
    unlinkIfThere(this.#fs, this.#dir, unpublishedName(this.#name));
  }

  #close(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#fs.closeFile(this.#file);
  }
}

/** Takes the sections of a snapshot and publishes them as its manifest. */
export class NewManifest {
  readonly #work: RebuildWork;
  readonly #snapshot: SnapshotInRebuild;
  readonly #file: NewCompanion;
  readonly #writer: ManifestWriter;

  constructor(work: RebuildWork, snapshot: SnapshotInRebuild, source: KnownSource) {
    const { fs } = work;
    const { nameDir, ref } = snapshot.opened;
    this.#work = work;
    this.#snapshot = snapshot;
    const file = new NewCompanion(fs, nameDir, companionName(ref.time, "manifest"));
    this.#file = file;
    this.#writer = new ManifestWriter({
      header: {
        ...source,
        rebuiltAt: isoTime(work.deps.clock.now()),
        formatVersion: MANIFEST_VERSION,
        phlbVersion: VERSION,
        snapshot: joinRel(ref.name, ref.time),
      },
      sink: (bytes) => file.write(bytes),
      level: work.options.settings["snapshot.manifest_level"],
      userName: (uid) => fs.userName(uid),
      groupName: (gid) => fs.groupName(gid),
    });
  }

  add({ section }: SettledSection): void {
    this.#writer.add(section);
  }

  /** Publishes it; a damaged one in its place is kept under another name. */
  publish(): void {
    const { fs } = this.#work;
    const { nameDir, ref, hasManifest } = this.#snapshot.opened;
    this.#writer.finish();
    if (hasManifest) keepDamaged(fs, nameDir, ref);
    dropSignature(this.#work, this.#snapshot.opened);
    this.#file.publish({ replacing: hasManifest });
  }

  discard(): void {
    this.#file.discard();
  }
}

/** Removes the signature of a manifest that is about to be replaced: it would be called a bad one. */
export function dropSignature(
  work: Pick<RebuildWork, "fs" | "log">,
  { ref, nameDir, id }: OpenedSnapshot,
): void {
  if (!ref.companions.has("signature")) return;
  unlinkIfThere(work.fs, nameDir, companionName(ref.time, "signature"));
  work.log(
    "warning",
    `The manifest of "${printable(id)}" is written anew and is not signed any more`,
  );
}

/** Gives the damaged manifest a second name: it may still tell somebody something. */
function keepDamaged(fs: FileSystem, dir: Dir, { time }: SnapshotRef): void {
  const name = companionName(time, "manifest");
  for (let number = 1;; number++) {
    const other = number === 1 ? `${name}.damaged` : `${name}.damaged-${number}`;
    try {
      return fs.link(dir, name, dir, other);
    } catch (error) {
      if (!(error instanceof FsError) || error.code !== "EEXIST") throw error;
    }
  }
}

/** Counts what the summary of a rebuilt snapshot tells. */
export class SummaryCounter {
  #files = { linked: 0, copied: 0, linkedBytes: 0, copiedBytes: 0 };
  #directories = 0;
  #symlinks = 0;
  #specials = 0;
  #recorded = 0;

  add({ section, newFiles, newBytes, knownFiles, knownBytes }: SettledSection): void {
    this.#files.copied += newFiles;
    this.#files.copiedBytes += newBytes;
    this.#files.linked += knownFiles;
    this.#files.linkedBytes += knownBytes;
    if (!section.continues) this.#directories++;
    for (let row = 1; row <= section.names.length; row++) {
      const type = section.stats.type(row);
      if (section.records[row]?.state === "recorded") this.#recorded++;
      else if (type === "link") this.#symlinks++;
      else if (type !== "file") this.#specials++;
    }
  }

  /** The summary; `damaged` and `problems` are those that were found in this snapshot. */
  summary(
    { opened }: SnapshotInRebuild,
    { source, damaged, problems, finishedAt }: {
      source: KnownSource;
      damaged: number;
      problems: number;
      finishedAt: Date;
    },
  ): Summary {
    const { linked, copied, linkedBytes, copiedBytes } = this.#files;
    const counts = {
      linked,
      copied,
      directories: this.#directories,
      symlinks: this.#symlinks,
      specials: this.#specials,
      recorded: this.#recorded,
      excluded: 0,
      failed: 0,
    };
    const walked = Object.values(counts).reduce((sum, count) => sum + count, 0);
    return {
      format_version: SUMMARY_VERSION,
      phlb_version: VERSION,
      name: opened.ref.name,
      snapshot_id: opened.id,
      source: source.source,
      hostname: source.hostname,
      started_at: source.startedAt,
      finished_at: isoTime(finishedAt),
      duration_seconds: 0,
      complete: true,
      interrupted: false,
      counts: { walked, ...counts, problems, new: 0, changed: 0, unchanged: 0, damaged, healed: 0 },
      bytes: {
        processed: linkedBytes + copiedBytes,
        linked: linkedBytes,
        copied: copiedBytes,
        saved: linkedBytes,
      },
      excluded_by: [],
      problems: [],
      previous: null,
      tags: [],
      note: REBUILT,
      stage_seconds: {},
      threads: {},
      ...(source.protect === undefined ? {} : { protect: source.protect }),
    };
  }
}

/** The note of a summary that no backup wrote. */
const REBUILT = "rebuilt";

/** Writes the summaries that a snapshot lacks. */
export function writeSummaries(
  work: RebuildWork,
  { opened }: SnapshotInRebuild,
  summary: Summary,
): void {
  const { ref, nameDir, path } = opened;
  const texts = {
    summaryText: work.deps.summaryText(summary, path),
    summaryJson: formatSummaryJson(summary),
  };
  for (const kind of ["summaryText", "summaryJson"] as const) {
    if (ref.companions.has(kind)) continue;
    const file = new NewCompanion(work.fs, nameDir, companionName(ref.time, kind));
    try {
      file.write(encodeName(texts[kind]));
      file.publish({ replacing: false });
    } finally {
      file.discard();
    }
  }
}

/** The step of the pipeline (or the operation) that met a problem. */
export type Step =
  | "check"
  | "walk"
  | "select"
  | "hash"
  | "link"
  | "snapshot"
  | "index"
  | "read" // a snapshot is read
  | "restore"
  | "verify"
  | "compare"
  | "rebuild"
  | "prune"
  | "repair"
  | "forget";

/** What happened to an entry; stable words that scripts may match. */
export type ProblemCode =
  | "unreadable" // the source would not let us read it
  | "vanished" // listed, then gone
  | "changed" // changed while it was read, also on every retry
  | "replaced" // another type of file than when it was listed
  | "damaged" // a stored file differs from its record; the content was stored again
  | "bit-rot" // the content of a source file changed, its size and times did not
  | "missing" // a stored file that should be there is not
  | "extra" // the snapshot has an entry that its manifest does not have
  | "content" // a stored file's content does not have its recorded digest
  | "size" // a stored file has another size than recorded
  | "type" // an entry is another kind of file than recorded
  | "mtime" // an entry has another modification time than recorded
  | "mode" // an entry has other permission bits than recorded
  | "owner" // an entry belongs to another user or group than recorded
  | "target" // a symlink leads elsewhere, or a device is another one, than recorded
  | "checksums" // a SHA256SUMS is missing, or says something else than the manifest
  | "manifest" // a manifest cannot be read to its end
  | "chain" // a manifest is not the one that a later manifest has the digest of
  | "held" // snapshots stay although no rule keeps them
  | "signature" // a manifest is not signed by anybody who may
  | "exists" // something that must stay is in the way
  | "unwritable" // where it goes, the system would not let us write it
  | "unsupported" // a kind of file that cannot be recreated here; recorded in the manifest
  | "metadata" // stored, but an attribute could not be read
  | "collision" // the backup root takes its name for that of an entry beside it
  | "bad-name"; // a name this file-system backend cannot represent

/**
 * Something went wrong with one entry. Data, never thrown: the run goes on, the problem is in the
 * log, the summary and the exit code.
 */
export interface Problem {
  /** Relative to the source or the snapshot, `/`-separated; `""` is the root of it. */
  readonly relPath: string;
  readonly step: Step;
  readonly code: ProblemCode;
  /** `Cannot <action> "<path>": <reason>`. */
  readonly message: string;
  /** Whether the snapshot holds the entry all the same. */
  readonly stored: boolean;
  /** `<name>/<time>`, where an operation looks at several snapshots. */
  readonly snapshotId?: string;
  /** What the user can do, one sentence without a full stop. */
  readonly hint?: string;
}

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
  | "rebuild";

/** What happened to an entry; stable words that scripts may match. */
export type ProblemCode =
  | "unreadable" // the source would not let us read it
  | "vanished" // listed, then gone
  | "changed" // changed while it was read, also on every retry
  | "replaced" // another type of file than when it was listed
  | "damaged" // a stored file differs from its record; the content was stored again
  | "missing" // a stored file that should be there is not
  | "exists" // something that must stay is in the way
  | "unwritable" // where it goes, the system would not let us write it
  | "unsupported" // a kind of file that cannot be recreated here; recorded in the manifest
  | "metadata" // stored, but an attribute could not be read
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
}

/** One command whose time is taken. */
export interface Trial {
  /** Who runs it; `phlb` is what the others are compared with. */
  readonly contender: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** See {@link MeasureOptions.tellsSeconds}. */
  readonly tellsSeconds?: boolean;
  /** Not measured, after the command. */
  readonly after?: () => Promise<void>;
}

/** Something that several programs do one after the other, each in its own way. */
export interface Step {
  readonly name: string;
  /** Not measured, before the first trial. */
  readonly before?: () => void | Promise<void>;
  /** `work` is the directory of this repetition. */
  readonly trials: (work: string) => readonly Trial[];
}

/** Steps that follow each other in one directory, repeated as a whole. */
export interface Workload {
  /** One word, whatever the sizes. */
  readonly id: string;
  /** For readers, with the sizes. */
  readonly name: string;
  /** The tree that is backed up: it is in the caches before each trial, or, when cold, not at all. */
  readonly source?: string;
  /** Not measured; `work` is fresh and empty. */
  readonly prepare?: (work: string) => Promise<void>;
  readonly steps: readonly Step[];
  /** Counted repetitions at least: more where a run takes milliseconds. */
  readonly runsAtLeast?: number;
}

/** One command whose time is taken. */
export interface Trial {
  /** Who runs it; `phlb` is what the others are compared with. */
  readonly contender: string;
  readonly command: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
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
  readonly name: string;
  /** Not measured; `work` is fresh and empty. */
  readonly prepare?: (work: string) => Promise<void>;
  readonly steps: readonly Step[];
}

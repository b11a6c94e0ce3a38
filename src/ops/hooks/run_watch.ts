import { dirname } from "node:path";
import type { BackupEvent } from "../../backup/events.ts";

/** Hears what a run tells, to say afterwards where its files are. */
export class RunWatch {
  readonly #pass: (event: BackupEvent) => void;
  /** Absolute path that the snapshot has or would have had; undefined before it is known. */
  snapshotPath: string | undefined;
  isPublished = false;

  constructor(pass: (event: BackupEvent) => void) {
    this.#pass = pass;
  }

  /** Pass it on as `onEvent`. */
  readonly onEvent = (event: BackupEvent): void => {
    if (event.kind === "start") this.snapshotPath = event.snapshotPath;
    if (event.kind === "summary" && event.published) this.isPublished = true;
    this.#pass(event);
  };

  /** Absolute path of a file beside the snapshot, such as `-backup.log`. */
  beside(suffix: string): string | undefined {
    return this.snapshotPath === undefined ? undefined : `${this.snapshotPath}${suffix}`;
  }

  /** Absolute path of the directory that snapshot and log lie in. */
  get nameDir(): string | undefined {
    return this.snapshotPath === undefined ? undefined : dirname(this.snapshotPath);
  }
}

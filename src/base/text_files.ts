/** Small text files outside of backup roots. */
export interface TextFiles {
  /**
   * The text, undefined when there is no such file.
   *
   * @throws when there is one that cannot be read or is not UTF-8
   */
  readText(path: string): string | undefined;
  /** Creates a file and the directories above it; false when there is one already. */
  createText(path: string, text: string): boolean;
  /** Writes a file anew (0644 unless `mode` says otherwise) and the directories above it. */
  replaceText(path: string, text: string, mode?: number): void;
  /** False when there is none. */
  removeText(path: string): boolean;
}

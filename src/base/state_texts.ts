/**
 * Small texts that this machine keeps outside of backup roots: what cannot be in a root, because it
 * is about roots that may not be there. Losing them loses no backup.
 */
export interface StateTexts {
  /** Where they lie, absolute. */
  readonly dir: string;
  /** Undefined when there is none of that name, or none that can be read. */
  read(name: string): string | undefined;
  /**
   * Writes a text in place of the one before; directories in `name` are made.
   *
   * @throws {Error} when the system refuses
   */
  write(name: string, text: string): void;
}

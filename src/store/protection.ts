/**
 * How the stored files of a snapshot are kept from being changed: `snapshot.protect`. What mode an
 * entry has stands in the manifest; the file that holds its content may have no write bits.
 *
 * @module
 */

/** What is done to stored regular files; the words of the configuration, the manifest and the summary. */
export type Protection = "none" | "readonly";

/** A protection that is worth a word in a manifest. */
export type RealProtection = Exclude<Protection, "none">;

/** What everybody loses. */
export const WRITE_BITS = 0o222;

/** The mode that the stored file of an entry of that mode gets. */
export function storedMode(mode: number, protection: Protection): number {
  return protection === "none" ? mode : mode & ~WRITE_BITS;
}

/** What a manifest or a summary says; a word of a later version is no protection that we know. */
export function parseProtection(word: unknown): RealProtection | undefined {
  return word === "readonly" ? word : undefined;
}

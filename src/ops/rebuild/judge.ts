/**
 * What a stored file's recorded digests and its content say together. Pure: this is where damage is
 * kept from being taken for the truth.
 *
 * @module
 */

/** What is known of one stored file. */
export interface Evidence {
  /** SHA-256 that a manifest or a checksum file has for it. */
  readonly recorded: string | undefined;
  /** SHA-512 that PyHardLinkBackup 0.x put beside it. */
  readonly recordedSha512: string | undefined;
  /**
   * Whether phlb or PyHardLinkBackup 1.x wrote `recorded`. A checksum file that came with a tree
   * which a hand put there may be the user's own, and may have been wrong in the source already.
   */
  readonly vouched: boolean;
  /** What its content has now; undefined when it could not be read. */
  readonly actual: { readonly digest: string; readonly sha512: string } | undefined;
}

/** What is to be written down. */
export interface Verdict {
  /** For the manifest and SHA256SUMS; undefined: nobody can tell what its content should be. */
  readonly digest: string | undefined;
  /**
   * `damaged`: the content is not what was recorded. `disputed`: a checksum file that nobody vouches
   * for says otherwise.
   */
  readonly fault: "damaged" | "disputed" | undefined;
}

/**
 * Judges one file. A digest that phlb recorded is never given up for what a damaged file has; where
 * there is none to keep, none is written.
 */
export function judge({ recorded, recordedSha512, vouched, actual }: Evidence): Verdict {
  if (actual === undefined) return { digest: vouched ? recorded : undefined, fault: undefined };
  const badSha512 = recordedSha512 !== undefined && recordedSha512 !== actual.sha512;
  const badSha256 = recorded !== undefined && recorded !== actual.digest;
  if (vouched && recorded !== undefined) {
    return { digest: recorded, fault: badSha256 || badSha512 ? "damaged" : undefined };
  }
  if (badSha512) return { digest: undefined, fault: "damaged" };
  if (badSha256) return { digest: undefined, fault: "disputed" };
  return { digest: actual.digest, fault: undefined };
}

/** Which different names a file system takes for one. */
export interface NameFolding {
  /** `a` and `A`. */
  readonly case: boolean;
  /** `é` as one character and as two. */
  readonly unicode: boolean;
}

/** Every name is a name of its own. */
export const NO_FOLDING: NameFolding = { case: false, unicode: false };

/**
 * The same text for names that a file system with this folding takes for one. It may differ from the
 * file system's own tables for rare characters.
 */
export function foldName(name: string, folding: NameFolding): string {
  const composed = folding.unicode ? name.normalize("NFC") : name;
  // Both ways: several small letters may share a capital one.
  return folding.case ? composed.toUpperCase().toLowerCase() : composed;
}

/** A file's text, and why what it says may be somebody else's. */
export interface OwnedText {
  readonly text: string;
  /** Such as `it belongs to another user`; undefined for a file that only its user can change. */
  readonly fault?: string;
  /** What the user can do about that, one sentence without a full stop. */
  readonly remedy?: string;
}

/**
 * `<time>-marks.json`: what people wrote down about a snapshot after it was made. FORMAT.md says
 * what each field means.
 *
 * @module
 */

/** Version of the file that this program writes. */
export const MARKS_VERSION = 1;

/** See the module text. */
export interface Marks {
  /** Never goes by a policy. */
  readonly pinned: boolean;
  /** Take the place of those in the summary; undefined: those of the summary count. */
  readonly tags: readonly string[] | undefined;
  /** The same; `""` takes the summary's away. */
  readonly note: string | undefined;
  /** Somebody had a look at how much this snapshot lost since the one before, and it is right. */
  readonly changeAccepted: boolean;
}

/** Nothing was written down. */
export const NO_MARKS: Marks = {
  pinned: false,
  tags: undefined,
  note: undefined,
  changeAccepted: false,
};

/** The file's text. */
export function formatMarks({ pinned, tags, note, changeAccepted }: Marks): string {
  const fields = {
    format_version: MARKS_VERSION,
    pinned,
    tags: tags ?? null,
    note: note ?? null,
    change_accepted: changeAccepted,
  };
  return `${JSON.stringify(fields, null, 2)}\n`;
}

/**
 * Reads marks. What cannot be understood, that of a newer version too, counts as pinned: a policy
 * must not take away what somebody may have wanted to keep. Never throws.
 */
export function parseMarks(text: string): Marks {
  const fields = fieldsOf(text);
  if (fields === undefined || fields["format_version"] !== MARKS_VERSION) {
    return { ...NO_MARKS, pinned: true };
  }
  const { tags, note } = fields;
  return {
    pinned: fields["pinned"] !== false,
    tags: Array.isArray(tags) ? tags.filter((tag) => typeof tag === "string") : undefined,
    note: typeof note === "string" ? note : undefined,
    changeAccepted: fields["change_accepted"] === true,
  };
}

function fieldsOf(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return Object.fromEntries(Object.entries(value));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

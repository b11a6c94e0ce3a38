/** What was said of a snapshot by its run, and later. */
interface Described {
  readonly marks?: {
    readonly tags: readonly string[] | undefined;
    readonly note: string | undefined;
  } | undefined;
  readonly summary: { readonly tags: readonly string[]; readonly note: string | null } | undefined;
}

/** The words kept with a snapshot: those given later, else those of its run. */
export function tagsOf({ marks, summary }: Described): readonly string[] {
  return marks?.tags ?? summary?.tags ?? [];
}

/** The note kept with a snapshot: the one given later, else that of its run. */
export function noteOf({ marks, summary }: Described): string | undefined {
  return marks?.note === undefined ? summary?.note ?? undefined : marks.note || undefined;
}

/** What names of files that a restore has not completed begin with. */
const PREFIX = ".phlb-restore-";

const PATTERN = /^\.phlb-restore-[0-9a-f]{8}-[0-9]+-[0-9]+$/;

/**
 * The name of a file that is not complete yet. `token` is eight hex digits of the run, a hyphen and
 * the thread's number.
 */
export function temporaryName(token: string, number: number): string {
  return `${PREFIX}${token}-${number}`;
}

/** Whether a name is one that a cut-off restore may have left. */
export function isTemporaryName(name: string): boolean {
  return name.startsWith(PREFIX) && PATTERN.test(name);
}

/** How a run of `ssh-keygen` ended. */
export interface SshKeygenEnd {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs `ssh-keygen` with these arguments and `input` as its standard input, without ever asking
 * anybody; undefined when there is none that may be run.
 */
export type SshKeygen = (
  args: readonly string[],
  input: Iterable<Uint8Array<ArrayBuffer>>,
) => Promise<SshKeygenEnd | undefined>;

/** One block of memory for all held files of a job. */
export class Slab {
  readonly memory: Uint8Array<ArrayBuffer>;
  #used = 0;

  constructor(memory: Uint8Array<ArrayBuffer>) {
    this.memory = memory;
  }

  /** Room for `sizeBytes`, or undefined when the files have outgrown the slab. */
  room(sizeBytes: number): Uint8Array<ArrayBuffer> | undefined {
    if (this.#used + sizeBytes > this.memory.length) return undefined;
    return this.memory.subarray(this.#used, this.#used + sizeBytes);
  }

  /** Takes the first bytes of the last room for good. */
  keep(sizeBytes: number): void {
    this.#used += sizeBytes;
  }
}

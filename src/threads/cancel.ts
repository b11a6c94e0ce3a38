/** The user asked the run to stop. Not an error of the run: what was stored stays for the next one. */
export class Cancelled extends Error {
  constructor() {
    super("The run was interrupted");
    this.name = "Cancelled";
  }
}

/** A flag that one thread raises and all threads can see within one file or one block. */
export class CancelFlag {
  readonly #cell: Int32Array<SharedArrayBuffer>;

  /** `shared` comes from {@link CancelFlag.shared} of the flag to look at; absent: a new flag. */
  constructor(shared: SharedArrayBuffer = new SharedArrayBuffer(4)) {
    this.#cell = new Int32Array(shared);
  }

  /** Pass this to another thread and build a flag from it there. */
  get shared(): SharedArrayBuffer {
    return this.#cell.buffer;
  }

  raise(): void {
    Atomics.store(this.#cell, 0, 1);
  }

  get raised(): boolean {
    return Atomics.load(this.#cell, 0) === 1;
  }

  /** @throws {Cancelled} when the flag is raised. */
  check(): void {
    if (this.raised) throw new Cancelled();
  }
}

/** Computes a value when it is first asked for. */
export class Once<T> {
  readonly #compute: () => T;
  #value: { readonly value: T } | undefined;

  constructor(compute: () => T) {
    this.#compute = compute;
  }

  get value(): T {
    this.#value ??= { value: this.#compute() };
    return this.#value.value;
  }
}

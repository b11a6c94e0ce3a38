import type { Origin } from "./config.ts";
import type { SecretPart } from "./secret.ts";

/** A value as some layer gives it, before anyone knows whether it fits its key. */
export interface Given {
  /** `undefined` for what no key takes: a date, a table, a fraction in an odd notation. */
  readonly data: string | number | boolean | readonly Given[] | undefined;
  /** As it was written, for messages and for number notations. */
  readonly text: string;
  readonly origin: Origin;
  /** Which key of a secret's table it stands behind. */
  readonly part?: SecretPart;
}

/** Something wrong with the configuration. */
export interface ConfigProblem {
  readonly origin: Origin;
  readonly message: string;
}

/** Where a secret comes from when it is needed. */
export type SecretSource =
  | { readonly from: "env"; readonly name: string }
  /** Absolute. */
  | { readonly from: "file"; readonly path: string }
  | { readonly from: "command"; readonly args: readonly string[] }
  /** It stands in the configuration itself. */
  | { readonly from: "text" };

/** The keys of a table that says where a secret comes from. */
export const SECRET_PARTS = ["env", "file", "command"] as const;

/** One of {@link SECRET_PARTS}. */
export type SecretPart = (typeof SECRET_PARTS)[number];

/** A secret as a file says where it comes from: `{ env = "NAME" }`. */
export interface SecretTable {
  readonly env?: string;
  readonly file?: string;
  readonly command?: readonly string[];
}

/** How such a table is written, for messages. */
export const SECRET_FORM =
  '{ env = "NAME" }, { file = "PATH" } or { command = ["PROGRAM", "ARGUMENT"] }';

/**
 * Something that is to be known to nobody else: it says where it comes from, and what stands in the
 * configuration itself is in no printed form of it.
 */
export class Secret {
  readonly source: SecretSource;
  readonly #text: string | undefined;

  constructor(source: SecretSource, text?: string) {
    this.source = source;
    this.#text = text;
  }

  /** What stands in the configuration itself; never to be shown. */
  get text(): string | undefined {
    return this.#text;
  }

  /** As it is written in a file; undefined for what must not be shown. */
  get table(): SecretTable | undefined {
    const { source } = this;
    if (source.from === "env") return { env: source.name };
    if (source.from === "file") return { file: source.path };
    return source.from === "command" ? { command: source.args } : undefined;
  }

  /** What JSON has of it. */
  toJSON(): unknown {
    return this.table ?? "(not shown)";
  }
}

/**
 * Text that help shows on screen and man pages print, without a form of its own.
 *
 * @module
 */

/** One piece of a text. */
export type Block =
  | { readonly kind: "text"; readonly text: string }
  /** Terms as they are typed, each with what it means. */
  | { readonly kind: "list"; readonly items: readonly (readonly [term: string, text: string])[] }
  /** Lines that stand as they are. */
  | { readonly kind: "lines"; readonly lines: readonly string[] };

/** A text from top to bottom. */
export type Prose = readonly Block[];

/** A paragraph. */
export function paragraph(text: string): Block {
  return { kind: "text", text };
}

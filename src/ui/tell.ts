/**
 * Translates finished English texts, as errors and problems are: they are made deep in the program,
 * cross threads, and stand in files in English. Their form is known, `Cannot read "{}": {}`; what
 * stands at `{}` is taken out of the text and put into the same sentence of another language, in
 * which `{1}` is the first. What stands in quotes stays as it is; anything else is translated too
 * when it is known.
 *
 * @module
 */

/** Sentences by their English form. */
export type ToldTexts = Readonly<Record<string, string>>;

interface Form {
  readonly head: string;
  readonly tail: string;
  readonly pattern: RegExp;
  /** Whether each value stands in quotes. */
  readonly isQuoted: readonly boolean[];
  readonly told: string;
}

/** Deeper texts are not looked into: they would be an accident. */
const MOST_DEPTH = 4;

/** Knows the sentences of one language. */
export class Teller {
  readonly #exact: ReadonlyMap<string, string>;
  readonly #texts: ToldTexts;
  #forms: readonly Form[] | undefined;

  constructor(texts: ToldTexts) {
    this.#texts = texts;
    this.#exact = new Map(Object.entries(texts));
  }

  /** The text in the language; one that is not known goes line by line, or stays as it is. */
  tell(text: string): string {
    return this.#told(text, 0) ?? text.split("\n").map((line) => this.#line(line)).join("\n");
  }

  #line(line: string): string {
    const [indent = ""] = /^ */.exec(line) ?? [];
    const text = line.slice(indent.length);
    return indent + (this.#told(text, 0) ?? this.#sentences(text));
  }

  /** Of several sentences each by itself. */
  #sentences(text: string): string {
    const parts = text.split(/(?<=[^.]\.) (?=[A-Z])/);
    if (parts.length < 2) return text;
    return parts.map((part) => {
      const bare = part.replace(/\.$/, "");
      const told = this.#told(bare, 0);
      return told === undefined ? part : told + part.slice(bare.length);
    }).join(" ");
  }

  #told(text: string, depth: number): string | undefined {
    const exact = this.#exact.get(text);
    if (exact !== undefined) return exact;
    if (depth > MOST_DEPTH || text === "") return undefined;
    this.#forms ??= formsOf(this.#texts);
    for (const form of this.#forms) {
      if (!text.startsWith(form.head) || !text.endsWith(form.tail)) continue;
      const found = form.pattern.exec(text);
      if (found === null) continue;
      return form.told.replace(/\{(\d)\}/g, (_, index: string) => {
        const value = found[Number(index)] ?? "";
        if (form.isQuoted[Number(index) - 1] === true) return value;
        return this.#told(value, depth + 1) ?? value;
      });
    }
    return undefined;
  }
}

/** Those with the most words of their own come first: they say most about a text. */
function formsOf(texts: ToldTexts): Form[] {
  return Object.entries(texts).filter(([english]) => english.includes("{}"))
    .sort(([a], [b]) => b.length - a.length)
    .map(([english, told]) => formOf(english, told));
}

function formOf(english: string, told: string): Form {
  const parts = english.split("{}");
  const isQuoted = parts.slice(1).map((after, i) => {
    return parts[i]?.endsWith('"') === true && after.startsWith('"');
  });
  const literal = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  // A name may have a newline in it; anything else ends with its line.
  const source = parts.map((part, i) => {
    if (i === 0) return literal(part);
    return (isQuoted[i - 1] === true ? "([\\s\\S]*?)" : "(.*?)") + literal(part);
  }).join("");
  return {
    head: parts[0] ?? "",
    tail: parts.at(-1) ?? "",
    pattern: new RegExp(`^${source}$`),
    isQuoted,
    told,
  };
}

/**
 * What phlb says to people, in their language. English is in the code itself: {@link Words.say} takes
 * an English message with its values, and {@link Words.tell} a finished English text, as errors and
 * problems are. Each language has a catalogue of the former in `messages/<language>.ts`, which the
 * compiler holds complete, and of the latter in `messages/<language>_told*.ts`, which a test does.
 *
 * @module
 */
import type { DE } from "./messages/de.ts";
import { englishNumber } from "./english_number.ts";
import type { Teller } from "./tell.ts";

/** Every message that can be said. */
export type Message = keyof typeof DE;

/** Names of the values of a message: `count` of `{count}`, and of `{count:file|files}`. */
type NamesIn<Text extends string> = Text extends `${string}{${infer Value}}${infer Rest}`
  ? (Value extends `${infer Name}:${string}` ? Name : Value) | NamesIn<Rest>
  : never;

/** A message without values, as tables of words have them. */
export type Phrase = {
  [Text in Message]: [NamesIn<Text>] extends [never] ? Text : never;
}[Message];

/** The values of a message; numbers are written as people of that language do. */
export type ValuesOf<Text extends string> = { readonly [Name in NamesIn<Text>]: string | number };

/** The language of what is said. */
export interface Words {
  /**
   * `message` with its values put in. `{n}` is a value, `{n:file|files}` a number with the word that
   * fits it, `{n:|file|files}` that word alone.
   */
  say<Text extends Message>(
    message: Text,
    ...values: [NamesIn<Text>] extends [never] ? [] : [ValuesOf<Text>]
  ): string;
  /** A finished English text; what is not known stays as it is. */
  tell(text: string): string;
}

/** A language that is not English. */
export interface Language {
  readonly messages: Readonly<Record<string, string>>;
  readonly teller: Teller;
}

/** Words of a locale; English without a language. */
export function makeWords(locale: string | undefined, language?: Language): Words {
  const { count, isOne } = locale === undefined ? ENGLISH_NUMBERS : numbersOf(locale);
  const fill = (template: string, values: Readonly<Record<string, string | number>>) =>
    template.replace(PLACEHOLDER, (_, name: string, forms: string | undefined) => {
      const value = values[name] ?? "";
      const text = typeof value === "number" ? count(value) : value;
      if (forms === undefined) return text;
      const words = forms.startsWith("|") ? forms.slice(1) : forms;
      const [one = "", other = one] = words.split("|");
      const word = isOne(Number(value)) ? one : other;
      return forms.startsWith("|") ? word : `${text} ${word}`;
    });
  return {
    say: (message, ...[values]) => fill(language?.messages[message] ?? message, values ?? {}),
    tell: (text) => language === undefined ? text : language.teller.tell(text),
  };
}

interface Numbers {
  count(value: number): string;
  /** Whether the word beside it is singular. */
  isOne(value: number): boolean;
}

const ENGLISH_NUMBERS: Numbers = {
  count: (value) => englishNumber(value, 0),
  isOne: (value) => value === 1,
};

function numbersOf(locale: string): Numbers {
  const rules = once(() => new Intl.PluralRules(locale));
  const whole = once(() => new Intl.NumberFormat(locale, { maximumFractionDigits: 0 }));
  return {
    count: (value) => whole().format(value),
    isOne: (value) => rules().select(value) === "one",
  };
}

/** English. */
export const ENGLISH: Words = makeWords(undefined);

/** The words of a locale; a language that nobody wrote is English. */
export async function loadWords(locale: string | undefined): Promise<Words> {
  if (locale?.split("-")[0] !== "de") return makeWords(locale);
  const { GERMAN } = await import("./messages/german.ts");
  return makeWords(locale, GERMAN);
}

/** `{name}` or `{name:forms}`. */
export const PLACEHOLDER = /\{(\w+)(?::([^}]*))?\}/g;

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => made ??= make();
}

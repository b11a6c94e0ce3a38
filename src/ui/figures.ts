import { englishNumber } from "./english_number.ts";
import { formatDuration } from "./format_duration.ts";
import { loadWords, makeWords, type Words } from "./words.ts";

/** Numbers, dates and words as the user writes them. */
export interface Figures extends Words {
  /** A whole number with its thousands set apart. */
  count(value: number): string;
  /** Bytes in steps of 1024 with two decimals, as PyHardLinkBackup 1.x shows them: `1.50 KiB`. */
  size(bytes: number): string;
  /** A time in ISO 8601 with an offset, shown as local time of that offset. */
  date(iso: string): string;
  /** A length of time in its two largest units: `12.3 s`, `3 min 20 s`. */
  duration(seconds: number): string;
  /** A number with so many decimals. */
  decimal(value: number, digits: number): string;
}

const UNITS = ["Bytes", "KiB", "MiB", "GiB", "TiB", "PiB"] as const;

/** Figures and words for a locale; `undefined` is English with dates in ISO form. */
export async function loadFigures(locale: string | undefined): Promise<Figures> {
  return makeFigures(locale, await loadWords(locale));
}

/** Figures for a locale, with words that were loaded for it. */
export function makeFigures(locale: string | undefined, words: Words = makeWords(locale)): Figures {
  const whole = numberFormat(locale, 0);
  const decimal = numberFormat(locale, 2);
  return {
    ...words,
    count: (value) => whole(value),
    size: (bytes) => {
      if (bytes < 1024) return `${whole(bytes)} ${UNITS[0]}`;
      // From here on two decimals would round to 1024.00 of the smaller unit.
      const almostNext = 1 - 0.005 / 1024;
      const wanted = UNITS.findLastIndex((_, power) => bytes >= 1024 ** power * almostNext);
      const step = Math.max(1, wanted);
      return `${decimal(bytes / 1024 ** step)} ${UNITS[step]}`;
    },
    duration: (seconds) => {
      const text = formatDuration(seconds);
      return locale === undefined ? text : text.replace(".", decimal(0.5).charAt(1));
    },
    decimal: (value, digits) => numberFormat(locale, digits)(value),
    date: (iso) => locale === undefined ? plainDate(iso) : localDate(iso, locale),
  };
}

function numberFormat(locale: string | undefined, digits: number): (value: number) => string {
  if (locale === undefined) return (value) => englishNumber(value, digits);
  // Made when it is first wanted: that takes 10 ms.
  let format: Intl.NumberFormat | undefined;
  return (value) => {
    format ??= new Intl.NumberFormat(locale, {
      minimumFractionDigits: digits,
      maximumFractionDigits: digits,
    });
    return format.format(value);
  };
}

function plainDate(iso: string): string {
  return iso.slice(0, 19).replace("T", " ");
}

function localDate(iso: string, locale: string): string {
  const offset = /[+-]\d\d:\d\d$/.exec(iso)?.[0];
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const format = new Intl.DateTimeFormat(locale, {
    dateStyle: "medium",
    timeStyle: "medium",
    timeZone: offset ?? "UTC",
  });
  return format.format(date);
}

/**
 * The language to use: the configured one, else that of the environment (`LC_ALL`, then `LANG`);
 * `undefined` when there is none or nobody knows it.
 */
export function chooseLocale(
  configured: string,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const named = [configured, env["LC_ALL"], env["LANG"]].find((name) => (name ?? "") !== "") ?? "";
  const tag = named.replace(/[.@].*$/, "").replaceAll("_", "-");
  if (tag === "" || tag === "C" || tag === "POSIX") return undefined;
  try {
    return Intl.NumberFormat.supportedLocalesOf([tag])[0];
  } catch (error) {
    if (error instanceof RangeError) return undefined; // not a language tag at all
    throw error;
  }
}

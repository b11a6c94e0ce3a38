import { range, sortedSet } from "./calendar.ts";

/** Thrown while a calendar is read; says what is wrong as the end of a sentence. */
export class CalendarFault extends Error {}

/** What the numbers of one field may be, and how they are written. */
export interface FieldForm {
  /** For messages: `hour`. */
  readonly what: string;
  readonly min: number;
  readonly max: number;
  /** Words that stand for numbers, in lower case. */
  readonly words?: Readonly<Record<string, number>>;
  /** Between the ends of a range. */
  readonly to: ".." | "-";
}

/** English weekdays by their first three letters; 0 is Sunday. */
export const WEEKDAYS: Readonly<Record<string, number>> = {
  sun: 0,
  mon: 1,
  tue: 2,
  wed: 3,
  thu: 4,
  fri: 5,
  sat: 6,
};

/** English months by their first three letters. */
export const MONTHS: Readonly<Record<string, number>> = Object.fromEntries(
  ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
    .map((name, i) => [name, i + 1]),
);

/**
 * The numbers of a field such as `*`, `1,5`, `1..5`, `0/15` or `1-5/2`; undefined when all are.
 *
 * @throws {CalendarFault}
 */
export function parseField(text: string, form: FieldForm): number[] | undefined {
  if (text === "*") return undefined;
  const numbers = text.split(",").flatMap((part) => parsePart(part, form));
  const set = sortedSet(numbers);
  return set.length === form.max - form.min + 1 ? undefined : set;
}

function parsePart(part: string, form: FieldForm): number[] {
  const { what, min, max, to } = form;
  const [ends = "", stepText, ...more] = part.split("/");
  const step = stepText === undefined ? 1 : Number(stepText);
  if (more.length > 0 || !Number.isInteger(step) || step < 1 || stepText === "") {
    throw new CalendarFault(`"${part}" is no ${what}`);
  }
  if (ends === "*") return range(min, max, { step });
  const [firstText = "", lastText, ...others] = ends.split(to);
  const first = parseNumber(firstText, form);
  if (others.length > 0) throw new CalendarFault(`"${part}" is no ${what}`);
  if (lastText === undefined) return stepText === undefined ? [first] : range(first, max, { step });
  const last = parseNumber(lastText, form);
  if (last < first) throw new CalendarFault(`the range "${ends}" of ${what}s runs backwards`);
  return range(first, last, { step });
}

/** @throws {CalendarFault} */
function parseNumber(text: string, { what, min, max, words }: FieldForm): number {
  const word = words?.[text.toLowerCase()];
  if (word !== undefined) return word;
  const value = Number(text);
  if (!/^\d+$/.test(text)) throw new CalendarFault(`"${text}" is no ${what}`);
  if (value < min || value > max) {
    throw new CalendarFault(`${what} ${text} is not one from ${min} to ${max}`);
  }
  return value;
}

/** How numbers are joined in a notation. */
export interface ListForm {
  readonly to: ".." | "-";
  readonly digits: number;
  /** How "every `step`th from 0 on" is written; not at all when absent. */
  readonly steps?: (step: number) => string;
  /** One above the largest number, for `steps`. */
  readonly end?: number;
}

/** `values` as a list with ranges; `*` when all are meant. */
export function writeField(values: readonly number[] | undefined, form: ListForm): string {
  if (values === undefined) return "*";
  const step = stepOf(values, form.end);
  if (step !== undefined && form.steps !== undefined) return form.steps(step);
  const write = (value: number) => String(value).padStart(form.digits, "0");
  const parts: string[] = [];
  for (let i = 0; i < values.length;) {
    let end = i;
    while (values[end + 1] === (values[end] ?? 0) + 1) end++;
    const [first, last] = [values[i] ?? 0, values[end] ?? 0];
    if (end - i >= 2) parts.push(`${write(first)}${form.to}${write(last)}`);
    else parts.push(...values.slice(i, end + 1).map(write));
    i = end + 1;
  }
  return parts.join(",");
}

/** Of numbers that are all multiples of one below `end`. */
function stepOf(values: readonly number[], end: number | undefined): number | undefined {
  const [first, second] = values;
  if (end === undefined || first !== 0 || second === undefined || values.length < 3) return;
  const isEven = values.every((value, i) => value === i * second);
  return isEven && values.length === Math.ceil(end / second) ? second : undefined;
}

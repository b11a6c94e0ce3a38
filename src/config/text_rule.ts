import { CALENDAR_FORM, parseCalendar } from "../base/calendar/parse_calendar.ts";
import { IO_PRIORITY_FORM, parseIoPriority } from "../base/io_priority.ts";
import type { TextRule } from "./setting_spec.ts";

// deno-lint-ignore no-control-regex -- control characters are what is refused
const CONTROL = /[\x00-\x1f\x7f]/;

/** What `text` has to be to fit `rule`, as the end of a message; `undefined` when it fits. */
export function breachOf(text: string, rule: TextRule): string | undefined {
  switch (rule) {
    case "name":
      return breachOfName(text);
    case "time-format":
      return breachOfTimeFormat(text);
    case "calendar":
      return breachOfCalendar(text);
    case "io-priority":
      return parseIoPriority(text) === undefined ? `must be ${IO_PRIORITY_FORM}` : undefined;
    case "url":
      return breachOfUrl(text);
    case "address":
      return ADDRESS.test(text) ? undefined : 'must be an address such as "ann@example.org"';
    case "header":
      return breachOfHeader(text);
    case "host":
      return /^[\w.:-]+$/.test(text) ? undefined : 'must be a name such as "mail.example.org"';
    case "call-url":
      return isHttpUrl(text) ? undefined : URL_FORM;
  }
}

/** Whether `text` can stand as the name of one directory below a backup root. */
export function isSafeName(text: string): boolean {
  return breachOfName(text) === undefined;
}

/** What a file name has to be, as the end of a message; `undefined` when `text` is one. */
export function breachOfFileName(text: string): string | undefined {
  const single = text !== "" && text !== "." && text !== ".." && !/[/\0]/.test(text);
  return single ? undefined : 'must be a single file name without "/"';
}

function breachOfCalendar(text: string): string | undefined {
  const parsed = parseCalendar(text);
  return "fault" in parsed ? `must be ${CALENDAR_FORM}; ${parsed.fault}` : undefined;
}

function breachOfName(text: string): string | undefined {
  const safe = text.trim() === text && text !== "" && !text.startsWith(".") &&
    !/[/\\]/.test(text) && !CONTROL.test(text);
  return safe
    ? undefined
    : 'must be a plain name: no "/" or "\\", no dot in front, no control characters, ' +
      "no space around it";
}

function breachOfUrl(text: string): string | undefined {
  const known = /^https?:\/\//.test(text) && URL.canParse(text);
  return known ? undefined : 'must be an address that begins with "https://" or "http://"';
}

function breachOfTimeFormat(text: string): string | undefined {
  const known = /^(?:[^%/\\]|%[YmdHMS])+$/.test(text) && !CONTROL.test(text) &&
    !text.startsWith(".");
  return known ? undefined : 'must be made of %Y, %m, %d, %H, %M, %S and plain text without "/"';
}

const ADDRESS = /^[^\s@<>,;:"]+@[^\s@<>,;:"]+$/;

/** What a header may not say in the clear, going by its name. */
const CONFIDENTIAL = /authorization|cookie|token|key|secret|password/i;

function breachOfHeader(text: string): string | undefined {
  // Source: RFC 9110, section 5.1: a name is a token.
  const name = /^([\w!#$%&'*+.^`|~-]+): *\S/.exec(text)?.[1];
  if (name === undefined || CONTROL.test(text)) {
    return 'must be a line such as "Content-Type: text/plain"';
  }
  if (!CONFIDENTIAL.test(name) || text.includes("{secret}")) return undefined;
  return 'must have "{secret}" for what is secret, which "secret" beside it then says';
}

/** What {@link isHttpUrl} wants, as the end of a message. */
export const URL_FORM =
  "must be an address that begins with http:// or https://, without a user in it";

/** Whether `text` is an address that can be called. */
export function isHttpUrl(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === "" &&
    url.password === "";
}

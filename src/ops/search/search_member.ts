import { decodePath, detached, type Member, parseRaw, RawCursor } from "../../store/raw_entry.ts";
import type { EntryFilter } from "./entry_filter.ts";

/**
 * The lines of the entries of a member that `filter` lets through, in their order.
 *
 * @throws {isManifestDamage} when one that could be meant cannot be parsed
 */
export function searchMember(member: Member, filter: EntryFilter): string[] {
  const found = search(member, filter);
  // Few lines must not keep all of the others in memory.
  return found.length * DENSE_BYTES < member.text.length ? found.map(detached) : found;
}

/** Up to one line found in so many bytes, the text is kept as a whole. */
const DENSE_BYTES = 1024;

function search(member: Member, filter: EntryFilter): string[] {
  const { literals } = filter;
  const cursor = new RawCursor(member);
  if (literals === undefined) return searchAll(cursor, filter);
  const text = filter.ignoresCase ? member.text.toLowerCase() : member.text;
  const [literal = "", ...others] = literals;
  if (others.length === 0) return searchLiteral(cursor, { text, literal, filter });
  const found = new Map<number, string>();
  for (const each of literals) {
    const take = (at: number, raw: string) => found.set(at, raw);
    searchLiteral(cursor, { text, literal: each, filter }, take);
  }
  return [...found].toSorted(([a], [b]) => a - b).map(([, raw]) => raw);
}

interface LiteralSearch {
  /** The member's text, in lower case when the literal is. */
  readonly text: string;
  readonly literal: string;
  readonly filter: EntryFilter;
}

function searchLiteral(
  cursor: RawCursor,
  { text, literal, filter }: LiteralSearch,
  take?: (at: number, raw: string) => void,
): string[] {
  const found: string[] = [];
  // A newline belongs to the line before.
  const shift = literal.startsWith("\n") ? 1 : 0;
  const pathEnd = filter.isLiteralEnough ? literal.length - 1 : -Infinity;
  for (let at = text.indexOf(literal); at >= 0; at = text.indexOf(literal, at)) {
    const isEntry = cursor.goTo(at + shift);
    const isMeant = isEntry && cursor.pathEnd === at + pathEnd;
    const raw = isMeant ? cursor.raw : isEntry ? matched(cursor, filter) : undefined;
    at = cursor.nextLine - 1;
    if (raw === undefined) continue;
    if (take === undefined) found.push(raw);
    else take(cursor.lineStart, raw);
  }
  return found;
}

function searchAll(cursor: RawCursor, filter: EntryFilter): string[] {
  const found: string[] = [];
  while (cursor.next()) {
    const raw = matched(cursor, filter);
    if (raw !== undefined) found.push(raw);
  }
  return found;
}

function matched(cursor: RawCursor, filter: EntryFilter): string | undefined {
  if (!filter.matchesPath(decodePath(cursor.path))) return undefined;
  const { raw } = cursor;
  return filter.needsDetails && !filter.matchesDetails(parseRaw(raw)) ? undefined : raw;
}

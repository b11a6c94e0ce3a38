import { printable } from "../../base/path_bytes.ts";
import { StatTable } from "../../fs/stat_table.ts";
import { type ProbePlace, touch, works } from "./probe_place.ts";
import type { NameTraits } from "./traits.ts";

/** Names that are fine on Linux and refused or changed by what comes from Windows, and their like. */
const HARD_NAMES: readonly (readonly [name: string, like: RegExp])[] = [
  ["a:b", /:/],
  ["a*b", /\*/],
  ["a?b", /\?/],
  ['a"b', /"/],
  ["a<b", /</],
  ["a>b", />/],
  ["a|b", /\|/],
  ["a\\b", /\\/],
  ["a\nb", /\n/],
  // deno-lint-ignore no-control-regex -- control characters are what is looked for
  ["a\x01b", /[\x00-\x09\x0b-\x1f]/],
  ["dot.", /\.$/],
  ["space ", / $/],
  ["-dash", /^-/],
  ["con", /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i],
];

/** Whether a name is like one of those that were refused (`refused_names`). */
export function isRefusedName(name: string, refused: readonly string[]): boolean {
  return HARD_NAMES.some(([hard, like]) => like.test(name) && refused.includes(printable(hard)));
}

const COMPOSED = "\u00e9";
const DECOMPOSED = "e\u0301";

/** A byte that begins no UTF-8 sequence. */
const NOT_UTF8 = "byte-\udcff";

/** Source: limits.h: NAME_MAX. */
const NAME_MAX = 255;

/** Tries which names can be had, and whether they come back as they were given. */
export function probeNames(place: ProbePlace): NameTraits {
  return {
    case_sensitive: areTwo(place, "Case", "cASE"),
    unicode_as_is: areTwo(place, COMPOSED, DECOMPOSED) && isKept(place, COMPOSED) &&
      isKept(place, DECOMPOSED),
    byte_names: isKept(place, NOT_UTF8),
    refused_names: HARD_NAMES.map(([name]) => name).filter((name) => !isKept(place, name))
      .map(printable),
    longest_name_bytes: longestName(place),
  };
}

/** Whether the two names stand for two files. */
function areTwo(place: ProbePlace, one: string, other: string): boolean {
  const { fs, dir } = place;
  if (!works(() => touch(place, one))) return false;
  const isOneFile = works(() => fs.lstat(dir, other, new StatTable(1), 0));
  fs.unlink(dir, one);
  return !isOneFile;
}

/** Whether a file of that name is listed under that very name. */
function isKept(place: ProbePlace, name: string): boolean {
  const { fs, dir } = place;
  if (!works(() => touch(place, name))) return false;
  const isListed = fs.readDir(dir).names.includes(name);
  return works(() => fs.unlink(dir, name)) && isListed;
}

/** The longest name by halving: what is too long once is too long for good. */
function longestName(place: ProbePlace): number {
  if (isKept(place, "n".repeat(NAME_MAX))) return NAME_MAX;
  let [most, tooMany] = [0, NAME_MAX];
  while (tooMany - most > 1) {
    const length = Math.floor((most + tooMany) / 2);
    if (isKept(place, "n".repeat(length))) most = length;
    else tooMany = length;
  }
  return most;
}

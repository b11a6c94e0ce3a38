/**
 * Names that Windows cannot keep, or would quietly take for others. Source: "Naming Files, Paths, and
 * Namespaces" in Microsoft's documentation of Win32.
 *
 * @module
 */

/** Devices, whatever comes behind a dot; the superscript digits count as 1, 2 and 3. */
const DEVICE = /^(?:con|prn|aux|nul|conin\$|conout\$|(?:com|lpt)[0-9¹²³]) *(?:\.|$)/i;

/** Control characters are refused by Win32, the others mean something in a path. */
// deno-lint-ignore no-control-regex -- these are the characters in question
const FORBIDDEN = /[\u0000-\u001f"*:<>?|\\/]/;

/** Why a file cannot have this name on Windows; undefined when it can. */
export function windowsNameFault(name: string): string | undefined {
  const forbidden = FORBIDDEN.exec(name)?.[0];
  // Behind a colon would be a stream of another file.
  if (forbidden !== undefined) return `Windows allows no ${shown(forbidden)} in a name`;
  if (DEVICE.test(name)) return "Windows takes this name for a device";
  // Win32 drops them, and so reaches another file.
  if (/[. ]$/.test(name)) return "Windows drops a dot or a space at the end of a name";
  return undefined;
}

function shown(character: string): string {
  if (character >= " ") return `"${character}"`;
  return `control character ${character.charCodeAt(0)}`;
}

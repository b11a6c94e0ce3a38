import { posix } from "node:path";

/**
 * The layers of `src`, outermost first; an import may only point to a later line. Source:
 * CONVENTIONS, "The picture to keep in mind".
 */
const LAYERS = [
  ["main"],
  ["cli"],
  ["commands"],
  ["ui", "web"],
  ["ops"],
  ["backup"],
  ["threads"],
  ["store"],
  ["fs", "config"],
  ["base"],
] as const;

/** Where in the program a file stands. */
export interface Place {
  /** From the project's root, with `/`. */
  readonly path: string;
  /** The directory in `src`, or `cli` for `src/cli.ts`. */
  readonly layer: string;
}

/** The place of a file below `src`; undefined for every other one, `main.ts` and tests among them. */
export function placeInSrc(fileName: string): Place | undefined {
  const found = /(?:^|[\\/])(src[\\/].*)$/.exec(fileName)?.[1]?.replaceAll("\\", "/");
  return found === undefined ? undefined : { path: found, layer: layerOf(found) };
}

/** Why the file at `from` may not import `specifier`, undefined when it may. */
export function forbiddenImport(from: Place, specifier: string): string | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const path = posix.join(posix.dirname(from.path), specifier);
  if (!path.startsWith("src/")) return `"${specifier}" leads out of src`;
  const to = layerOf(path);
  if (to === from.layer || rankOf(to) > rankOf(from.layer)) return undefined;
  return `src/${from.layer} may not import from src/${to}; imports point one way only`;
}

/** Whether `layer` is one that CONVENTIONS names. */
export function isKnownLayer(layer: string): boolean {
  return rankOf(layer) >= 0;
}

function rankOf(layer: string): number {
  return LAYERS.findIndex((names) => names.some((name) => name === layer));
}

function layerOf(path: string): string {
  return path.split("/")[1]?.replace(/\.tsx?$/, "") ?? "";
}

/**
 * What every implementation of the file-system port must do. An implementation may lack an ability,
 * and then must say so and refuse; it must never be silently wrong.
 *
 * @module
 */
import { attributesContract } from "./attributes_contract.ts";
import { contentContract } from "./content_contract.ts";
import { entriesContract } from "./entries_contract.ts";
import { lockContract } from "./lock_contract.ts";
import { namesContract } from "./names_contract.ts";
import type { OpenFs } from "./site.ts";
import { statContract } from "./stat_contract.ts";

/** Registers the whole suite for one implementation. */
export function fileSystemContract(kind: "posix" | "portable", open: OpenFs): void {
  const it: It = (name, fn) => Deno.test(`${kind}: ${name}`, fn);
  namesContract(it, open);
  statContract(it, open);
  contentContract(it, open);
  attributesContract(it, open);
  entriesContract(it, open);
  lockContract(it, open);
}

/** Registers one test of the suite. */
export type It = (name: string, fn: () => void | Promise<void>) => void;

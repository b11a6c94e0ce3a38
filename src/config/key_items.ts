import type { Block } from "../base/prose.ts";
import { keyFacts } from "./key_facts.ts";
import { KEYS } from "./keys.ts";

/** The keys of one schema, each with what it means, its option and its default. */
export function keyItems(schema: Readonly<Record<string, unknown>>): Block {
  const items = KEYS.filter((key) => Object.hasOwn(schema, key)).map((key) => {
    const { description, byDefault, alsoSetBy } = keyFacts(key);
    const option = alsoSetBy.startsWith("--") ? ` Option: ${alsoSetBy.split(",")[0]}.` : "";
    return [key, `${description}${option} Default: ${byDefault ?? "none"}.`] as const;
  });
  return { kind: "list", items };
}

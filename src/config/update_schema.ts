import type { Spec } from "./setting_spec.ts";

/** The keys of the `[update]` table, see `SCHEMA`. */
export const UPDATE_SCHEMA = {
  "update.url": {
    type: "string",
    rule: "url",
    description:
      "Where phlb version --check asks for the newest release. The answer is JSON with " +
      '"tag_name" or "version", as GitHub, Gitea and Forgejo give it, or text that begins with ' +
      "the version. Nothing else ever asks.",
    example: "https://example.org/phlb/releases/latest.json",
    flag: "--url",
  },
} as const satisfies Readonly<Record<string, Spec>>;

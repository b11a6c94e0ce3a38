import fc from "fast-check";

/**
 * The same cases in every run, so that a red test means a change for the worse; with
 * `PHLB_TEST_FULL=1` others each time, to find what nobody thought of. `PHLB_TEST_SEED` chooses, and
 * `PHLB_TEST_PATH` one case alone, as a failure names it.
 */
const CHOSEN = Deno.env.get("PHLB_TEST_SEED");
const FULL = Deno.env.get("PHLB_TEST_FULL") === "1";

if (CHOSEN !== undefined) fc.configureGlobal({ seed: Number(CHOSEN) });
else if (!FULL) fc.configureGlobal({ seed: 20_260_107 });

const PATH = Deno.env.get("PHLB_TEST_PATH");

/** For `fc.assert`, where one case alone may be chosen. */
export const CHOSEN_CASE: { path?: string } = PATH === undefined ? {} : { path: PATH };

export { fc };

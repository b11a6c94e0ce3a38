/** Version of this program; deno.json has the same, which a test keeps so. */
export const VERSION = "0.1.0";

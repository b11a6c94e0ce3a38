/**
 * Loaded before the tests (`deno test --preload`) when they run with the portable file system: tests
 * of what it cannot do assert what it says of that instead.
 *
 * @module
 */
import { limitOf } from "./portable_limits.ts";
import { PORTABLE } from "./portable.ts";

const register = Deno.test;

/** As `Deno.test(name, fn)`, which is all that the tests use. */
function testOfPortable(name: string, fn: () => void | Promise<void>): void {
  const limit = limitOf(name);
  if (limit === undefined) return register(name, fn);
  register(`${name} (not by the portable file system: ${limit.what})`, limit.assertTold);
}

if (PORTABLE) Object.defineProperty(Deno, "test", { value: testOfPortable });

import assert from "node:assert/strict";
import { projectDir } from "../support/phlb.ts";
import { run } from "../support/run.ts";

interface Module {
  readonly specifier: string;
  readonly dependencies?: readonly {
    readonly isDynamic?: boolean;
    readonly code?: { readonly specifier?: string };
  }[];
}

/** What is loaded before the first command is even looked at. */
async function loadedAtStart(): Promise<string[]> {
  const main = new URL(`file://${projectDir()}main.ts`).href;
  const args = ["info", "--json", "main.ts"];
  const info = JSON.parse(await run(Deno.execPath(), args, { cwd: projectDir() }));
  const modules: readonly Module[] = info.modules;
  const loaded = new Set<string>();
  const waiting = [main];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    if (loaded.has(at)) continue;
    loaded.add(at);
    const { dependencies = [] } = modules.find(({ specifier }) => specifier === at) ?? {};
    waiting.push(
      ...dependencies.filter(({ isDynamic }) => isDynamic !== true)
        .flatMap(({ code }) => code?.specifier ?? []),
    );
  }
  return [...loaded].map((specifier) => specifier.replace(new URL(".", main).href, ""));
}

Deno.test("phlb --version waits for no database, no TOML, no file system and no pipeline", async () => {
  const loaded = await loadedAtStart();
  assert.ok(loaded.includes("src/commands/program.ts"), loaded.join("\n"));
  const heavy =
    /sqlite|toml|ignore|^src\/(store|ops)\/|^src\/fs\/(posix|libc|portable)|^src\/backup\//;
  assert.ok(loaded.length <= 30, `${loaded.length} modules:\n${loaded.join("\n")}`);
  const allowed = ["src/threads/cancel.ts"];
  const found = loaded.filter((path) => heavy.test(path) && !allowed.includes(path));
  assert.deepStrictEqual(found, []);
});

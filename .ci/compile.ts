/**
 * `deno task compile`: makes the executable.
 *
 * The program is bundled first, because a start then loads a handful of files instead of hundreds;
 * each thread becomes one file, each command one that is loaded when it is asked for. Nothing is
 * minified: what an error says of its origin stays readable.
 *
 * @module
 */
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";

const REPOSITORY = resolve(import.meta.dirname ?? ".", "..");
/** Files that the program reads of itself, beside the module that reads them. */
const TEXTS = ["src/ops/rescue/RESCUE.sh", "src/ops/rescue/RESCUE.txt"];
/** How a module names a thread's module: the bundler leaves it as it is. */
const WORKER_URL = /new URL\("\.\/(\w+)\.ts", import\.meta\.url\)/g;

/** A step of Deno's that did not end well. */
class Failed extends Error {}

const { values } = parseArgs({
  options: { output: { type: "string", default: "phlb" }, target: { type: "string" } },
});
// Names of directories go into the executable. In a copy, packages included, they are the same for
// everybody, and so is the executable.
const temporary = Deno.makeTempDirSync();
const source = join(temporary, "source");
const bundle = join(temporary, "phlb");
try {
  copySource();
  await deno("bundle", "--code-splitting", "--outdir", bundle, "main.ts");
  const workers = await bundleWorkers();
  writePermissions();
  for (const text of TEXTS) Deno.copyFileSync(join(source, text), join(bundle, basename(text)));
  forgetTimes();
  const included = [...workers, ...TEXTS].flatMap((path) => [
    "--include",
    join(bundle, basename(path)),
  ]);
  await deno(
    "compile",
    ...["--config", join(bundle, "deno.json"), "-P=phlb", "--no-check"],
    // A cache would be a file in a directory that all users write to.
    "--no-code-cache",
    "--v8-flags=--max-semi-space-size=8",
    ...(values.target === undefined ? [] : ["--target", values.target]),
    ...included,
    ...["--output", resolve(values.output), join(bundle, "main.js")],
  );
} catch (error) {
  if (!(error instanceof Failed)) throw error;
  console.error(`${error.message}\nNothing was compiled`);
  Deno.exitCode = 1;
} finally {
  Deno.removeSync(temporary, { recursive: true });
}

function copySource(): void {
  for (const path of ["deno.json", "deno.lock", "main.ts", ...filesBelow("src")]) {
    Deno.mkdirSync(dirname(join(source, path)), { recursive: true });
    Deno.copyFileSync(join(REPOSITORY, path), join(source, path));
  }
}

/** The part of deno.json that is compiled in; a path to the rest would be, too. */
function writePermissions(): void {
  const { unstable, permissions } = JSON.parse(
    Deno.readTextFileSync(join(source, "deno.json")),
  );
  Deno.writeTextFileSync(join(bundle, "deno.json"), JSON.stringify({ unstable, permissions }));
}

/** The files' times are compiled in: the same source makes the same executable. */
function forgetTimes(): void {
  for (const { name } of Deno.readDirSync(bundle)) Deno.utimeSync(join(bundle, name), 0, 0);
}

/** Bundles every module that the program starts as a thread, and returns their files' names. */
async function bundleWorkers(): Promise<string[]> {
  const names = new Set(chunks().flatMap(({ text }) => workersIn(text)));
  const modules = [...filesBelow("src")];
  for (const name of names) {
    const [path, ...others] = modules.filter((module) => basename(module) === `${name}.ts`);
    if (path === undefined || others.length > 0) {
      throw new Error(`A thread's module must be in src once: ${name}.ts`);
    }
    await deno("bundle", "--output", join(bundle, `${name}.js`), path);
  }
  for (const { path, text } of chunks()) {
    Deno.writeTextFileSync(
      path,
      text.replaceAll(WORKER_URL, 'new URL("./$1.js", import.meta.url)'),
    );
  }
  return [...names].map((name) => `${name}.js`);
}

function workersIn(text: string): string[] {
  return [...text.matchAll(WORKER_URL)].flatMap(([, name]) => name === undefined ? [] : [name]);
}

function chunks(): { path: string; text: string }[] {
  return [...Deno.readDirSync(bundle)].map(({ name }) => {
    const path = join(bundle, name);
    return { path, text: Deno.readTextFileSync(path) };
  });
}

/** Paths in the repository. */
function* filesBelow(dir: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(join(REPOSITORY, dir))) {
    const path = join(dir, name);
    if (isDirectory) yield* filesBelow(path);
    else yield path;
  }
}

async function deno(command: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [command, "-q", "--node-modules-dir=auto", ...args],
    cwd: source,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Failed(`deno ${command}: ${new TextDecoder().decode(stderr).trim()}`);
}
